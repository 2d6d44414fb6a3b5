"""What is in force for one place on one day: kinds, limits, documents, and routes of permits."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from core.problems import FieldError, Invalid
from rules.city import City, InspectionItem, PermitDocument
from rules.files import Clause, Source, Words
from rules.names import PERSON, Kind, Level, Measure, Permit, Route, Stage, Start, Statistic, Trust
from rules.reviews import RefusalClauses, ReviewPoint
from rules.values import COUNTER_ACTS, Law, Origin, Valued
from rules.works import PREDICATES, Works


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit in working days: 0 is the day of the start itself. An average is never late."""

    key: str
    days: int
    measure: Measure
    statistic: Statistic
    start: Start
    clause: Clause
    source: Source
    trust: Trust
    origin: Origin

    @classmethod
    def of(cls, row: Valued, measure: Measure, statistic: Statistic, start: Start) -> "Limit":
        kept = (row.clause, row.source, row.trust, row.origin)
        return cls(row.key, int(row.number), measure, statistic, start, *kept)


@dataclass(frozen=True, slots=True)
class Requirement:
    code: str
    name: Words
    clause: Clause
    stage: Stage
    #: What has to be readable on it.
    shows: tuple[Words, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """A public step of a kind; `limit` is None while no decision splits the total."""

    code: str
    name: Words
    clause: Clause
    limit: Limit | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """After how many working days of waiting an applicant is reminded, and after how many more the
    case may be closed; None: never."""

    remind: int
    close: int | None


@dataclass(frozen=True, slots=True)
class PermitDecision:
    """`level`: of the bureau's office that decides."""

    permit: Permit
    route: Route
    clause: Clause
    bureau: str
    limit_days: int | None
    level: Level = Level.CITY


@dataclass(frozen=True, slots=True)
class PermitDocuments:
    """All that a bureau may ask for with a permit, and the clause that leaves out anything else."""

    listed: tuple[PermitDocument, ...]
    clause: Clause


@dataclass(frozen=True, slots=True)
class LegalLimit:
    """The law's own limit of a decision and by how much a bureau's lead may extend it, once; both
    in working days (行政许可法 42)."""

    days: int
    extension: int


@dataclass(frozen=True, slots=True)
class KindDecision:
    kind: str
    voltage: str
    clause: Clause


RESIDENTIAL, LOW = "residential", "low"
TWO_SOURCES = 2


@dataclass(frozen=True, eq=False)
class Policy:
    """The rules in force for one district; exactly these values hold from `since` on."""

    version: str
    city: City = field(repr=False)
    district: str | None
    statutory: str | None
    since: date
    values: Mapping[str, Valued] = field(repr=False)
    laws: tuple[Law, ...] = field(repr=False)

    def get(self, key: str) -> Valued | None:
        return self.values.get(key)

    def value(self, key: str) -> Valued:
        """LookupError where the key is unset."""
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
        """The threshold in kW is inclusive. Two sources are never moved to low voltage.

        Raises Invalid: low voltage with two sources.
        """
        low, dual = voltage == LOW, sources == TWO_SOURCES
        if low and dual:
            reason = _("Two sources need high voltage: low voltage has one.")
            raise Invalid([FieldError("/sources", reason, self.limit(Kind.HV_DUAL).clause)])
        person = applicant_type == PERSON
        resident = person and purpose == RESIDENTIAL
        listed = (PERSON if person else enterprise_size) in self.value("three_zero.customers").codes
        capacity, given = self.three_zero_kw(), self.value("three_zero.voltage")
        if listed and capacity_kw <= capacity.number and not resident and not dual:
            return KindDecision(Kind.LV_SMALL, given.word, (capacity if low else given).clause)
        if low:
            kind = Kind.RESIDENTIAL if resident else Kind.LV_OTHER
        else:
            kind = Kind.HV_DUAL if dual else Kind.HV_SINGLE
        return KindDecision(kind, voltage, self.limit(kind).clause)

    def limit(self, kind: str) -> Limit:
        """In working days (plan 2(1))."""
        measure = Measure(self.value(f"kind.{kind}.measure").word)
        statistic = Statistic(self.value(f"kind.{kind}.statistic").word)
        return Limit.of(self.value(f"limit.{kind}.{measure}"), measure, statistic, Start.FILING)

    def limits_of(self, kind: str) -> tuple[Limit, ...]:
        """The limit of a kind, then any that counts something else too; they are never compared."""
        own = self.limit(kind)
        others = (m for m in (Measure.WHOLE_PROCESS, Measure.HANDLING) if m != own.measure)
        rows = ((measure, self.get(f"limit.{kind}.{measure}")) for measure in others)
        more = (Limit.of(r, m, Statistic.CAP, Start.FILING) for m, r in rows if r is not None)
        return (own, *more)

    def limits(self) -> dict[str, Limit]:
        """In the order of the plan."""
        return {str(kind): self.limit(kind) for kind in Kind}

    def checklist(
        self, kind: str, stage: str = Stage.APPLICATION, party: str = ""
    ) -> tuple[Requirement, ...]:
        """The documents of a kind at a stage; nothing else may be asked for (plan 3(2)2).

        They are named for the party, and a home is always a person's.
        """
        row = self.get(f"documents.{kind}.{stage}")
        if row is None:
            return ()
        party = PERSON if kind == Kind.RESIDENTIAL else party
        known = self.city.requirements
        return tuple(
            Requirement(code, known[code].of(party), row.clause, Stage(stage), known[code].shows)
            for code in row.codes
        )

    def requirements(self, kind: str, party: str = "") -> list[Requirement]:
        return [need for stage in Stage for need in self.checklist(kind, stage, party)]

    def inspection(self, kind: str, stage: str) -> tuple[InspectionItem, ...]:
        """What a review or inspection of a kind looks at, one by one; nothing in rules of before
        there were lists."""
        row = self.get(f"inspection.{kind}.{stage}")
        return tuple(self.city.inspection_items[code] for code in row.codes) if row else ()

    def signed_papers(self) -> dict[str, Requirement]:
        """By act: what the customer of a counter signs, so that a clerk may take it."""
        names, found = self.city.requirement_names, {}
        for act in COUNTER_ACTS:
            row = self.value(f"counter.paper.{act}")
            found[act] = Requirement(row.word, names[row.word], row.clause, Stage.SIGNED)
        return found

    def before(self, act: str) -> tuple[str, ...]:
        """The acts whose doer may not do this one too: it needs two people."""
        row = self.get(f"two_people.{act}")
        return row.codes if row else ()

    def steps(self, kind: str) -> tuple[Step, ...]:
        """The public steps of a kind, each with its limit where a decision sets one."""
        row, steps = self.value(f"steps.{kind}"), []
        for code in row.codes:
            days, limit = self.get(f"step.{kind}.{code}.days"), None
            if days is not None:
                limit = Limit.of(days, Measure.HANDLING, Statistic.CAP, Start.FILING)
            steps.append(Step(code, self.city.step_names[code], row.clause, limit))
        return tuple(steps)

    def three_zero_kw(self) -> Valued:
        """The capacity up to which, inclusive, a customer is of the three-zero class."""
        return self.value("three_zero.kw")

    def route(
        self, works: Works, barred: Collection[str] = frozenset()
    ) -> tuple[PermitDecision, ...]:
        """The decision on every permit, in the fixed order (plan 3(1)2).

        `barred`: the bureaus that take no commitment of the company, and no filing, at present.
        """
        return tuple(
            decide_permit(
                self.values, name.bureau, Permit(name.code), works, barred=name.bureau in barred
            )
            for name in self.city.permits
        )

    def permit_limit(
        self, permit: str, route: str, *, voltage_kv: Decimal | None = None
    ) -> Limit | None:
        """None where the route has none; from 35 kV a district may have a shorter one."""
        if route == Route.REVIEW:
            start = Start(self.value(f"permit.{permit}.review.start").word)
            row = review_row(self.values, Permit(permit), voltage_kv)
            return Limit.of(row, Measure.REVIEW, Statistic.CAP, start)
        if route == Route.INSTANT:
            row = self.value(f"permit.{permit}.instant.days")
            return Limit.of(row, Measure.INSTANT, Statistic.CAP, Start.RECEIPT)
        return None

    def set_limit(self) -> Limit:
        """Of a whole set of permits, from receipt (plan 2(1))."""
        return Limit.of(self.value("permit.set.days"), Measure.SET, Statistic.CAP, Start.RECEIPT)

    def intake_limit(self) -> Limit:
        """For accepting or naming everything that is missing, from receipt."""
        row = self.value("permit.intake.days")
        return Limit.of(row, Measure.INTAKE, Statistic.CAP, Start.RECEIPT)

    def follow_up_limit(self) -> Limit | None:
        """For putting right what a low rating names and speaking to whoever gave it, from the
        rating; None where the rules ask for no follow-up."""
        row = self.get("rating.follow_up.days")
        if row is None:
            return None
        return Limit.of(row, Measure.FOLLOW_UP, Statistic.CAP, Start.RATING)

    def enquiry_limit(self) -> Limit | None:
        """For answering a question about a case, from the question; None where no rule sets one."""
        row = self.get("enquiry.answer.days")
        if row is None:
            return None
        return Limit.of(row, Measure.ENQUIRY, Statistic.CAP, Start.ENQUIRY)

    def complaint_limit(self) -> Limit | None:
        """For the regulator's decision on a complaint about a charge, from the complaint; None
        where no rule sets one."""
        row = self.get("charge.complaint.days")
        if row is None:
            return None
        return Limit.of(row, Measure.COMPLAINT, Statistic.CAP, Start.COMPLAINT)

    def interruption_limit(self) -> Limit | None:
        """For the regulator's decision on a complaint about an interruption of supply, from the
        complaint; None where no rule sets one."""
        row = self.get("interruption.complaint.days")
        if row is None:
            return None
        return Limit.of(row, Measure.INTERRUPTION, Statistic.CAP, Start.COMPLAINT)

    def report_limit(self, kind: str) -> Limit | None:
        """For the answer to whoever has reported something, from the report; None where no rule
        sets one."""
        row = self.get(f"report.days.{kind}")
        if row is None:
            return None
        return Limit.of(row, Measure.REPORT, Statistic.CAP, Start.REPORT)

    def report_office(self, kind: str, where: str) -> str:
        """Whose a report is at first: the supply company, the lead of the district, or a bureau.

        Args:
            where: empty where the kind has no sort of place.
        """
        return self.value(".".join(filter(None, ("report.office", kind, where)))).word

    def report_hearers(self, kind: str, where: str) -> tuple[str, ...]:
        """The bureaus that hear of a report besides."""
        row = self.get(f"report.hears.{kind}.{where}") if where else None
        return row.codes if row else ()

    def waiting(self, state: str) -> Waiting | None:
        """Of a case that waits for its applicant in a state; None where nobody is reminded, and
        then none is closed."""
        remind = self.get(f"waiting.{state}.remind.days")
        close = self.get(f"waiting.{state}.close.days")
        if remind is None:
            return None
        return Waiting(int(remind.number), None if close is None else int(close.number))

    def legal_limit(self) -> "LegalLimit | None":
        """Of a decision, by the law; None where the rules do not say both numbers."""
        days, more = self.get("permit.legal.days"), self.get("permit.extension.days")
        if days is None or more is None:
            return None
        return LegalLimit(int(days.number), int(more.number))

    def remedy_term(self, remedy: str) -> Valued | None:
        """How long a remedy is open, in days or months from knowing of the decision; None where the
        rules do not say it."""
        days, months = (self.get(f"permit.remedy.{remedy}.{unit}") for unit in ("days", "months"))
        return days or months

    def excluded_grounds(self) -> Valued:
        """Their time is left out of a review (Administrative Licensing Law 45)."""
        return self.value("permit.excluded_time")

    def exclusion_document(self) -> Valued | None:
        """Of whom the document is wanted that is the ground of such time; None: of nobody."""
        return self.get("permit.excluded_time.document")

    def permit_documents(self, permit: str, route: str) -> PermitDocuments | None:
        """None in rules of before there were lists."""
        row = self.get(f"permit.{permit}.documents")
        if row is None:
            return None
        waived = self.get(f"permit.{permit}.instant.waived") if route == Route.INSTANT else None
        codes = [code for code in row.codes if waived is None or code not in waived.codes]
        listed = tuple(self.city.permit_document(code) for code in codes)
        return PermitDocuments(listed, (waived or row).clause)

    def review_points(self, permit: str) -> tuple[ReviewPoint, ...]:
        """What the reviewer of a permit answers for; nothing in rules of before there were any."""
        row = self.get(f"permit.{permit}.review_points")
        return tuple(self.city.review_points[code] for code in row.codes) if row else ()

    def refusal_clauses(self, permit: str) -> RefusalClauses | None:
        """By which a permit can be refused; None in rules of before there was a list."""
        row = self.get(f"permit.{permit}.refusal_clauses")
        if row is None:
            return None
        return RefusalClauses(
            tuple(self.city.refusal_clauses[code] for code in row.codes), row.clause
        )

    def permit_laws(self, permit: str) -> tuple[Law, ...]:
        return tuple(law for law in self.laws if law.permit == permit)


Values = Mapping[str, Valued]


def decide_permit(
    values: Values, bureau: str, permit: Permit, works: Works, *, barred: bool = False
) -> PermitDecision:
    clause = None
    for route, row in easier_routes(values, bureau, permit, works):
        if barred and route in (Route.COMMITMENT, Route.FILING):
            clause = values.get("permit.commitment.barred.days", row).clause
            break
        instant = route is Route.INSTANT
        days = int(values[f"permit.{permit}.instant.days"].number) if instant else None
        return PermitDecision(permit, route, row.clause, bureau, days, level_of(values, permit))
    row = review_row(values, permit, works.voltage_kv)
    days, level = int(row.number), level_of(values, permit)
    return PermitDecision(permit, Route.REVIEW, clause or row.clause, bureau, days, level)


def level_of(values: Values, permit: Permit) -> Level:
    """Of the office that decides; the city's in rules of before they said which."""
    row = values.get(f"permit.{permit}.level")
    return Level(row.word) if row else Level.CITY


def _asks(row: Valued, works: Works) -> bool:
    return any(PREDICATES[code](works) for code in row.codes)


def easier_routes(
    values: Values, bureau: str, permit: Permit, works: Works
) -> Iterator[tuple[Route, Valued]]:
    """Yields each route but review that is open to the works, with its row, in their order."""
    name = f"permit.{permit}"
    needed, spared = values[f"{name}.needed"], values.get(f"{name}.not_for")
    if not _asks(needed, works):
        yield Route.NOT_NEEDED, needed
    if spared and _asks(spared, works):
        yield Route.NOT_NEEDED, spared
    if outside := _outside(values, permit, works):
        yield Route.SPECIAL, outside
    investment = values.get(f"{name}.exempt.investment_yuan")
    if investment and works.investment_yuan <= investment.number:
        yield Route.EXEMPT, investment
    length = values.get(f"{name}.exempt.{works.voltage}.length_m")
    dug = values.get(f"{name}.exempt.{works.voltage}.excavation_m")
    short = length is not None and works.length_m <= length.number
    if length and short and dug and works.excavation_m <= dug.number:
        yield Route.EXEMPT, length
    instant = values.get(f"{name}.instant")
    if instant and _asks(instant, works):
        yield Route.INSTANT, instant
    if permit in works.choose_review:
        return
    row, switch = values.get(f"{name}.commitment.length_m"), values.get(f"commitment.{bureau}")
    if row and switch and switch.value is True and works.length_m <= row.number:
        yield Route.COMMITMENT, row
    row, switch = values.get("filing.length_m"), values.get(f"filing.{bureau}")
    short_low = works.voltage == "low" and row is not None and works.length_m <= row.number
    if switch and switch.value is True and short_low:
        yield Route.FILING, switch


def _outside(values: Values, permit: Permit, works: Works) -> Valued | None:
    """The row that leaves the works to a law of their own: ancient and notable trees, highways
    crossed or dug that are of no class it covers (plan 3(1)2(3)).
    """
    covered = values.get(f"permit.{permit}.covered")
    if covered is None:
        return None
    if permit is Permit.GREENING:
        return None if works.greening in covered.codes else covered
    # Rules of before this key had one list for both.
    for_digging = values.get(f"permit.{permit}.covered.digging", covered)
    asked = ((works.crosses_road, covered), (works.dug, for_digging))
    return next((row for does, row in asked if does and works.highway_class not in row.codes), None)


def review_row(values: Values, permit: Permit, voltage_kv: Decimal | None) -> Valued:
    """From 35 kV, a shorter limit than the usual one where a district has it."""
    usual = values[f"permit.{permit}.review.days"]
    shorter = values.get(f"permit.{permit}.review.high_kv_days")
    high = voltage_kv is not None and voltage_kv >= values["permit.high_kv"].number
    return shorter if high and shorter and shorter.number < usual.number else usual
