"""A demonstration city with its rules and its people."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.approvals.people import Cast


@pytest.fixture
def people(db: None) -> "Cast":
    """A city on Monday 2 March 2026 at ten in the morning, with everybody hired."""
    from tests.approvals.people import open_city_for_tests

    return open_city_for_tests()
