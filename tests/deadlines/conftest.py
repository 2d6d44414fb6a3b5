"""A city in which time can be moved."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.approvals.people import Cast


@pytest.fixture
def demonstration(db: None) -> None:
    """An open demonstration with nobody in it."""
    from core import demonstration
    from ledger.actions import open_city

    demonstration._known.clear()
    open_city(demonstration=True)


@pytest.fixture
def cast(with_bureaus: None, db: None) -> "Cast":
    """The people of the bureaus, on Monday 2 March 2026 at ten in the morning."""
    from tests.approvals.people import open_city_for_tests

    return open_city_for_tests()
