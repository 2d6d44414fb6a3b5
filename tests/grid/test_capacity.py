"""Open capacity: bounded, and explained where it is limited."""

import pytest

from tests.publishing import builders


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            builders.capacity(open_kva=8001),
            ["Row 2, column “Maximum load”: Must be from 0 to 9,999,999,999."],
        ),
        (
            builders.capacity().replace(",no,", ",yes,"),
            ["Row 2, column “Why it is limited”: Say why the capacity is limited."],
        ),
        (
            builders.capacity().replace("510302", "Chengdu"),
            [("Row 2, column “District”: Must be one of: Ziliujing District, Gongjing District, "
             "Da'an District, Yantan District, Rong County, Fushun County, "
             "Zigong National High-tech Industrial Development Zone.")],
        ),
    ],
)  # fmt: skip
def test_capacity_is_bounded_and_limits_are_explained(text: str, expected: list[str]) -> None:
    assert builders.troubles("capacity", text) == expected
