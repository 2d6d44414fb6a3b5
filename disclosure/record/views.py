import hashlib
import re
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.roles import role_words
from core.events import words_of
from core.paging import page_of
from core.templatetags.city import day, figure, instant
from disclosure.public import public_page
from disclosure.record import queries
from disclosure.record.queries import KeyShown, WitnessShown, file_url
from disclosure.record.script import words
from disclosure.tables import Context, Shown, drawn
from ledger import log
from ledger.models import Checkpoint, Entry, Leaf
from ledger.record import canonical
from publishing.columns import NOTHING
from publishing.tables import Wording

SHORT = 16
ENDED = re.compile(r"epoch_(\d+)_size_(\d+)")


@dataclass(frozen=True)
class Tool:
    """A program that checks the record without the portal; `{places}` of its commands are filled
    with those of this site."""

    name: str
    purpose: str | Promise
    commands: tuple[str, ...]

    @property
    def url(self) -> str:
        return static(f"record/{self.name}")

    @property
    def digest(self) -> str:
        path = Path(settings.BASE_DIR) / "static" / "record" / self.name
        return hashlib.sha256(path.read_bytes()).hexdigest()


TOOLS = (
    Tool(
        "tongdian_verify.py",
        gettext_lazy("Checks the whole record, or one receipt. Needs only Python 3.9 or newer."),
        (
            "python tongdian_verify.py receipt FILE-receipt.json",
            "python tongdian_verify.py log {files}",
            "python tongdian_verify.py log {files} --checkpoint KEPT",
        ),
    ),
    Tool(
        "tongdian_witness.py",
        gettext_lazy(
            "Lets an office outside watch: it keeps each checkpoint, refuses one that denies "
            "an older one, and cosigns the rest. Needs the program above in the same folder, "
            "and the Python package cryptography."
        ),
        (
            "python tongdian_witness.py init --name OFFICE/witness",
            (
                "python tongdian_witness.py serve --origin {origin} --log-vkey {vkey}"
                " --keys {files}keys.json"
            ),
            "python tongdian_witness.py show",
        ),
    ),
)


@public_page
def index(request: HttpRequest) -> HttpResponse:
    standing = queries.standing()
    published = queries.published_keys()
    keys = queries.shown_keys(published)
    context: dict[str, Any] = {
        "standing": standing,
        "gaps": gap_lines(queries.gaps()),
        "keys": keys_table(keys),
        "witnesses": witnesses_table(queries.witnesses()),
        "days": days_table(queries.newest_days()),
        "entries": entries_table(queries.newest_leaves()),
        "files": file_url(),
        "origin": published["origin"] if published else "",
    }
    newest = standing.checkpoint
    if newest:  # in the forms that a reader compares
        context |= {
            "root": b64encode(newest.root).decode(),
            "root_hex": newest.root.hex(),
            "checkpoint_url": file_url(f"{newest.epoch}/checkpoint"),
        }
    vkeys = [key.vkey for key in keys if key.purpose == "log"]
    places = {
        "files": request.build_absolute_uri(file_url()),
        "origin": newest.origin if newest else "ORIGIN",
        "vkey": vkeys[-1] if vkeys else "VKEY",
    }
    context["tools"] = [
        replace(tool, commands=tuple(line.format(**places) for line in tool.commands))
        for tool in TOOLS
    ]
    return render(request, "disclosure/record/index.html", context)


@public_page
def check(request: HttpRequest) -> HttpResponse:
    """The check itself runs on the reader's own device."""
    context = {
        "words": words(),
        "keys": queries.published_keys(),
        "files": file_url(),
        "place": reverse("api-record-leaf", args=["LEAF"]),
    }
    return render(request, "disclosure/record/check.html", context)


@public_page
def checkpoints(request: HttpRequest) -> HttpResponse:
    page = page_of(request, queries.daily(), order=queries.DAILY_ORDER)
    context = {"page": page, "table": days_table(page.rows)}
    return render(request, "disclosure/record/checkpoints.html", context)


@public_page
def entries(request: HttpRequest) -> HttpResponse:
    asked = request.GET.get("hash", "").strip().lower()
    if asked and (found := queries.leaf_of(asked)):
        return HttpResponseRedirect(reverse("disclosure:record-entry", args=[found.index]))
    page = page_of(request, queries.leaves(), order=("-index",))
    context = {"page": page, "table": entries_table(page.rows), "asked": asked}
    status = 404 if asked else 200
    return render(request, "disclosure/record/entries.html", context, status=status)


@public_page
def entry(request: HttpRequest, index: int) -> HttpResponse:
    leaf = queries.leaf_at(index)
    covering = log.covering(index)
    proof = log.inclusion(index, covering.size) if covering else []
    context = {
        "index": index,
        "facts": facts(leaf),
        "text": canonical(leaf.entry),
        "hash": bytes(leaf.hash).hex(),
        "covering": covering,
        "proof": [b64encode(step).decode() for step in proof],
        "root": b64encode(covering.root).decode() if covering else "",
    }
    return render(request, "disclosure/record/entry.html", context)


