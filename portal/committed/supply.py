"""What is reserved of the grid is what the acts of its cases commit to."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final
from uuid import UUID

from grid.models import Reservation
from portal.committed.entries import said
from portal.compare import Row

RESERVING: Final = ("case.accepted", "case.plan_replied", "case.supply_reserved")
Promise = tuple[int, str, str]


def reservations() -> Iterator[Row]:
    """Case and instant at which other elements, or other kVA, are reserved than its entry says."""
    kept: dict[tuple[UUID, datetime], set[Promise]] = {}
    for row in Reservation.objects.select_related("element").iterator():
        promise = (row.source, row.element.code, f"{row.kva:.2f}")
        kept.setdefault((row.case_ref, row.from_at), set()).add(promise)
    for entry in said(*RESERVING):
        found = kept.pop((entry.ref, entry.at), set())
        if entry.data is None:
            continue
        supply = entry.data.get("supply", ())
        wanted = {(each["source"], each["element"], each["kva"]) for each in supply}
        if found != wanted:
            yield entry.ref, entry.at, sorted(found), sorted(wanted)
    for (ref, at), found in kept.items():
        yield ref, at, sorted(found), "no entry"
