"""A demonstration city with its people. Models are imported late: Django is set up after this."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from accounts.models import User


@pytest.fixture
def city(db: None) -> Iterator[dict[str, "User"]]:
    """The people of the demonstration by username, at nine on a Monday morning."""
    from core import demonstration
    from tests import people
    from tests.integrity.scenes import set_clock

    yield _at_nine(people.open_demonstration(), set_clock)
    demonstration._known.clear()


def _at_nine(found: dict[str, "User"], set_clock: object) -> dict[str, "User"]:
    set_clock("2026-11-02T09:00")  # type: ignore[operator]
    return found
