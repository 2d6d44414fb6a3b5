from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.money.counterpart import Counterpart, payments


@pytest.fixture
def outside(tmp_path: Path) -> Iterator[Counterpart]:
    """A city whose charges can be paid online, over the counterpart."""
    with payments(tmp_path) as counterpart:
        yield counterpart
