"""Codes sent to a phone: each for one purpose, one session and one use."""

import secrets
from datetime import timedelta
from typing import Final

from django.db.models import QuerySet, Value
from django.db.models.functions import Now
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from accounts.parties import Contact, PhoneCode
from accounts.sign_in import age
from core.fields import blind_index
from rules.limits import Meter, limits

#: What a session holds for each purpose: the code that it waits for.
ASKED: Final = {
    PhoneCode.Purpose.VISIT: "visits.asked",
    PhoneCode.Purpose.PASSWORD: "password.asked",
    PhoneCode.Purpose.PROGRESS: "progress.asked",
    PhoneCode.Purpose.CONTRACT: "contract.asked",
    PhoneCode.Purpose.SIGN_IN: "sign_in.asked",
    PhoneCode.Purpose.CONSENT: "consent.asked",
    PhoneCode.Purpose.OFFICE: "office.asked",
    PhoneCode.Purpose.PHONE: "phone.asked",
    PhoneCode.Purpose.MANDATE: "mandate.asked",
    PhoneCode.Purpose.OFFER: "offer.asked",
    PhoneCode.Purpose.CLOSE: "close.asked",
    PhoneCode.Purpose.DECISION: "decision.asked",
    PhoneCode.Purpose.OPINION: "opinion.asked",
}
#: What a session holds whose phone has shown itself for a purpose: the code, and when.
SHOWN: Final = {
    PhoneCode.Purpose.PASSWORD: "password.shown",
    PhoneCode.Purpose.PROGRESS: "progress.shown",
    PhoneCode.Purpose.SIGN_IN: "sign_in.shown",
    PhoneCode.Purpose.OFFICE: "office.shown",
    PhoneCode.Purpose.OPINION: "opinion.shown",
}
#: Rows of codes are kept for so long after their end.
KEPT = timedelta(days=1)
#: A second click on a code is that of the same person for so long.
SECOND_CLICK = timedelta(minutes=1)
#: A phone that has shown itself opens what it opens for so long.
SHOWN_LASTS = timedelta(minutes=10)
FIGURES = 6


def life() -> timedelta:
    return timedelta(minutes=limits().windows[Meter.CODE_TRIES].minutes)


def make(
    purpose: PhoneCode.Purpose, phone: str, contact: Contact | None = None, signs: str = ""
) -> tuple[PhoneCode, str]:
    """Make a code for a phone; in the transaction that sends it.

    Args:
        signs: the digest of the text that it signs.
    """
    code = f"{secrets.randbelow(10**FIGURES):0{FIGURES}d}"
    row = PhoneCode.objects.create(
        purpose=purpose,
        contact=contact,
        signs=signs,
        address=phone,
        digest=_digest_of(purpose, phone, code),
        expires_at=Now() + Value(life()),
    )
    return row, code


def asked(request: HttpRequest, purpose: PhoneCode.Purpose) -> PhoneCode | None:
    """The code that this session waits for, the newest alone."""
    pk = request.session.get(ASKED[purpose], 0)
    return PhoneCode.objects.filter(pk=pk, purpose=purpose, used_at=None).first()


def holds(row: PhoneCode) -> bool:
    """Whether it can still be taken: neither used nor too old nor burnt by wrong tries."""
    most = limits().windows[Meter.CODE_TRIES].most
    return row.used_at is None and row.wrong < most and row.expires_at > timezone.now()


def take(request: HttpRequest, purpose: PhoneCode.Purpose, code: str) -> PhoneCode | None:
    """Take the code of this session, once, in the caller's transaction, which counts a wrong one.

    None for one that is wrong or does not hold, without telling which.
    """
    waiting = PhoneCode.objects.filter(pk=request.session.get(ASKED[purpose], 0), purpose=purpose)
    return _take(waiting, code)


def take_for(purpose: PhoneCode.Purpose, text: str, code: str) -> PhoneCode | None:
    """As `take`, of the newest code for one thing alone, by its digest: whoever is there takes it,
    in whatever session it was asked for. A second click on it is told the same."""
    waiting = PhoneCode.objects.filter(purpose=purpose, signs=text).order_by("-id")
    row = waiting.first()
    just_now = timezone.now() - SECOND_CLICK
    if row and row.used_at and row.used_at > just_now and _is_of(row, code):
        return row
    return _take(waiting, code)


def _is_of(row: PhoneCode, code: str) -> bool:
    purpose = PhoneCode.Purpose(row.purpose)
    return constant_time_compare(bytes(row.digest), _digest_of(purpose, row.address, code))


def _take(waiting: QuerySet[PhoneCode], code: str) -> PhoneCode | None:
    row = waiting.select_for_update(of=("self",)).select_related("contact").first()
    if row is None or not holds(row) or (row.contact and row.contact.ended_at):
        return None
    if not constant_time_compare(
        bytes(row.digest), _digest_of(PhoneCode.Purpose(row.purpose), row.address, code)
    ):
        row.wrong += 1
        row.save(update_fields=["wrong"])
        return None
    row.used_at = timezone.now()
    row.save(update_fields=["used_at"])
    return row


def just_taken(
    pk: int, purpose: PhoneCode.Purpose, within: timedelta | None = None
) -> QuerySet[PhoneCode]:
    """The code of an id, if it was taken just now: the second click on it is told the same."""
    just_now = timezone.now() - (SECOND_CLICK if within is None else within)
    return PhoneCode.objects.filter(pk=pk, purpose=purpose, used_at__gt=just_now)


def has_signed(party: int, text: str) -> bool:
    """Whether a phone of a party has just shown itself by a code for that text, by its digest."""
    just_now = timezone.now() - SECOND_CLICK
    taken = PhoneCode.objects.filter(contact__party=party, signs=text, used_at__gt=just_now)
    return bool(text) and taken.exists()


def taken_for(purpose: PhoneCode.Purpose, text: str) -> bool:
    """Whether a phone has just shown itself by a code for one thing alone, by its digest."""
    shown_since = timezone.now() - SHOWN_LASTS
    taken = PhoneCode.objects.filter(purpose=purpose, signs=text, used_at__gt=shown_since)
    return taken.exists()


def note_shown(request: HttpRequest, purpose: PhoneCode.Purpose, pk: int) -> None:
    """Note in the session that a phone has shown itself by the code of an id."""
    request.session[SHOWN[purpose]] = {"code": pk, "at": timezone.now().timestamp()}


def shown(
    request: HttpRequest, purpose: PhoneCode.Purpose, lasts: timedelta = SHOWN_LASTS
) -> PhoneCode | None:
    """The code by which a phone has shown itself in this session, not longer ago than that."""
    held = request.session.get(SHOWN[purpose])
    if held is None or age(held["at"]) > lasts:
        return None
    return PhoneCode.objects.filter(pk=held["code"], purpose=purpose).first()


def forget() -> int:
    deleted, _by_model = PhoneCode.objects.filter(expires_at__lt=Now() - KEPT).delete()
    return deleted


def _digest_of(purpose: PhoneCode.Purpose, phone: str, code: str) -> bytes:
    """Keyed: a million codes are tried in a moment by whoever reads the table."""
    return blind_index(f"{purpose.value}\0{phone}\0{code}", "code")
