from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from ledger.models import Entry, Salt

FIELDS = (
    "case_seq", "at", "effective_at", "type", "actor_role", "from_state", "to_state",
    "holder", "clock", "part",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Event:
    """`at` is the instant that the step is dated at."""

    seq: int
    at: datetime
    recorded_at: datetime
    type: str
    role: str
    from_state: str
    to_state: str
    holder: str
    clock: str
    part: UUID | None


def timeline(case_ref: UUID) -> list[Event]:
    return timelines([case_ref])[case_ref]


def timelines(case_refs: Iterable[UUID]) -> dict[UUID, list[Event]]:
    """Oldest first; one statement."""
    found: dict[UUID, list[Event]] = {ref: [] for ref in case_refs}
    entries = Entry.objects.filter(case_ref__in=list(found)).order_by("case_seq")
    for ref, seq, at, effective, *row in entries.values_list("case_ref", *FIELDS):
        kind, role, before, after, holder, clock, part = row
        found[ref].append(
            Event(seq, effective or at, at, kind, role, before, after, holder, clock, part)
        )
    return found


@dataclass(frozen=True, slots=True)
class Last:
    role: str
    at: datetime
    actor_id: int | None
    from_state: str


def doers(case_ref: UUID, types: Iterable[str]) -> set[int]:
    """Ids of those who took steps of these types; whoever was forgotten is not among them."""
    entries = Entry.objects.filter(case_ref=case_ref, type__in=list(types))
    salts = Salt.objects.filter(ref__in=entries.values("salt_ref"))
    return {pk for pk in salts.values_list("actor_id", flat=True) if pk is not None}


def taken_by(user_id: int, case_refs: Iterable[UUID], types: Iterable[str]) -> set[UUID]:
    """The records of several in which the person took a step of these types; one statement."""
    own = Salt.objects.filter(actor_id=user_id).values("ref")
    entries = Entry.objects.filter(case_ref__in=list(case_refs), type__in=list(types))
    return set(entries.filter(salt_ref__in=own).values_list("case_ref", flat=True))


def took_any(user_id: int, entries: QuerySet[Entry]) -> bool:
    """Whether the person took one of these steps."""
    return Salt.objects.filter(ref__in=entries.values("salt_ref"), actor_id=user_id).exists()


def last_step(
    case_ref: UUID, part: UUID | None = None, *, types: Iterable[str] | None = None
) -> Last | None:
    entries = Entry.objects.filter(case_ref=case_ref)
    if part is not None:
        entries = entries.filter(part=part)
    if types is not None:
        entries = entries.filter(type__in=types)
    entry = entries.order_by("-case_seq").first()
    if entry is None:
        return None
    salt = Salt.objects.filter(ref=entry.salt_ref).first()
    actor_id = salt.actor_id if salt else None
    return Last(entry.actor_role, entry.at, actor_id, entry.from_state)
