from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from core import demonstration


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Settings) -> Path:
    """An empty place for documents."""
    settings.MEDIA_ROOT = tmp_path / "documents"
    return tmp_path / "documents"


@pytest.fixture(autouse=True)
def _own_rules(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What a test registers is gone after it, and so is what the database was."""
    monkeypatch.setattr("documents.queries._rules", {})
    demonstration._known.clear()
    yield
    demonstration._known.clear()
