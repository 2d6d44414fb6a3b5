"""What stands on a receipt: one content for the page and for the paper."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.roles import role_words
from applications.header import sentence
from applications.receipts import said
from applications.receipts.reading import Found
from applications.wording import kind_words, place_words
from applications.workflow import NOBODY
from approvals.wording import bureau_name, permit_name
from core.clock import city_now
from core.demonstration import is_demonstration
from core.events import words_of
from core.templatetags.city import figure, holder_name, instant, masked_name
from deadlines.timeleft import TimeLeft, times_left
from ledger.receipts import Opening, Proven, Standing, number_of, opening_of, proven
from ledger.verify import leaf_hash
from rules.city import city

CHECK = "/disclosure/record/check/"
DIGEST = "digest"


@dataclass(frozen=True, slots=True)
class Row:
    """A fact; `kind` is `digest` for a hash, which may be shortened where there is little room."""

    key: str
    lines: list[str]
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """Facts under a heading, and sentences beneath them."""

    title: str
    rows: list[Row] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The whole receipt in one language; `issuer` heads the paper, as the site heads the page."""

    issuer: str
    title: str
    number: str
    what: str
    sections: list[Section]
    check: Section


@dataclass(frozen=True, slots=True)
class Reading:
    """A receipt with everything read that it says, at one instant.

    Args:
        found: the step, and what of it may be read.
        opening: what the entry commits to; None where it is gone or not for the reader.
        proven: where the entry stands in the log, once it does.
        standing: who has the case.
        left: its time left.
    """

    found: Found
    opening: Opening | None
    proven: Proven | None
    standing: Standing
    left: TimeLeft

    @property
    def number(self) -> str:
        """The number of the receipt."""
        return number_of(self.found.case.number, self.found.entry.case_seq)

    def check_url(self, base: str) -> str:
        """Return the address at which a receipt is checked; no server hears what follows the #.

        Args:
            base: scheme and host of the site.
        """
        index = "" if self.proven is None else self.proven.index
        leaf = leaf_hash(self.found.entry).hex()
        return f"{base.rstrip('/')}{CHECK}#{self.number}.{index}.{leaf}"


def read(found: Found) -> Reading:
    """Read what a receipt says."""
    case, now = found.case, city_now()
    left = times_left([case.ref], now)[case.ref]
    standing = Standing(
        holder=case.holder or NOBODY,
        held_since=case.held_since if case.holder else case.ended_at,
        due_on=None if left.ended else left.due_on,
        as_of=now,
    )
    opening = opening_of(found.entry) if found.opened else None
    return Reading(found, opening, proven(found.entry), standing, left)


def sheet(reading: Reading) -> Sheet:
    """Return the receipt in the reader's language."""
    found = reading.found
    sections = (
        _step(reading), _said(reading), _documents(reading), _standing(reading), _record(reading),
    )  # fmt: skip
    return Sheet(
        issuer=_issuer(),
        title=_("Receipt"),
        number=reading.number,
        what=_what(found),
        sections=[section for section in sections if section.rows or section.notes],
        check=_check(),
    )


def _issuer() -> str:
    names = [str(city().name), _("Tongdian")]
    return " · ".join([*names, _("Demonstration city")] if is_demonstration() else names)


def _what(found: Found) -> str:
    words = words_of(found.entry.type, found.entry.to_state)
    if found.permit is None:
        return words
    values = {"what": words, "permit": permit_name(found.permit.permit)}
    return _("{what}: {permit}").format(**values)


def _step(reading: Reading) -> Section:
    return Section("", [Row(key, [value]) for key, value in _facts(reading.found) if value])


def _facts(found: Found) -> Iterator[tuple[str, str]]:
    case, entry, permit = found.case, found.entry, found.permit
    yield _("At what time"), f"{instant(entry.at)}:{entry.at:%S}"
    if entry.effective_at:
        yield _("Dated at, by law"), instant(entry.effective_at)
    yield _("By whom"), role_words(entry.actor_role)
    if permit:
        yield _("Bureau"), bureau_name(permit.bureau)
    yield _("Case number"), case.number
    yield _("Kind"), kind_words(case.kind)
    yield _("District and township"), place_words(case)
    if found.whole:
        yield _("Applicant"), masked_name(case.applicant_name)


def _said(reading: Reading) -> Section:
    if reading.opening:
        rows = said.rows(reading.opening.data)
        return Section(_("What it says"), [Row(key, lines) for key, lines in rows])
    if not reading.found.opened:
        note = _("The words of a rating are for the applicant and the supply company alone.")
    else:
        note = _(
            "What this step committed to was forgotten: it has been deleted, or is older than its"
            " keeping. That the step was taken, when and as what, is proved all the same."
        )
    return Section(_("What it says"), notes=[note])


def _documents(reading: Reading) -> Section:
    rows = said.documents(reading.opening.data) if reading.opening else []
    if not rows:
        return Section("")
    note = _(
        "The digits are the SHA-256 digest of each file as it was received. Only that very file"
        " has this digest."
    )
    return Section(
        _("Documents received"), [Row(name, [digest], DIGEST) for name, digest in rows], [note]
    )


def _standing(reading: Reading) -> Section:
    case, standing = reading.found.case, reading.standing
    words = sentence(case, reading.left, standing.as_of)
    note = _("As of {instant}; this part is for information.").format(
        instant=instant(standing.as_of)
    )
    rows = [Row(_("Where it stands"), [words])]
    if case.holder:
        holder = Row(_("Who has it"), [holder_name(case.holder)])
        rows = [holder, Row(_("Until when"), [words])]
    return Section(_("Where the case stands"), rows, [note])


def _record(reading: Reading) -> Section:
    found = reading.proven
    row = Row(_("Digest of the entry"), [leaf_hash(reading.found.entry).hex()], DIGEST)
    if found is None or found.checkpoint is None:
        return Section(_("In the record"), [row], [_promise()])
    point = found.checkpoint
    values: dict[str, Any] = {
        "index": figure(found.index),
        "size": figure(point.size),
        "instant": instant(point.signed_at),
    }
    note = _(
        "In the record: leaf {index} of the public log, proved up to its checkpoint of {size}"
        " entries, signed {instant}."
    )
    return Section(_("In the record"), [row], [note.format(**values)])


def _promise() -> str:
    return _(
        "It will be in the public record within {minutes}. Until then the signed promise in this"
        " receipt stands for it; got again later, the receipt holds the proof itself."
    ).format(minutes=_minutes(settings.RECORD_WITHIN_SECONDS // 60))


def _minutes(count: int) -> str:
    return ngettext("{count} minute", "{count} minutes", count).format(count=count)


def _check() -> Section:
    notes = [
        _(
            "Anybody can check this receipt, without an account: read the code with a phone, or"
            " open the page “Check a receipt” and give it the file."
        ),
        _(
            "The file is never sent anywhere: it is checked in your own browser. The receipt stays"
            " valid for ever, also without this site; the program for that is on the same page."
        ),
    ]
    return Section(_("How to check it"), notes=notes)
