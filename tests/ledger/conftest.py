"""An open city, rolled back or in a database of the test's own."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from accounts.models import User


@pytest.fixture
def demonstration(db: None) -> None:
    """An open demonstration with nobody in it."""
    from core import demonstration
    from ledger.actions import open_city

    demonstration._known.clear()
    open_city(demonstration=True)


@pytest.fixture
def people(with_people: None, db: None) -> "dict[str, User]":
    """The people of the contract, by username, in an open demonstration city."""
    from tests.people import open_demonstration

    return open_demonstration()


@pytest.fixture
def record(committed_db: str) -> str:
    """An open city whose record may be signed; the name of its database."""
    from tests.ledger.records import opened

    opened()
    return committed_db
