"""A demonstration city with its rules and its people; models are imported late."""

from typing import TYPE_CHECKING

import pytest

from tests.applications.conftest import sms  # noqa: F401 (the same counterpart)

if TYPE_CHECKING:
    from accounts.models import User


@pytest.fixture
def city(people: "dict[str, User]") -> "dict[str, User]":
    """The people of the demonstration, at nine on a Monday morning."""
    from tests.oversight.scenes import set_clock

    set_clock("2026-11-02T09:00")
    return people
