"""A demonstration city with its rules and its people; models are imported late."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from accounts.models import User


@pytest.fixture
def people(with_people: None, db: None) -> "dict[str, User]":
    """Everybody of the demonstration."""
    from tests.people import open_demonstration

    return open_demonstration()


@pytest.fixture
def city(with_people: None, db: None) -> Iterator[dict[str, "User"]]:
    """The same, at nine on a Monday morning; the database's answer is not remembered."""
    from core import demonstration
    from tests.oversight.scenes import set_clock
    from tests.people import open_demonstration

    found = open_demonstration()
    set_clock("2026-11-02T09:00")
    yield found
    demonstration._known.clear()
