"""A city whose record has entries under a checkpoint. Models are imported late."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from accounts.models import User


@pytest.fixture
def people(committed_db: str) -> "dict[str, User]":
    """The people of a demonstration whose steps are committed, so that the log can take them."""
    from tests.people import open_demonstration

    return open_demonstration()


@pytest.fixture
def recorded(people: dict[str, "User"]) -> dict[str, "User"]:
    """The same city with what has happened so far under a checkpoint."""
    from ledger import sequencer

    assert sequencer.run() > 0
    return people
