"""The tables of the pages of the record."""

import re
from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.roles import role_words
from core.events import words_of
from core.templatetags.city import day, figure, instant
from disclosure.record.queries import KeyShown, WitnessShown, file_url
from disclosure.tables import Context, Shown, drawn
from ledger.models import Checkpoint, Entry, Leaf
from publishing.columns import NOTHING
from publishing.tables import Wording

SHORT = 16


def short(value: bytes) -> str:
    """The first half of the digits that people compare by eye."""
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
        Shown(_("Used for"), _range),
        Shown(_("Introduced by"), _introduced),
        Shown(_("Fingerprint (SHA-256)"), lambda key: grouped(key.fingerprint)),
    ]
    return drawn(columns, list(keys), _("Keys of the record"))


def _range(key: KeyShown) -> str:
    since = figure(key.from_size)
    if key.until_size is None:
        return _("from entry {since}, in use").format(since=since)
    return _("from entry {since} to {until}").format(since=since, until=figure(key.until_size))


def _introduced(key: KeyShown) -> str:
    if key.introduced:
        return _("the key of the record before it")
    return _("nobody: it is the first") if key.first else _("nobody: the key before it was lost")


ENDED = re.compile(r"epoch_(\d+)_size_(\d+)")


def gap_lines(gaps: Iterable[Entry]) -> list[str]:
    words = _("Epoch {epoch} ended with {size} entries; its end was lost. Declared {at}.")
    lines = []
    for gap in gaps:
        epoch, size = ENDED.findall(gap.from_state)[0]
        lines.append(words.format(epoch=epoch, size=figure(int(size)), at=instant(gap.at)))
    return lines


def witnesses_table(witnesses: Iterable[WitnessShown]) -> Context:
    """Who outside cosigns, and up to where."""
    columns = [
        Shown(_("Witness"), lambda row: row.name),
        Shown(_("Since"), lambda row: day(row.since)),
        Shown(_("Cosigned last"), _cosigned),
        Shown(_("Fingerprint (SHA-256)"), lambda row: grouped(row.fingerprint)),
    ]
    return drawn(columns, list(witnesses), _("Witnesses"))


def _cosigned(row: WitnessShown) -> str:
    if row.cosigned_at is None or row.cosigned_size is None:
        return _("nothing yet")
    words = _("{size} entries, {at}") if row.active else _("{size} entries, {at}; no longer asked")
    return words.format(size=figure(row.cosigned_size), at=instant(row.cosigned_at))


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
    """Entries of the record: what happened when under which role, nothing of whom."""
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
    """One entry in words, for `components/summary_list.html`."""
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
