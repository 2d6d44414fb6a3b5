"""The one list of a person: the feeds of all modules, merged by time left, a page at a time."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from django.db.models import F, IntegerField, QuerySet, Value
from rest_framework.pagination import Cursor

from accounts.models import User
from core.clock import city_now
from core.paging import CursorPages, after
from desk.advice import BureauAdvice
from desk.assigning import CasesToAssign
from desk.cases import CompanyCases, CounterCases
from desk.checks import BureauChecks
from desk.complaints import Complaints, ComplaintsToAnswer
from desk.enquiries import Enquiries
from desk.feed import Feed, Todo
from desk.interruptions import Interruptions, InterruptionsToExplain
from desk.low_ratings import LowRatings
from desk.materials import LateMaterials
from desk.matters import Findings, Orders
from desk.orderly import DistrictPlans, Executions
from desk.outages import Outages
from desk.patrols import Defects, Patrols
from desk.payments import Payments
from desk.permits import BureauPermits
from desk.referrals import SilentReferrals
from desk.rentals import Rentals
from desk.reports import Reports
from desk.suggestions import Suggestions
from desk.table_drafts import TableDrafts
from desk.task_ledger import Tasks

#: What is equally urgent stands in this order.
FEEDS: Final[tuple[Feed, ...]] = (
    Outages(), Suggestions(), CompanyCases(), CasesToAssign(), BureauPermits(), LowRatings(),
    Orders(), CounterCases(), SilentReferrals(), LateMaterials(), Findings(), Enquiries(),
    BureauChecks(), BureauAdvice(), Rentals(), TableDrafts(), Complaints(), ComplaintsToAnswer(),
    Payments(), Interruptions(), InterruptionsToExplain(), DistrictPlans(), Executions(), Reports(),
    Defects(), Patrols(), Tasks(),
)  # fmt: skip
#: Who has such a list.
ROLES: Final = tuple(dict.fromkeys(role for feed in FEEDS for role in feed.roles))
ORDER: Final = ("at", "feed", "id")


class Place(NamedTuple):
    """Where a thing stands in the list: `at` is when it runs out, in a list of what is late when it
    did; `feed` the place of its feed in `FEEDS`."""

    at: datetime
    feed: int
    id: int


class Stream(NamedTuple):
    """`by` is the column of its order, before the id."""

    feed: int
    found: QuerySet[Any]
    by: str = "runs_out"


def feeds_of(user: User) -> list[Feed]:
    return [feed for feed in FEEDS if user.role_in(*feed.roles) is not None]


class TodoPages(CursorPages):
    """Of each stream at most a page is read, in the order of its own index; they are put together
    in one statement."""

    ordering = ORDER

    def read(self, queryset: Any, cursor: Cursor | None, count: int) -> list[Place]:
        """`queryset`: streams, which may have things in common."""
        back, place = False, None
        if cursor:
            text, feed, pk = cursor.position  # type: ignore[misc]  # see CursorPages
            at = datetime.fromisoformat(text)
            if at.tzinfo is None:
                raise ValueError(text)
            back, place = cursor.reverse, Place(at, int(feed), int(pk))
        first = [_first(one, place, count, back=back) for one in queryset]
        if not first:
            return []
        rows = first[0].union(*first[1:]) if len(first) > 1 else first[0]
        return sorted({Place(*row) for row in rows}, reverse=back)[:count]


def _first(
    stream: Stream, place: Place | None, count: int, *, back: bool
) -> QuerySet[Any, tuple[Any, ...]]:
    """The places of its first things that come after one place, or before it."""
    order = (stream.by, "id")
    found = stream.found.order_by(*order)
    if place is not None and stream.feed == place.feed:
        found = after(found, order, (place.at, place.id), back=back)
    elif place is not None:
        # Of what is equally urgent, feeds behind that of the place come after all of it.
        equal = "e" if (stream.feed > place.feed) != back else ""
        way = "lt" if back else "gt"
        found = found.filter(**{f"{stream.by}__{way}{equal}": place.at})
    found = found.reverse() if back else found
    marked: QuerySet[Any, tuple[Any, ...]] = found.annotate(
        feed=Value(stream.feed, IntegerField()), at=F(stream.by)
    ).values_list("at", "feed", "id")
    return marked[:count]


def rows_of(places: Sequence[Place], user: User) -> list[tuple[Feed, Todo]]:
    """What is listed, in its order; what was gone before it was read is left out."""
    now, rows = city_now(), dict[tuple[int, int], Todo]()
    for number, feed in enumerate(FEEDS):
        if keys := [place.id for place in places if place.feed == number]:
            rows |= {(number, row.pk): row for row in feed.rows(keys, user, now)}
    listed = ((place.feed, place.id) for place in places)
    return [(FEEDS[key[0]], rows[key]) for key in listed if key in rows]
