"""Who may see a signal, and who may take which step; whether it may be taken, the machine says.

A signal is read by those who watch over the district and by the lead of its addressee; nobody
else. What is public of it is its count.
"""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.actor import Actor
from accounts.models import User
from accounts.roles import SUPERVISORS, Role
from core.problems import Forbidden
from integrity.models import Signal
from rectification import permissions as orders
from rectification.addressees import Addressee

watched = orders.watched
addressed_to = orders.addressed_to


def addressee_of(signal: Signal) -> Addressee:
    """Return who answers for a signal."""
    return Addressee(signal.party, signal.district)


def acting_role(user: User, signal: Signal, action: str) -> Role | None:
    """Return the role under which the user may take a step of this signal, if any."""
    if action == "explain":
        return addressee_of(signal).role_of(user)
    return user.role_in(Role.REGULATOR, district=signal.district)


def require(user: User, signal: Signal, action: str) -> Actor:
    """Return the doer as the record keeps it.

    Raises:
        Forbidden: the step belongs to somebody else.
    """
    role = acting_role(user, signal, action)
    if role is None:
        raise Forbidden(refusal(action))
    return user.acting_as(role, signal.district)


def refusal(action: str) -> Any:
    """Return whose step it is, as a sentence for somebody else."""
    if action == "explain":
        return _("Only the lead of those whom the signal concerns explains it.")
    return _("Only the regulator of the district decides this.")


def may_see(user: User, signal: Signal) -> bool:
    """Return whether the user may read one signal."""
    watching = user.role_in(*SUPERVISORS, district=signal.district)
    return watching is not None or addressee_of(signal).role_of(user) is not None


def visible(user: User) -> Q:
    """Return the condition on signals that the user may read."""
    return watched(user) | addressed_to(user)
