"""A supply plan in words, the same on every page and on paper."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from applications.models import Application
from applications.plans.actions import boundary_data
from applications.plans.models import GROUNDS, SIDES, Part, Plan, PlanLine
from applications.plans.queries import lapse_after, lapsed_words, last_day, plans_of
from applications.states import Holder, State
from core.clock import city_now
from core.templatetags.city import day, figure, holder_name, instant, money
from rules.names import Ground
from rules.policy import Policy


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a plan; what there is not to say is empty."""

    number: int
    item: str
    part: str
    quantity: str
    cost: str
    payer: str
    builder: str
    standing: str
    contested: str
    answer: str


@dataclass(frozen=True, slots=True)
class Sum:
    payer: str
    amount: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A plan as it is read; `standing` says how it was answered, `holds` until when it holds."""

    title: str
    replied: str
    summary: list[str]
    standing: str
    holds: str
    lines: list[Line] = field(default_factory=list)
    sums: list[Sum] = field(default_factory=list)
    boundary: list[str] = field(default_factory=list)
    reason: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Plans:
    """The newest plan of a case and those before it.

    Args:
        lapsed: why the newest cannot be gone on with; empty where it holds.
        asked: what the company asks of the applicant about its validity.
    """

    newest: Sheet
    earlier: list[Sheet] = field(default_factory=list)
    lapsed: str = ""
    asked: str = ""

    @property
    def contested(self) -> list[Line]:
        """The lines that were contested in the plan before, which the newest answers."""
        before = self.earlier[0].lines if self.earlier else []
        return [line for line in before if line.contested]


def plans_in_words(case: Application) -> Plans | None:
    """Two queries, however many plans; None where no plan was replied, or all is erased."""
    if not case.plan_summary:
        return None
    policy, found = case.rules(city_now()), plans_of(case)
    if not found:  # replied before plans were kept
        summary = case.plan_summary.splitlines()
        return Plans(Sheet(_("Supply plan"), "", summary, "", ""))
    sheets = [sheet(case, plan, policy) for plan in found]
    lapsed = str(lapsed_words(case)) if case.plan_has_lapsed() else ""
    return Plans(sheets[0], sheets[1:], lapsed, "" if lapsed else asked_words(case))


def sheet(case: Application, plan: Plan, policy: Policy) -> Sheet:
    lines = list(plan.lines.all())
    return Sheet(
        title=_("Supply plan, reply %(number)d") % {"number": plan.version},
        replied=instant(plan.replied_at),
        summary=plan.summary.splitlines(),
        standing=standing_words(plan),
        holds=holds_words(plan),
        lines=[line_in_words(case, plan, line) for line in lines],
        sums=sums(lines),
        boundary=boundary_words(plan, lines, policy) if lines else [],
        reason=plan.reason.splitlines(),
    )


def standing_words(plan: Plan) -> str:
    if plan.agreed is None or plan.answered_at is None:
        return _("Not answered yet")
    text = _("Agreed %(when)s") if plan.agreed else _("Another plan asked for %(when)s")
    return text % {"when": instant(plan.answered_at)}


def holds_words(plan: Plan) -> str:
    """Empty where no rule says how long a plan holds."""
    if plan.lapses_at is None:
        return ""
    return _("It holds until %(day)s, 24:00.") % {"day": day(last_day(plan.lapses_at))}


def asked_words(case: Application) -> str:
    """What the company asks of the applicant about the validity; empty where nothing is asked."""
    if not case.prolongation_months or case.plan_lapses_at is None:
        return ""
    until = last_day(case.plan_lapses_at)
    values = {
        "old": day(until),
        "new": day(last_day(lapse_after(until, case.prolongation_months))),
    }
    return (
        _("The supply company asks that the plan holds until %(new)s, and not only until %(old)s.")
        % values
    )


def line_in_words(case: Application, plan: Plan, line: PlanLine) -> Line:
    cost = money(line.cost_yuan) if line.cost_yuan is not None else ""
    part = _("Beyond the boundary, which is extended") if line.extended else line.get_part_display()
    return Line(
        number=line.number,
        item=line.item,
        part=str(part),
        quantity=f"{figure(line.quantity.normalize())} {line.unit}"
        if line.quantity is not None
        else "",
        cost=cost,
        payer=holder_name(line.payer),
        builder=line.get_builder_display(),
        standing=line_standing(case, plan, line),
        contested=line.contested,
        answer=line.answer,
    )


def line_standing(case: Application, plan: Plan, line: PlanLine) -> str:
    """How the company's own works stand, from their start on."""
    if line.builder != Holder.SUPPLIER or not plan.agreed:
        return ""
    if line.finished_at:
        return _("Finished %(when)s") % {"when": instant(line.finished_at)}
    return _("Being built") if case.state == State.WORKS else ""


def sums(lines: Iterable[PlanLine]) -> list[Sum]:
    """What each side pays of what has a cost; nothing where no line has one."""
    found: dict[str, Decimal] = {}
    for line in lines:
        if line.cost_yuan is not None:
            payer = holder_name(line.payer)
            found[payer] = found.get(payer, Decimal(0)) + line.cost_yuan
    return [Sum(payer, money(amount)) for payer, amount in found.items()]


def boundary_words(plan: Plan, lines: list[PlanLine], policy: Policy) -> list[str]:
    """Who pays by the investment boundary, its extension with ground and amount, and that a line
    is no charge."""
    said = [
        _(
            "Up to the investment boundary the supply company pays, beyond it the applicant. Who "
            "pays is not agreed line by line: it follows from where the works lie."
        )
    ]
    row = policy.get("boundary.grounds")
    if plan.ground:
        data = boundary_data(plan.ground, plan.ground_words, lines)
        ground, amount = recorded_boundary(data)
        values = {"ground": ground, "amount": amount, "clause": row.clause if row else "–"}
        said.append(
            _("The boundary is extended by %(amount)s. Ground: %(ground)s (%(clause)s).") % values
        )
    if any(line.payer == Holder.APPLICANT for line in lines):
        said.append(
            _(
                "What the applicant pays here is no charge: charges are items of the published fee "
                "catalogue alone, and stand under “Cost”."
            )
        )
    return said


def recorded_lines(value: Iterable[Mapping[str, Any]]) -> list[str]:
    """The lines of a reply as its entry commits to them (`actions.line_data`)."""
    return [
        " · ".join(
            part
            for part in (
                f"{line['number']}. {line['item']}",
                line["quantity"]
                and f"{figure(Decimal(line['quantity']).normalize())} {line['unit']}",
                line["cost_yuan"] and money(Decimal(line["cost_yuan"])),
                str(Part(line["part"]).label),
                str(dict(SIDES)[line["builder"]]),
            )
            if part
        )
        for line in value
    ]


def recorded_boundary(value: Mapping[str, str]) -> list[str]:
    """The extension of a boundary as an entry commits to it (`actions.boundary_data`)."""
    ground = str(GROUNDS[Ground(value["ground"])])
    words = {"ground": ground, "words": value["words"]}
    said = _("%(ground)s: %(words)s") % words if value["words"] else ground
    return [said, money(Decimal(value["amount_yuan"]))]
