"""What is in force for one place on one day."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from rules.city import City
from rules.kinds import Customer, decide_kind
from rules.names import Kind, Measure, Permit, Route, Stage, Start, Statistic
from rules.routes import decide_permit, review_row
from rules.values import KindDecision, Law, Limit, PermitDecision, Requirement, Step, Valued
from rules.works import Works


@dataclass(frozen=True, eq=False)
class Policy:
    """The rules in force for one district on one day; every value knows where it came from.

    Attributes:
        version: version of the book it belongs to.
        since: first day of the span in which exactly these values hold.
        values: the row that holds for each key that is set.
    """

    version: str
    city: City = field(repr=False)
    district: str | None
    statutory: str | None
    since: date
    values: Mapping[str, Valued] = field(repr=False)
    laws: tuple[Law, ...] = field(repr=False)

    def get(self, key: str) -> Valued | None:
        """Returns the row in force for a key, or None where it is unset."""
        return self.values.get(key)

    def value(self, key: str) -> Valued:
        """Returns the row in force for a key; LookupError where it is unset."""
        return self.values[key]

    def kind_for(
        self,
        *,
        applicant_type: str,
        enterprise_size: str | None,
        capacity_kw: Decimal,
        voltage: str,
        sources: int,
        purpose: str,
    ) -> KindDecision:
        """Returns the kind of an application (contract.md "Kinds").

        Args:
            capacity_kw: capacity applied for, in kW; the threshold is inclusive.

        Raises:
            Invalid: low voltage with two sources.
        """
        customer = Customer(applicant_type, enterprise_size, capacity_kw, purpose)
        return decide_kind(self.values, customer, voltage=voltage, sources=sources)

    def limit(self, kind: str) -> Limit:
        """Returns the limit of a kind, in working days (plan 2(1))."""
        measure = Measure(self.value(f"kind.{kind}.measure").word)
        statistic = Statistic(self.value(f"kind.{kind}.statistic").word)
        return Limit.of(self.value(f"limit.{kind}.{measure}"), measure, statistic, Start.FILING)

    def limits_of(self, kind: str) -> tuple[Limit, ...]:
        """Returns the limit of a kind and, after it, any that counts something else as well.

        A later decision may limit the other measure too; the two are never compared.
        """
        own = self.limit(kind)
        others = (m for m in (Measure.WHOLE_PROCESS, Measure.HANDLING) if m != own.measure)
        rows = ((measure, self.get(f"limit.{kind}.{measure}")) for measure in others)
        more = (Limit.of(r, m, Statistic.CAP, Start.FILING) for m, r in rows if r is not None)
        return (own, *more)

    def limits(self) -> dict[str, Limit]:
        """Returns the limit of every kind, in the order of the plan."""
        return {str(kind): self.limit(kind) for kind in Kind}

    def checklist(self, kind: str, stage: str = Stage.APPLICATION) -> tuple[Requirement, ...]:
        """Returns the documents of a kind at a stage; nothing else may be asked for (3(2)2)."""
        row = self.get(f"documents.{kind}.{stage}")
        if row is None:
            return ()
        names = self.city.requirement_names
        return tuple(Requirement(c, names[c], row.clause, Stage(stage)) for c in row.codes)

    def steps(self, kind: str) -> tuple[Step, ...]:
        """Returns the public steps of a kind, each with its limit where a decision sets one."""
        row = self.value(f"steps.{kind}")
        return tuple(
            Step(code, self.city.step_names[code], row.clause, self._step_limit(kind, code))
            for code in row.codes
        )

    def _step_limit(self, kind: str, step: str) -> Limit | None:
        row = self.get(f"step.{kind}.{step}.days")
        return Limit.of(row, Measure.HANDLING, Statistic.CAP, Start.FILING) if row else None

    def three_zero_kw(self) -> Valued:
        """Returns the capacity up to which, inclusive, a customer is of the three-zero class."""
        return self.value("three_zero.kw")

    def route(self, works: Works) -> tuple[PermitDecision, ...]:
        """Returns the decision on every permit, in the fixed order (plan 3(1)2)."""
        return tuple(
            decide_permit(self.values, name.bureau, Permit(name.code), works)
            for name in self.city.permits
        )

    def permit_limit(
        self, permit: str, route: str, *, voltage_kv: Decimal | None = None
    ) -> Limit | None:
        """Returns the limit of a permit on a route, None where the route has none.

        Args:
            voltage_kv: voltage of the works; from 35 kV a district may have a shorter limit.
        """
        if route == Route.REVIEW:
            start = Start(self.value(f"permit.{permit}.review.start").word)
            row = review_row(self.values, Permit(permit), voltage_kv)
            return Limit.of(row, Measure.REVIEW, Statistic.CAP, start)
        if route == Route.INSTANT:
            row = self.value(f"permit.{permit}.instant.days")
            return Limit.of(row, Measure.INSTANT, Statistic.CAP, Start.RECEIPT)
        return None

    def set_limit(self) -> Limit:
        """Returns the limit of a whole set of permits, from receipt (plan 2(1))."""
        return Limit.of(self.value("permit.set.days"), Measure.SET, Statistic.CAP, Start.RECEIPT)

    def intake_limit(self) -> Limit:
        """Returns the limit for accepting or naming everything that is missing, from receipt."""
        row = self.value("permit.intake.days")
        return Limit.of(row, Measure.INTAKE, Statistic.CAP, Start.RECEIPT)

    def silence(self) -> Valued:
        """Returns what silence past the intake limit means (Administrative Licensing Law 32)."""
        return self.value("permit.intake.silence")

    def excluded_grounds(self) -> Valued:
        """Returns the grounds whose time the law leaves out of a review (the same law, 45)."""
        return self.value("permit.excluded_time")

    def permit_laws(self, permit: str) -> tuple[Law, ...]:
        """Returns the laws behind a permit that are in force."""
        return tuple(law for law in self.laws if law.permit == permit)
