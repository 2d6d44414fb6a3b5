"""The keys that a rule may have, and a row of a decision, which gives one of them its value."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum, auto

from rules.city import City
from rules.files import Clause, Source, Words
from rules.names import (
    INSPECTED,
    LEVELS,
    OFFICES,
    PLACE_CLASSES,
    VOLTAGES,
    WAITING,
    Ground,
    Kind,
    Level,
    Measure,
    Permit,
    ReportKind,
    Stage,
    Start,
    Statistic,
    Trust,
    Where,
)
from rules.works import PREDICATES

Value = int | Decimal | bool | str | tuple[str, ...]


#: Published tables whose rows say of which day their figures are.
PUBLISHED_ANEW = ("capacity", "rental")


@dataclass(frozen=True, slots=True)
class Origin:
    level: Level
    file: str
    district: str | None = None


@dataclass(frozen=True, slots=True)
class Valued:
    """One row of a decision.

    Attributes:
        until: first day no longer in force, None for open.
        place_class: the row holds only in urban or only in rural districts.
        adopted: False for rows that are shown with their source and never in force.
        ours: the exact value is this project's reading of the clause.
        adopted_by: the operator's decision that adopted a row of trust S.
    """

    key: str
    value: Value
    unit: str
    clause: Clause
    source: Source
    trust: Trust
    origin: Origin
    since: date
    until: date | None = None
    place_class: str | None = None
    adopted: bool = True
    ours: bool = False
    adopted_by: str = ""
    note: Words | None = None

    @property
    def order(self) -> tuple[int, date]:
        """Sorts rows of one key from the widest and oldest to the most local and newest."""
        return LEVELS.index(self.origin.level), self.since

    def runs_on(self, day: date) -> bool:
        return self.adopted and self.since <= day and (self.until is None or day < self.until)

    @property
    def number(self) -> int | Decimal:
        if isinstance(self.value, bool) or not isinstance(self.value, int | Decimal):
            raise TypeError(f"{self.key} is not a number")
        return self.value

    @property
    def codes(self) -> tuple[str, ...]:
        if not isinstance(self.value, tuple):
            raise TypeError(f"{self.key} is not a list")
        return self.value

    @property
    def word(self) -> str:
        if not isinstance(self.value, str):
            raise TypeError(f"{self.key} is not a word")
        return self.value


@dataclass(frozen=True, slots=True)
class Law:
    """A law behind a permit; its title with the articles is one citation."""

    permit: Permit
    clause: Clause
    subject: Words
    source: Source
    trust: Trust
    since: date


class Shape(Enum):
    COUNT = auto()
    NUMBER = auto()
    FLAG = auto()
    WORD = auto()
    CODES = auto()


class Direction(Enum):
    """Which of two values is better for the applicant.

    FIXED and LOCAL have no better: the most local holds. No district may set a FIXED one.
    """

    LOWER = auto()
    HIGHER = auto()
    FEWER = auto()
    WIDER = auto()
    FIXED = auto()
    LOCAL = auto()


@dataclass(frozen=True, slots=True)
class Key:
    """One key; `required` keys must be in force everywhere from the city's first decision on."""

    name: str
    shape: Shape
    direction: Direction
    choices: frozenset[str] = frozenset()
    required: bool = False

    def better(self, new: Value, old: Value) -> bool:
        """Whether `new` is strictly better for the applicant than `old`."""
        match self.direction, new, old:
            case Direction.LOWER, _, _:
                return new < old  # type: ignore[operator]
            case Direction.HIGHER, _, _:
                return new > old  # type: ignore[operator]
            case Direction.FEWER, tuple(), tuple():
                return len(new) < len(old)
            case Direction.WIDER, tuple(), tuple():
                return len(new) > len(old)
        return False

    def worse(self, new: Value, old: Value) -> bool:
        """Whether `new` takes anything from the applicant that `old` gives."""
        match self.direction, new, old:
            case Direction.FEWER, tuple(), tuple():
                return not set(new) <= set(old)
            case Direction.WIDER, tuple(), tuple():
                return not set(new) >= set(old)
        return self.better(old, new)


