"""Cases that wait for room in the grid: the first to get what becomes free."""

from typing import Final
from uuid import UUID

from django.db import transaction

from accounts.actor import SYSTEM
from applications.actions import CASES
from applications.models import Application
from applications.supply import queries
from applications.supply.actions import nearest_with_room
from core.problems import WrongState
from grid.models import Waiting

#: Cases that a run serves: each is a transaction of its own.
MOST: Final = 50


def serve_waiting(most: int = MOST) -> int:
    """Reserve for at most so many cases that wait, the longest first, where there is room now;
    return for how many.

    All that wait are looked at, however many cannot be served: what is free where one of them lies
    is nothing to those before it.
    """
    served = 0
    first = Waiting.objects.filter(ended_at=None).order_by("since", "id")
    for ref in list(first.values_list("case_ref", flat=True)):
        served += _serve(ref)
        if served == most:
            break
    return served


def _serve(case_ref: UUID) -> bool:
    case = Application.objects.get(ref=case_ref)
    # Most find nothing, which needs no lock to know.
    if not any(each.possible for each in queries.proposed(case)):
        return False
    try:
        with transaction.atomic():
            held = CASES.hold(case)
            if not Waiting.objects.filter(case_ref=case_ref, ended_at=None).exists():
                return False
            found = nearest_with_room(held)
            if not found.wanted:
                return False
            CASES.move(held, "reserve_supply", SYSTEM, element=found.wanted[0].code)
    except WrongState:
        # It waits in a state in which nothing is reserved, and keeps nobody behind it either.
        return False
    return True
