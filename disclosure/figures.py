"""The reliability figures as tables and files. No data (None) is shown as no data."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.templatetags.city import day, figure
from disclosure.public import public_csv
from disclosure.rows import paired, parts
from disclosure.tables import Shown, district_name, drawn
from grid.points.models import AreaClass, Level
from reliability.indices.figures import Figure, Outcome
from reliability.indices.formulas import Indices, rounded

HOURS, TIMES, PERCENT, PRECISION = 2, 3, 4, 6
#: The sets of indices of a figure, by the words that stand for them in files.
BASES: Final = {
    "all": "everything", "policy": "counted", "all_ordinary": "ordinary",
    "policy_ordinary": "counted_ordinary",
}  # fmt: skip
INDICES: Final = {
    "saidi_{}_hours": "saidi", "saifi_{}": "saifi", "caidi_{}_hours": "caidi", "asai_{}": "asai",
    "maifi_{}": "maifi", "saidi_{}_hours_as_recorded": "recorded",
}  # fmt: skip
FIGURE_NAMES: Final = (
    "year", "district", "area_class", "level", "month", "customers", "covered_from",
    "covered_until", "interruptions", "excluded_by_policy", "corrected", "still_off",
    *(name.format(basis) for name in INDICES for basis in BASES),
    "cemi_times", "cemi_all", "cemi_policy", "limit_hours", "fall", "forecast_hours",
    "forecast_by_last_year", "outcome", "met",
)  # fmt: skip
OUTCOMES: Final = {
    Outcome.MET: gettext_lazy("met"),
    Outcome.ON_COURSE: gettext_lazy("on course"),
    Outcome.AT_RISK: gettext_lazy("at risk"),
    Outcome.MISSED: gettext_lazy("missed"),
}


def written(value: Fraction | None, places: int) -> str | None:
    number = rounded(value, places)
    return None if number is None else figure(number, places)


def percent(value: Fraction | None) -> str | None:
    return written(None if value is None else value * 100, PERCENT)


def class_name(area_class: str) -> str:
    return str(AreaClass(area_class).label) if area_class else _("All classes")


def where(district: str) -> str:
    return district_name(district) if district else _("Whole city")


def level_name(level: str) -> str:
    return str(Level(level).label)


def group_name(row: Figure) -> str:
    return paired(where(row.group.district), class_name(row.group.area_class))


def customers(row: Figure) -> str:
    """On average, where their number changed."""
    whole = rounded(row.customers, 0)
    return figure(whole)


def hours_columns() -> list[Shown]:
    return [
        Shown(_("City or district"), group_name),
        Shown(_("Customers"), customers, numeric=True),
        _index(_("By the plan"), lambda f: written(f.counted.saidi, HOURS), _("hours")),
        _index(_("Every outage"), lambda f: written(f.everything.saidi, HOURS), _("hours")),
        _index(_("Limit of hours"), lambda f: figure(f.target.hours), _("hours")),
        _index(
            _("Against the year before"),
            lambda f: figure(None) if f.fall is None else f"{rounded(-f.fall * 100, 1):+}",
            "%",
        ),
        _index(
            _("Forecast to the year's end"),
            lambda f: written(f.forecast.saidi, HOURS) if f.forecast else figure(None),
            _("hours"),
        ),
        Shown(_("Plan's target"), verdict),
    ]


def times_columns() -> list[Shown]:
    return [
        Shown(_("City or district"), group_name),
        _index(_("SAIFI, by the plan"), lambda f: written(f.counted.saifi, TIMES), _("times")),
        _index(_("SAIFI, every outage"), lambda f: written(f.everything.saifi, TIMES), _("times")),
        _index("CAIDI", lambda f: written(f.everything.caidi, HOURS), _("hours")),
        _index("ASAI", lambda f: percent(f.everything.asai), "%"),
        _index("MAIFI", lambda f: written(f.everything.maifi, TIMES), _("times")),
        Shown(_("Covers"), covers),
    ]


def _index(label: str, cell: Any, unit: str) -> Shown:
    return Shown(label, cell, unit, numeric=True)


def verdict(row: Figure) -> str:
    """Where it stands against the plan's target, or why that cannot be said."""
    if row.customers is None:
        return _("no data")
    if not row.group.area_class:
        return figure(None)
    if row.target.hours is None or row.outcome is None:
        return _("no limit in force")
    said = str(OUTCOMES[row.outcome])
    if row.missing:
        said = _("{outcome} where there is data").format(outcome=said)
    return said


def covers(row: Figure) -> str:
    if row.covered is None:
        return _("no data")
    said = [
        _("until {day}").format(day=day(row.covered.last))
        if row.covered.first == row.days.first
        else _("{since} to {until}").format(
            since=day(row.covered.first), until=day(row.covered.last)
        ),
        _("{count} interruptions, {excluded} left out by the plan").format(
            count=row.tally.interruptions, excluded=row.tally.excluded
        ),
    ]
    if row.tally.corrected:
        said.append(_("{count} of them corrected").format(count=row.tally.corrected))
    if row.tally.still_off:
        said.append(_("{count} still off, not counted").format(count=row.tally.still_off))
    if row.missing:
        said.append(_("{count} districts without data").format(count=row.missing))
    return parts(said)


