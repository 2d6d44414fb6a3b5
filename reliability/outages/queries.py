"""Reads of outages. All that is in one is public, but for the case whose works need it."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from core.identifiers import plain
from core.problems import Missing
from core.reading import worded
from grid.points.models import ConnectionPoint, EnergisedPoint
from reliability import records
from reliability.outages.models import Interruption, Outage
from reliability.outages.workflow import ENDED, IS_OFF, OutageState

#: Another text after every step of an outage that is off or announced, for pages that are kept.
NEWEST_STEP: Final = """(SELECT concat_ws(' ', count(*), sum(id * version)) FROM reliability_outage
    WHERE state IN ('announced', 'off', 'located', 'crew', 'repairing'))"""
READERS: Final = records.READERS
Outages = QuerySet[Outage]

#: What a list can be of, with its order: what is off and what is ahead by what comes first, what is
#: over newest first. Each is in an index.
SHOWN: Final[dict[str, tuple[Q, tuple[str, ...]]]] = {
    "now": (Q(state__in=IS_OFF), ("begins_at", "id")),
    "planned": (Q(state=OutageState.ANNOUNCED), ("begins_at", "id")),
    "past": (Q(state__in=ENDED), ("-begins_at", "-id")),
}


def whole() -> Outages:
    """With the crews that went."""
    return Outage.objects.select_related("crew")


def at_desk(user: User) -> Outages:
    """Those of the districts in which somebody works or watches."""
    return records.at_desk(Outage, user).select_related("crew")


def numbered(number: str, user: User | None = None) -> Outage:
    """One by its number, for a desk where a person is given.

    Raises:
        Missing: there is none, or not for this desk.
    """
    found = whole() if user is None else at_desk(user)
    one = found.filter(number=plain(number)).first()
    if one is None:
        raise Missing
    return one


def by_words(found: QuerySet[Any], words: str) -> QuerySet[Any]:
    """Of which a street, a village or the number was typed."""
    return found.filter(Q(area__icontains=words) | Q(number=plain(words)))


def of_case(ref: UUID) -> Outages:
    """Those that the works of a case need, newest first."""
    return Outage.objects.filter(case_ref=ref).order_by("-begins_at", "-id")


def of_customer(number: str) -> Outages:
    """What is off, and not back there, or announced at what a customer is connected to, the next
    first; nothing where nobody has this number."""
    code = worded(number)
    points = ConnectionPoint.objects.standing().filter(code=code).values("element")
    fresh = EnergisedPoint.objects.filter(code=code).values("element__code")
    at_it = Interruption.objects.filter(
        Q(element__in=points) | Q(element__in=fresh), outage=OuterRef("pk"), on_at=None
    )
    known = whole().exclude(state__in=ENDED).filter(Exists(at_it))
    return known.order_by("begins_at", "id")


def lately(since: datetime) -> Outages:
    """What is off or announced, and what has ended since; newest first."""
    standing = Q(state__in=[*IS_OFF, OutageState.ANNOUNCED])
    found = whole().filter(standing | Q(ended_at__gte=since))
    return found.order_by("-begins_at", "-id")
