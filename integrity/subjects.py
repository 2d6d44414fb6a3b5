"""How a signal is called where an order is about it, and where its reader finds it."""

from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import SUPERVISORS
from integrity.models import Signal
from integrity.permissions import may_see
from rectification.models import Order
from rectification.subjects import Subject, register


def find_signal(ref: UUID, user: User) -> Subject | None:
    """Return a signal as the subject of an order, for who may read it."""
    signal = Signal.objects.filter(ref=ref).first()
    if signal is None or not may_see(user, signal):
        return None
    watching = user.role_in(*SUPERVISORS, district=signal.district)
    page = "oversight-signals:signal" if watching else "signals:signal"
    return Subject(
        kind=Order.Subject.SIGNAL,
        ref=signal.ref,
        label=_("Signal %(number)s") % {"number": signal.number},
        district=signal.district,
        url=reverse(page, args=[signal.number]),
        party=signal.party,
    )


def wire() -> None:
    """Say how signals are called."""
    register(Order.Subject.SIGNAL, find_signal)
