"""Reads of differences and bills."""

from typing import Any, Final

from django.db.models import QuerySet

from accounts.models import User
from accounts.roles import OVERSIGHT, Role
from core.problems import Missing
from money.reconciliation.models import Bill, BillState, Difference

DAYS_FIRST: Final = ("-day", "-id")
#: Who reads differences; whoever has the first one explains them.
READERS: Final = (Role.SUPPLY_LEAD, *OVERSIGHT)


def seen_by(user: User, *roles: Role) -> QuerySet[Difference]:
    """Those of the districts in which somebody holds one of the roles; what is none of ours lies in
    none, and is for those of the whole city."""
    districts = user.districts(*roles)
    found = Difference.objects.select_related("bill", "explained_by")
    return found if districts is None else found.filter(district__in=sorted(districts))


def one_for(pk: int, user: User) -> Difference:
    """Raises Missing."""
    found = seen_by(user, *READERS).filter(pk=pk).first()
    if found is None:
        raise Missing
    return found


def bills() -> QuerySet[Bill]:
    return Bill.objects.all()


def standing() -> dict[str, Any]:
    """The newest bill that was taken, and the days whose bill is awaited."""
    newest = Bill.objects.filter(state=BillState.FETCHED).order_by(*DAYS_FIRST).first()
    awaited = Bill.objects.filter(due_at__isnull=False).exclude(state=BillState.FETCHED)
    return {"newest": newest, "awaited": list(awaited.order_by("day")[:10])}
