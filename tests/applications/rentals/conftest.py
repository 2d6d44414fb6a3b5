"""The scene of these tests."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from accounts.models import User
    from applications.models import Application


@pytest.fixture
def case(people: "dict[str, User]") -> "Application":
    """Of the shop, for temporary use; two units are in the register."""
    from tests.applications.rentals.renting import register, wanting

    register(people, "Z-1", "Z-2")
    return wanting(people)
