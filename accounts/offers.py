"""How a mandate begins and ends: offered or asked for by SMS, taken with a code, ended by either
side. Who may offer what is asked here; which case it is about is known to those who call."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import DateTimeField, Q, Value
from django.db.models.functions import Least, Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import limits
from accounts.mandates import Mandate, MandateQuerySet, Offer, Right
from accounts.models import User
from accounts.parties import Contact, Party
from core.fields import token_digest
from core.locks import lock_party
from core.problems import Forbidden, QuotaReached, Text, WrongState
from rules.limits import Keeping, Meter, Quota
from rules.limits import limits as rules_of_limits

TOKEN_BYTES: Final = 24
#: Why an offer cannot be answered, by what became of it.
ANSWERED: Final[dict[str, Text]] = {
    Offer.Outcome.ACCEPTED: _("This was accepted already."),
    Offer.Outcome.DECLINED: _("This was declined already."),
    Offer.Outcome.WITHDRAWN: _("This was withdrawn by whoever had offered it."),
}
EXPIRED: Final = _("This was not answered in time: ask for a new link.")
LAST_MANAGER: Final = _(
    "Nobody else can look after these applications. Let another account do everything first."
)


@dataclass(frozen=True, slots=True)
class Terms:
    """What is offered or asked: a right, in one case or in all (None), until an instant if any."""

    right: str
    case_ref: UUID | None = None
    until: datetime | None = None


def lasts() -> timedelta:
    return timedelta(days=rules_of_limits().days[Keeping.OFFERS])


def offer(*, party: int, terms: Terms, phone: str, by: User) -> tuple[Offer, str]:
    """Offer a phone to act for a party, or a case of it; returns the link's token too, which is
    kept nowhere. In the transaction that sends it.

    Raises:
        Forbidden: the person is not as the party itself.
        TooMany: as many were sent today as may be.
    """
    if not by.manages(party):
        raise Forbidden(_("Only the applicant decides who acts for the applicant."))
    limits.spend(Meter.OFFER_PARTY, party)
    return _made(terms, phone, by.manages_until(party), party_id=party)


def ask(*, terms: Terms, phone: str, by: User) -> tuple[Offer, str]:
    """Ask the customer of a phone for a mandate of one's own; as `offer`."""
    limits.spend(Meter.OFFER_PARTY, by.party_id)
    return _made(terms, phone, None, asked_by=by)


def _made(terms: Terms, phone: str, ends: datetime | None, **side: object) -> tuple[Offer, str]:
    """`ends`: when whoever offers may offer no more; the offer holds no longer."""
    limits.spend(Meter.OFFER_PHONE, phone)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    made = Offer.objects.create(
        right=terms.right,
        case_ref=terms.case_ref,
        until=terms.until,
        phone=phone,
        digest=token_digest(token),
        expires_at=Least(Now() + Value(lasts()), Value(ends, DateTimeField())),
        **side,
    )
    return made, token


def of_token(token: str) -> Offer | None:
    return Offer.objects.filter(digest=token_digest(token)).first()


def held(pk: int) -> Offer:
    """An offer that can be answered, locked to the end of the transaction.

    Raises:
        WrongState: it was answered, withdrawn, or not answered in time; says which.
    """
    row = Offer.objects.select_for_update(of=("self",)).select_related("asked_by").get(pk=pk)
    if row.outcome != Offer.Outcome.OPEN:
        raise WrongState(ANSWERED[row.outcome])
    if not row.is_open:
        raise WrongState(EXPIRED)
    return row


def answer(row: Offer, outcome: Offer.Outcome) -> None:
    """Close a held offer; the phone that it went to goes."""
    row.outcome, row.phone = outcome, ""
    row.save(update_fields=["outcome", "phone", "party"])


def accept(pk: int, by: User) -> Mandate:
    """Take the mandate that was offered; the phone has shown itself.

    Raises:
        WrongState: see `held`; or it is the party's own account.
        QuotaReached: see `give`.
    """
    with transaction.atomic():
        row = held(pk)
        assert row.party_id is not None
        if row.party_id == by.party_id:
            raise WrongState(_("This is your own account: it does everything already."))
        given = give(row.party_id, by, Terms(row.right, row.case_ref, row.until))
        answer(row, Offer.Outcome.ACCEPTED)
    return given


def agree(pk: int, party: Party) -> Mandate:
    """Give the mandate that an agent asked for, by the customer whose phone has shown itself.

    Raises:
        WrongState: see `held`; or the agent is the party.
        QuotaReached: see `give`.
    """
    with transaction.atomic():
        row = held(pk)
        assert row.asked_by is not None
        if row.asked_by.party_id == party.pk:
            raise WrongState(_("This is your own account: it does everything already."))
        given = give(party.pk, row.asked_by, Terms(row.right, None, row.until))
        answer(row, Offer.Outcome.ACCEPTED)
    return given


