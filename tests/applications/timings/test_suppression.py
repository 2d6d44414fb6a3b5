"""No small count can be found out from what is shown: tried by looking at every other table."""

from collections.abc import Iterator, Mapping, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from applications.timings.suppression import Line, Table, hidden_cells

Cell = tuple[str, str]
LEAST = 3
#: The reader looks at no number above it: enough for the small tables here.
HIGHEST = 14


def table_of(rows: Sequence[Sequence[int]]) -> Table[Cell]:
    """Rows and columns with their totals, which stand first."""
    names = [str(at) for at in range(len(rows))]
    places = "abcd"[: len(rows[0])]
    leaves = {
        (name, place): value
        for name, row in zip(names, rows, strict=True)
        for place, value in zip(places, row, strict=True)
    }
    by_row = [Line((name, ""), [(name, place) for place in places]) for name in names]
    by_place = [Line(("", place), [(name, place) for name in names]) for place in places]
    lines = [
        Line(("", ""), [line.whole for line in by_row]),
        Line(("", ""), [line.whole for line in by_place]),
        *by_row,
        *by_place,
    ]
    values = {("", ""): sum(leaves.values())}
    values |= {line.whole: sum(leaves[cell] for cell in line.parts) for line in by_row + by_place}
    return Table(values | leaves, lines)


def readings(
    table: Table[Cell], hidden: set[Cell], found: Mapping[Cell, int] | None = None
) -> Iterator[Mapping[Cell, int]]:
    """Yield every table that shows the same: what a reader can think of."""
    known = found or {cell: value for cell, value in table.values.items() if cell not in hidden}
    for line in table.lines:
        if line.signs.keys() <= known.keys():
            off: int = sum([sign * known[cell] for cell, sign in line.signs.items()])
            if off:
                return
    left = next((cell for cell in table.values if cell not in known), None)
    if left is None:
        yield known
        return
    for value in range(1, HIGHEST):
        yield from readings(table, hidden, {**known, left: value})


def can_be(table: Table[Cell], hidden: set[Cell], cell: Cell) -> set[int]:
    """What a reader can take a cell for; at most two of it."""
    found = set[int]()
    for reading in readings(table, hidden):
        found.add(reading[cell])
        if len(found) > 1:
            break
    return found


COUNTS = st.sampled_from([0, 0, 1, 2, 3, 4])
TABLES = st.integers(2, 3).flatmap(
    lambda wide: st.lists(st.lists(COUNTS, min_size=wide, max_size=wide), min_size=2, max_size=2)
)


@settings(max_examples=60, deadline=None)
@given(TABLES)
def test_a_small_count_can_always_be_another(rows: list[list[int]]) -> None:
    table = table_of(rows)
    hidden = hidden_cells(table, LEAST)
    for cell, value in table.values.items():
        if 0 < value < LEAST:
            assert cell in hidden
            assert len(can_be(table, hidden, cell)) > 1, (rows, hidden, cell)
        if value == 0:
            assert cell not in hidden


def test_one_small_count_alone_hides_another_of_its_row_and_column() -> None:
    table = table_of([[1, 9], [9, 9]])
    hidden = hidden_cells(table, LEAST)
    # Shown: every total. Hidden: all four, or the one would follow by subtraction.
    assert hidden == {("0", "a"), ("0", "b"), ("1", "a"), ("1", "b")}


def test_where_nothing_is_small_everything_is_shown() -> None:
    assert hidden_cells(table_of([[3, 0], [7, 9]]), LEAST) == set()


def test_totals_that_leave_only_ones_are_hidden_too() -> None:
    """Two ones in a row of 2: no other whole numbers add up to it."""
    table = table_of([[1, 1], [8, 8]])
    hidden = hidden_cells(table, LEAST)
    assert len(can_be(table, hidden, ("0", "a"))) > 1
    assert ("0", "") in hidden


def year_of(months: Sequence[int]) -> Table[str]:
    names = [f"month {at}" for at in range(len(months))]
    return Table(
        {"year": sum(months), **dict(zip(names, months, strict=True))}, [Line("year", names)]
    )


@pytest.mark.parametrize(
    ("months", "year_is_hidden"),
    [
        # One month was hidden: the year less the others would tell it.
        ([1, 8, 8], True),
        # Two were, and each can be another number.
        ([1, 2, 8], False),
        # Two were, and both can only be 1.
        ([1, 1, 8], True),
        ([8, 8, 8], False),
    ],
)
def test_a_year_does_not_tell_what_a_month_has_hidden(
    months: list[int], year_is_hidden: bool
) -> None:
    table = year_of(months)
    dark = {name for name, value in table.values.items() if value < LEAST}
    shown = set(table.values) - dark - {"year"}
    hidden = hidden_cells(table, LEAST, must=dark, shown=shown)
    assert ("year" in hidden) is year_is_hidden
    assert not hidden & shown