#: What the customer of a counter signs for (`counter.paper.*`).
COUNTER_ACTS = ("confirm_plan", "sign_contract", "correct_identity", "withdraw", "go_to_counter")
#: What only another person may do than whoever did something before (`two_people.*`): acts of a
#: case, and those that decide on a finding or an order.
TWO_PEOPLE = {
    "inspect_completion": ("reply_plan",),
    "energise": ("submit",),
    "finding.accept": ("explain",),
    "finding.confirm": ("explain",),
    "order.close": ("answer",),
    "order.return": ("answer",),
    "order.escalate": ("answer",),
}

#: What planned outages come from that works can be done live for (`outage.live_natures`).
LIVE_NATURES = ("maintenance", "grid_works", "connection_works", "municipal_works")

#: At which an appointment can begin (`appointment.times`).
HALF_HOURS = frozenset(f"{half // 2:02}:{half % 2 * 30:02}" for half in range(48))

#: What a bureau's silence past the limit of intake is: an acceptance, or late.
SILENCE_IS_LATE = "late"
SILENCE = ("deemed_accepted", SILENCE_IS_LATE)

#: Of whom the document is wanted on which a bureau leaves time out: of officers on its pages, or of
#: programs too.
EVERYWHERE = "everywhere"
DOCUMENT_WANTED = ("on_pages", EVERYWHERE)

#: What each sign of work outside the system is counted with (`oversight.detectors`).
SIGNS: dict[str, tuple[str, ...]] = {
    "steps_in_minutes": ("steps", "minutes"),
    "period_end_burst": ("month_days", "quarter_days", "times", "steps"),
    "refiled_after_withdrawal": ("days",),
    "supplement_in_last_hour": ("minutes", "offices_close"),
    "pauses_in_bunches": ("permits", "minutes"),
    "small_cases_at_one_address": ("cases", "days"),
    "account_in_several_places": ("places", "minutes"),
}


