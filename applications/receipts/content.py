"""What a receipt says: one content for the page and for the paper, in the reader's language."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.roles import role_words
from applications.appointments.serializers import Purpose
from applications.contracts.models import KEPT, PAPER, Contract
from applications.header import sentence
from applications.inspections.models import ItemResult
from applications.inspections.queries import other_name
from applications.plans.reading import recorded_boundary, recorded_lines
from applications.receipts.lookup import Found
from applications.states import NOBODY
from applications.wording import RATINGS, kind_words, place_words
from approvals.advice.serializers import Verdict
from approvals.decision import clause_words, recorded_points
from approvals.missing import item_words
from approvals.models import Round
from approvals.offices import office_of
from approvals.roads.approving import approval_lines
from approvals.wording import GROUNDS, ROUTES, permit_name, works_rows
from core.clock import city_now
from core.demonstration import is_demonstration
from core.events import words_of
from core.templatetags.city import (
    calendar_days,
    day,
    figure,
    holder_name,
    instant,
    masked_name,
    money,
    working_days,
)
from deadlines.timeleft import TimeLeft, times_left
from documents.models import Document
from ledger.models import Entry
from ledger.receipts.content import Opening, Proven, Standing, number_of, opening_of, proven
from ledger.record import leaf_hash
from rules.city import city
from rules.works import Works

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
    """A receipt with everything read that it says, at one instant, whatever it is of.

    `opening` is None where it is gone or not for the reader, `proven` before the log has it."""

    number: str
    entry: Entry
    opening: Opening | None
    proven: Proven | None
    standing: Standing

    def sheet(self) -> Sheet:
        """Return what it says in the reader's language."""
        raise NotImplementedError

    def check_url(self, base: str) -> str:
        """Return where it is checked, below scheme and host; no server hears what follows the #."""
        index = "" if self.proven is None else self.proven.index
        leaf = leaf_hash(self.entry).hex()
        return f"{base.rstrip('/')}{CHECK}#{self.number}.{index}.{leaf}"


@dataclass(frozen=True, slots=True)
class CaseReading(Reading):
    """Of a step of a case."""

    found: Found
    left: TimeLeft

    def sheet(self) -> Sheet:
        return sheet(self)


def read(found: Found) -> CaseReading:
    case, entry, now = found.case, found.entry, city_now()
    left = times_left([case.ref], now)[case.ref]
    standing = Standing(
        holder=case.holder or NOBODY,
        held_since=case.held_since if case.holder else case.ended_at,
        due_on=None if left.ended else left.due_on,
        as_of=now,
    )
    return CaseReading(
        number=number_of(case.number, entry.case_seq),
        entry=entry,
        opening=opening_of(entry) if found.opened else None,
        proven=proven(entry),
        standing=standing,
        found=found,
        left=left,
    )


HOW_TO_CHECK = (
    gettext_lazy(
        "Anybody can check this receipt, without an account: read the code with a phone, or open"
        " the page “Check a receipt” and give it the file."
    ),
    gettext_lazy(
        "The file is never sent anywhere: it is checked in your own browser. The receipt stays"
        " valid for ever, also without this site; the program for that is on the same page."
    ),
)


def issuer() -> str:
    """Who gives a receipt, and whether it is one of a demonstration."""
    names = [str(city().name), _("Tongdian")]
    return " · ".join([*names, _("Demonstration city")] if is_demonstration() else names)


def sheet(reading: CaseReading) -> Sheet:
    found, standing = reading.found, reading.standing
    case, entry, permit = found.case, found.entry, found.permit
    what = words_of(entry.type, entry.to_state)
    if permit:
        what = _("{what}: {permit}").format(what=what, permit=permit_name(permit.permit))
    facts = [
        (_("At what time"), f"{instant(entry.at)}:{entry.at:%S}"),
        (_("Dated at, by law"), instant(entry.effective_at) if entry.effective_at else ""),
        (_("By whom"), role_words(entry.actor_role)),
        (_("Bureau"), office_of(permit) if permit else ""),
        (_("Case number"), case.number),
        (_("Kind"), kind_words(case.kind)),
        (_("District and township"), place_words(case)),
        (_("Applicant"), masked_name(case.applicant_name) if found.whole else ""),
    ]
    words = sentence(case, reading.left, standing.as_of)
    stands = [Row(_("Where it stands"), [words])]
    if case.holder:
        stands = [Row(_("Who has it"), [holder_name(case.holder)]), Row(_("Until when"), [words])]
    as_of = _("As of {instant}; this part is for information.")
    return Sheet(
        issuer=issuer(),
        title=_("Receipt"),
        number=reading.number,
        what=what,
        sections=[
            Section("", [Row(key, [value]) for key, value in facts if value]),
            *_said(reading),
            *_signed(reading),
            Section(
                _("Where the case stands"), stands, [as_of.format(instant=instant(standing.as_of))]
            ),
            # What it means stands before the digests that prove it.
            *received(reading),
            record(reading),
        ],
        check=how_to_check(),
    )


