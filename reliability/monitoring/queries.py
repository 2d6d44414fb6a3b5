"""Reads of suggested faults, of what waits to be clarified, and of who tells it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet

from accounts.models import User
from core.clock import city_now, local_date
from core.counting import Count, bounded
from core.identifiers import plain
from reliability.monitoring.models import MonitoringEvent, MonitoringSystem, Suggestion
from reliability.monitoring.workflow import SuggestionState
from reliability.outages.models import Outage
from reliability.records import at_desk
from reliability.rules import silent_after

#: So many events of one thing are shown, the newest reported.
MOST_SHOWN = 200


def suggestions(user: User) -> QuerySet[Suggestion]:
    """Of the desk of somebody, with where each lies."""
    return at_desk(Suggestion, user).select_related("located__row", "outage", "into")


def numbered(number: str, user: User) -> Suggestion | None:
    return suggestions(user).filter(number=plain(number)).first()


def waiting(user: User) -> Count:
    """How many wait for a decision in the own districts."""
    found = at_desk(Suggestion, user).filter(state=SuggestionState.WAITING)
    return bounded(found.order_by(*Suggestion.ORDER))


def unclear() -> QuerySet[MonitoringEvent]:
    """What nothing was made of; it names no element, and so lies in no district."""
    return MonitoringEvent.objects.exclude(problem="")


def told_of(thing: Suggestion | Outage) -> Sequence[MonitoringEvent]:
    """The newest events of a thing, by their reported times."""
    told = thing.events if isinstance(thing, Suggestion) else thing.told
    found = told.select_related("element").order_by("-reported_at", "-id")
    return list(reversed(found[:MOST_SHOWN]))


@dataclass(frozen=True, slots=True)
class Heard:
    """When a system was heard last, by our clock (None: never), the newest time that it has told,
    by its own, and whether that is too long ago (None: nobody watches)."""

    system: str
    heard_at: datetime | None
    reported_at: datetime | None
    silent: bool | None


def systems() -> list[Heard]:
    """Those that may tell us something, and those that have."""
    now = city_now()
    limit = silent_after(local_date(now))
    known = {one.code: one for one in MonitoringSystem.objects.order_by("code")}

    def heard(code: str) -> Heard:
        one = known.get(code)
        at = one.heard_at if one else None
        silent = None if limit is None else at is None or now - at > limit
        return Heard(code, at, one.reported_at if one else None, silent)

    return [heard(code) for code in sorted({*settings.MONITORING_SECRETS, *known})]
