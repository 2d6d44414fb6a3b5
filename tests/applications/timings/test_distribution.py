"""The figures of counted days against the plainest way to find them."""

from fractions import Fraction
from statistics import median

from hypothesis import given
from hypothesis import strategies as st

from applications.timings.distribution import NINE_TENTHS, Distribution

DAYS = st.lists(st.integers(0, 400), max_size=60)


@given(DAYS.filter(bool))
def test_mean_median_and_percentile_are_those_of_the_list(days: list[int]) -> None:
    found = Distribution.of(days)
    assert found.count == len(days)
    assert found.mean == Fraction(sum(days), len(days))
    assert found.median == Fraction(median(days))
    ninetieth = found.percentile(NINE_TENTHS)
    assert ninetieth in days
    assert sum(each <= ninetieth for each in days) * 10 >= 9 * len(days)
    assert sum(each < ninetieth for each in days) * 10 < 9 * len(days)


@given(DAYS, DAYS)
def test_two_sets_together_are_the_set_of_both(one: list[int], other: list[int]) -> None:
    both = Distribution.of(one) + Distribution.of(other)
    assert both == Distribution.of(one + other)


def test_nothing_has_no_figures() -> None:
    empty = Distribution()
    found = (empty.count, empty.mean, empty.median, empty.percentile(NINE_TENTHS))
    assert found == (0, None, None, None)
    assert empty.median_with(Distribution()) is None


def test_the_open_ones_do_not_flatter() -> None:
    """pitfalls: closed 3, 4, 5, 6 give 4.5; with 40, 60, 80 still open half are done by day 6."""
    closed, still_open = Distribution.of([3, 4, 5, 6]), Distribution.of([40, 60, 80])
    assert closed.median == Fraction(9, 2)
    assert closed.median_with(still_open) == 6
    # More are open than were ever closed: half of them is not reached.
    assert closed.median_with(Distribution.of([40] * 5)) is None
    # What has been open for less than the others took says little yet.
    assert closed.median_with(Distribution.of([0, 1])) == 4


@given(DAYS.filter(bool), DAYS)
def test_open_ones_only_put_the_median_off(closed: list[int], still_open: list[int]) -> None:
    found = Distribution.of(closed).median_with(Distribution.of(still_open))
    alone = Distribution.of(closed).median_with(Distribution())
    assert alone is not None
    assert found is None or found >= alone
