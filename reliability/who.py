"""Who works and who keeps what in this app, by the district of the thing."""

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role
from rules.city import city

#: Who works outages, patrols and defects, in the districts of the grant.
OPERATORS: Final = (Role.PROJECT, Role.SUPPLY_LEAD)


def _held(thing: Any, user: User, *roles: Role) -> Role | None:
    """Of one that is to be entered and names no district that there is, whoever has a role in any:
    the values are refused then."""
    known = thing.district in {district.code for district in city().districts}
    return user.role_in(*roles, **({"district": thing.district} if known else {}))


def operator(thing: Any, user: User) -> Role | None:
    return _held(thing, user, *OPERATORS)


def lead_of(thing: Any, user: User) -> Role | None:
    return _held(thing, user, Role.SUPPLY_LEAD)


OPERATOR: Final[dict[str, Any]] = {
    "who": operator,
    "refusal": _("Only the supply company's project managers and leads of the district do this."),
}
LEAD: Final[dict[str, Any]] = {
    "who": lead_of,
    "refusal": _("Only the supply company's lead in the district keeps this."),
}
