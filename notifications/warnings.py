"""What people are told of a running clock at its marks; whom, and over which channels, the rules
say (`rules.warnings`)."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, TypeVar
from uuid import UUID

from core.templatetags.city import working_days
from deadlines.models import ClockWarning
from notifications import outbox
from notifications.models import Outbox
from notifications.texts import both
from rules.warnings import Circle, When, warning_rules

#: Each message has the warning's id as its version, or the clock's where the limit passed.
WARNED: Final = "clock.warned"
BREACHED: Final = "clock.breached"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Told:
    """Who is in a circle, and as what its people open the thing: a subject and its id."""

    subject: str
    pk: int
    people: Callable[[], Iterable[int]]


#: In the order in which people are told: somebody who is in several is told by the first.
Circles = Mapping[Circle, Told]


@dataclass(frozen=True, slots=True)
class Limited:
    """What a clock limits: the number of its thing, and in the active language the name of the
    limit and who is awaited."""

    number: str
    limit: Callable[[], str]
    awaited: Callable[[], str]


def messages(warning: ClockWarning, limited: Limited, circles: Circles) -> Iterator[Outbox]:
    """One for each person; left in the transaction in which the mark is written down."""
    rules = warning_rules()
    mark = rules.marks[warning.mark]
    variant = "due" if mark.when == When.BEFORE and not mark.days else mark.when
    return to_circles(
        circles,
        rules.told(warning.clock.kind, warning.mark),
        kind=WARNED,
        case_ref=warning.clock.case_ref,
        version=warning.pk,
        channels=mark.channels,
        context={
            "number": limited.number,
            "variant": variant,
            "what": both(limited.limit),
            "on": warning.on.isoformat(),
            "due_on": warning.due_on.isoformat(),
            "span": both(partial(working_days, mark.days)),
            "awaited": both(limited.awaited),
        },
    )


def tell(
    warnings: Iterable[ClockWarning],
    things: Mapping[UUID, T],
    about: Callable[[T], tuple[Limited, Circles]],
) -> None:
    """Of each warning whose clock is of one of these things, by the reference of their records."""
    outbox.leave(
        row
        for one in warnings
        if one.clock.case_ref in things
        for row in messages(one, *about(things[one.clock.case_ref]))
    )


def to_circles(
    circles: Circles, named: Iterable[Circle], *, context: Mapping[str, Any], **message: Any
) -> Iterator[Outbox]:
    """A message for the people of the circles that are named, one row for each person; it says as
    of which circle that person is told."""
    wanted, told = set(named), set[int]()
    for circle, one in circles.items():
        if circle in wanted:
            found = set(one.people())
            yield from outbox.addressed(
                subject_kind=one.subject,
                subject_id=one.pk,
                recipients=found - told,
                context={**context, "circle": circle.value},
                **message,
            )
            told |= found
