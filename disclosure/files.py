"""The public tables as CSV: for people in their language, for programs with fixed names."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from django.http import HttpResponse

from disclosure import queries
from disclosure.public import public_file
from disclosure.rows import Said
from disclosure.standards import Standards
from publishing.queries import rows_of
from publishing.sheets import csv_file as sheet
from publishing.tables import Table
from reliability.indices import rounded
from reliability.statistics import Figure

FIGURE_NAMES = (
    "year", "district", "area_class", "level", "customers", "covered_until", "outages",
    "excluded_by_policy", "still_off", "saidi_policy_hours", "saidi_all_hours", "saifi_policy",
    "saifi_all", "caidi_policy_hours", "caidi_all_hours", "asai_policy", "asai_all",
    "limit_hours", "fall", "met",
)  # fmt: skip
STANDARD_NAMES = ("key", "name", "value", "from", "until", "clause", "source", "trust", "in_force")
PRECISION = 6


def csv_file(name: str, lines: Iterable[Sequence[str]]) -> HttpResponse:
    """A public CSV file, UTF-8 with BOM."""
    return public_file(sheet(name, lines))


def table_lines(table: Table, rows: Iterable[Any], *, plain: bool) -> Iterator[list[str]]:
    """The lines of a published table, each row with the publication that it came in.

    Args:
        plain: fixed names and codes instead of the reader's language.
    """
    yield list(table.columns) if plain else table.headers()
    for row in rows:
        values = table.values(row)
        yield table.codes(values) if plain else table.cells(values)


def published(kind: str, *, plain: bool, number: int | None = None, **narrow: Any) -> HttpResponse:
    """A published table as a file: as it stands, or as it stood after a publication."""
    table = queries.public_table(kind)
    rows = queries.rows(kind, **narrow) if number is None else rows_of(table, number=number)
    name = kind if number is None else f"{kind}-{number}"
    return csv_file(name, table_lines(table, rows, plain=plain))


def figures_file(figures: Iterable[Figure], year: int) -> HttpResponse:
    """The reliability figures of a year as a file; no data is an empty cell."""
    lines = [list(FIGURE_NAMES), *(_figure_line(row) for row in figures)]
    return csv_file(f"reliability-{year}", lines)


def _figure_line(row: Figure) -> list[str]:
    counted, everything = row.counted, row.everything
    pairs = [
        (one, other)
        for one, other in (
            (counted.saidi, everything.saidi), (counted.saifi, everything.saifi),
            (counted.caidi, everything.caidi), (counted.asai, everything.asai),
        )
    ]  # fmt: skip
    indices = [rounded(value, PRECISION) for pair in pairs for value in pair]
    head = [row.year, row.district, row.area_class, row.level, row.customers, row.until]
    counts = [row.outages, row.excluded, row.still_off]
    if row.customers is None:
        counts = [None, None, None]  # type: ignore[list-item]
    tail = [row.target.hours, rounded(row.fall, PRECISION), row.met]
    return [_cell(value) for value in (*head, *counts, *indices, *tail)]


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else str(value)


def standards_file(standards: Standards) -> HttpResponse:
    """The values in force, then everything that changed, as a file."""
    rows = [kind.limit for kind in standards.kinds]
    lines = [_said_line(row, "true") for row in (*rows, *standards.three_zero, *standards.joint)]
    lines += [_said_line(row, "") for row in standards.history]
    lines += [_said_line(row, "false") for row in standards.not_adopted]
    return csv_file(f"standards-{standards.on}", [list(STANDARD_NAMES), *lines])


def _said_line(row: Said, in_force: str) -> list[str]:
    until = row.until.isoformat() if row.until else ""
    return [
        row.key, row.name, row.value, row.since.isoformat(), until, row.clause, row.source,
        row.trust, in_force,
    ]  # fmt: skip
