"""Outages in tests, by the real acts of the supply company's people."""

from datetime import timedelta
from typing import Any, Final

from accounts.models import User
from core.clock import CITY, city_now
from reliability.outages.actions import OUTAGES, enter
from reliability.outages.models import Outage
from tests.builders import People
from tests.grid.building import TREE, points
from tests.publishing import builders

#: Thirty homes and one dedicated customer at the first transformer, twelve homes at the second.
POINTS: Final = (
    "M-1,510302,,五星街,P-1,urban,low,30,2026-11-01",
    "M-2,510302,,五星街,P-1,urban,medium,1,2026-11-01",
    "M-3,510302,,檀木林街,P-2,town,low,12,2026-11-01",
)
PLANNED: Final[dict[str, Any]] = {
    "kind": "planned", "nature": "maintenance", "district": "510302", "area": "五星街一段",
    "cause": "更换电缆", "elements": ["P-1"], "not_live_reason": "电缆沟内空间不足",
}  # fmt: skip
FAULT: Final[dict[str, Any]] = {
    "kind": "fault", "nature": "external_fault", "district": "510302", "area": "五星街一段",
    "cause": "吊车碰线", "elements": ["L-1"],
}  # fmt: skip


#: Where the grid knows nobody, somebody counts.
COUNTED: Final[dict[str, Any]] = {
    "elements": [], "customers": 12, "area_class": "urban", "level": "low",
}  # fmt: skip


def grid(people: People) -> User:
    """A substation, a line and two public transformers with their customers; returns who works
    outages."""
    builders.published("capacity", TREE, people["supply-lead"])
    builders.published("points", points(*POINTS), people["supply-lead"])
    return people["project"]


def at(**ahead: float) -> str:
    """An instant so far ahead, to the minute."""
    there = city_now().astimezone(CITY).replace(second=0, microsecond=0) + timedelta(**ahead)
    return there.isoformat()


def plan(days: Any = 8, **said: Any) -> dict[str, Any]:
    """A plan of four hours, so many days ahead."""
    return PLANNED | {"planned_from": at(days=days), "planned_until": at(days=days, hours=4)} | said


def announced(by: User, days: float = 8, **said: Any) -> Outage:
    return enter(body=plan(days, **said), by=by)


def reported(by: User, **said: Any) -> Outage:
    return enter(body=FAULT | said, by=by)


def do(one: Outage, act: str, by: User, **body: Any) -> Outage:
    return OUTAGES.perform(Outage.objects.get(pk=one.pk), act, by=by, body=body)