def how_to_check() -> Section:
    return Section(_("How to check it"), notes=[str(note) for note in HOW_TO_CHECK])


Lines = list[str]
Reader = Callable[[Any], Lines]


def _plain(value: Any) -> Lines:
    return [line for line in str(value).splitlines() if line.strip()]


def _many(value: Iterable[Any]) -> Lines:
    return [line for one in value for line in _plain(one)]


def _truth(value: Any) -> Lines:
    return [_("Yes") if value else _("No")]


def _items(value: Any) -> Lines:
    """What was named as missing: documents with reasons, or the texts of a bureau."""
    return _many(
        _("{document}: {reason}").format(
            document=_document(str(one.get("requirement"))), reason=one.get("reason")
        )
        if isinstance(one, Mapping)
        else item_words(one)
        for one in value
    )


def _checked(value: Any) -> Lines:
    """What was said of each item of a review or inspection."""
    known = city().inspection_items
    return [
        _("{item}: {result}").format(
            item=known[one["item"]].name if one["item"] in known else other_name(one["item"]),
            result=ItemResult.Result(one["result"]).label,
        )
        for one in value
    ]


def _document(code: str) -> str:
    return str(city().document_names.get(code, code))


#: How the customer of a counter has decided.
CONFIRMED_BY: dict[str, str | Promise] = {
    "code": gettext_lazy("A code sent to the customer's phone"),
    "paper": gettext_lazy("A paper that the customer signed"),
}
PURPOSES, VERDICTS = dict(Purpose.choices), dict(Verdict.choices)
#: In the order in which they are read. A value that is empty is left out.
SAID: dict[str, tuple[str | Promise, Reader]] = {
    "represents": (gettext_lazy("On behalf of"), lambda party: [holder_name(party)]),
    "by": (gettext_lazy("Confirmed by"), lambda way: [str(CONFIRMED_BY.get(way, way))]),
    "appointment": (gettext_lazy("Appointment"), lambda code: [str(PURPOSES.get(code, code))]),
    "begins_at": (
        gettext_lazy("Appointed for"),
        lambda at: [instant(datetime.fromisoformat(at))],
    ),
    "remark": (gettext_lazy("What whoever comes has to know"), _plain),
    "outcome": (gettext_lazy("What came of it"), _plain),
    "unit": (gettext_lazy("Number of the unit"), _plain),
    "from_day": (gettext_lazy("First day"), lambda said: [day(date.fromisoformat(said))]),
    "until_day": (gettext_lazy("Day of return"), lambda said: [day(date.fromisoformat(said))]),
    "condition": (gettext_lazy("Condition of the unit"), _plain),
    "damaged": (gettext_lazy("Damaged, or something missing"), _truth),
    "passed": (gettext_lazy("Passed"), _truth),
    "agree": (gettext_lazy("Agrees"), _truth),
    "summary": (gettext_lazy("Supply plan"), _plain),
    "lines": (gettext_lazy("Works and costs"), recorded_lines),
    "boundary": (gettext_lazy("Investment boundary extended"), recorded_boundary),
    "contested": (
        gettext_lazy("Contested"),
        lambda said: [f"{each['line']}. {each['reason']}" for each in said],
    ),
    "answers": (
        gettext_lazy("Answered line by line"),
        lambda said: [f"{each['line']}. {each['answer']}" for each in said],
    ),
    "until": (gettext_lazy("The plan holds until"), _plain),
    "prolonged_until": (gettext_lazy("Longer, until"), _plain),
    "items": (gettext_lazy("Named as missing"), _items),
    "findings": (gettext_lazy("Findings"), _many),
    "checked": (gettext_lazy("Looked at, item by item"), _checked),
    "review_points": (gettext_lazy("Reviewed, point by point"), recorded_points),
    "permit_number": (gettext_lazy("Permit number"), _plain),
    "conditions": (gettext_lazy("Conditions"), _plain),
    "not_dug": (gettext_lazy("Why a road that may not be dug is not dug"), _plain),
    "approval": (gettext_lazy("Government's approval"), approval_lines),
    "sha256": (gettext_lazy("SHA-256 of the text that was signed"), _plain),
    "kept": (gettext_lazy("The conditions are kept"), _truth),
    "found": (gettext_lazy("What the check found"), _plain),
    "barred_days": (
        gettext_lazy("No commitment and no filing at this bureau for"),
        lambda days: [calendar_days(days)],
    ),
    "question": (gettext_lazy("What was asked"), _plain),
    "line": (gettext_lazy("Line that was asked about (SHA-256)"), _plain),
    "verdict": (
        gettext_lazy("Advice before the application"),
        lambda code: [str(VERDICTS.get(code, code))],
    ),
    "words": (gettext_lazy("In words"), _plain),
    "reason": (gettext_lazy("Reason"), _plain),
    "clause": (gettext_lazy("By"), lambda text: [clause_words(text)]),
    "ground": (gettext_lazy("Ground"), lambda code: [str(GROUNDS.get(code, code))]),
    "expected_days": (gettext_lazy("Expected to take"), lambda days: [working_days(days)]),
    "meter_number": (gettext_lazy("Number of the meter"), _plain),
    "meter_reading": (gettext_lazy("Reading at the beginning (kWh)"), _plain),
    "item": (gettext_lazy("Item of the fee catalogue"), _plain),
    "quantity": (gettext_lazy("Quantity"), lambda value: [figure(Decimal(value))]),
    "amount_yuan": (gettext_lazy("Amount"), lambda value: [money(Decimal(value))]),
    "order": (gettext_lazy("Number of the payment"), _plain),
    "transaction": (gettext_lazy("Number at the payment provider"), _plain),
    "level": (gettext_lazy("Rating"), lambda level: [str(RATINGS.get(level, level))]),
    "comment": (gettext_lazy("Comment on the service"), _plain),
    "route": (gettext_lazy("How it is decided"), lambda code: [str(ROUTES.get(code, code))]),
    "works": (
        gettext_lazy("Works"),
        lambda value: [
            _("{key}: {value}").format(**row)
            for row in works_rows(Round(**Round.columns(Works.of(value))))
        ],
    ),
    "package": (gettext_lazy("Application package (SHA-256)"), _plain),
    "rules": (gettext_lazy("Rules"), _plain),
    "explained": (gettext_lazy("Rules as explained before the filing (SHA-256)"), _plain),
    "sealed": (gettext_lazy("Sealed electronically"), _truth),
    "stamped": (gettext_lazy("With a time stamp"), _truth),
}
#: How a supply contract was signed.
CONSENTS: dict[str, str | Promise] = {
    **dict(Contract.Consent.choices),
    PAPER: gettext_lazy("On paper, at a counter"),
}


