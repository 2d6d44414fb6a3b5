from collections.abc import Iterator

import pytest

from core import demonstration


@pytest.fixture(autouse=True)
def _forget_what_the_database_is() -> Iterator[None]:
    """Each test opens its own city; what the last one was must not be remembered."""
    demonstration._known.clear()
    yield
    demonstration._known.clear()
