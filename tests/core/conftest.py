"""A demonstration city, rolled back or in a database of the test's own."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from accounts.models import User


@pytest.fixture
def people(with_people: None, db: None) -> "dict[str, User]":
    """The people of the contract, by username, in an open demonstration city."""
    from tests.people import open_demonstration

    return open_demonstration()
