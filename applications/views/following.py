"""Who follows a case by its number and phone in this session, once a code has shown the phone."""

from datetime import timedelta
from typing import Final

from django.http import HttpRequest

from accounts.codes import shown
from accounts.models import User
from accounts.parties import Party, PhoneCode
from accounts.visitor import visitor
from applications.declaration import phone_digest
from applications.models import Application

PROGRESS: Final = PhoneCode.Purpose.PROGRESS
#: What a session holds: the case that a code was asked for, and as which party it is written about.
CASE, PARTY = "progress.case", "progress.party"
#: For so long a phone that has shown itself opens the case.
LASTS = timedelta(minutes=30)


def followed(request: HttpRequest) -> Application | None:
    """The case whose phone has shown itself in this session."""
    phone = shown(request, PROGRESS, LASTS)
    case = Application.objects.filter(pk=request.session.get(CASE, 0)).first() if phone else None
    if phone is None or case is None or bytes(case.phone_digest) != phone_digest(phone.address):
        return None
    return case.workflow()


def customer(request: HttpRequest, case: Application) -> User:
    """Whoever follows a case, as somebody who writes about it: in the record a party of this
    session alone, which has no contact and is told nothing."""
    party = Party.objects.filter(pk=request.session.get(PARTY, 0)).first()
    if party is None:
        party = Party.objects.create()
        request.session[PARTY] = party.pk
    found = visitor(party)
    found.shown_phone = bytes(case.phone_digest)
    return found
