"""Follow-ups of low ratings, opened and closed by the real actions of the real people."""

from typing import Any

from accounts.models import User
from applications.follow_ups.actions import FOLLOW_UPS
from applications.follow_ups.models import FollowUp
from applications.models import Application
from tests.builders import People, do

WORDS = "等了很久，没人接电话"
SAID: dict[str, dict[str, str]] = {
    "attempt": {"text": "拨打两次无人接听"},
    "close": {"said": "约好的上门时间改了三次", "done": "已向用户致歉，上门时间改由专人确认"},
}


def rated_low(people: People, case: Application, **changes: Any) -> FollowUp:
    """The follow-up of a low rating of a case."""
    do(people, case, "rate", **{"level": 2, "comment": WORDS, **changes})
    return FollowUp.objects.get(application=case, stage=changes.get("stage", "end"))


def step(
    follow_up: FollowUp, action: str, *, by: User, version: int | None = None, **body: str
) -> FollowUp:
    """One step, as pages and programs take it."""
    said = body or SAID[action]
    return FOLLOW_UPS.perform(follow_up, action, by=by, body=said, version=version)
