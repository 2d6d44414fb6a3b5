"""The working group, grid projects, training and good practice as published tables."""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Final

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role
from core.clock import local_date
from oversight.agency import lead_agency
from oversight.governance.models import (
    CODE_MAX,
    EventKind,
    GoodPractice,
    GridProject,
    GroupSeat,
    PlanKeeper,
    ProjectKind,
    ProjectState,
    Seat,
    TrainingEvent,
)
from oversight.news.models import CODE
from oversight.news.tables import publishers, publishes_for
from publishing.columns import Choice, Choices, Day, Link, Number, Paragraphs, Text
from publishing.models import Kind, PublishedRow
from publishing.tables import (
    Complaint,
    InForceForm,
    Keeper,
    Row,
    RowComplaint,
    RowForm,
    Table,
    Wording,
    district_column,
    first_day,
    last_day,
    register,
    source_column,
)
from rules.city import city

LEAD_AGENCY: Final = Keeper(
    (Role.LEAD_AGENCY,), _("Only the lead agency of the city publishes this table.")
)
#: Of projects, in their districts (方案三(四)1).
LEADS: Final = Keeper(
    (Role.LEAD_AGENCY, Role.DISTRICT_LEAD),
    _("Only the lead agency of the city and the leads of districts publish this table."),
)
#: In ten thousand yuan: a hundred billion.
MOST_INVESTED: Final = 10_000_000


def code_column() -> Text:
    return Text(
        _("Short name"),
        longest=CODE_MAX,
        hint=_("Letters, digits and hyphens, by which the row is known for good."),
    )


class CodedForm(RowForm):
    def check(self, row: Row) -> Iterable[Complaint]:
        yield from super().check(row)
        if not re.fullmatch(CODE, row["code"]):
            yield "code", _("Only letters without accents, digits and hyphens.")


def organisations() -> Choices:
    return [(each.code, each.name) for each in city().organisations]


def sides() -> Choices:
    """Whoever publishes news, and the districts."""
    return [*publishers(), *city().district_choices]


def sides_of(user: User) -> set[str]:
    """Codes of those for whom somebody publishes what they do."""
    led = user.districts(Role.DISTRICT_LEAD)
    districts = {each.code for each in city().districts}
    return publishes_for(user) | (districts if led is None else districts & led)


def practised_by(user: User) -> set[str]:
    """The lead agency collects the practice of all (方案四(二)); all others tell their own."""
    if lead_agency(None, user):
        return {code for code, _name in sides()}
    return sides_of(user)


def each_its_own(part: str, parts: Callable[[User], set[str]]) -> Keeper:
    return Keeper(
        (Role.LEAD_AGENCY, Role.SUPPLY_LEAD, Role.BUREAU_LEAD, Role.DISTRICT_LEAD),
        _(
            "Only the lead agency, the supply company's lead and leads of bureaus and districts "
            "publish this."
        ),
        part=part,
        parts=parts,
    )


# The working group


class SeatForm(CodedForm, InForceForm):
    code = code_column()
    seat = Choice(_("Seat"), lambda: Seat.choices)
    place = Number(_("Place in the list"), places=0, largest=999)
    organisation = Choice(_("Organisation"), organisations)
    post = Text(_("Post"), longest=80, hint=_("The post, never the name of a person."))
    duty = Text(_("Duties"), longest=300, required=False)
    from_date = first_day()
    until_date = last_day()
    note = Text(_("Note"), longest=300, required=False)
    source = source_column()


def one_head_and_liaison(rows: Sequence[Row]) -> Iterable[RowComplaint]:
    """The group has one head at a time, and an organisation one liaison."""
    held: dict[tuple[str, str], list[Row]] = {}
    for index, row in enumerate(rows):
        if row["seat"] not in (Seat.HEAD, Seat.LIAISON):
            continue
        of = (row["seat"], row["organisation"] if row["seat"] == Seat.LIAISON else "")
        if any(_at_once(row, other) for other in held.get(of, [])):
            yield index, "seat", _("Another row holds this seat at the same time.")
        held.setdefault(of, []).append(row)


def _at_once(one: Row, other: Row) -> bool:
    def begins_in_time(row: Row, before: Row) -> bool:
        return before["until_date"] is None or row["from_date"] <= before["until_date"]

    return begins_in_time(one, other) and begins_in_time(other, one)


register(
    Table(
        Kind.GROUP,
        GroupSeat,
        SeatForm,
        key=("code",),
        together=one_head_and_liaison,
        listed=("code", "seat", "organisation", "post", "from_date"),
        keeper=LEAD_AGENCY,
        words=Wording(
            _("Working group"),
            _("Nothing is published yet"),
            _("Here the lead agency tells which posts make up the working group, and their duty."),
        ),
    )
)


# Grid projects


