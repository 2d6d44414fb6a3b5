"""A demonstration city in a database of the test's own, for several processes at once."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from accounts.models import User


@pytest.fixture
def people(with_people: None, committed_db: str) -> "dict[str, User]":
    """The people of the contract, by username."""
    from tests.people import open_demonstration

    return open_demonstration()
