"""A refused or revoked permit says what can be done against it (行政许可法 38)."""

from typing import Any

import pytest

from accounts.models import User
from applications.models import Application
from applications.states import State
from approvals.models import Permit
from notifications.models import Message, Outbox
from notifications.texts import shown
from rules.names import Kind
from tests.applications.test_permit_lost import at_works, revoke
from tests.builders import Ready, permit_step, post_works
from tests.page import Page
from tests.people import browser
from tools.scenarios import PERMIT_BODIES, PLANNING_ONLY

People = dict[str, User]
#: The laws' terms (rules/cities/zigong/remedies-law.toml) and authorities (city.toml).
REVIEW = (
    "行政复议：自知道决定之日起 60 天内（行政复议法第二十条），"
    "向作出决定部门的本级人民政府提出（行政复议法第二十四条）"
)
ACTION = (
    "行政诉讼：自知道决定之日起 6 个月内（行政诉讼法第四十六条），"
    "向作出决定部门所在地的基层人民法院提出（行政诉讼法第十四条、第十八条）"
)


def refused(people: People, ready: Ready) -> Permit:
    case = post_works(people, ready(Kind.HV_SINGLE, State.PLAN_CONFIRMED), PLANNING_ONLY)
    permit = Permit.objects.get(case_ref=case.ref)
    for action in ("accept", "refuse"):
        body = PERMIT_BODIES.get(action)
        permit = permit_step(permit=permit, action=action, by=people["planning"], body=body)
    return permit


def revoked(people: People, ready: Ready) -> Permit:
    return revoke(people, at_works(people, ready, Kind.HV_SINGLE))


@pytest.mark.parametrize("brought", [refused, revoked])
def test_each_side_is_told_what_can_be_done_against_it(
    people: People, ready: Ready, brought: Any
) -> None:
    permit = brought(people, ready)
    case = Application.objects.get(ref=permit.case_ref)
    told = Outbox.objects.filter(kind=f"permit.{permit.state}", case_ref=case.ref)
    sides = {"applicant": case.filed_by, "company": people["project"].party}
    for side, party in sides.items():
        row = told.get(recipient=party)
        message = Message(kind=row.kind, subject_kind=row.subject_kind, subject_id=row.subject_id)
        message.context = row.context
        assert f"对本决定不服的救济途径：{REVIEW}；{ACTION}。" in shown(message).body, side
    owner = case.filed_by.user
    pages = {
        people[permit.bureau]: f"/bureau/permits/{permit.pk}/",
        people["project"]: f"/work/permits/{permit.pk}/",
        owner: f"/account/cases/{case.number}/",
    }
    for user, url in pages.items():
        text = Page(browser(user).get(url)).text
        assert [words in text for words in (REVIEW, ACTION)] == [True, True], url
    found = browser(owner).get(f"/api/v1/permits/{permit.pk}/").json()["remedies"]
    assert [(one["remedy"], one["within"], one["url"]) for one in found] == [
        ("reconsideration", "60 天", None), ("litigation", "6 个月", None),
    ]  # fmt: skip