class ProjectForm(CodedForm):
    code = code_column()
    name = Text(_("Project"), longest=120)
    kind = Choice(_("Network"), lambda: ProjectKind.choices)
    district = district_column()
    about = Text(_("What is built"), longest=500, hint=_("Substation, line or area, and why."))
    invested = Number(
        _("Planned investment"), places=2, largest=MOST_INVESTED, unit=_("10,000 CNY")
    )
    spent = Number(
        _("Spent so far"), places=2, largest=MOST_INVESTED, unit=_("10,000 CNY"), required=False
    )
    plan = Text(
        _("Place in the urban-rural plan"),
        longest=200,
        required=False,
        hint=_("Which plan has it. Empty: it is not taken into one yet."),
    )
    plan_keeper = Choice(_("Who takes it into the plan"), lambda: PlanKeeper.choices)
    state = Choice(_("State"), lambda: ProjectState.choices)
    begins_on = Day(_("Begins, planned"))
    ends_on = Day(_("In operation, planned"))
    in_operation_on = Day(_("In operation since"), required=False)
    evaluated_on = Day(_("Evaluated on"), required=False)
    evaluation = Text(_("What the evaluation found"), longest=500, required=False)
    adjustment = Text(
        _("What was adjusted, and why"), longest=500, required=False,
        hint=_("What stood before stays in the history of the table."),
    )  # fmt: skip
    data_date = Day(_("Data as of"))
    source = source_column()

    def check(self, row: Row) -> Iterable[Complaint]:
        yield from super().check(row)
        if row["ends_on"] < row["begins_on"]:
            yield "ends_on", _("Must not be before the works begin.")
        if (row["state"] == ProjectState.DONE) != (row["in_operation_on"] is not None):
            yield "in_operation_on", _("A project in operation has this day, and no other has it.")
        if row["in_operation_on"] and row["in_operation_on"] < row["begins_on"]:
            yield "in_operation_on", _("Must not be before the works begin.")
        if bool(row["evaluated_on"]) != bool(row["evaluation"]):
            yield "evaluation", _("An evaluation has its day and its words.")
        if row["adjustment"] and not row["evaluation"]:
            yield "adjustment", _("Nothing is adjusted that was not evaluated.")


def of_the_future(row: Row, _old: PublishedRow | None, at: datetime) -> Iterable[Complaint]:
    for name in ("in_operation_on", "evaluated_on", "data_date"):
        if row[name] and row[name] > local_date(at):
            yield name, _("This day has not come yet.")


register(
    Table(
        Kind.PROJECTS,
        GridProject,
        ProjectForm,
        key=("code",),
        listed=("code", "name", "district", "state", "ends_on"),
        refuses=of_the_future,
        keeper=LEADS,
        words=Wording(
            _("Projects of the distribution and rural network"),
            _("Nothing is published yet"),
            _(
                "Here the lead agency tells what is built, for how much, in which plan it stands, "
                "and what its evaluations found."
            ),
        ),
    )
)


# Training and promotion


class TrainingForm(CodedForm):
    code = code_column()
    organiser = Choice(_("Organiser"), sides)
    kind = Choice(_("Training or promotion"), lambda: EventKind.choices)
    title = Text(_("Title"), longest=120)
    held_on = Day(_("Day"))
    place = Text(_("Venue"), longest=120)
    audience = Text(_("Audience"), longest=200)
    about = Text(_("Contents in brief"), longest=500, required=False)
    link = Link(_("Material"), required=False, hint=_("Nothing is fetched from there."))
    attended = Number(
        _("How many came"), places=0, largest=1_000_000, required=False,
        hint=_("Entered afterwards. Empty: nobody has counted yet."),
    )  # fmt: skip
    attendance = Text(
        _("Who came"), longest=500, required=False,
        hint=_("By organisation, with numbers and without names."),
    )  # fmt: skip
    cancelled = Text(_("Why it was not held"), longest=300, required=False)
    source = source_column()

    def check(self, row: Row) -> Iterable[Complaint]:
        yield from super().check(row)
        if row["cancelled"] and (row["attended"] is not None or row["attendance"]):
            yield "cancelled", _("What was not held was not attended.")
        if row["attendance"] and row["attended"] is None:
            yield "attended", _("Say how many came.")


def attended_before(row: Row, _old: PublishedRow | None, at: datetime) -> Iterable[Complaint]:
    if row["attended"] is not None and row["held_on"] > local_date(at):
        words = _("It is held on {day}: who came is entered afterwards.")
        yield "attended", format_lazy(words, day=row["held_on"].isoformat())


register(
    Table(
        Kind.TRAINING,
        TrainingEvent,
        TrainingForm,
        key=("code",),
        listed=("code", "organiser", "title", "held_on", "attended"),
        refuses=attended_before,
        keeper=each_its_own("organiser", sides_of),
        words=Wording(
            _("Training and promotion"),
            _("Nothing is published yet"),
            _(
                "Here the lead agency, the supply company, bureaus and districts tell when they "
                "train their people and explain to the public how to get electricity."
            ),
        ),
    )
)


# Good practice


class PracticeForm(CodedForm):
    code = code_column()
    title = Text(_("Title"), longest=120)
    organisation = Choice(_("Whose practice it is"), sides)
    since = Day(_("Done since"))
    body = Paragraphs(_("What is done, and how"), longest=3000)
    effect = Text(_("What it changed"), longest=500, hint=_("With figures where there are any."))
    link = Link(_("More about it"), required=False, hint=_("Nothing is fetched from there."))
    source = source_column()


register(
    Table(
        Kind.PRACTICES,
        GoodPractice,
        PracticeForm,
        key=("code",),
        listed=("code", "title", "organisation", "since"),
        announced="announced_at",
        keeper=each_its_own("organisation", practised_by),
        words=Wording(
            _("Good practice"),
            _("Nothing is published yet"),
            _(
                "Here the supply company, bureaus and districts tell what they do well, and the "
                "lead agency what it has collected, for others to do likewise."
            ),
        ),
    )
)
