"""Orderly use, through the real actions."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from accounts.models import User
from core.clock import city_now, local_date
from oversight.orderly.actions import DISTRICTS, EXECUTIONS, PLANS, begin, draft
from oversight.orderly.models import CityPlan, DistrictPlan, Execution
from tools.scenarios import DISTRICT

LEVELS = {"level_1": 40, "level_2": 30, "level_3": "20.5", "level_4": 10}
HANDED_IN = {"level_1": 8, "level_2": 6, "level_3": 4, "level_4": 2, "words": "按行业错峰。"}
NAME = "2026年迎峰度冬"


def plan_body(**changes: Any) -> dict[str, Any]:
    """In force from today for three months."""
    today = local_date(city_now())
    return {
        "name": NAME,
        "begins_on": today.isoformat(),
        "ends_on": (today + timedelta(days=90)).isoformat(),
        "livelihood": ["residents", "hospitals"],
        "important": ["emergency", "transport"],
        **LEVELS,
    } | changes


def issued(people: Mapping[str, User], **changes: Any) -> CityPlan:
    one = draft(body=plan_body(**changes), by=people["lead-agency"])
    return PLANS.perform(one, "issue", by=people["lead-agency"])


def of_district(plan: CityPlan, district: str = DISTRICT) -> DistrictPlan:
    return DistrictPlan.objects.get(plan=plan, district=district)


def step(one: DistrictPlan, act: str, by: User, said: Any = None) -> DistrictPlan:
    return DISTRICTS.perform(one, act, by=by, body=said)


def execution_body(plan: CityPlan, **changes: Any) -> dict[str, Any]:
    return {
        "plan": plan.pk,
        "level": 4,
        "districts": [DISTRICT],
        "ordered_mw": 9,
        "reason": "shortage",
    } | changes


def begun(people: Mapping[str, User], plan: CityPlan, **changes: Any) -> Execution:
    return begin(body=execution_body(plan, **changes), by=people["supply-lead"])


def take(one: Execution, act: str, by: User, said: Any) -> Execution:
    return EXECUTIONS.perform(one, act, by=by, body=said)
