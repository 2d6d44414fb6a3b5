"""The pages of the record. They read; a receipt is checked without us, in the browser."""

import hashlib
from base64 import b64encode
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _

from core.paging import page_of
from disclosure.public import public_page
from disclosure.record import queries, tables
from disclosure.record.script import words
from ledger import log
from ledger.record import canonical


@public_page
def index(request: HttpRequest) -> HttpResponse:
    """What the record is, how it stands, who signs and watches it, and how to check it."""
    standing = queries.standing()
    published = queries.published_keys()
    keys = queries.shown_keys(published)
    context: dict[str, Any] = {
        "standing": standing,
        "gaps": tables.gap_lines(queries.gaps()),
        "keys": tables.keys_table(keys),
        "witnesses": tables.witnesses_table(queries.witnesses()),
        "days": tables.days_table(queries.newest_days()),
        "entries": tables.entries_table(queries.newest_leaves()),
        "files": queries.file_url(),
        "origin": published["origin"] if published else "",
    }
    newest = standing.checkpoint
    if newest:  # in the forms that a reader compares
        context |= {
            "root": b64encode(newest.root).decode(),
            "root_hex": newest.root.hex(),
            "checkpoint_url": queries.file_url(f"{newest.epoch}/checkpoint"),
        }
    vkeys = [key.vkey for key in keys if key.purpose == "log"]
    context["tools"] = _tools(
        request.build_absolute_uri(queries.file_url()),
        newest.origin if newest else "ORIGIN",
        vkeys[-1] if vkeys else "VKEY",
    )
    return render(request, "disclosure/record/index.html", context)


@dataclass(frozen=True)
class Tool:
    """A program that checks the record without the portal: what it is for and how it is run."""

    name: str
    purpose: str
    commands: tuple[str, ...]

    @property
    def url(self) -> str:
        return static(f"record/{self.name}")

    @property
    def digest(self) -> str:
        path = Path(settings.BASE_DIR) / "static" / "record" / self.name
        return _digest(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=8)
def _digest(path: Path, changed: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _tools(files: str, origin: str, vkey: str) -> list[Tool]:
    """The programs, their commands with the address, name and key of this record."""
    verifier = Tool(
        "tongdian_verify.py",
        _("Checks the whole record, or one receipt. Needs only Python 3.9 or newer."),
        (
            "python tongdian_verify.py receipt FILE-receipt.json",
            f"python tongdian_verify.py log {files}",
            f"python tongdian_verify.py log {files} --checkpoint KEPT",
        ),
    )
    log = f"--origin {origin} --log-vkey {vkey}"
    witness = Tool(
        "tongdian_witness.py",
        _(
            "Lets an office outside watch: it keeps each checkpoint, refuses one that denies "
            "an older one, and cosigns the rest. Needs the program above in the same folder, and "
            "the Python package cryptography."
        ),
        (
            "python tongdian_witness.py init --name OFFICE/witness",
            f"python tongdian_witness.py serve {log} --keys {files}keys.json",
            "python tongdian_witness.py show",
        ),
    )
    return [verifier, witness]


@public_page
def check(request: HttpRequest) -> HttpResponse:
    """Check a receipt, documents or a kept checkpoint on the reader's own device."""
    context = {
        "words": words(),
        "keys": queries.published_keys(),
        "files": queries.file_url(),
        "place": reverse("api-record-leaf", args=["LEAF"]),
    }
    return render(request, "disclosure/record/check.html", context)


@public_page
def checkpoints(request: HttpRequest) -> HttpResponse:
    """The last checkpoint of every day, newest first."""
    page = page_of(request, queries.daily(), order=queries.DAILY_ORDER)
    context = {"page": page, "table": tables.days_table(page.rows)}
    return render(request, "disclosure/record/checkpoints.html", context)


@public_page
def entries(request: HttpRequest) -> HttpResponse:
    """Every entry, newest first; one is found by its hash."""
    asked = request.GET.get("hash", "").strip().lower()
    if asked and (found := queries.leaf_of(asked)):
        return HttpResponseRedirect(reverse("disclosure:record-entry", args=[found.index]))
    page = page_of(request, queries.leaves(), order=("-index",))
    context = {"page": page, "table": tables.entries_table(page.rows), "asked": asked}
    status = 404 if asked else 200
    return render(request, "disclosure/record/entries.html", context, status=status)


@public_page
def entry(request: HttpRequest, index: int) -> HttpResponse:
    """One entry as it was hashed, and what proves its place."""
    leaf = queries.leaf_at(index)
    covering = log.covering(index)
    proof = log.inclusion(index, covering.size) if covering else []
    context = {
        "index": index,
        "facts": tables.facts(leaf),
        "text": canonical(leaf.entry),
        "hash": bytes(leaf.hash).hex(),
        "covering": covering,
        "proof": [b64encode(step).decode() for step in proof],
        "root": b64encode(covering.root).decode() if covering else "",
    }
    return render(request, "disclosure/record/entry.html", context)
