"""How a document of a case can come besides an upload: from the licence library, or as staff
accepted it before. Both take a party whose identity is confirmed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.identities import ConfirmedIdentity
from accounts.models import User
from accounts.oidc.services import Service, with_face_check
from applications import checklist
from applications.checklist import SUBJECT
from applications.licences import library
from applications.models import Application
from applications.states import ENDED
from applications.who import as_applicant
from core.clock import city_now, local_date, months_after
from core.fields import text_digest
from core.problems import Text
from documents.models import Document
from documents.queries import about
from ledger.models import Entry
from rules.city import city
from rules.files import Words
from rules.licences import PLACE, LicenceKind, licence_rules
from rules.names import COMPANY
from rules.registry import current

UNCONFIRMED: Final = _(
    "For this your identity has to be confirmed first, by an identity service or a face check. "
    "Uploading is as good."
)
SOMEBODY_ELSE: Final = _(
    "This application is of somebody else than your confirmed identity names. Uploading is as good."
)
NOT_OFFERED: Final = _("This document cannot be fetched now: it is here, or none has it.")
AT_A_COUNTER: Final = _(
    "At a counter nothing is fetched or used again: the customer agrees to that, with a session of "
    "one's own. Scan the document, or let the customer go on online."
)


@dataclass(frozen=True, slots=True)
class Fetching:
    """A licence that the library may have. `consent` is what is agreed to; `refused` why this
    person cannot have it fetched, empty where nothing stands against it."""

    kind: LicenceKind
    consent: Words
    refused: Text

    @property
    def face_checks(self) -> list[Service]:
        """Where whoever lacks a confirmed identity alone has it confirmed."""
        return with_face_check() if self.refused is UNCONFIRMED else []

    @property
    def text(self) -> str:
        return str(self.consent)

    @property
    def sha256(self) -> str:
        return text_digest(self.text)


@dataclass(frozen=True, slots=True)
class Accepted:
    """A document as staff accepted it in an earlier case."""

    files: tuple[Document, ...]
    accepted_at: datetime


@dataclass(frozen=True, slots=True)
class Ways:
    fetching: Fetching | None = None
    accepted: Accepted | None = None


NONE: Final = Ways()


def ways_of(case: Application, user: User, files: Sequence[Document]) -> dict[str, Ways]:
    """By document what else than an upload this person has, of those that are missing; `files` are
    those of the case."""
    if not case.kind or case.state in ENDED or as_applicant(case, user) is None:
        return {}
    here = checklist.met(case, files)
    codes = {need.code for need in case.requirements()} - here
    rules = licence_rules()
    kinds = {
        code: kind
        for code in codes
        if library.is_open() and (kind := rules.kind_for(code, case.applicant_type))
    }
    scopes = {code: rules.reuse[code] for code in codes if code in rules.reuse}
    if case.channel == Application.Channel.COUNTER or not (kinds or scopes):
        return {}
    identity = ConfirmedIdentity.objects.of(user.party_id)
    refused = refusal_of(case, identity)
    own = identity is not None and bytes(identity.id_digest) == bytes(case.id_digest)
    known = {file.sha256 for file in files}
    accepted = accepted_before(case, user, scopes, known) if own and scopes else {}
    fetching = {
        code: Fetching(kind, consent_of(case, kind), refused) for code, kind in kinds.items()
    }
    return {
        code: Ways(fetching.get(code), accepted.get(code))
        for code in fetching.keys() | accepted.keys()
    }


def refusal_of(case: Application, identity: ConfirmedIdentity | None) -> Text:
    """Why nothing is fetched for a person; of a company the library says whether one may."""
    if identity is None:
        return UNCONFIRMED
    same = bytes(identity.id_digest) == bytes(case.id_digest)
    return "" if same or case.applicant_type == COMPANY else SOMEBODY_ELSE


def consent_of(case: Application, kind: LicenceKind) -> Words:
    """What is agreed to before a licence is fetched for a case."""
    document = city().requirement_name(kind.meets, case.applicant_type)
    return licence_rules().consent_to(kind, case.applicant_type, document, case.number)


def accepted_before(
    case: Application, user: User, scopes: Mapping[str, str], known: set[str]
) -> dict[str, Accepted]:
    """By document the files of the same applicant's earlier case of the same party that staff
    accepted last, as long as the rules let them serve and none has run out.

    Args:
        scopes: of which documents, and whether the address has to be the same.
        known: the SHA-256 of files that the case has already: what was asked for anew is not
            answered by the same file.
    """
    today = local_date(city_now())
    rule = current().in_force(on=today).get("document.reuse.months")
    if rule is None:
        return {}
    earlier = {
        row.ref: row
        for row in Application.objects.filter(
            filed_by=user.party_id, channel=Application.Channel.ONLINE, id_digest=case.id_digest
        )
        .exclude(pk=case.pk)
        .only("ref", "address_digest", "supplement_items", "supplements_asked")
    }
    steps = Entry.objects.filter(case_ref__in=earlier, type="case.accepted").order_by("-at")
    found: dict[str, Accepted] = {}
    for ref, at in steps.values_list("case_ref", "at"):
        if months_after(local_date(at), int(rule.number)) < today:
            break
        before = earlier[ref]
        here = bytes(before.address_digest) == bytes(case.address_digest)
        open_ = {code for code, scope in scopes.items() if scope != PLACE or here} - found.keys()
        files = accepted_files(before, at, open_, today) if open_ else {}
        found |= {
            code: Accepted(tuple(rows), at)
            for code, rows in files.items()
            if not known & {row.sha256 for row in rows}
        }
    return found


def accepted_files(
    case: Application, at: datetime, codes: set[str], today: date
) -> dict[str, list[Document]]:
    """By document the files that a case was accepted with: those that were not asked for anew after
    they came, that nobody used again before, and of which none has run out."""
    asked = Entry.objects.filter(case_ref=case.ref, type__in=checklist.ASKED, at__lt=at)
    last = asked.order_by("-at").values_list("at", flat=True).first()
    anew = {item["requirement"] for item in case.supplement_items} if last else set()
    if case.supplements_asked > 1:
        # What an earlier request named is not known any more.
        anew = codes
    files: dict[str, list[Document]] = {}
    rows = about(SUBJECT, case.pk).filter(
        ~Q(source=Document.Source.EARLIER), requirement__in=codes, uploaded_at__lte=at
    )
    for row in rows.filter(erased_at=None):
        if last is None or row.requirement not in anew or row.uploaded_at > last:
            files.setdefault(row.requirement, []).append(row)
    return {
        code: found
        for code, found in files.items()
        if all(row.is_open and (row.valid_until or today) >= today for row in found)
    }
