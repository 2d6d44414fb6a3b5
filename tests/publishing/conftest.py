from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from accounts.models import User
    from tests.publishing.programs import Program


@pytest.fixture
def program(lead: "User") -> "Program":
    """That of the supply company's lead."""
    from tests.publishing.programs import Program

    return Program(lead)
