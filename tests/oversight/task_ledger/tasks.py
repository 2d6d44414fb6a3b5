"""Tasks of a ledger, through the real actions."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from accounts.models import User
from core.clock import city_now, local_date
from oversight.task_ledger.actions import TASKS, enter
from oversight.task_ledger.models import Task

TITLE = "压减低压办电时间"


def in_days(days: int) -> str:
    return (local_date(city_now()) + timedelta(days=days)).isoformat()


def body(**changes: Any) -> dict[str, Any]:
    """A task of the city that the supply company owns, due in ten days."""
    return {
        "ledger": "city",
        "title": TITLE,
        "what": "低压非居民全过程办电时间压减至七个工作日以内。",
        "clause": "方案三(一)1",
        "party": "supplier",
        "post": "营销部主任",
        "district": "",
        "due_on": in_days(10),
    } | changes


def entered(people: Mapping[str, User], **changes: Any) -> Task:
    return enter(body=body(**changes), by=people["lead-agency"])


def step(one: Task, act: str, by: User, said: Any = None, **more: Any) -> Task:
    return TASKS.perform(one, act, by=by, body=said, **more)
