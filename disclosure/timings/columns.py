"""The figures of real timings in words, and the columns of their tables."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from applications.timings.models import Cell
from applications.timings.periods import Period
from core.templatetags.city import figure
from disclosure.figures import where
from disclosure.tables import Shown
from disclosure.timings.reading import Row
from publishing.columns import NOTHING
from rules.city import city
from rules.registry import current

MEAN_PLACES, MEDIAN_PLACES, SHARE_PLACES = 2, 1, 1


def kind_words(row: Row) -> str:
    return str(city().kind(row.kind).name) if row.kind else _("Every kind")


def period_words(period: Period) -> str:
    if period.month is None:
        return pgettext("period", "{year}").format(year=period.year)
    return _("{year}, month {month}").format(year=period.year, month=period.month)


def count_words(cell: Cell) -> str:
    """A hidden count is a mark, and never 0."""
    return _("not shown") if cell.count is None else figure(cell.count)


def days_words(cell: Cell, name: str, places_: int = 0) -> str:
    """A dash where the count is not shown, or 0."""
    return figure(getattr(cell, name), places_)


def percentile_words(cell: Cell) -> str:
    return _("too few for it") if cell.too_few else days_words(cell, "percentile")


def with_open_words(row: Row) -> str:
    if not row.done.count or row.still_open.count is None:
        return NOTHING
    return _("not reached") if row.done.with_open is None else figure(row.done.with_open)


def within_words(cell: Cell) -> str:
    """How many kept their limit, of how many, and the share."""
    if not cell.limited or cell.within is None:
        return NOTHING
    share = figure(100 * cell.within / cell.limited, SHARE_PLACES)
    return _("{within} of {limited} ({share}%)").format(
        within=figure(cell.within), limited=figure(cell.limited), share=share
    )


def limit_words(cell: Cell) -> str:
    if cell.limit_least is None or cell.limit_most is None:
        return NOTHING
    if cell.limit_least == cell.limit_most:
        return figure(cell.limit_most)
    return _("{least} to {most}").format(
        least=figure(cell.limit_least), most=figure(cell.limit_most)
    )


def timing_columns(cell_of: Callable[[Any], Cell]) -> list[Shown]:
    unit = _("working days")
    return [
        Shown(_("Mean"), lambda row: days_words(cell_of(row), "mean", MEAN_PLACES), unit, True),
        Shown(
            _("Median"), lambda row: days_words(cell_of(row), "median", MEDIAN_PLACES), unit, True
        ),
        Shown(_("90th percentile"), lambda row: percentile_words(cell_of(row)), unit, True),
    ]


def case_columns(label: str, first: Callable[[Row], str]) -> list[Shown]:
    unit = _("working days")
    return [
        Shown(label, first),
        Shown(_("Cases with power"), lambda row: count_words(row.done), numeric=True),
        *timing_columns(lambda row: row.done),
        Shown(
            _("With the supply company (net)"),
            lambda row: days_words(row.done, "net", MEAN_PLACES),
            unit,
            True,
        ),
        Shown(_("Limit"), lambda row: limit_words(row.done), unit, True),
        Shown(_("Within the limit"), lambda row: within_words(row.done), numeric=True),
        Shown(_("Still open at the end"), lambda row: count_words(row.still_open), numeric=True),
        Shown(_("Median with open cases"), with_open_words, unit, True),
        Shown(_("Broken off"), lambda row: count_words(row.broken_off), numeric=True),
    ]


def kind_columns() -> list[Shown]:
    return case_columns(_("Kind"), kind_words)


def place_columns() -> list[Shown]:
    return case_columns(_("District"), lambda row: where(row.district))


def month_columns() -> list[Shown]:
    return [
        Shown(_("Month"), lambda cell: cell.release.period),
        Shown(_("Cases with power"), count_words, numeric=True),
        *timing_columns(lambda cell: cell),
        Shown(_("Within the limit"), within_words, numeric=True),
    ]


def step_columns() -> list[Shown]:
    names = current().city.step_names

    def step_words(cell: Cell) -> str:
        kind, _slash, step = cell.row.partition("/")
        return f"{city().kind(kind).name} · {names[step]}"

    return [
        Shown(_("Step"), step_words),
        Shown(_("Cases"), count_words, numeric=True),
        *timing_columns(lambda cell: cell),
        Shown(
            _("With the supply company (net)"),
            lambda cell: days_words(cell, "net", MEAN_PLACES),
            _("working days"),
            True,
        ),
    ]


def delay_columns() -> list[Shown]:
    def held(holder: str) -> Callable[[Row], str]:
        return lambda row: figure(row.done.delay.get(holder, 0)) if row.done.count else NOTHING

    unit = _("working days")
    return [
        Shown(_("Kind"), kind_words),
        Shown(_("Supply company"), held("supplier"), unit, True),
        Shown(_("Applicant"), held("applicant"), unit, True),
        Shown(_("Government"), held("government"), unit, True),
    ]


def permit_words(cell: Cell) -> str:
    bureau, slash, permit = cell.row.partition("/")
    if slash:
        return str(city().permit(permit).name)
    return str(city().bureau(bureau).name) if bureau else _("Every bureau")


def permit_columns() -> list[Shown]:
    return [
        Shown(_("Bureau, and each of its permits"), permit_words),
        Shown(_("Decided"), count_words, numeric=True),
        *timing_columns(lambda cell: cell),
        Shown(
            _("On the bureau's clock (net)"),
            lambda cell: days_words(cell, "net", MEAN_PLACES),
            _("working days"),
            True,
        ),
        Shown(_("Limit"), limit_words, _("working days"), True),
        Shown(_("Within the limit"), within_words, numeric=True),
    ]
