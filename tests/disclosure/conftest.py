"""A demonstration city with its people. Models are imported late: Django is set up after this."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from accounts.models import User


@pytest.fixture
def city(with_people: None, db: None) -> Iterator[dict[str, "User"]]:
    """The people of the demonstration by username; the database's answer is not remembered."""
    from core import demonstration
    from tests import people

    yield people.open_demonstration()
    demonstration._known.clear()


@pytest.fixture
def lead(city: dict[str, "User"]) -> "User":
    """The supply company's lead, who keeps the published tables."""
    return city["supply-lead"]
