from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Prefetch, QuerySet
from django.utils import timezone

from accounts.identities import IdentityLink
from accounts.mandates import Mandate
from accounts.models import ApiToken, Organisation, Passkey, RoleGrant, RoleGrantQuerySet, User
from accounts.parties import Contact, phone_index
from core.templatetags.city import masked_phone
from rules.city import city
from rules.names import Level

ADDRESS: Final = "address_digest"


def people() -> QuerySet[User]:
    """With the roles held now as `held`, in two statements."""
    held = RoleGrant.objects.held_at(timezone.now()).select_related("organisation").order_by("id")
    return User.objects.prefetch_related(Prefetch("grants", queryset=held, to_attr="held"))


def grants_of(user: User) -> RoleGrantQuerySet:
    return (
        RoleGrant.objects.filter(user=user)
        .select_related("organisation")
        .order_by("-from_at", "-id")
    )


def organisations() -> QuerySet[Organisation]:
    return Organisation.objects.order_by("kind", "code", F("district").asc(nulls_first=True))


def tokens_of(user: User) -> QuerySet[ApiToken]:
    return user.tokens.order_by("-created_at", "-id")


def passkeys_of(user: User) -> QuerySet[Passkey]:
    return user.passkeys.order_by("-created_at", "-id")


def identity_links_of(user: User) -> QuerySet[IdentityLink]:
    """One for each service at most."""
    return user.identity_links.order_by("service")


def holders(
    *roles: str,
    district: str | None = None,
    bureau: str | None = None,
    level: str | None = None,
    organisation: int | None = None,
) -> list[int]:
    """Parties of active accounts; who holds one of the roles in all districts is among them.
    `level`: of the bureau's office, as for `User.role_in`."""
    grants = RoleGrant.objects.held_at(timezone.now()).filter(role__in=roles, user__is_active=True)
    if district is not None:
        grants = grants.in_district(district)
    if bureau is not None:
        grants = grants.filter(organisation__kind="bureau", organisation__code=bureau)
    if level is not None:
        grants = grants.filter(organisation__district__isnull=level == Level.CITY)
    if organisation is not None:
        grants = grants.filter(organisation=organisation)
    party = "user__party_id"
    return list(grants.order_by(party).values_list(party, flat=True).distinct())


def told_for(party: int, case_ref: UUID) -> list[int]:
    """Who is told of a case of a party: it, and the accounts that act for it. A phone without an
    account is left out where it is also that of such an account: it is told once."""
    held = Mandate.objects.in_force().covering(party, case_ref).filter(user__is_active=True)
    acting = list(held.values_list("user__party_id", flat=True))
    if not acting or User.objects.filter(party=party).exists():
        return [party, *acting]
    reached = Contact.objects.reachable()
    theirs = {
        bytes(each) for each in reached.filter(party__in=acting).values_list(ADDRESS, flat=True)
    }
    own = {bytes(each) for each in reached.filter(party=party).values_list(ADDRESS, flat=True)}
    return acting if own <= theirs else [party, *acting]


def party_names(parties: Iterable[int]) -> dict[int, str]:
    """What a party is called: as its account, or by the phone that is known of it."""
    wanted = list(parties)
    users = User.objects.filter(party__in=wanted) if wanted else ()
    found = {user.party_id: user.name or user.username for user in users}
    unknown = [party for party in wanted if party not in found]
    if unknown:
        phones = Contact.objects.filter(party__in=unknown, channel=Contact.Channel.SMS)
        found |= {each.party_id: masked_phone(each.address) for each in phones.order_by("-id")}
    return {party: found.get(party) or "–" for party in wanted}


def ever_acting(*parties: int) -> list[int]:
    """The parties of all accounts that act for some parties, or have acted."""
    held = Mandate.objects.filter(party__in=parties).values_list("user__party_id", flat=True)
    return list(held.distinct())


@dataclass(frozen=True, slots=True)
class Deed:
    """Something done at an instant by an account, if that is known, under a role."""

    by: int | None
    role: str
    at: datetime


def organisations_of(deeds: Iterable[Deed]) -> dict[Deed, Organisation]:
    """Where each was done: of the grants of that role the one that was held then. The clock of a
    demonstration runs apart from that of the grants, so another one does where none was; of several
    offices of a bureau the city's comes first. One statement."""
    asked = set(deeds)
    grants = RoleGrant.objects.filter(
        user__in={deed.by for deed in asked if deed.by is not None},
        role__in={deed.role for deed in asked},
    )
    held: dict[tuple[int | None, str], list[RoleGrant]] = defaultdict(list)
    newest = (F("organisation__district").asc(nulls_first=True), "-from_at", "-id")
    for grant in grants.select_related("organisation").order_by(*newest):
        held[grant.user_id, grant.role].append(grant)
    found = {}
    for deed in asked:
        theirs = held[deed.by, deed.role]
        then = [g for g in theirs if g.from_at <= deed.at and (not g.to_at or deed.at < g.to_at)]
        if theirs:
            found[deed] = (then or theirs)[0].organisation
    return found


def district_names() -> dict[str, str]:
    return {district.code: str(district.name) for district in city().districts}


def accounts_of_phone(phone: str) -> list[User]:
    """The open accounts with a phone that nobody works with: what a role may do is not got by a
    phone alone, an administrator sets the password of such an account."""
    held = RoleGrant.objects.held_at(timezone.now()).filter(user=OuterRef("pk"))
    found = User.objects.filter(phone_index=phone_index(phone), is_active=True)
    return list(found.exclude(Exists(held)).order_by("username"))
