from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.accounts.identity import Service


@pytest.fixture
def service() -> Iterator["Service"]:
    """A city that has identity services, which a counterpart plays."""
    from tests.accounts.identity import identity_service

    with identity_service() as found:
        yield found
