"""Instants as people write them: the end of a day is the beginning of the next."""

from datetime import UTC, datetime

import pytest
from rest_framework.exceptions import ValidationError

from core.bodies import OF_OUR_YEARS, DayField, InstantField


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2026-06-30T24:00", datetime(2026, 6, 30, 16, tzinfo=UTC)),
        ("2026-06-30 24:00:00", datetime(2026, 6, 30, 16, tzinfo=UTC)),
        ("2026-12-31T24:00:00+08:00", datetime(2026, 12, 31, 16, tzinfo=UTC)),
        ("2024-02-28T24:00Z", datetime(2024, 2, 29, tzinfo=UTC)),
        ("2026-06-30T23:59+08:00", datetime(2026, 6, 30, 15, 59, tzinfo=UTC)),
    ],
)
def test_the_end_of_a_day_is_an_instant(written: str, read: datetime) -> None:
    assert InstantField().run_validation(written) == read


@pytest.mark.parametrize(
    "written", ["2026-06-30T24:01", "2026-02-30T24:00", "9999-12-31T24:00", "24:00"]
)
def test_what_is_no_instant_is_refused(written: str) -> None:
    with pytest.raises(ValidationError):
        InstantField().run_validation(written)


@pytest.mark.parametrize(
    "written",
    ["0001-01-01T00:00", "1899-12-31T23:59", "2200-01-01T00:00", "9999-12-31T23:59-08:00"],
)
def test_an_instant_of_no_year_of_ours_is_refused(written: str) -> None:
    with pytest.raises(ValidationError) as refused:
        InstantField().run_validation(written)
    assert [str(each) for each in refused.value.detail] == [str(OF_OUR_YEARS)]


@pytest.mark.parametrize("written", ["0001-01-01", "1899-12-31", "2200-01-01", "9999-12-31"])
def test_a_day_of_no_year_of_ours_is_refused(written: str) -> None:
    with pytest.raises(ValidationError) as refused:
        DayField().run_validation(written)
    assert [str(each) for each in refused.value.detail] == [str(OF_OUR_YEARS)]
