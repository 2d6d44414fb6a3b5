"""An open city, rolled back or in a database of the test's own."""

import pytest


@pytest.fixture
def demonstration(db: None) -> None:
    """An open demonstration with nobody in it."""
    from core import demonstration
    from ledger.actions import open_city

    demonstration._known.clear()
    open_city(demonstration=True)


@pytest.fixture
def record(committed_db: str) -> str:
    """An open city whose record may be signed; the name of its database."""
    from tests.ledger.records import opened

    opened()
    return committed_db
