"""What is said of mandates and offers: who, what, in which applications, since and until when."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.mandates import Mandate, Offer, Right
from accounts.models import User
from accounts.queries import party_names
from applications.models import Application, Draft

#: Of either, as pages and the API list them.
Row = Mandate | Offer


def numbers_of(rows: Iterable[Row]) -> dict[UUID, str]:
    """The numbers of the one case or draft that mandates and offers are for."""
    refs = {row.case_ref for row in rows if row.case_ref}
    found: dict[UUID, str] = {}
    for model in (Draft, Application) if refs else ():
        found |= dict(model.objects.filter(ref__in=refs).values_list("ref", "number"))
    return found


def right_words(right: str) -> str:
    return str(dict(Offer.RIGHTS)[right])


@dataclass(frozen=True, slots=True)
class MandateRow:
    """A mandate as it is listed; `number` is empty where it is for all applications."""

    mandate: Mandate
    who: str
    right: str
    number: str
    over_at: datetime | None


def mandate_rows(rows: Sequence[Mandate], names: Mapping[int, str]) -> list[MandateRow]:
    """As they are listed, each with the name of the other side, the account or the party."""
    numbers = numbers_of(rows)
    return [
        MandateRow(
            row,
            names[row.pk],
            right_words(row.right),
            # What was thrown away has no number any more.
            numbers.get(row.case_ref, "–") if row.case_ref else "",
            row.over_at,
        )
        for row in rows
    ]


def given_by(party: int) -> QuerySet[Mandate]:
    """Of a party, ended ones too; the newest first."""
    return Mandate.objects.filter(party=party).select_related("user").order_by("-id")


def given_rows(rows: Iterable[Mandate]) -> list[MandateRow]:
    rows = list(rows)
    return mandate_rows(rows, {row.pk: row.user.name or row.user.username for row in rows})


def held_rows(user: User) -> list[MandateRow]:
    """Those that hold now: no more than an account may have."""
    rows = list(Mandate.objects.in_force().filter(user=user).order_by("-id"))
    names = party_names(row.party_id for row in rows)
    return mandate_rows(rows, {row.pk: names[row.party_id] for row in rows})


def open_offers(party: int, asked_by: User | None) -> QuerySet[Offer]:
    """That wait for an answer: of a party, and with `asked_by` what that agent asked customers."""
    side = Q(party=party) | (Q(asked_by=asked_by) if asked_by else Q())
    return Offer.objects.filter(side, outcome=Offer.Outcome.OPEN).order_by("-id")


def acting_words(case: Application, user: User) -> str:
    """For whom somebody acts in a case that is not of the own party; else empty."""
    held = user.right_for(case.filed_by_id, case.ref)
    if case.filed_by_id == user.party_id or case.office_id or held is None:
        return ""
    who = case.applicant_name or _("another applicant")
    return _("You act for %(who)s: %(right)s") % {"who": who, "right": held.label}


@dataclass(frozen=True, slots=True)
class PartyRow:
    """A party for which somebody acts; `right` in all of its applications, empty where only in
    some."""

    party: int
    name: str
    own: bool
    right: str


def party_rows(user: User) -> list[PartyRow]:
    """The own one first."""
    parties = user.acts_for(Right.READ)
    names = party_names(parties)
    whole = {right: user.acts_for(right) for right in Right}
    return [
        PartyRow(
            party,
            names[party],
            party == user.party_id,
            next((r.value for r in reversed(Right) if whole[r].get(party, ()) is None), ""),
        )
        for party in parties
    ]


def choice_of_parties(user: User) -> dict[int, str]:
    """For whom somebody can begin an application besides for the own party, as links."""
    others = user.acts_for(Right.ACT)
    found = [party for party, refs in others.items() if refs is None and party != user.party_id]
    names = party_names(found)
    return {party: names[party] for party in found}
