"""A demonstration city with its rules and its people."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.builders import People


@pytest.fixture
def people(db: None) -> "People":
    """Everybody of the demonstration."""
    from tests.people import open_demonstration

    return open_demonstration()
