"""What the tests of mandates and offers share."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts import offers
from accounts.actions import create_person
from accounts.mandates import Mandate, Right
from accounts.models import User
from accounts.offers import Terms
from applications.models import Application
from tests.applications.pages import press
from tests.applications.visiting import code_in, later, link_in, told
from tests.notifications.counterpart import At
from tests.people import PASSWORD, again

MANDATES, OFFER, CODE = "/account/mandates/", "/account/offer/", "/account/offer/code/"
#: Whom offers go to; no account has it.
PHONE = "13912340002"


def somebody(username: str, phone: str = "") -> User:
    """An account of its own."""
    return create_person(username=username, password=PASSWORD, name="李代办", phone=phone)


def acting(party: int, username: str, right: Right, case: Application | None = None) -> User:
    """An account that acts for a party, in all or in one case, as its next request reads it."""
    user = somebody(username)
    offers.give(party, user, Terms(right, case.ref if case else None))
    return again(user)


def expired(party: int, username: str, right: Right) -> User:
    """An account whose mandate is over by its last day."""
    user, day = somebody(username), timedelta(days=1)
    now = timezone.now()
    Mandate.objects.create(
        party_id=party, user=user, right=right, from_at=now - 2 * day, until=now - day
    )
    return user


def link_to(sms: At, phone: str = PHONE) -> str:
    """The path of the link that came last to a phone."""
    return link_in(next(text for text in reversed(told(sms, phone)) if "http" in text))


def ask_for_code(client: Any, link: str) -> Any:
    """Open the link of an offer and ask for the code."""
    assert client.get(link)["Location"] == OFFER
    later()
    return press(client, OFFER)


def take(client: Any, sms: At, link: str, phone: str = PHONE) -> Any:
    """Open the link of an offer and type the code that comes to the phone."""
    assert ask_for_code(client, link)["Location"] == CODE
    return press(client, CODE, code=code_in(told(sms, phone)[-1]))