def short(value: bytes) -> str:
    return f"{value.hex()[:SHORT]}…"


def grouped(digits: str) -> str:
    """Digits in groups of eight, as people compare them aloud; narrow pages break between them."""
    return " ".join(digits[place : place + 8] for place in range(0, len(digits), 8))


def keys_table(keys: Iterable[KeyShown]) -> Context:
    columns = [
        Shown(
            _("Signs"),
            lambda key: (
                _("Receipts")
                if key.purpose == "receipt"
                else _("The record, epoch {epoch}").format(epoch=key.epoch)
            ),
        ),
        Shown(
            _("Used for"),
            lambda key: (
                _("from entry {since}, in use")
                if key.until_size is None
                else _("from entry {since} to {until}")
            ).format(since=figure(key.from_size), until=figure(key.until_size)),
        ),
        Shown(
            _("Introduced by"),
            lambda key: (
                _("the key of the record before it")
                if key.introduced
                else (
                    _("nobody: it is the first")
                    if key.first
                    else _("nobody: the key before it was lost")
                )
            ),
        ),
        Shown(_("Fingerprint (SHA-256)"), lambda key: grouped(key.fingerprint)),
    ]
    return drawn(columns, list(keys), _("Keys of the record"))


def gap_lines(gaps: Iterable[Entry]) -> list[str]:
    lines = []
    for gap in gaps:
        epoch, size = ENDED.findall(gap.from_state)[0]
        words = ngettext(
            "Epoch {epoch} ended with {size} entry; its end was lost. Declared {at}.",
            "Epoch {epoch} ended with {size} entries; its end was lost. Declared {at}.",
            int(size),
        )
        lines.append(words.format(epoch=epoch, size=figure(int(size)), at=instant(gap.at)))
    return lines


def _cosigned(row: WitnessShown) -> str:
    if row.cosigned_at is None:
        return _("nothing yet")
    size = row.cosigned_size or 0
    words = ngettext("{size} entry, {at}", "{size} entries, {at}", size)
    if not row.active:
        words = ngettext(
            "{size} entry, {at}; no longer asked", "{size} entries, {at}; no longer asked", size
        )
    return words.format(size=figure(size), at=instant(row.cosigned_at))


def witnesses_table(witnesses: Iterable[WitnessShown]) -> Context:
    columns = [
        Shown(_("Witness"), lambda row: row.name),
        Shown(_("Since"), lambda row: day(row.since)),
        Shown(
            _("Cosigned last"),
            _cosigned,
        ),
        Shown(_("Fingerprint (SHA-256)"), lambda row: grouped(row.fingerprint)),
    ]
    return drawn(columns, list(witnesses), _("Witnesses"))


def days_table(rows: Iterable[Checkpoint]) -> Context:
    columns = [
        Shown(_("Day"), lambda row: day(row.signed_at)),
        Shown(_("Signed at"), lambda row: instant(row.signed_at)),
        Shown(_("Entries"), lambda row: figure(row.size), numeric=True),
        Shown(_("Root"), lambda row: short(bytes(row.root))),
        Shown(
            _("File"),
            lambda row: {
                "text": _("checkpoint {size}").format(size=figure(row.size)),
                "url": file_url(f"{row.epoch}/checkpoints/{row.size}"),
            },
        ),
    ]
    empty = Wording(
        "",
        _("Nothing has been signed yet"),
        _("The first checkpoint follows the first entry within two minutes."),
    )
    return drawn(columns, list(rows), _("Last checkpoint of each day"), empty=empty)


def entries_table(rows: Iterable[Leaf]) -> Context:
    """What happened when under which role, nothing of whom."""
    columns = [
        Shown(
            _("Entry"),
            lambda leaf: {
                "text": figure(leaf.index),
                "url": reverse("disclosure:record-entry", args=[leaf.index]),
            },
        ),
        Shown(_("Recorded at"), lambda leaf: instant(leaf.entry.at)),
        Shown(_("Step"), lambda leaf: words_of(leaf.entry.type, leaf.entry.to_state)),
        Shown(_("By whom"), lambda leaf: role_words(leaf.entry.actor_role) or NOTHING),
        Shown(_("Hash"), lambda leaf: short(bytes(leaf.hash))),
    ]
    empty = Wording(
        "",
        _("The record has no entry yet"),
        _("With the first step of the first case its first entry is written here."),
    )
    return drawn(columns, list(rows), _("Entries of the record"), empty=empty)


def facts(leaf: Leaf) -> list[Context]:
    """For `components/summary_list.html`."""
    entry = leaf.entry
    rows = [
        (_("Step"), words_of(entry.type, entry.to_state)),
        (_("Recorded at"), instant(entry.at)),
        (_("Takes effect"), instant(entry.effective_at) if entry.effective_at else ""),
        (_("By whom"), role_words(entry.actor_role)),
        (_("Step of its case"), figure(entry.case_seq)),
        (_("Clock"), entry.clock),
    ]
    return [{"key": key, "value": value} for key, value in rows if value]
