"""Acting without an account: a phone that has shown a code, a link back, a short session.

The link says which application it is about, the code that the phone is at hand; one without the
other opens nothing. The session holds which contact acts, and nobody is signed in.
"""

import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from cryptography.exceptions import InvalidTag
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.middleware.csrf import rotate_token
from django.utils import timezone
from django.utils.translation import get_language

from accounts import codes, kept
from accounts.kept import LINK
from accounts.models import User
from accounts.parties import Contact, Party, PhoneCode, ReturnLink
from accounts.sign_in import SEEN_EVERY, age
from accounts.visitor import visitor
from core.fields import seal, token_digest, unseal

#: What a session holds besides the link that was opened: the page where somebody goes on, who
#: visits, the links that it can show, and whose visit ended in it by time.
NEXT = "visits.next"
VISIT, SHOWN, ENDED = "visits.visit", "visits.shown", "visits.ended"
PURPOSE: Final = "session.link"
# The portal's own figures, as those of sign-in: a phone is lent and lies about.
#: A session ends after this long without a request, and after that long in any case.
VISIT_IDLE = timedelta(minutes=30)
VISIT_ABSOLUTE = timedelta(hours=2)
#: The message with a link is given up after this long; the link itself stays good.
LINK_LASTS = timedelta(days=1)
TOKEN_BYTES = 24

View = Callable[[HttpRequest], HttpResponseBase]


def confirm(request: HttpRequest, code: str) -> int | None:
    """Take the code of this session, once, and return its id: its contact has shown itself by it.

    None for one that is wrong or does not hold, without telling which.
    """
    with transaction.atomic():
        row = codes.take(request, PhoneCode.Purpose.VISIT, code)
        if row is None:
            return None
        contact_of_code(row.pk)
        return row.pk


def contact_of_code(pk: int) -> Contact:
    """Whose contact a taken code is; one that was sent to no contact yet makes it, once."""
    with transaction.atomic():
        row = PhoneCode.objects.select_for_update(of=("self",)).select_related("contact").get(pk=pk)
        if row.contact is None:
            row.contact = new_contact(row.address)
            row.save(update_fields=["contact"])
        return row.contact


def shown_by(code: int) -> Contact | None:
    """Who has shown itself by a code just now: what the second click on it is told."""
    used = codes.just_taken(code, PhoneCode.Purpose.VISIT).filter(contact__ended_at=None)
    row = used.select_related("contact__party").first()
    return row.contact if row else None


def new_contact(phone: str) -> Contact:
    """A party of its own each time: phones are lent, and numbers are given to other people."""
    return Party.objects.create().contacts.create(
        channel=Contact.Channel.SMS, address=phone, confirmed_at=timezone.now()
    )


def read_in(contact: Contact, language: str) -> None:
    """What is sent there from now on is written in this language."""
    if contact.language != language:
        contact.language = language
        contact.save(update_fields=["language"])


def enter(request: HttpRequest, contact: Contact) -> None:
    """Let the contact's party act in a new session; what it had typed before goes along."""
    read_in(contact, get_language() or settings.LANGUAGE_CODE)
    found, links = person_of(contact), request.session.get(SHOWN)
    kept.begin_anew(request, found)
    rotate_token(request)
    now = timezone.now().timestamp()
    request.session[VISIT] = {"contact": contact.pk, "at": now, "seen": now}
    if links:
        request.session[SHOWN] = links
    request.user = found


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
    idle = age(held["seen"])
    contact = contact_of(request)
    if contact is None or idle > VISIT_IDLE or age(held["at"]) > VISIT_ABSOLUTE:
        for name in (VISIT, SHOWN):
            request.session.pop(name, None)
        request.session[ENDED] = held["contact"]
        return None
    if idle > SEEN_EVERY:
        request.session[VISIT] = held | {"seen": timezone.now().timestamp()}
    return person_of(contact)


def person_of(contact: Contact) -> User:
    found = visitor(contact.party)
    found.phone = contact.address
    return found


def contact_of(request: HttpRequest) -> Contact | None:
    """Of whoever visits."""
    held = request.session.get(VISIT)
    return _open_contact(held["contact"]) if held else None


def awaited(request: HttpRequest) -> Contact | None:
    """Who can come back in this session by a new code: by the link that was opened, or because the
    visit that it had has ended by time."""
    link = followed(request)
    return link.contact if link else _open_contact(request.session.get(ENDED, 0))


def _open_contact(pk: int) -> Contact | None:
    return Contact.objects.filter(pk=pk, ended_at=None).select_related("party").first()


def way_on(request: HttpRequest, contact: Contact) -> str | None:
    """Where somebody goes on who comes back: to the words that are kept, to the page that was asked
    for; None for where the link leads. Asked before the session changes."""
    wanted: str | None = request.session.pop(NEXT, None)
    waiting = kept.waiting(request)
    return waiting.page if waiting and waiting.user == person_of(contact).pk else wanted


def make_link(request: HttpRequest, contact: Contact, number: str) -> str:
    """A token that leads back to what is begun, kept as a digest; this session can show it."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    ReturnLink.objects.create(contact=contact, number=number, digest=token_digest(token))
    _show(request, number, token)
    return token


def _show(request: HttpRequest, number: str, token: str) -> None:
    links = request.session.get(SHOWN, {})
    request.session[SHOWN] = links | {number: seal(token, purpose=PURPOSE)}


def shown(request: HttpRequest, number: str) -> str | None:
    """The token of the link to that number, if this session has it."""
    try:
        return unseal(request.session[SHOWN][number], purpose=PURPOSE)
    except (KeyError, InvalidTag):  # none, or its key is out of use
        return None


def follow(request: HttpRequest, token: str) -> ReturnLink | None:
    """Note in the session which link was opened; what it leads to stays closed."""
    link = _open_links().filter(digest=token_digest(token)).first()
    if link is not None:
        request.session[LINK] = link.pk
        request.session.pop(NEXT, None)
        _show(request, link.number, token)
    return link


def followed(request: HttpRequest) -> ReturnLink | None:
    return _open_links().filter(pk=request.session.get(LINK, 0)).first()


def _open_links() -> QuerySet[ReturnLink]:
    return ReturnLink.objects.filter(contact__ended_at=None).select_related("contact__party")
