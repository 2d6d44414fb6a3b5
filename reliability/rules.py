"""The rules that a day and a place give for outages."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from django.utils.text import format_lazy
from django.utils.translation import ngettext_lazy

from core.clock import local_date
from core.problems import Text
from reliability.indices.joining import NOTHING, Joining
from rules import registry
from rules.book import NotInForce
from rules.city import city
from rules.files import Clause
from rules.policy import Policy
from rules.values import Valued

DEFECT: Final = "defect.days."
ARRIVAL: Final = "repair.arrival_minutes."


@dataclass(frozen=True, slots=True)
class Asked:
    """A number of the rules and the clause that it stands on; 0 where no rule says it."""

    number: int
    clause: Clause | None = None

    def __bool__(self) -> bool:
        return self.number > 0


def policies(day: date, place: str) -> Iterator[Policy]:
    """Those in force in a district, or with "" in the city; in a zone those of each district that
    it lies in."""
    for statutory in (city().district(place).statutory if place else ()) or (None,):
        try:
            yield registry.current().in_force(on=day, district=place or None, statutory=statutory)
        except NotInForce:
            continue


def notice_days(day: date, place: str) -> Asked:
    """For how many days ahead a planned outage is to be announced."""
    return _most(day, place, "outage.notice_days")


def notice_hours(day: date, place: str) -> Asked:
    """For how many hours ahead temporary repairs are to be announced, and whatever takes the power
    from important customers."""
    return _most(day, place, "outage.notice_hours_important")


def again_days(day: date, place: str) -> Asked:
    """Within how many days a second outage of the same people is asked about."""
    return _most(day, place, "outage.again_days")


def asked_beyond(day: date, place: str) -> int | None:
    """From how many days away a time of an outage is asked about; None: never."""
    return _most(day, place, "outage.asked_beyond_days").number or None


def too_far(at: datetime, now: datetime, place: str) -> Text | None:
    """Why a time of an outage, so far from now, may have a wrong digit; None where it is near."""
    days = asked_beyond(local_date(now), place)
    if days is None or abs(at - now) <= timedelta(days=days):
        return None
    reason = ngettext_lazy(
        "Is more than {days} day from today.", "Is more than {days} days from today.", days
    )
    return format_lazy(reason, days=days)


def arrival_minutes(area_class: str, day: date, place: str) -> Asked:
    """Within how many minutes of its report a crew is to be at a fault; in a zone the fewest of
    those of its districts."""
    return _asked(min, day, place, ARRIVAL + area_class)


def defect_days(severity: str, day: date, place: str) -> int:
    """Within how many days a defect is mended; in a zone the fewest of those of its districts."""
    return min(int(policy.value(DEFECT + severity).number) for policy in policies(day, place))


def monitoring_margin(day: date) -> timedelta:
    """How long before the beginning of an outage, by its record or its plan, and after its end what
    monitoring tells of its elements is of it; no longer where no rule says."""
    return timedelta(minutes=_most(day, "", "monitoring.margin_minutes").number)


def silent_after(day: date) -> timedelta | None:
    """After how long without a word a monitoring system counts as silent; None: nobody watches."""
    minutes = _most(day, "", "monitoring.silent_minutes").number
    return timedelta(minutes=minutes) if minutes else None


def live_clause(nature: str, day: date, place: str) -> Clause | None:
    """By which clause an outage that comes from this is asked why the work is not done live; None
    where it is not."""
    for policy in policies(day, place):
        if (row := policy.get("outage.live_natures")) and nature in row.codes:
            return row.clause
    return None


def place_class(place: str, day: date) -> str:
    """The class of a district (市区, 农村) where nothing nearer says it."""
    for policy in policies(day, place):
        for key in ("district.class", "class.unset"):
            if row := policy.get(key):
                return row.word
    return ""


def _most(day: date, place: str, key: str) -> Asked:
    return _asked(max, day, place, key)


def _asked(best: Callable[..., Valued], day: date, place: str, key: str) -> Asked:
    rows = [row for policy in policies(day, place) if (row := policy.get(key))]
    if not rows:
        return Asked(0)
    row = best(rows, key=lambda row: row.number)
    return Asked(int(row.number), row.clause)


def joining(day: date) -> Joining:
    """How pieces without power are counted: by the rules of a day, for all years alike, so that
    they can be compared. Where no rule says it nothing is joined, and nothing is momentary."""
    for policy in policies(day, ""):
        gap = _count(policy, "reliability.joined_minutes")
        momentary = _count(policy, "reliability.momentary_minutes")
        limit = policy.get("reliability.momentary_limit")
        return Joining(
            gap=NOTHING if gap is None else timedelta(minutes=gap),
            momentary=None if momentary is None else timedelta(minutes=momentary),
            limit_is_momentary=limit is None or bool(limit.value),
        )
    return Joining()


def often(day: date) -> int | None:
    """From how many interruptions on a customer counts as interrupted often (the n of CEMI-n)."""
    return next((_count(policy, "reliability.cemi_times") for policy in policies(day, "")), None)


@dataclass(frozen=True)
class Target:
    """The plan's limit of hours, or of a fall in percent, for a class of area."""

    hours: Decimal | None = None
    percent: Decimal | None = None
    clause: str = ""


def target(day: date, place: str, area_class: str) -> Target:
    """In a zone the better target of those of its statutory districts."""
    best = Target()
    for policy in policies(day, place):
        hours = policy.get(f"reliability.hours.{area_class}") if area_class else None
        percent = policy.get("reliability.reduction_percent")
        if hours and (best.hours is None or hours.number < best.hours):
            share = Decimal(percent.number) if percent else None
            best = Target(Decimal(hours.number), share, str(hours.clause))
    return best


def _count(policy: Policy, key: str) -> int | None:
    found = policy.get(key)
    return int(found.number) if found else None
