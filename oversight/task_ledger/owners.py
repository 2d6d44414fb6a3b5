"""Who owns a task, and who keeps which ledger: posts of organisations, never people."""

from collections.abc import Iterator
from typing import Any, Final

from django.db.models import Q, TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import User
from accounts.queries import holders
from accounts.roles import SUPERVISORS, Role
from core.ways import EVERYTHING, NOTHING
from oversight.addressees import DISTRICT, SUPPLIER, addressees, party_name
from rules.city import city

LEAD_AGENCY, REGULATOR = "lead_agency", "regulator"
#: Bodies of the city as a whole, which are not addressees of orders.
CITY_BODIES: Final = {
    LEAD_AGENCY: gettext_lazy("Lead agency"), REGULATOR: gettext_lazy("Regulator"),
}  # fmt: skip
ROLES: Final = {
    SUPPLIER: Role.SUPPLY_LEAD,
    DISTRICT: Role.DISTRICT_LEAD,
    LEAD_AGENCY: Role.LEAD_AGENCY,
    REGULATOR: Role.REGULATOR,
}
#: Everybody who can own a task or watches over one.
READERS: Final = (*ROLES.values(), Role.BUREAU_LEAD)


class Ledger(TextChoices):
    CITY = "city", pgettext_lazy("ledger", "City")
    DISTRICT = "district", pgettext_lazy("ledger", "District")
    COMPANY = "company", pgettext_lazy("ledger", "Supply company")


KEEPERS: Final = {
    Ledger.CITY: Role.LEAD_AGENCY,
    Ledger.DISTRICT: Role.DISTRICT_LEAD,
    Ledger.COMPANY: Role.SUPPLY_LEAD,
}


def parties() -> list[tuple[str, Any]]:
    return [*CITY_BODIES.items(), *addressees()]


def name_of(party: str, district: str) -> str:
    words = str(CITY_BODIES[party]) if party in CITY_BODIES else party_name(party)
    if not district:
        return words
    return _("%(party)s, %(district)s") % {
        "party": words, "district": city().district(district).name,
    }  # fmt: skip


def _held(user: User, role: Role, district: str, bureau: str | None = None) -> Role | None:
    """In that district; of what is the whole city's, by whoever holds it everywhere."""
    if district:
        return user.role_in(role, district=district, bureau=bureau)
    return role if user.districts(role, bureau=bureau) is None else None


def role_of(party: str) -> tuple[Role, str | None]:
    """The role at the party's desk, and of which bureau."""
    return (ROLES[party], None) if party in ROLES else (Role.BUREAU_LEAD, party)


def owner_role(party: str, district: str, user: User) -> Role | None:
    role, bureau = role_of(party)
    return _held(user, role, district, bureau)


def keeper_role(ledger: str, district: str, user: User) -> Role | None:
    role = KEEPERS[Ledger(ledger)]
    return _held(user, role, district if ledger == Ledger.DISTRICT else "")


def owners(party: str, district: str) -> list[int]:
    """The parties to be told."""
    role, bureau = role_of(party)
    return holders(role, district=district or None, bureau=bureau)


def desks(user: User) -> Iterator[Q]:
    """The tasks of each desk that the person holds."""
    held = [(party, user.districts(role)) for party, role in ROLES.items()]
    held += [(code, user.districts(Role.BUREAU_LEAD, bureau=code)) for code in user.bureaus()]
    for party, districts in held:
        if districts is None:
            yield Q(party=party)
        else:
            yield from (Q(party=party, district=code) for code in sorted(districts))


def readable(user: User) -> Q:
    """What the person owns, keeps or watches over."""
    found = NOTHING
    for desk in desks(user):
        found |= desk
    if user.role_in(*SUPERVISORS) is not None:
        districts = user.districts(*SUPERVISORS)
        if districts is None:
            return EVERYTHING
        found |= Q(district__in=sorted(districts))
    if user.role_in(Role.SUPPLY_LEAD) is not None:
        found |= Q(ledger=Ledger.COMPANY)
    return found
