"""Acting without an account: a phone that has shown a code, a link back, a short session.

The link says which application it is about, the code that the phone is at hand; one without the
other opens nothing. The session holds which contact acts, and nobody is signed in.
"""

import hashlib
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from cryptography.exceptions import InvalidTag
from django.conf import settings
from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponseBase
from django.middleware.csrf import rotate_token
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from accounts.kept import KEPT, carried
from accounts.models import Contact, Party, PhoneCode, ReturnLink, User
from accounts.visitor import visitor
from core.fields import blind_index, seal, unseal
from rules.limits import Meter, limits

ASKED, LINK, VISIT, SHOWN = "visits.asked", "visits.link", "visits.visit", "visits.shown"
PURPOSE: Final = "session.link"
# The portal's own figures, as those of sign-in: a phone is lent and lies about.
#: A session ends after this long without a request, and after that long in any case.
VISIT_IDLE = timedelta(minutes=30)
VISIT_ABSOLUTE = timedelta(hours=2)
SEEN_EVERY = timedelta(minutes=1)
#: The message with a link is given up after this long; the link itself stays good.
LINK_LASTS = timedelta(days=1)
#: Rows of codes are kept for so long after their end.
CODES_KEPT = timedelta(days=1)
FIGURES = 6
TOKEN_BYTES = 24

View = Callable[[HttpRequest], HttpResponseBase]


def code_life() -> timedelta:
    return timedelta(minutes=limits().windows[Meter.CODE_TRIES].minutes)


def ask(request: HttpRequest, *, phone: str, contact: Contact | None = None) -> str:
    """Make a code for a phone and bind it to this session; in the transaction that sends it."""
    code = f"{secrets.randbelow(10**FIGURES):0{FIGURES}d}"
    row = PhoneCode.objects.create(
        contact=contact,
        address=phone,
        digest=_digest_of(phone, code),
        expires_at=Now() + Value(code_life()),
    )
    request.session[ASKED] = row.pk
    return code


def asked(request: HttpRequest) -> PhoneCode | None:
    """The code that this session waits for."""
    return PhoneCode.objects.filter(pk=request.session.get(ASKED), used_at=None).first()


def confirm(request: HttpRequest, code: str) -> Contact | None:
    """Take a code, once, and return the contact that has shown itself by it.

    None for one that is wrong, used, too old or burnt by wrong tries, without telling which.
    """
    with transaction.atomic():
        row = PhoneCode.objects.select_for_update().filter(pk=request.session.get(ASKED)).first()
        most = limits().windows[Meter.CODE_TRIES].most
        if row is None or row.used_at or row.wrong >= most or row.expires_at <= timezone.now():
            return None
        plain = "".join(code.split())
        if not constant_time_compare(bytes(row.digest), _digest_of(row.address, plain)):
            row.wrong += 1
            row.save(update_fields=["wrong"])
            return None
        row.used_at = timezone.now()
        row.save(update_fields=["used_at"])
        return _still_open(row.contact) if row.contact else _new_contact(row.address)


def _new_contact(phone: str) -> Contact:
    """A party of its own each time: phones are lent, and numbers are given to other people."""
    return Party.objects.create().contacts.create(
        channel=Contact.Channel.SMS, address=phone, confirmed_at=timezone.now()
    )


def _still_open(contact: Contact) -> Contact | None:
    return contact if contact.ended_at is None else None


def enter(request: HttpRequest, contact: Contact) -> User:
    """Let the contact's party act in a new session; what it had typed before goes along."""
    found, link = _of(contact), request.session.get(SHOWN)
    held = carried(request, found)
    request.session.flush()
    rotate_token(request)
    now = timezone.now().timestamp()
    request.session[VISIT] = {"contact": contact.pk, "at": now, "seen": now}
    if link:
        request.session[SHOWN] = link
    if held:
        request.session[KEPT] = held
    request.user = found
    return found


def visiting(view: View) -> View:
    """Make whoever visits the person of a request; after the limits of sessions with an account.

    Not in the API: a program uses an account.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if (
            settings.SESSION_COOKIE_NAME in request.COOKIES
            and not request.user.is_authenticated
            and not request.path_info.startswith("/api/")
        ):
            found = _visitor_of(request)
            if found is not None:
                request.user = found
        return view(request)

    return middleware


def _visitor_of(request: HttpRequest) -> User | None:
    held = request.session.get(VISIT)
    if held is None:
        return None
    idle = _age(held["seen"])
    contact = contact_of(request)
    if contact is None or idle > VISIT_IDLE or _age(held["at"]) > VISIT_ABSOLUTE:
        for name in (VISIT, SHOWN):
            request.session.pop(name, None)
        return None
    if idle > SEEN_EVERY:
        request.session[VISIT] = held | {"seen": timezone.now().timestamp()}
    return _of(contact)


def _of(contact: Contact) -> User:
    found = visitor(contact.party)
    found.phone = contact.address
    return found


def contact_of(request: HttpRequest) -> Contact | None:
    """Of whoever visits."""
    held = request.session.get(VISIT)
    if held is None:
        return None
    open_ones = Contact.objects.filter(ended_at=None).select_related("party")
    return open_ones.filter(pk=held["contact"]).first()


def make_link(request: HttpRequest, contact: Contact, number: str) -> str:
    """A token that leads back to what is begun, kept as a digest; this session can show it."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    ReturnLink.objects.create(contact=contact, number=number, digest=_token_digest(token))
    show(request, number, token)
    return token


def show(request: HttpRequest, number: str, token: str) -> None:
    request.session[SHOWN] = seal(f"{number} {token}", purpose=PURPOSE)


def shown(request: HttpRequest, number: str) -> str | None:
    """The token of the link that this session has, where it leads to that number."""
    try:
        held, token = unseal(request.session[SHOWN], purpose=PURPOSE).split(" ")
    except (KeyError, InvalidTag):  # none, or its key is out of use
        return None
    return token if held == number else None


def follow(request: HttpRequest, token: str) -> ReturnLink | None:
    """Note in the session which link was opened; what it leads to stays closed."""
    link = ReturnLink.objects.filter(digest=_token_digest(token), contact__ended_at=None).first()
    if link is not None:
        request.session[LINK] = link.pk
        show(request, link.number, token)
    return link


def followed(request: HttpRequest) -> ReturnLink | None:
    pk = request.session.get(LINK)
    return ReturnLink.objects.select_related("contact").filter(pk=pk).first() if pk else None


def forget_codes() -> int:
    deleted, _by_model = PhoneCode.objects.filter(expires_at__lt=Now() - CODES_KEPT).delete()
    return deleted


def _digest_of(phone: str, code: str) -> bytes:
    """Keyed: a million codes are tried in a moment by whoever reads the table."""
    return blind_index(f"{phone}\0{code}", "code")


def _token_digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _age(timestamp: float) -> timedelta:
    return timezone.now() - datetime.fromtimestamp(timestamp, tz=UTC)
