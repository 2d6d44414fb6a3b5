"""From what is counted to what is published: which rows are hidden, and the rounded figures."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

from applications.timings.counting import Counted, Measured, above
from applications.timings.distribution import NINE_TENTHS
from applications.timings.models import ALL, Cell, Key, Table
from applications.timings.suppression import Line
from applications.timings.suppression import Table as Sums
from deadlines.custody import HOLDERS
from publishing.sheets import written
from reliability.indices.formulas import rounded
from rules.city import City

#: Tables whose counts say something of their own: those of steps are the counts of their cases.
HIDING: Final = (Table.ENERGISED, Table.OPEN, Table.BROKEN_OFF, Table.PERMITS)
MEAN_PLACES, MEDIAN_PLACES = 2, 1
#: The figures of a row as they are stored, in the file and compared between two releases.
FIGURES: Final = (
    "count", "mean", "median", "percentile", "net", "limited", "within", "with_open",
    "limit_least", "limit_most",
)  # fmt: skip
FILE_NAMES: Final = (
    "period", "table", "kind", "step", "bureau", "permit", "district", "status", "count",
    "mean_days", "median_days", "percentile_90_days", "mean_days_net", "limited", "within_limit",
    "median_days_with_open", "limit_days_least", "limit_days_most", *(
        f"delay_days_{holder}" for holder in HOLDERS
    ),
)  # fmt: skip
SHOWN, HIDDEN = "shown", "hidden"


def all_rows(city: City, counted: Counted) -> list[Key]:
    """Every row of every table that hides, the whole before its parts; zeros among them."""
    kinds = [ALL, *(kind.code for kind in city.kinds)]
    offices = {permit.bureau for permit in city.permits}
    permits = [
        ALL,
        *(bureau.code for bureau in city.bureaus if bureau.code in offices),
        *(f"{permit.bureau}/{permit.code}" for permit in city.permits),
    ]
    places = [ALL, *(district.code for district in city.districts)]
    named = [
        Key(table, row, place)
        for table in HIDING
        for row in (permits if table == Table.PERMITS else kinds)
        for place in places
    ]
    # What a city had once and has no more.
    others = {key for key in counted if key.table in HIDING} - set(named)
    return [*named, *sorted(others)]


def lines_of(rows: Sequence[Key]) -> Iterator[Line[Key]]:
    """Yield what adds up to what: rows to those right above them, and districts to the city."""
    parts: dict[tuple[Key, str], list[Key]] = {}
    for key in rows:
        if key.district:
            parts.setdefault((key._replace(district=ALL), "district"), []).append(key)
        if key.row:
            over = key._replace(row=key.row.rpartition("/")[0])
            parts.setdefault((over, "row"), []).append(key)
    for (whole, _by), found in parts.items():
        yield Line(whole, found)


def sums_of(counted: Counted, rows: Sequence[Key]) -> Sums[Key]:
    values = {key: counted[key].count if key in counted else 0 for key in rows}
    return Sums(values, list(lines_of(rows)))


def cells_of(
    counted: Counted, rows: Iterable[Key], hidden: Collection[Key], least: int
) -> list[Cell]:
    """The rows as they are published, without their release.

    Args:
        least: of how many a percentile is told.
    """
    found = [_hidden(key) if key in hidden else _shown(key, counted, hidden, least) for key in rows]
    for key in sorted(key for key in counted if key.table == Table.STEPS):
        cases = Key(Table.ENERGISED, key.row.partition("/")[0], key.district)
        found.append(_hidden(key) if cases in hidden else _shown(key, counted, hidden, least))
    return found


def _hidden(key: Key) -> Cell:
    return Cell(table=key.table, row=key.row, district=key.district)


def _shown(key: Key, counted: Counted, hidden: Collection[Key], least: int) -> Cell:
    measured = counted.get(key, Measured())
    days, count = measured.days, measured.count
    cell = Cell(
        table=key.table,
        row=key.row,
        district=key.district,
        count=count,
        mean=rounded(days.mean, MEAN_PLACES),
        median=rounded(days.median, MEDIAN_PLACES),
        percentile=days.percentile(NINE_TENTHS) if count >= least else None,
    )
    if key.table != Table.OPEN and count:
        cell.net = rounded(Fraction(measured.net, count), MEAN_PLACES)
    if key.table in {Table.ENERGISED, Table.PERMITS}:
        cell.limited, cell.within = measured.limited, measured.within
        cell.limit_least = min(measured.limits, default=None)
        cell.limit_most = max(measured.limits, default=None)
        cell.delay = dict(measured.delay)
    still_open = key._replace(table=Table.OPEN)
    if key.table == Table.ENERGISED and count and still_open not in hidden:
        cell.with_open = days.median_with(counted.get(still_open, Measured()).days)
    return cell


def file_of(period: str, cells: Iterable[Cell]) -> str:
    """The rows as CSV, the same in every language."""
    return written([list(FILE_NAMES), *(_line(period, cell) for cell in cells)])


def _line(period: str, cell: Cell) -> list[str]:
    first, _slash, second = cell.row.partition("/")
    of_permits = cell.table == Table.PERMITS
    codes = ("", "", first, second) if of_permits else (first, second, "", "")
    status = HIDDEN if cell.count is None else SHOWN
    figures = [getattr(cell, name) for name in FIGURES]
    delays = [cell.delay.get(holder, 0) if cell.delay else None for holder in HOLDERS]
    return [
        period, cell.table, *codes, cell.district, status,
        *("" if value is None else str(value) for value in (*figures, *delays)),
    ]  # fmt: skip


def differences(before: Iterable[Cell], after: Iterable[Cell]) -> list[dict[str, Any]]:
    """What a revision changes: of each row the figures that are not the same, old and new; null is
    hidden, or not told."""
    old = {cell.key: cell for cell in before}
    new = {cell.key: cell for cell in after}
    found = []
    for key in [*old, *(key for key in new if key not in old)]:
        was, now = _told(old.get(key)), _told(new.get(key))
        changed = {name: [was[name], now[name]] for name in was if was[name] != now[name]}
        if changed:
            found.append({**key._asdict(), "figures": changed})
    return found


def _told(cell: Cell | None) -> Mapping[str, Any]:
    names = (*FIGURES, "delay")
    values = {name: getattr(cell, name, None) for name in names}
    return {
        name: value if isinstance(value, (int, dict)) or value is None else str(value.normalize())
        for name, value in values.items()
    }


def newly_small(sums: Sums[Key], smallest: int, shown_before: Collection[Key]) -> set[Key]:
    """What a revision hides besides: whatever tells, by its change, of a row that was shown before
    and is too small now."""
    small = {key for key in shown_before if 0 < sums.values.get(key, 0) < smallest}
    return {over for key in small for over in above(key)}
