"""The programs to download that check the record without the portal."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.templatetags.static import static
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

FOLDER = "record"


@dataclass(frozen=True)
class Tool:
    """One program: what it is for, where it lies, its SHA-256 and how it is run."""

    name: str
    purpose: str | Promise
    commands: tuple[str, ...]

    @property
    def url(self) -> str:
        """Where it is downloaded."""
        return static(f"{FOLDER}/{self.name}")

    @property
    def path(self) -> Path:
        """Where it lies here."""
        return Path(settings.BASE_DIR) / "static" / FOLDER / self.name

    @property
    def digest(self) -> str:
        """SHA-256 of the file, in hex."""
        return _digest(self.path, self.path.stat().st_mtime_ns)


@lru_cache(maxsize=8)
def _digest(path: Path, changed: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def tools(record_url: str, origin: str, vkey: str) -> list[Tool]:
    """Return the programs with their commands.

    Args:
        record_url: where the files of the record lie.
        origin, vkey: name and key of the log in use; empty before there is one.
    """
    return [_verifier(record_url), _witness(record_url, origin, vkey)]


def _verifier(record_url: str) -> Tool:
    return Tool(
        "tongdian_verify.py",
        _("Checks the whole record, or one receipt. Needs only Python 3.9 or newer."),
        (
            "python tongdian_verify.py receipt FILE-receipt.json",
            f"python tongdian_verify.py log {record_url}",
            f"python tongdian_verify.py log {record_url} --checkpoint KEPT",
        ),
    )


def _witness(record_url: str, origin: str, vkey: str) -> Tool:
    log = f"--origin {origin or 'ORIGIN'} --log-vkey {vkey or 'VKEY'}"
    return Tool(
        "tongdian_witness.py",
        _(
            "Lets an office outside watch: it keeps each checkpoint, refuses one that denies "
            "an older one, and cosigns the rest. Needs the program above in the same folder, and "
            "the Python package cryptography."
        ),
        (
            "python tongdian_witness.py init --name OFFICE/witness",
            f"python tongdian_witness.py serve {log} --keys {record_url}keys.json",
            "python tongdian_witness.py show",
        ),
    )
