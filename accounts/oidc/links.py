"""Which account an identity service's person signs in to; made, ended, or an account made for it.

Accounts with a role stay out, as with a code to a phone (docs/decisions/0036): what somebody may do
at a desk is not got by whatever else shows who that is.
"""

import logging
import secrets
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.actions import create_person
from accounts.identities import ConfirmedIdentity, IdentityLink, confirm
from accounts.models import User
from accounts.oidc.authorization import Person, Refusal, Refused
from rules.limits import Meter, limits

log = logging.getLogger("tongdian.security")
SIGN_IN = ConfirmedIdentity.Means.SIGN_IN
FIGURES = 10


def account_of(person: Person) -> User | None:
    """The account that is linked with somebody; None where none is.

    Raises:
        Refused: it is closed, or somebody works with it.
    """
    link = _link_of(person)
    if link is None:
        return None
    if link.user.works_here:
        raise Refused(Refusal.ROLE)
    if not link.user.is_active:
        raise Refused(Refusal.CLOSED)
    return link.user


def note_used(user: User, person: Person) -> None:
    """Somebody signs in to the linked account: who that is, is confirmed with it."""
    user.identity_links.filter(service=person.service).update(last_used_at=timezone.now())
    _confirm(user, person)
    log.info("signed in by an identity service: account %s", user.pk)


def link(user: User, person: Person) -> None:
    """Let somebody sign in to an account from now on; the second time nothing changes.

    Raises:
        Refused: the account has a role or is linked with somebody else, or the person with another.
    """
    if user.works_here:
        raise Refused(Refusal.ROLE)
    with transaction.atomic():
        try:
            with transaction.atomic():
                _create(user, person)
        except IntegrityError as error:
            held = _link_of(person)
            if held is None:
                raise Refused(Refusal.LINKED_OTHERWISE) from error
            if held.user_id != user.pk:
                raise Refused(Refusal.LINKED_ELSEWHERE) from error
        _confirm(user, person)
    log.info("linked with an identity service: account %s", user.pk)


def unlink(user: User, service: str) -> bool:
    """False where there is no link. What was confirmed stays: it is ended by itself."""
    ended, _by_model = user.identity_links.filter(service=service).delete()
    if ended:
        log.info("link with an identity service ended: account %s", user.pk)
    return bool(ended)


def register(person: Person, phone: str) -> User:
    """An account for somebody with a confirmed identity, linked; of two at once there is one.

    It has no password: one is set by the phone, as where a password is forgotten.

    Raises:
        Refused: the account that there is already is closed, or somebody works with it.
    """
    try:
        with transaction.atomic():
            username = f"user-{secrets.randbelow(10**FIGURES):0{FIGURES}d}"
            user = create_person(username=username, password=None, name=person.name, phone=phone)
            _create(user, person)
            _confirm(user, person)
    except IntegrityError:
        found = account_of(person)
        assert found is not None
        return found
    log.info("account made by an identity service: account %s", user.pk)
    return user


def just_registered(pk: int) -> User | None:
    """The account of an id, if it was linked just now: the second click is told the same."""
    seconds = limits().windows[Meter.IDENTITY_STATE].seconds
    just_now = timezone.now() - timedelta(seconds=seconds)
    found = User.objects.filter(pk=pk, is_active=True, identity_links__created_at__gt=just_now)
    return found.first()


def _link_of(person: Person) -> IdentityLink | None:
    found = IdentityLink.objects.select_related("user")
    return found.filter(service=person.service, subject_digest=person.subject_digest).first()


def _create(user: User, person: Person) -> None:
    """Raises IntegrityError where either is linked already."""
    IdentityLink.objects.create(
        user=user, service=person.service, subject_digest=person.subject_digest
    )


def _confirm(user: User, person: Person) -> None:
    if person.confirmed:
        confirm(user.party, SIGN_IN, person.service, person.name, person.id_number)
