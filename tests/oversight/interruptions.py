"""Complaints about interruptions of supply, through the real actions."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from accounts.models import User
from core.clock import city_now
from oversight.interruptions.actions import INTERRUPTIONS, complain
from oversight.interruptions.models import InterruptionComplaint
from tools.scenarios import DISTRICT
from workflow.run import Uploads

ENTERPRISE, ADDRESS, TEXT = "盐都食品有限公司", "汇东路88号", "未提前通知就拉闸，停产半天。"
SAID, REASONS = "该线路当日检修，通知未送达。", "已核对检修计划和通知记录。"
DECISION = {"reasons": REASONS, "clause": "方案二(四)"}
EXPLANATION = {"explanation": SAID}
ORDER = {"text": "说明责任并赔礼道歉，今后按时通知。", "clause": "方案二(四)", "days": 10}


def body(**changes: Any) -> dict[str, Any]:
    """Of an interruption that began two hours ago and is not over."""
    return {
        "enterprise": ENTERPRISE,
        "district": DISTRICT,
        "address": ADDRESS,
        "customer_number": "5103020001",
        "began_at": (city_now() - timedelta(hours=2)).isoformat(),
        "still_off": True,
        "text": TEXT,
    } | changes


def over(**changes: Any) -> dict[str, Any]:
    """The same, with the power back for an hour."""
    back = (city_now() - timedelta(hours=1)).isoformat()
    return body(still_off=False, restored_at=back) | changes


def complained(
    people: Mapping[str, User], by: str = "factory", **changes: Any
) -> InterruptionComplaint:
    return complain(body=body(**changes), by=people[by], client="there")


def step(
    one: InterruptionComplaint, act: str, by: User, said: Any = None, uploads: Uploads = ()
) -> InterruptionComplaint:
    return INTERRUPTIONS.perform(one, act, by=by, body=said, uploads=uploads)


def ordered(people: Mapping[str, User]) -> InterruptionComplaint:
    """One that was upheld, with an order behind it."""
    one = step(complained(people), "uphold", people["regulator"], DECISION)
    return step(one, "order", people["regulator"], ORDER)
