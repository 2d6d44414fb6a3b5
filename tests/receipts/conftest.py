"""A demonstration city with its people."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from accounts.models import User


@pytest.fixture
def people(db: None) -> "dict[str, User]":
    """The people of the contract, by username, in an open demonstration city."""
    from tests.people import open_demonstration

    return open_demonstration()


@pytest.fixture
def signed_city(committed_db: str) -> "dict[str, User]":
    """The same in a database of the test's own, whose record can be signed."""
    from tests.people import open_demonstration

    return open_demonstration()
