"""Where a group stands against the plan's target, and what the year comes to."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from reliability.indices.customers import Cell, Days, year_of
from reliability.indices.figures import Figure, Forecast, Outcome, Tally, forecast, outcome
from reliability.indices.formulas import Indices
from reliability.rules import Target

GROUP = Cell("510302", "urban", "medium")
TARGET = Target(Decimal(5), Decimal(8), "plan 2(4)")
JUNE = Days(date(2026, 1, 1), date(2026, 6, 30))


def figure(
    year: int, hours: str | None, covered: Days | None = None, *, still_off: int = 0
) -> Figure:
    days = year_of(year)
    if hours is None:
        return Figure(GROUP, days)
    found = Indices(saidi=Fraction(hours))
    tally = Tally(still_off=still_off)
    return Figure(GROUP, days, covered or days, Fraction(100), tally, counted=found)


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [
        ("5", None, Outcome.MET),
        ("5.0001", None, Outcome.MISSED),
        ("9.2", "10", Outcome.MET),
        ("9.2001", "10", Outcome.MISSED),
        ("0", "0", Outcome.MET),
        ("6", "0", Outcome.MISSED),
    ],
)
def test_a_year_that_is_over_is_met_by_the_hours_or_by_the_fall(
    now: str, before: str | None, expected: Outcome
) -> None:
    assert outcome(figure(2026, now), figure(2025, before), None, TARGET) is expected


@pytest.mark.parametrize(
    ("now", "before", "foreseen", "expected"),
    [
        ("2", None, "4.9", Outcome.ON_COURSE),
        ("2", None, "5.1", Outcome.AT_RISK),
        ("2", "10", "9", Outcome.ON_COURSE),
        # What is lost is not taken back, though the fall may still be reached.
        ("6", "10", "9", Outcome.ON_COURSE),
        ("6", "10", "9.3", Outcome.AT_RISK),
        ("6", None, "9", Outcome.MISSED),
    ],
)
def test_a_year_that_goes_on_is_judged_by_its_forecast(
    now: str, before: str | None, foreseen: str, expected: Outcome
) -> None:
    so_far = figure(2026, now, JUNE)
    guess = Forecast(Fraction(foreseen), by_last_year=False)
    assert outcome(so_far, figure(2025, before), guess, TARGET) is expected


def test_power_that_is_still_off_leaves_the_year_open() -> None:
    open_year = figure(2026, "4", still_off=1)
    found = forecast(open_year, figure(2025, None), Fraction(0))
    assert found == Forecast(Fraction(4), by_last_year=False)
    assert outcome(open_year, figure(2025, None), found, TARGET) is Outcome.ON_COURSE


def test_without_figure_or_limit_nothing_is_said() -> None:
    assert outcome(figure(2026, None), figure(2025, "4"), None, TARGET) is None
    assert outcome(figure(2026, "4"), figure(2025, "4"), None, Target()) is None


def test_the_rest_of_the_year_is_foreseen_as_it_was_or_as_it_goes() -> None:
    so_far = figure(2026, "2", JUNE)
    assert forecast(so_far, figure(2025, "7"), Fraction(3)) == Forecast(
        Fraction(5), by_last_year=True
    )
    assert forecast(so_far, figure(2025, None), None) == Forecast(
        2 + Fraction(2, 181) * 184, by_last_year=False
    )
    assert forecast(figure(2026, None), figure(2025, "7"), None) is None
