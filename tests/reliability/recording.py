"""Outages as the record would have them, without working each through its acts: what is asked here
is what is counted of them."""

from collections.abc import Mapping
from datetime import datetime

from core.clock import CITY
from reliability.outages.models import Interruption, Outage


def at(words: str) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=CITY)


def recorded(
    number: str,
    off: str,
    on: str | None,
    customers: Mapping[str, int],
    *,
    kind: str = "fault",
    excluded: bool = False,
    line: str = "L1",
    district: str = "510302",
    area_class: str = "urban",
    level: str = "medium",
    area: str = "Wuxing Street",
) -> Outage:
    """`customers`: how many at which element (empty: nobody knows)."""
    outage = Outage.objects.create(
        number=number, district=district, kind=kind, nature="internal_fault", area=area,
        cause="Cable", regulation="Fire code 5" if kind == "safety" else "",
        excluded_by_policy=excluded, state="off", rules_version="x", announced_at=at(off),
        started_at=at(off),
        planned_from=None if kind == "fault" else at(off),
        planned_until=None if kind == "fault" else datetime(2099, 1, 1, tzinfo=CITY),
    )  # fmt: skip
    Interruption.objects.bulk_create(
        Interruption(
            outage=outage, district=district, area_class=area_class, level=level, element=element,
            line=line, customers=number, excluded=excluded, off_at=at(off), recorded_off_at=at(off),
        )
        for element, number in customers.items()
    )  # fmt: skip
    if on:
        outage.interruptions.update(on_at=at(on), recorded_on_at=at(on))
    return outage


def correct(outage: Outage, off: str, on: str) -> None:
    outage.interruptions.update(off_at=at(off), on_at=at(on))