def _said(reading: CaseReading) -> Iterator[Section]:
    """Yield what the step says, of what the entry commits to."""
    if reading.opening is None:
        note = _("What a rating says is for the applicant, and for nobody who worked on the case.")
        if reading.found.opened:
            note = _(
                "What this step committed to was forgotten: it has been deleted, or is older than"
                " its keeping. That the step was taken, when and as what, is proved all the same."
            )
        yield Section(_("What it says"), notes=[note])
        return
    data = reading.opening.data
    rows = [
        Row(str(label), lines)
        for name, (label, reader) in SAID.items()
        if data.get(name) not in (None, "") and (lines := reader(data[name]))
    ]
    if rows:
        yield Section(_("What it says"), rows)


def _signed(reading: Reading) -> Iterator[Section]:
    """Yield which text of the supply contract was signed, by its digest, and how."""
    data = reading.opening.data if reading.opening else {}
    rows = []
    if consent := data.get("consent"):
        rows.append(Row(_("How it was signed"), [str(CONSENTS.get(consent, consent))]))
    if contract := data.get("contract"):
        rows.append(Row(_("Version of the wording"), [contract["template"]]))
        rows.append(Row(_("Digest of the text"), [contract["sha256"]], DIGEST))
    if rows:
        yield Section(_("Supply contract"), rows)


def received(reading: Reading) -> Iterator[Section]:
    """Yield the documents that came with the step, each with its digest."""
    if reading.opening is None:
        return
    if received := reading.opening.data.get("documents"):
        note = _(
            "The digits are the SHA-256 digest of each file. Only that very file has this digest. A"
            " picture is kept drawn anew, without the place and the device that a camera writes"
            " into it: then both are named, the file as it was handed in and as it is kept."
        )
        rows = [row for one in received for row in _digests(one)]
        made = reading.entry.type == KEPT
        title = _("The file that is kept") if made else _("Documents received")
        yield Section(title, rows, [] if made else [note])


def _digests(one: Mapping[str, str]) -> Iterator[Row]:
    name, kept = _document(one["requirement"]), one["sha256"]
    if source := one.get("source"):
        words = {"document": name, "source": Document.Source(source).label}
        name = _("{document} ({source})").format(**words)
    if came := one.get("received_sha256"):
        as_it_came = _("{document}, as it was handed in").format(document=name)
        yield Row(as_it_came, [came], DIGEST)
        name = _("{document}, as it is kept").format(document=name)
    yield Row(name, [kept], DIGEST)


def record(reading: Reading) -> Section:
    """Return where the step stands in the record, proved or promised."""
    found = reading.proven
    if found and found.checkpoint:
        note = _(
            "In the record: leaf {index} of the public log, proved up to its checkpoint of {size}"
            " entries, signed {instant}."
        ).format(
            index=figure(found.index),
            size=figure(found.checkpoint.size),
            instant=instant(found.checkpoint.signed_at),
        )
    else:
        minutes = settings.RECORD_WITHIN_SECONDS // 60
        note = _(
            "It will be in the public record within {minutes}. Until then the signed promise in"
            " this receipt stands for it; got again later, the receipt holds the proof itself."
        ).format(
            minutes=ngettext("{count} minute", "{count} minutes", minutes).format(count=minutes)
        )
    digest = Row(_("Digest of the entry"), [leaf_hash(reading.entry).hex()], DIGEST)
    return Section(_("In the record"), [digest], [note])
