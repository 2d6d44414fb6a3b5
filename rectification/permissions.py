"""Who may see an order, and who may take which step; whether it may be taken, the machine says.

The text may name people, so an order is read by those who watch over the district and by the lead
of its addressee, and by nobody else.
"""

from typing import Any, Final

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.actor import Actor
from accounts.models import User
from accounts.roles import SUPERVISORS, Role
from core.problems import Forbidden
from rectification.addressees import SUPPLIER, Addressee
from rectification.models import Order, never_escalated
from rules.city import city

# An empty Q vanishes in a disjunction, so "all" and "none" are spelled out.
NOTHING: Final = Q(pk__in=())
EVERYTHING: Final = ~Q(pk__in=())


def addressee_of(order: Order) -> Addressee:
    """Return to whom an order goes."""
    return Addressee(order.party, order.district)


def acting_role(user: User, order: Order, action: str) -> Role | None:
    """Return the role under which the user may take a step of this order, if any.

    What the lead agency has taken up it decides beside the regulator.
    """
    if action == "answer":
        return addressee_of(order).role_of(user)
    deciding = [Role.REGULATOR]
    if action != "escalate" and not never_escalated(order):
        deciding.append(Role.LEAD_AGENCY)
    return user.role_in(*deciding, district=order.district)


def require(user: User, order: Order, action: str) -> Actor:
    """Return the doer as the record keeps it.

    Raises:
        Forbidden: the step belongs to somebody else.
    """
    role = acting_role(user, order, action)
    if role is None:
        raise Forbidden(refusal(action))
    return user.acting_as(role, order.district)


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


def refusal(action: str) -> Any:
    """Return whose step it is, as a sentence for somebody else."""
    if action == "answer":
        return _("Only the lead of the addressee answers an order.")
    return _("Only the regulator of the district decides this, or the lead agency once it has it.")


def may_see(user: User, order: Order) -> bool:
    """Return whether the user may read one order."""
    watching = user.role_in(*SUPERVISORS, district=order.district)
    return watching is not None or addressee_of(order).role_of(user) is not None


def watched(user: User) -> Q:
    """Return the condition on orders of the districts that the user watches over."""
    return _in(user.districts(*SUPERVISORS))


def addressed_to(user: User) -> Q:
    """Return the condition on orders that the user answers."""
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
