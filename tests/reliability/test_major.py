"""Major-event days by the 2.5 beta method."""

import math
import statistics

import pytest

from reliability.indices.major import limit_of


def test_the_limit_is_of_logarithms_with_the_sample_deviation() -> None:
    found = limit_of([1.0, 2.0, 0.0, 4.0, 8.0], years=5)
    assert found is not None
    logs = [math.log(value) for value in (1, 2, 4, 8)]
    sample, population = statistics.stdev(logs), statistics.pstdev(logs)
    assert found.alpha == pytest.approx(1.5 * math.log(2), abs=1e-15)
    assert found.beta == pytest.approx(sample, abs=1e-15)
    assert found.beta != pytest.approx(population, abs=1e-3)
    assert found.minutes == pytest.approx(math.exp(1.5 * math.log(2) + 2.5 * sample), rel=1e-12)
    assert (found.days, found.provisional) == (4, False)


@pytest.mark.parametrize("daily", [[], [0.0, 0.0], [5.0], [0.0, 5.0, 0.0]])
def test_without_two_days_that_are_not_zero_it_is_undefined(daily: list[float]) -> None:
    assert limit_of(daily, years=5) is None


@pytest.mark.parametrize("minutes", [0.1, 1 / 3, 7.7, 123.456])
def test_a_day_must_be_above_the_limit_and_not_at_it(minutes: float) -> None:
    found = limit_of([minutes] * 7, years=2)
    assert found is not None
    assert (found.beta, found.provisional) == (0.0, True)
    assert not found.is_exceeded_by(minutes)
    assert found.is_exceeded_by(math.nextafter(minutes, math.inf) * (1 + 1e-12))
    assert not found.is_exceeded_by(0.0)
