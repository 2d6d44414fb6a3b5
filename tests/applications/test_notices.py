"""What the applicant is told."""

import pytest

from accounts.models import User
from applications.states import State
from notifications.models import Message
from notifications.outbox import deliver_all
from notifications.texts import shown
from rules.names import Kind
from tests.builders import Ready, open_permits, permit_step
from tests.page import Page
from tests.people import again, browser

pytestmark = pytest.mark.django_db


def test_the_applicant_is_told_ground_and_length_of_time_left_out_by_law(
    people: dict[str, User],
    ready: Ready,
) -> None:
    case = ready(Kind.LV_SMALL, State.PERMITS)
    permit = open_permits(case)[0]
    officer = people[permit.bureau]
    permit_step(permit=permit, action="accept", by=officer, body={})
    body = {"ground": "expert_review", "expected_days": 6}
    permit_step(permit=permit, action="exclude_time", by=officer, body=body)
    deliver_all()
    newest = Message.objects.filter(recipient=case.filed_by).latest("id")
    told = shown(newest)
    assert case.number in told.title
    assert "6" in told.body
    page = Page(browser(again(people["shop"])).get(f"/account/cases/{case.number}/")).text
    assert "依法中止计时，预计需 6 个工作日" in page


def test_the_applicant_reads_why_the_limit_of_the_law_was_extended(
    people: dict[str, User],
    ready: Ready,
) -> None:
    case = ready(Kind.LV_SMALL, State.PERMITS)
    permit = open_permits(case)[0]
    permit_step(permit=permit, action="accept", by=people[permit.bureau], body={})
    body = {"reason": "现场踏勘需要更多时间"}
    permit_step(permit=permit, action="extend", by=people[f"{permit.bureau}-lead"], body=body)
    deliver_all()
    told = shown(Message.objects.filter(recipient=case.filed_by).latest("id"))
    assert "法定审批期限已延长" in told.body
    page = Page(browser(again(people["shop"])).get(f"/account/cases/{case.number}/")).text
    assert "审批部门已依法延长期限，理由：现场踏勘需要更多时间 法定最后一日" in page
