"""The rules that a day and a place give for outages."""

from collections.abc import Iterator
from datetime import date

from rules import registry
from rules.book import NotInForce
from rules.city import city
from rules.policy import Policy


def policies(day: date, place: str) -> Iterator[Policy]:
    """Those in force in a district, or with "" in the city; in a zone those of each district that
    it lies in."""
    for statutory in (city().district(place).statutory if place else ()) or (None,):
        try:
            yield registry.current().in_force(on=day, district=place or None, statutory=statutory)
        except NotInForce:
            continue


def notice_days(day: date, place: str) -> int:
    """For how many days ahead a planned outage is to be announced; 0 where no rule says it."""
    return max(
        (_count(policy, "outage.notice_days") or 0 for policy in policies(day, place)), default=0
    )


def asked_beyond(day: date, place: str) -> int | None:
    """From how many days away a time of an outage is asked about; None: never."""
    counts = (_count(policy, "outage.asked_beyond_days") for policy in policies(day, place))
    return max((count for count in counts if count is not None), default=None)


def _count(policy: Policy, key: str) -> int | None:
    found = policy.get(key)
    return int(found.number) if found else None
