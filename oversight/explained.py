"""Of how many filed cases it is on record which text of the rules was read before the filing, or
explained by a clerk (办理一户、宣传一户): by district and by the channel of the filing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, Sum

from core.clock import city_now, local_date
from oversight.homes import PERIODS
from oversight.late import within
from oversight.models import FilingDay


@dataclass(frozen=True, slots=True)
class Share:
    """Of the cases filed since a day, those with such a record."""

    since: date
    filed: int
    explained: int

    @property
    def share(self) -> float | None:
        """From 0 to 1; None where nothing was filed."""
        return self.explained / self.filed if self.filed else None


@dataclass(frozen=True, slots=True)
class Place:
    """One district and channel in which something was filed in the longest period."""

    district: str
    channel: str
    periods: Sequence[Share]


@dataclass(frozen=True, slots=True)
class Explained:
    today: date
    total: Sequence[Share]
    places: Sequence[Place]


def figures(districts: set[str] | None, *, district: str = "") -> Explained:
    """Those of today, in one statement; None means every district."""
    today, here = local_date(city_now()), within(districts, district)
    starts = [today - timedelta(days=period - 1) for period in PERIODS]
    sums = {
        f"{column}_{at}": Sum(column, filter=Q(day__gte=start), default=0)
        for at, start in enumerate(starts)
        for column in ("filed", "explained")
    }
    days = FilingDay.objects.filter(day__gte=min(starts))
    days = days if here is None else days.filter(district__in=sorted(here))
    rows = days.values("district", "channel").annotate(**sums).order_by("district", "channel")

    def share_of(at: int, found: Sequence[dict[str, Any]]) -> Share:
        filed, explained = (sum(row[f"{name}_{at}"] for row in found) for name in FilingDay.COUNTS)
        return Share(starts[at], filed, explained)

    found: list[dict[str, Any]] = list(rows)  # type: ignore[arg-type]
    return Explained(
        today,
        [share_of(at, found) for at in range(len(starts))],
        [
            Place(
                row["district"], row["channel"], [share_of(at, [row]) for at in range(len(starts))]
            )
            for row in found
        ],
    )