def keys_of(city: City) -> dict[str, Key]:
    keys = [
        *_kinds(city),
        *_permits(city),
        *_licensing(city),
        *(
            Key(f"{switch}.{bureau.code}", Shape.FLAG, Direction.LOCAL)
            for bureau in city.bureaus
            for switch in ("commitment", "filing")
        ),
        Key("filing.length_m", Shape.NUMBER, Direction.HIGHER),
        *(
            Key(f"reliability.hours.{place}", Shape.NUMBER, Direction.LOWER)
            for place in ("urban", "town", "rural")
        ),
        Key("reliability.reduction_percent", Shape.NUMBER, Direction.HIGHER),
        # How interruptions are counted: the same in all districts and years.
        *(
            Key(f"reliability.{name}", Shape.COUNT, Direction.FIXED)
            for name in ("joined_minutes", "momentary_minutes", "cemi_times")
        ),
        Key("reliability.momentary_limit", Shape.FLAG, Direction.FIXED),
        Key("outage.notice_days", Shape.COUNT, Direction.HIGHER),
        Key("outage.asked_beyond_days", Shape.COUNT, Direction.FIXED),
        Key("outage.notice_hours_important", Shape.COUNT, Direction.HIGHER),
        # Within how many days a second outage of the same people is asked about.
        Key("outage.again_days", Shape.COUNT, Direction.HIGHER),
        # From what outages come that could be spared by live work (不停电作业).
        Key("outage.live_natures", Shape.CODES, Direction.WIDER, frozenset(LIVE_NATURES)),
        # Within how many minutes a repair crew is at a fault, by class of area.
        *(
            Key(f"repair.arrival_minutes.{place}", Shape.COUNT, Direction.LOWER)
            for place in ("urban", "town", "rural")
        ),
        # What monitoring tells so long before an outage and after it is of it; when it is silent.
        Key("monitoring.margin_minutes", Shape.COUNT, Direction.FIXED),
        Key("monitoring.silent_minutes", Shape.COUNT, Direction.FIXED),
        # Within how many days a defect of the grid is mended, by how bad it is.
        *(
            Key(f"defect.days.{severity}", Shape.COUNT, Direction.LOWER, required=True)
            for severity in ("critical", "serious", "ordinary")
        ),
        Key("price.notice_months", Shape.COUNT, Direction.HIGHER),
        # Every how many months the figures of a published table are to be new.
        *(
            Key(f"publicity.{table}.months", Shape.COUNT, Direction.LOWER)
            for table in PUBLISHED_ANEW
        ),
        # Whether a customer reads the names of who has the case; unset: the roles alone.
        Key("case.managers.named", Shape.FLAG, Direction.FIXED),
        Key("case.retention.days", Shape.COUNT, Direction.FIXED),
        *(
            Key(f"waiting.{state}.{name}.days", Shape.COUNT, direction)
            for state in WAITING
            for name, direction in (("remind", Direction.LOWER), ("close", Direction.HIGHER))
        ),
        Key("document.reuse.months", Shape.COUNT, Direction.HIGHER),
        Key("referral.remind.days", Shape.COUNT, Direction.LOWER),
        Key("referral.retention.days", Shape.COUNT, Direction.FIXED),
        Key("rating.reason_to", Shape.COUNT, Direction.FIXED),
        Key("rating.follow_up.days", Shape.COUNT, Direction.LOWER),
        Key("enquiry.answer.days", Shape.COUNT, Direction.LOWER),
        Key("enquiry.retention.days", Shape.COUNT, Direction.FIXED),
        Key("charge.complaint.days", Shape.COUNT, Direction.LOWER),
        Key("interruption.complaint.days", Shape.COUNT, Direction.LOWER),
        Key("interruption.retention.days", Shape.COUNT, Direction.FIXED),
        Key("orderly.district.days", Shape.COUNT, Direction.LOWER, required=True),
        Key("orderly.again.days", Shape.COUNT, Direction.LOWER, required=True),
        *_reports(city),
        Key("appointment.days.ahead", Shape.COUNT, Direction.HIGHER),
        Key("appointment.minutes", Shape.COUNT, Direction.FIXED),
        Key("appointment.times", Shape.CODES, Direction.WIDER, HALF_HOURS),
        Key("appointment.remind.days", Shape.COUNT, Direction.FIXED),
        # How many days a unit of temporary supply is rented at most; unset: law and plan say
        # nothing of it.
        Key("rental.days.most", Shape.COUNT, Direction.HIGHER),
        Key("upload.picture.pixels", Shape.COUNT, Direction.HIGHER),
        Key("case.supplement.requests", Shape.COUNT, Direction.LOWER, required=True),
        *(
            _word(f"counter.paper.{act}", city.requirement_names, required=False)
            for act in COUNTER_ACTS
        ),
        *(
            Key(f"two_people.{act}", Shape.CODES, Direction.FIXED, frozenset(earlier))
            for act, earlier in TWO_PEOPLE.items()
        ),
        *(
            Key(f"rectification.days.{bound}", Shape.COUNT, Direction.FIXED, required=True)
            for bound in ("min", "default", "max")
        ),
        *(
            Key(f"plan.validity_months.{voltage}", Shape.COUNT, Direction.FIXED)
            for voltage in VOLTAGES
        ),
        # Only a high-voltage case has a plan (plan 3(2)2 ends the steps of low voltage).
        Key("plan.prolongation_months.high", Shape.COUNT, Direction.FIXED),
        # Unset: as many kVA as kW; and no cost of a line is proposed.
        Key("supply.power_factor", Shape.NUMBER, Direction.FIXED),
        *(
            Key(f"supply.line_yuan_per_m.{voltage}", Shape.NUMBER, Direction.FIXED)
            for voltage in VOLTAGES
        ),
        Key("boundary.grounds", Shape.CODES, Direction.WIDER, frozenset(Ground)),
        # A city without rows for a sign does not compute it; no district may move the numbers.
        *(
            Key(f"integrity.{sign}.{name}", Shape.COUNT, Direction.FIXED)
            for sign, names in SIGNS.items()
            for name in names
        ),
    ]
    return {key.name: key for key in keys}


def _word(name: str, choices: Iterable[str], *, local: bool = False, required: bool = True) -> Key:
    direction = Direction.LOCAL if local else Direction.FIXED
    return Key(name, Shape.WORD, direction, frozenset(choices), required)


