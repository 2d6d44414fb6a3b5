"""A demonstration city with its rules and its people; the apps above do not listen here."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.approvals.people import Cast


@pytest.fixture
def people(with_bureaus: None, db: None) -> Iterator["Cast"]:
    """A city on Monday 2 March 2026 at ten in the morning, with everybody hired.

    Cases belong to the app above: here only their references exist, so that app rests.
    """

    from deadlines.signals import breached
    from tests.approvals.people import cases_apart, open_city_for_tests, resting

    with cases_apart(), resting(breached):
        yield open_city_for_tests()
