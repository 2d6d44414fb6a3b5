"""A city whose record has entries under a checkpoint. Models are imported late."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pytest_django import Settings

if TYPE_CHECKING:
    from accounts.models import User


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    """A folder of the record's own: what was signed for one database is no other's."""
    settings.RECORD_DIR = tmp_path / "record"
    return tmp_path / "record"


@pytest.fixture
def people(committed_db: str, folder: Path) -> Iterator[dict[str, "User"]]:
    """The people of a demonstration whose steps are committed, so that the log can take them."""
    from core import demonstration
    from tests import people

    yield people.open_demonstration()
    demonstration._known.clear()


@pytest.fixture
def recorded(people: dict[str, "User"]) -> dict[str, "User"]:
    """The same city with what has happened so far under a checkpoint."""
    from ledger import sequencer

    assert sequencer.run() > 0
    return people
