"""The indexes of the lists of those who watch over permits and coordinate them (`oversight.lists`,
`sets`): what passes or has passed a limit of its own while a bureau has it, what is decided, the
newest first, and for which the supply company is awaited."""

from collections.abc import Iterator
from typing import Final

from django.db.models import Index, Q

from approvals.workflow import COMMITTED_ROUTES, DECIDED, OPEN, WITH_BUREAU

OWN_LATENESS: Final = ("own_late_at", "id")
#: Decided by a bureau, within a limit of its own: what was committed to, or holds on from the round
#: before, was decided by nobody then.
BY_BUREAU: Final = Q(
    state__in=sorted(DECIDED), limit_days__isnull=False, carried_from__isnull=True
) & ~Q(route__in=sorted(COMMITTED_ROUTES))
NEWEST_DECIDED: Final = ("-decided_at", "-id")
_LIMITED: Final = Q(state__in=sorted(WITH_BUREAU), own_late_at__isnull=False)
_IN_TIME: Final = Q(state__in=sorted(DECIDED), own_late_at__isnull=True)
_DONE_LATE: Final = Q(state__in=sorted(DECIDED), own_late_at__isnull=False)


def _indexes() -> Iterator[Index]:
    """Of all permits, and of those of one bureau, one kind of permit, one district."""
    for name, by in (("", ()), ("_bureau", ("bureau",)), ("_permit", ("permit",)),
                     ("_place", ("district",))):  # fmt: skip
        late, decided = [*by, *OWN_LATENESS], [*by, *NEWEST_DECIDED]
        yield Index(fields=late, condition=_LIMITED, name=f"permit_own_late{name}")
        yield Index(fields=decided, condition=_IN_TIME, name=f"permit_in_time{name}")
        yield Index(fields=decided, condition=_DONE_LATE, name=f"permit_done_late{name}")
    # A year has many decisions: those of a bureau in one district are not looked for among all its.
    for first in ("bureau", "permit"):
        here = [first, "district", *NEWEST_DECIDED]
        yield Index(fields=here, condition=_IN_TIME, name=f"permit_in_time_{first}_at")
        yield Index(fields=here, condition=_DONE_LATE, name=f"permit_done_late_{first}_at")
    # What a hall has at its counter.
    there = Q(office__isnull=False)
    yield Index(fields=["office", "runs_out", "id"], condition=there, name="permit_order_office")
    waiting = there & Q(state__in=sorted(WITH_BUREAU))
    yield Index(fields=["office", "state"], condition=waiting, name="permit_waiting_office")
    late = ["office", "late_at", "id"]
    limited = waiting & Q(late_at__isnull=False)
    yield Index(fields=late, condition=limited, name="permit_late_office")
    # Of which sets the supply company is awaited (`sets`).
    awaited = Q(state__in=sorted(OPEN - WITH_BUREAU))
    yield Index(fields=["case_ref"], condition=awaited, name="permit_awaits_company")


INDEXES: Final = tuple(_indexes())
