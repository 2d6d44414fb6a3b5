"""What people are told of a last day that a newer calendar moved or made final."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from deadlines.explain import why
from deadlines.models import Recalculation
from notifications import outbox
from notifications.texts import both

RECALCULATED: Final = "clock.recounted"


@dataclass(frozen=True, slots=True)
class Subject:
    """What a message about a limit is about; `limit` says its name in the active language."""

    kind: str
    pk: int
    number: str
    limit: Callable[[], str]


def tell(one: Recalculation, subject: Subject, people: Iterable[int]) -> None:
    """Leave one message, in the recalculation's transaction: one per clock and calendar version."""
    came_to = "moved" if one.moved() else "stays"
    outbox.put(
        kind=RECALCULATED,
        subject_kind=subject.kind,
        subject_id=subject.pk,
        case_ref=one.clock.case_ref,
        version=one.pk,
        recipients=people,
        context={
            "number": subject.number,
            "state": f"{came_to}_{'open' if one.provisional else 'final'}",
            "what": both(subject.limit),
            "was": one.was.isoformat(),
            "due_on": one.due_on.isoformat(),
            "why": both(lambda: why(one.reason)),
        },
    )