@dataclass(frozen=True)
class Index:
    """One index as a standard names it, in its unit; `value` reads it off a set of indices."""

    name: str
    standard: str
    unit: str
    value: Callable[[Indices], str | None]


def named_indices() -> Iterator[Index]:
    """By DL/T 836 and by IEEE 1366: most differ in name and unit alone."""
    yield Index(
        _("System average interruption duration"), "DL/T 836: SAIDI-1", _("h per customer"),
        lambda f: written(f.saidi, TIMES),
    )  # fmt: skip
    yield Index(
        _("System average interruption duration"), "IEEE 1366: SAIDI", _("min per customer"),
        lambda f: written(f.saidi_in_minutes, TIMES),
    )  # fmt: skip
    yield Index(
        _("The same, by the times as first recorded"), _("ours"), _("h per customer"),
        lambda f: written(f.recorded, TIMES),
    )  # fmt: skip
    yield Index(
        _("System average interruption frequency"), "DL/T 836: SAIFI-1; IEEE 1366: SAIFI",
        _("times per customer"), lambda f: written(f.saifi, TIMES),
    )  # fmt: skip
    yield Index(
        _("Average length of an interruption"), "DL/T 836: CAIDI-1", _("h"),
        lambda f: written(f.caidi, TIMES),
    )  # fmt: skip
    yield Index(
        _("Average length of an interruption"), "IEEE 1366: CAIDI", _("min"),
        lambda f: written(f.caidi_in_minutes, TIMES),
    )  # fmt: skip
    yield Index(
        _("Share of time with power"), "DL/T 836: RS-1 (ASAI-1); IEEE 1366: ASAI", "%",
        lambda f: percent(f.asai),
    )  # fmt: skip
    yield Index(
        _("Momentary interruptions"), "IEEE 1366: MAIFI", _("times per customer"),
        lambda f: written(f.maifi, TIMES),
    )  # fmt: skip


def _of(basis: Indices) -> Callable[[Index], str | None]:
    return lambda index: index.value(basis)


def indices_table(row: Figure, caption: str) -> dict[str, Any]:
    """Each index of one group: with and without what the plan leaves out, with and without
    major-event days."""
    heads = {
        "everything": _("Every outage"),
        "counted": _("By the plan"),
        "ordinary": _("Every outage, without major-event days"),
        "counted_ordinary": _("By the plan, without major-event days"),
    }
    columns = [
        Shown(_("Index"), lambda index: {"text": index.name, "note": index.standard}),
        Shown(_("Unit"), lambda index: index.unit),
        *(Shown(head, _of(getattr(row, name)), numeric=True) for name, head in heads.items()),
    ]
    table = drawn(columns, named_indices(), caption)
    often = row.often
    name = _("Customers interrupted {n} times or more").format(n=often.times if often else "n")
    shares = [percent(often.everything), percent(often.counted)] if often else [None, None]
    said = {"text": name, "note": f"IEEE 1366: CEMI-{often.times if often else 'n'}"}
    table["rows"].append([said, "%", *shares, None, None])
    return table


# --- files --------------------------------------------------------------------------------------


def figures_file(name: str, rows: Iterable[Figure], month: int | None) -> HttpResponse:
    return public_csv(name, [FIGURE_NAMES, *(figure_line(row, month) for row in rows)])


def figure_line(row: Figure, month: int | None) -> list[str]:
    cells = [*_head(row, month), *_indices(row), *_tail(row)]
    return ["" if cell is None else str(cell) for cell in cells]


def _head(row: Figure, month: int | None) -> Sequence[object]:
    tally = row.tally
    counts = (tally.interruptions, tally.excluded, tally.corrected, tally.still_off)
    known = row.customers is not None
    covered = row.covered or (None, None)
    served = rounded(row.customers, PRECISION)
    if served is not None and served == served.to_integral_value():
        served = served.to_integral_value()
    head = (row.year, *row.group, month, served, *covered)
    return (*head, *(counts if known else [None] * len(counts)))


def _indices(row: Figure) -> Iterator[object]:
    for index in INDICES.values():
        for basis in BASES.values():
            yield rounded(getattr(getattr(row, basis), index), PRECISION)


def _tail(row: Figure) -> Sequence[object]:
    often, forecast = row.often, row.forecast
    return (
        often and often.times,
        often and rounded(often.everything, PRECISION),
        often and rounded(often.counted, PRECISION),
        row.target.hours,
        rounded(row.fall, PRECISION),
        forecast and rounded(forecast.saidi, PRECISION),
        forecast and str(forecast.by_last_year).lower(),
        row.outcome,
        None if row.met is None else str(row.met).lower(),
    )
