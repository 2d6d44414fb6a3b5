"""Who may see a finding or an order, and who may take which step; when, the machine says.

What was said may name people, so both are read by those who watch over the district and by the
lead of the addressee, and by nobody else. What is public of them is their count.
"""

from typing import Any, Final

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.actor import Actor
from accounts.models import User
from accounts.roles import SUPERVISORS, Role
from core.problems import Forbidden
from oversight.addressees import SUPPLIER, Addressee
from oversight.models import Matter, RectificationOrder, never_escalated
from rules.city import city

#: Whose step it is, as a sentence for somebody else.
REFUSALS: Final[dict[str, Any]] = {
    "explain": _("Only the lead of those whom the signal concerns explains it."),
    **dict.fromkeys(
        ("accept", "confirm", "order"), _("Only the regulator of the district decides this.")
    ),
    "answer": _("Only the lead of the addressee answers an order."),
    **dict.fromkeys(
        ("return", "close", "escalate"),
        _("Only the regulator of the district decides this, or the lead agency once it has it."),
    ),
}

# An empty Q vanishes in a disjunction, so "all" and "none" are spelled out.
NOTHING: Final = Q(pk__in=())
EVERYTHING: Final = ~Q(pk__in=())


def acting_role(user: User, matter: Matter, action: str) -> Role | None:
    """Return the role under which the user may take a step, if any.

    What the lead agency has taken up it decides beside the regulator.
    """
    if action in ("explain", "answer"):
        return matter.addressee.role_of(user)
    deciding = [Role.REGULATOR]
    if isinstance(matter, RectificationOrder) and action != "escalate":
        deciding += [] if never_escalated(matter) else [Role.LEAD_AGENCY]
    return user.role_in(*deciding, district=matter.district)


def require(user: User, matter: Matter, action: str) -> Actor:
    """Return the doer as the record keeps it.

    Raises:
        Forbidden: the step belongs to somebody else.
    """
    role = acting_role(user, matter, action)
    if role is None:
        raise Forbidden(REFUSALS[action])
    return user.acting_as(role, matter.district)


def require_issuer(user: User, district: str | None) -> Actor:
    """Return the regulator's person who issues an order, as the record keeps it.

    Args:
        district: where; None where the request names none that exists.

    Raises:
        Forbidden: the person is not the regulator's there.
    """
    if user.role_in(Role.REGULATOR, district=district) is None:
        raise Forbidden(_("Only the regulator of the district issues orders."))
    return user.acting_as(Role.REGULATOR, district or "")


def watches(user: User, matter: Matter) -> bool:
    """Return whether the user watches over the district of a finding or an order."""
    return user.role_in(*SUPERVISORS, district=matter.district) is not None


def may_see(user: User, matter: Matter) -> bool:
    """Return whether the user may read one finding or order."""
    return watches(user, matter) or matter.addressee.role_of(user) is not None


def watched(user: User) -> Q:
    """Return the condition on what lies in the districts that the user watches over."""
    return _in(user.districts(*SUPERVISORS))


def addressed_to(user: User) -> Q:
    """Return the condition on what the user answers."""
    found = Q(party=SUPPLIER) & _in(user.districts(Role.SUPPLY_LEAD))
    if user.role_in(Role.BUREAU_LEAD) is None:
        return found
    codes = [district.code for district in city().districts]
    for bureau in sorted(user.bureaus()):
        led = {code for code in codes if Addressee(bureau, code).role_of(user)}
        found |= Q(party=bureau) & _in(led)
    return found


def _in(districts: set[str] | None) -> Q:
    """Return the condition on the district; None means every one."""
    if districts is None:
        return EVERYTHING
    return Q(district__in=sorted(districts)) if districts else NOTHING
