"""A demonstration city with its people."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from accounts.models import User
    from tests.receipts.reading import Say


@pytest.fixture
def signed_city(with_people: None, committed_db: str) -> "dict[str, User]":
    """The same in a database of the test's own, whose record can be signed."""
    from tests.people import open_demonstration

    return open_demonstration()


@pytest.fixture
def say(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> "Say":
    """What the stand-alone program answers about a receipt, given keys from elsewhere.

    Those are the published ones, or `keys`: a file or the text of one key.
    """
    from ledger import folders
    from tests.receipts.reading import program

    def ask(receipt: dict[str, Any], keys: str = "") -> tuple[int, str]:
        file = tmp_path / "receipt.json"
        file.write_text(json.dumps(receipt), encoding="utf-8")
        published = folders.public() / "keys.json"
        known = keys or (str(published) if published.is_file() else "")
        more = ["--keys", known] if known else []
        status = program().main(["receipt", str(file), "--lang", "en", *more])
        return status, capsys.readouterr().out.partition(":")[0]

    return ask