def _kinds(city: City) -> Iterator[Key]:
    measures = (Measure.WHOLE_PROCESS, Measure.HANDLING)
    steps = frozenset(city.step_names)
    documents = frozenset(city.requirement_names)
    items = frozenset(city.inspection_items)
    for kind in Kind:
        yield _word(f"kind.{kind}.measure", measures)
        yield _word(f"kind.{kind}.statistic", Statistic)
        for measure in measures:
            yield Key(f"limit.{kind}.{measure}", Shape.COUNT, Direction.LOWER)
        yield Key(f"steps.{kind}", Shape.CODES, Direction.FEWER, steps, required=True)
        for step in steps:
            yield Key(f"step.{kind}.{step}.days", Shape.COUNT, Direction.LOWER)
        for stage in (each for each in Stage if each is not Stage.SIGNED):
            needed = stage is Stage.APPLICATION
            name = f"documents.{kind}.{stage}"
            yield Key(name, Shape.CODES, Direction.FEWER, documents, required=needed)
        for inspected in INSPECTED.get(kind, ()):
            yield Key(f"inspection.{kind}.{inspected}", Shape.CODES, Direction.FEWER, items)
    customers = frozenset({"micro", "small", "medium", "large", "person"})
    yield Key("three_zero.kw", Shape.NUMBER, Direction.HIGHER, required=True)
    yield Key("three_zero.customers", Shape.CODES, Direction.WIDER, customers, required=True)
    yield _word("three_zero.voltage", VOLTAGES)
    yield _word("class.unset", PLACE_CLASSES)
    yield _word("district.class", PLACE_CLASSES, local=True, required=False)


#: Who works a report from the public besides bureaus: the supply company, the lead of the district.
SUPPLY, DISTRICT_LEAD = "supply", "district_lead"


def report_offices(city: City) -> tuple[str, ...]:
    """All that can work a report from the public."""
    return (SUPPLY, DISTRICT_LEAD, *(bureau.code for bureau in city.bureaus))


def _reports(city: City) -> Iterator[Key]:
    offices, bureaus = report_offices(city), frozenset(bureau.code for bureau in city.bureaus)
    yield _word(f"report.office.{ReportKind.POWER_OUT}", offices)
    for kind in ReportKind:
        yield Key(f"report.days.{kind}", Shape.COUNT, Direction.LOWER)
    for kind in (ReportKind.DIGGING, ReportKind.ILLEGAL):
        for where in Where:
            yield _word(f"report.office.{kind}.{where}", offices)
            yield Key(f"report.hears.{kind}.{where}", Shape.CODES, Direction.FIXED, bureaus)
    # Two reports of one kind may be of one thing where they are so near in place and time; so many
    # of power that is out in one street, of no outage that is known, stand first at the desk; what
    # was seen longer ago is not taken.
    for name in ("double.metres", "double.hours", "cluster.least", "oldest.days"):
        yield Key(f"report.{name}", Shape.COUNT, Direction.FIXED)
    yield Key("report.retention.days", Shape.COUNT, Direction.FIXED)


