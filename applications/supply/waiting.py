"""Cases that wait for room in the grid: the first to get what becomes free."""

from typing import Final
from uuid import UUID

from django.db import transaction

from accounts.actor import SYSTEM
from applications.actions import CASES
from applications.models import Application
from applications.supply.actions import nearest_with_room
from grid.models import Waiting

#: Cases a run: each is a transaction of its own.
MOST: Final = 50


def serve_waiting() -> int:
    """Reserve for cases that wait, the longest first, where there is room now; return how many."""
    first = Waiting.objects.filter(ended_at=None).order_by("since", "id")
    return sum(_serve(ref) for ref in list(first.values_list("case_ref", flat=True)[:MOST]))


def _serve(case_ref: UUID) -> int:
    with transaction.atomic():
        case = CASES.hold(Application.objects.get(ref=case_ref))
        if not Waiting.objects.filter(case_ref=case.ref, ended_at=None).exists():
            return 0
        found = nearest_with_room(case)
        if not found.wanted:
            return 0
        CASES.move(case, "reserve_supply", SYSTEM, element=found.wanted[0].code)
    return 1
