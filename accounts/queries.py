from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.utils import timezone

from accounts.models import ApiToken, Organisation, Passkey, RoleGrant, RoleGrantQuerySet, User
from accounts.parties import phone_index
from rules.city import city


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
    return Organisation.objects.order_by("kind", "code")


def tokens_of(user: User) -> QuerySet[ApiToken]:
    return user.tokens.order_by("-created_at", "-id")


def passkeys_of(user: User) -> QuerySet[Passkey]:
    return user.passkeys.order_by("-created_at", "-id")


def holders(
    *roles: str,
    district: str | None = None,
    bureau: str | None = None,
    organisation: int | None = None,
) -> list[int]:
    """Parties of active accounts; who holds one of the roles in all districts is among them."""
    grants = RoleGrant.objects.held_at(timezone.now()).filter(role__in=roles, user__is_active=True)
    if district is not None:
        grants = grants.in_district(district)
    if bureau is not None:
        grants = grants.filter(organisation__kind="bureau", organisation__code=bureau)
    if organisation is not None:
        grants = grants.filter(organisation=organisation)
    party = "user__party_id"
    return list(grants.order_by(party).values_list(party, flat=True).distinct())


def district_names() -> dict[str, str]:
    return {district.code: str(district.name) for district in city().districts}


def accounts_of_phone(phone: str) -> list[User]:
    """The open accounts with a phone that nobody works with: what a role may do is not got by a
    phone alone, an administrator sets the password of such an account."""
    held = RoleGrant.objects.held_at(timezone.now()).filter(user=OuterRef("pk"))
    found = User.objects.filter(phone_index=phone_index(phone), is_active=True)
    return list(found.exclude(Exists(held)).order_by("username"))
