"""The reliability figures as tables and as bars. No data (None) is drawn as no data."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from core.templatetags.city import day, figure
from disclosure.public import public_csv
from disclosure.queries import today
from disclosure.rows import paired, parts
from disclosure.tables import Shown, district_name, drawn
from grid.points.models import AreaClass, Level
from reliability import queries
from reliability.indices import rounded
from reliability.statistics import CITY_WIDE, Figure

FIGURE_NAMES = (
    "year", "district", "area_class", "level", "customers", "covered_until", "outages",
    "excluded_by_policy", "still_off", "saidi_policy_hours", "saidi_all_hours", "saifi_policy",
    "saifi_all", "caidi_policy_hours", "caidi_all_hours", "asai_policy", "asai_all",
    "limit_hours", "fall", "met",
)  # fmt: skip
HOURS, TIMES, PERCENT, PRECISION = 2, 3, 4, 6
BAR_WIDTH, ROW_HEIGHT, LABEL_WIDTH, VALUE_WIDTH = 220, 44, 70, 90


def written(value: Fraction | None, places: int) -> str | None:
    number = rounded(value, places)
    return None if number is None else figure(number, places)


def percent(value: Fraction | None) -> str | None:
    return written(None if value is None else value * 100, PERCENT)


def place(row: Figure) -> str:
    where = _("Whole city") if row.district == CITY_WIDE else district_name(row.district)
    return paired(where, AreaClass(row.area_class).label)


def hours_columns() -> list[Shown]:
    return [
        Shown(_("City or district"), place),
        Shown(_("Customers"), lambda f: figure(f.customers), numeric=True),
        _index(_("By the plan"), lambda f: written(f.counted.saidi, HOURS), _("hours")),
        _index(_("Every outage"), lambda f: written(f.everything.saidi, HOURS), _("hours")),
        _index(_("Limit of hours"), lambda f: figure(f.target.hours), _("hours")),
        _index(
            _("Against the year before"),
            lambda f: figure(None) if f.fall is None else f"{rounded(-f.fall * 100, 1):+}",
            "%",
        ),
        Shown(_("Plan's target"), verdict),
    ]


def times_columns() -> list[Shown]:
    return [
        Shown(_("City or district"), place),
        _index(_("SAIFI, by the plan"), lambda f: written(f.counted.saifi, TIMES), _("times")),
        _index(_("SAIFI, every outage"), lambda f: written(f.everything.saifi, TIMES), _("times")),
        _index("CAIDI", lambda f: written(f.everything.caidi, HOURS), _("hours")),
        _index("ASAI", lambda f: percent(f.everything.asai), "%"),
        Shown(_("Covers"), covers),
    ]


def _index(label: str, cell: Any, unit: str) -> Shown:
    return Shown(label, cell, unit, numeric=True)


def verdict(row: Figure) -> str:
    """Whether the plan's target is met, or why that cannot be said."""
    if row.customers is None:
        return _("no data")
    if row.target.hours is None:
        return _("no limit in force")
    if not row.whole_year:
        return _("year not complete")
    if row.met is None:
        return _("power still off somewhere")
    if row.missing:
        return _("met where there is data") if row.met else _("missed where there is data")
    return _("met") if row.met else _("missed")


def covers(row: Figure) -> str:
    if row.until is None:
        return _("no data")
    said = [_("until {day}").format(day=day(row.until))]
    said.append(
        _("{count} outages, {excluded} left out by the plan").format(
            count=row.outages, excluded=row.excluded
        )
    )
    if row.still_off:
        said.append(_("{count} still off, not counted").format(count=row.still_off))
    if row.missing:
        said.append(_("{count} districts without data").format(count=row.missing))
    return parts(said)


def level_name(level: str) -> str:
    return str(Level(level).label)


@dataclass(frozen=True)
class Bar:
    """One bar, in the units of the plot: `counted` by the plan, and `extra` of every outage."""

    label: str
    y: int
    counted: int
    extra: int
    limit: int | None
    limit_words: str
    words: str
    data: bool


@dataclass(frozen=True)
class Plot:
    title: str
    bars: tuple[Bar, ...]
    left: int = LABEL_WIDTH
    width: int = LABEL_WIDTH + BAR_WIDTH + VALUE_WIDTH

    @property
    def height(self) -> int:
        return ROW_HEIGHT * len(self.bars) + 8


def plot(year: int, level: str, rows: Sequence[Figure]) -> Plot:
    """One bar a class of the city's figures of one level."""
    longest = max(
        (value for row in rows for value in (row.everything.saidi, row.target.hours) if value),
        default=Fraction(1),
    )
    scale = Fraction(BAR_WIDTH) / Fraction(longest)
    bars = []
    for index, row in enumerate(rows):
        counted, everything = row.counted.saidi or 0, row.everything.saidi or 0
        hours, words = row.target.hours, written(row.counted.saidi, HOURS)
        bar = Bar(
            label=str(AreaClass(row.area_class).label),
            y=index * ROW_HEIGHT,
            counted=int(counted * scale),
            extra=int((everything - counted) * scale),
            limit=None if hours is None else int(Fraction(hours) * scale),
            limit_words=figure(hours),
            words=_("no data") if words is None else _("{hours} h").format(hours=words),
            data=words is not None,
        )
        bars.append(bar)
    title = _("Hours without power per customer, {year}, {level}")
    return Plot(title.format(year=year, level=level_name(level)), tuple(bars))


def figures_file(year: int | None) -> HttpResponse:
    lines = [list(FIGURE_NAMES)]
    for row in queries.year_figures(year) if year else []:
        counted, everything = row.counted, row.everything
        pairs = (
            counted.saidi, everything.saidi, counted.saifi, everything.saifi,
            counted.caidi, everything.caidi, counted.asai, everything.asai,
        )  # fmt: skip
        indices = [rounded(value, PRECISION) for value in pairs]
        head = [row.year, row.district, row.area_class, row.level, row.customers, row.until]
        known = row.customers is not None
        counts = [row.outages, row.excluded, row.still_off] if known else [None, None, None]
        met = None if row.met is None else str(row.met).lower()
        tail = [row.target.hours, rounded(row.fall, PRECISION), met]
        cells = (*head, *counts, *indices, *tail)
        lines.append(["" if value is None else str(value) for value in cells])
    return public_csv(f"reliability-{year or today().year}", lines)


def level_tables(year: int, found: Sequence[Figure]) -> list[dict[str, Any]]:
    hours = _("Hours without power per customer (SAIDI), {year}").format(year=year)
    times = _("Times without power and their length, {year}").format(year=year)
    by_district = _("By district: {caption}")
    levels = []
    for level in dict.fromkeys(row.level for row in found):
        mine = [row for row in found if row.level == level]
        whole = [row for row in mine if row.district == CITY_WIDE]
        districts = [row for row in mine if row.district != CITY_WIDE]
        levels.append(
            {
                "name": level_name(level),
                "plot": plot(year, level, whole),
                "city": [
                    drawn(hours_columns(), whole, hours),
                    drawn(times_columns(), whole, times),
                ],
                "districts": [
                    drawn(hours_columns(), districts, by_district.format(caption=hours)),
                    drawn(times_columns(), districts, by_district.format(caption=times)),
                ],
                "clause": next((row.target.clause for row in whole if row.target.clause), ""),
            }
        )
    return levels