def _permits(city: City) -> Iterator[Key]:
    predicates = frozenset(PREDICATES)
    documents = frozenset(document.code for document in city.permit_documents)
    conditions = frozenset(city.conditions)
    points, clauses = frozenset(city.review_points), frozenset(city.refusal_clauses)
    for permit in Permit:
        name = f"permit.{permit}"
        yield Key(f"{name}.needed", Shape.CODES, Direction.FEWER, predicates, required=True)
        yield _word(f"{name}.level", OFFICES, local=True, required=False)
        yield Key(f"{name}.not_for", Shape.CODES, Direction.WIDER, predicates)
        yield Key(f"{name}.instant", Shape.CODES, Direction.WIDER, predicates)
        yield Key(f"{name}.instant.days", Shape.COUNT, Direction.LOWER)
        yield Key(f"{name}.documents", Shape.CODES, Direction.FEWER, documents)
        yield Key(f"{name}.instant.waived", Shape.CODES, Direction.WIDER, documents)
        yield Key(f"{name}.review_points", Shape.CODES, Direction.FEWER, points)
        yield Key(f"{name}.refusal_clauses", Shape.CODES, Direction.FEWER, clauses)
        yield Key(f"{name}.package", Shape.CODES, Direction.FEWER, documents)
        yield Key(f"{name}.looks_at", Shape.CODES, Direction.LOCAL, documents)
        yield Key(f"{name}.review.days", Shape.COUNT, Direction.LOWER, required=True)
        yield Key(f"{name}.review.high_kv_days", Shape.COUNT, Direction.LOWER)
        yield _word(f"{name}.review.start", (Start.RECEIPT, Start.ACCEPTANCE))
        yield Key(f"{name}.commitment.length_m", Shape.NUMBER, Direction.HIGHER)
        yield Key(f"{name}.conditions", Shape.CODES, Direction.FEWER, conditions)
        yield Key(f"{name}.check.percent", Shape.COUNT, Direction.FIXED)
        yield Key(f"{name}.exempt.investment_yuan", Shape.NUMBER, Direction.HIGHER)
        for voltage in VOLTAGES:
            yield Key(f"{name}.exempt.{voltage}.length_m", Shape.NUMBER, Direction.HIGHER)
            yield Key(f"{name}.exempt.{voltage}.excavation_m", Shape.NUMBER, Direction.HIGHER)
    classes = frozenset({"ordinary_trunk", "expressway", "other"})
    yield Key("permit.highway_excavation.covered", Shape.CODES, Direction.WIDER, classes)
    # Of crossings; of digging, where a rule says so of its own.
    yield Key("permit.highway_excavation.covered.digging", Shape.CODES, Direction.WIDER, classes)
    greens = frozenset({"ordinary", "ancient"})
    yield Key("permit.greening.covered", Shape.CODES, Direction.WIDER, greens)


def _licensing(city: City) -> Iterator[Key]:
    """How every permit is asked for, decided, and looked at afterwards."""
    documents = frozenset(document.code for document in city.permit_documents)
    grounds = "hearing tender auction inspection testing quarantine appraisal expert_review"
    yield Key("permit.advice", Shape.CODES, Direction.WIDER, frozenset(map(str, Permit)))
    yield Key("permit.package.route", Shape.CODES, Direction.WIDER, documents)
    yield Key("permit.package.length_percent", Shape.NUMBER, Direction.LOCAL)
    yield Key("permit.set.days", Shape.COUNT, Direction.LOWER, required=True)
    yield Key("permit.intake.days", Shape.COUNT, Direction.LOWER, required=True)
    yield _word("permit.intake.silence", SILENCE)
    yield Key("permit.supplement.requests", Shape.COUNT, Direction.LOWER, required=True)
    yield Key("permit.delivery.days", Shape.COUNT, Direction.LOWER)
    yield Key("permit.legal.days", Shape.COUNT, Direction.LOWER)
    yield Key("permit.extension.days", Shape.COUNT, Direction.LOWER)
    yield Key("permit.remedy.reconsideration.days", Shape.COUNT, Direction.HIGHER)
    yield Key("permit.remedy.litigation.months", Shape.COUNT, Direction.HIGHER)
    # Whether a commitment names who is responsible; else it is whoever signs.
    yield Key("permit.commitment.responsible", Shape.FLAG, Direction.FIXED)
    yield Key("permit.commitment.check.days", Shape.COUNT, Direction.FIXED)
    # For how long after a revocation there is no commitment; unset: the next one is taken as ever.
    yield Key("permit.commitment.barred.days", Shape.COUNT, Direction.FIXED)
    yield Key("permit.high_kv", Shape.NUMBER, Direction.FIXED, required=True)
    choices = frozenset(grounds.split())
    yield Key("permit.excluded_time", Shape.CODES, Direction.FEWER, choices, required=True)
    yield _word("permit.excluded_time.document", DOCUMENT_WANTED, required=False)
    yield Key("no_dig.new_years", Shape.COUNT, Direction.FIXED, required=True)
    yield Key("no_dig.overhauled_years", Shape.COUNT, Direction.FIXED, required=True)
