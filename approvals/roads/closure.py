"""Until when a road may not be dug: by the rules in force, never by what somebody typed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Self, TypeVar

from django.db.models import Q

from approvals.roads.models import Cause, Road
from core.clock import city_now, local_date, months_after
from rules.registry import current
from rules.values import Valued

YEARS: Final[Mapping[Cause, str]] = {
    Cause.NEW: "no_dig.new_years",
    Cause.OVERHAULED: "no_dig.overhauled_years",
}
MONTHS_A_YEAR: Final = 12
T = TypeVar("T", bound=Iterable[Road])


@dataclass(frozen=True, slots=True)
class Closure:
    """The rules of a day; they are the nation's, and so the same in every district."""

    today: date
    rules: Mapping[Cause, Valued]

    @classmethod
    def now(cls) -> Self:
        today = local_date(city_now())
        policy = current().in_force(on=today)
        return cls(today, {cause: policy.value(key) for cause, key in YEARS.items()})

    @property
    def clause(self) -> object:
        return self.rules[Cause.NEW].clause

    def until(self, cause: Cause, since: date) -> date:
        """The last day of a closure: the day of its beginning is not counted, and where a month has
        no such day, its last one ends it (民法典 201, 202)."""
        return months_after(since, self._months(cause))

    def is_closed(self, road: Road) -> bool:
        return self.today <= self.until(Cause(road.cause), road.since)

    def closed(self) -> Q:
        """What is closed today, for a query."""
        found = Q()
        for cause in Cause:
            found |= Q(cause=cause, since__gte=self.first(cause))
        return found

    def told(self, roads: T) -> T:
        """The same rows, each with its last day."""
        for road in roads:
            road.closed_until = self.until(Cause(road.cause), road.since)
        return roads

    def years(self, cause: Cause) -> int:
        return int(self.rules[cause].number)

    def _months(self, cause: Cause) -> int:
        return self.years(cause) * MONTHS_A_YEAR

    def first(self, cause: Cause) -> date:
        """The earliest day since when a road is closed today."""
        day = months_after(self.today, -self._months(cause))
        # From the 29th of February one comes to a 28th, whose closure has ended the day before.
        return day if self.until(cause, day) >= self.today else day + timedelta(days=1)
