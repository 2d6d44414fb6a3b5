"""Columns of the public tables of the working group, grid projects, training and good practice."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from core.templatetags.city import day, figure
from disclosure.rows import noted, parts
from disclosure.tables import Shown, district_name, in_force_columns
from oversight.governance.models import GoodPractice, GridProject, TrainingEvent
from publishing.columns import NOTHING
from publishing.models import Kind
from publishing.tables import table_of


def _written(kind: Kind, name: str) -> Callable[[Any], str]:
    """As the table's own column shows it."""
    column = table_of(kind).columns[name]
    return lambda row: column.show(getattr(row, name))


def seat_columns() -> list[Shown]:
    return [
        Shown(_("Seat"), _written(Kind.GROUP, "seat")),
        Shown(_("Organisation"), _written(Kind.GROUP, "organisation")),
        Shown(_("Post"), lambda row: row.post),
        Shown(_("Duties"), lambda row: row.duty or NOTHING),
        *in_force_columns(),
    ]


def project_columns() -> list[Shown]:
    unit = _("10,000 CNY")
    return [
        Shown(_("Project"), lambda row: row.name),
        Shown(_("What is built"), lambda row: row.about),
        Shown(_("District"), _where),
        Shown(_("State"), _state),
        Shown(_("Works, planned"), _works),
        Shown(_("Planned investment"), lambda row: _money(row.invested), unit, True),
        Shown(_("Spent so far"), lambda row: _money(row.spent), unit, True),
        Shown(_("Place in the urban-rural plan"), _place),
        Shown(_("Evaluation and adjustment"), _evaluated),
    ]


def _where(row: GridProject) -> str:
    return noted(district_name(row.district), str(row.get_kind_display()))


def _state(row: GridProject) -> str:
    """As it was on the day of the data, or since when it is in operation."""
    words = str(row.get_state_display())
    if row.in_operation_on:
        return noted(words, day(row.in_operation_on))
    return noted(words, _("as of {day}").format(day=day(row.data_date)))


def _works(row: GridProject) -> str:
    return _("{since} to {until}").format(since=day(row.begins_on), until=day(row.ends_on))


def _money(value: Any) -> str:
    """Nothing is not 0."""
    return NOTHING if value is None else figure(value.normalize())


def _place(row: GridProject) -> str:
    """Where it stands, and whose it is to take it in."""
    keeper = str(row.get_plan_keeper_display())
    if not row.plan:
        return noted(_("not taken in yet"), keeper)
    return noted(row.plan, keeper)


def _evaluated(row: GridProject) -> str:
    if row.evaluated_on is None:
        return _("not evaluated yet")
    return parts(filter(None, (day(row.evaluated_on), row.evaluation, row.adjustment)))


def training_columns() -> list[Shown]:
    return [
        Shown(_("Day"), lambda row: day(row.held_on)),
        Shown(_("Title"), lambda row: {"text": row.title, "url": row.link}),
        Shown(_("Contents in brief"), lambda row: row.about or NOTHING),
        Shown(_("Training or promotion"), _written(Kind.TRAINING, "kind")),
        Shown(_("Organiser"), _written(Kind.TRAINING, "organiser")),
        Shown(_("Venue"), lambda row: row.place),
        Shown(_("Audience"), lambda row: row.audience),
        Shown(_("Who came"), _attended),
        Shown(_("Source"), lambda row: row.source),
    ]


def _attended(row: TrainingEvent) -> str:
    if row.cancelled:
        return _("not held: {reason}").format(reason=row.cancelled)
    if row.attended is None:
        return NOTHING
    return noted(figure(row.attended), row.attendance) if row.attendance else figure(row.attended)


def practice_columns() -> list[Shown]:
    def title(row: GoodPractice) -> dict[str, str]:
        return {"text": row.title, "url": row.link}

    return [
        Shown(_("Title"), title),
        Shown(_("Whose practice it is"), _written(Kind.PRACTICES, "organisation")),
        Shown(_("Done since"), lambda row: day(row.since)),
        Shown(_("What is done, and how"), lambda row: row.body),
        Shown(_("What it changed"), lambda row: row.effect),
        Shown(_("Source"), lambda row: row.source),
    ]