def give(party: int, user: User, terms: Terms) -> Mandate:
    """A mandate from now on; one for the same cases ends with it.

    Raises:
        QuotaReached: the account, or the party, has as many as it may.
    """
    with transaction.atomic():
        # In one order, so that of two that are given at once both count.
        for each in sorted({party, user.party_id}):
            lock_party(each)
        before = Mandate.objects.filter(
            user=user, party=party, case_ref=terms.case_ref, ended_at=None
        )
        before.update(ended_at=Now())
        quotas = rules_of_limits().quotas
        for found, most in (
            (Mandate.objects.filter(user=user), quotas[Quota.MANDATES]),
            (Mandate.objects.filter(party=party), quotas[Quota.MANDATES_OF_PARTY]),
        ):
            if found.in_force().count() >= most:
                reason = _("There are %(count)d mandates already: end one of them first.")
                raise QuotaReached(reason % {"count": most})
        return Mandate.objects.create(
            party_id=party,
            user=user,
            right=terms.right,
            case_ref=terms.case_ref,
            until=terms.until,
        )


def claim(contact: Contact, user: User) -> Mandate:
    """Let an account be as the party whose phone has shown itself; it is told there from now on.

    Raises:
        WrongState: it is the party's own account. QuotaReached: see `give`.
    """
    if contact.party_id == user.party_id:
        raise WrongState(_("This is your own account: it does everything already."))
    with transaction.atomic():
        given = give(contact.party_id, user, Terms(Right.MANAGE))
        shown = {"channel": contact.channel, "address_digest": contact.address_digest}
        own = Contact.objects.filter(party=user.party_id, ended_at=None, **shown)
        if not own.update(confirmed_at=timezone.now()):
            user.party.contacts.create(
                channel=contact.channel, address=contact.address, confirmed_at=timezone.now()
            )
    return given


def end(pk: int, by: User) -> Mandate:
    """End a mandate: the account itself, or whoever is as the party. It is over with the account's
    next request.

    Raises:
        Forbidden: it is neither. WrongState: it is over, or nobody would be left.
    """
    with transaction.atomic():
        party = Mandate.objects.values_list("party_id", flat=True).get(pk=pk)
        lock_party(party)
        row = Mandate.objects.select_for_update(of=("self",)).select_related("user").get(pk=pk)
        if row.user_id != by.pk and not by.manages(party):
            raise Forbidden(_("Only the applicant, or whoever holds it, ends a mandate."))
        if row.over_at is not None:
            raise WrongState(_("This mandate has ended already."))
        if row.right == Right.MANAGE and not _others_manage(party, row.pk):
            raise WrongState(LAST_MANAGER)
        row.ended_at = Now()
        row.save(update_fields=["ended_at"])
        if row.right == Right.MANAGE:
            # What the account has offered in the party's name is not taken after it.
            offered = Offer.objects.filter(party=party, outcome=Offer.Outcome.OPEN)
            offered.update(outcome=Offer.Outcome.WITHDRAWN, phone="")
    return row


def _others_manage(party: int, besides: int) -> bool:
    """Whether somebody is as the party without that mandate: its account, who holds its phone, or
    who manages it."""
    return (
        User.objects.filter(party=party, is_active=True).exists()
        or Contact.objects.filter(party=party).reachable().exists()
        or _managing(party).exclude(pk=besides).exists()
    )


def _managing(party: int) -> MandateQuerySet:
    held: MandateQuerySet = Mandate.objects.in_force().filter(party=party, right=Right.MANAGE)
    return held.filter(user__is_active=True)


def end_link(party: int, by: User) -> None:
    """End the phone of a party without an account, and with it the links that were sent there.

    Raises:
        Forbidden: the person is not as the party, or is here by that phone.
        WrongState: no account would be left.
    """
    if party == by.party_id or not by.manages(party):
        raise Forbidden(_("Only an account that does everything ends the link."))
    with transaction.atomic():
        lock_party(party)
        if not _managing(party).exists():
            raise WrongState(LAST_MANAGER)
        Contact.objects.filter(party=party, ended_at=None).update(ended_at=Now())


def close(pk: int, outcome: Offer.Outcome, by: User | None = None) -> Offer:
    """Withdraw an offer by the side that made it; or decline it, by who holds the link.

    Raises:
        Forbidden: somebody else withdraws it. WrongState: see `held`.
    """
    with transaction.atomic():
        row = held(pk)
        if by is not None and not made_by(row, by):
            raise Forbidden(_("Only who has offered it withdraws it."))
        answer(row, outcome)
    return row


def made_by(row: Offer, user: User) -> bool:
    return row.asked_by_id == user.pk or (row.party_id is not None and user.manages(row.party_id))


def forget() -> int:
    """Delete what was offered and ended longer ago than it says what became of it."""
    old = Q(expires_at__lt=Now() - Value(lasts()))
    deleted, _by_model = Offer.objects.filter(old).delete()
    return deleted
