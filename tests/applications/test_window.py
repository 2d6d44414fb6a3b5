"""One window for all bureaus: a service hall takes in a supplement and hands out the permit."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from applications.models import Application
from applications.states import State
from approvals.models import Permit
from approvals.papers.keeping import PERMIT_PAPERS
from approvals.supplement.models import SupplementItem
from core.templatetags.city import instant
from deadlines.models import Clock
from rules.names import Kind
from tests.builders import Ready, again, pdf, perform, permit_step
from tests.people import browser, staff

pytestmark = pytest.mark.django_db

People = dict[str, User]


@pytest.fixture
def permit(ready: Ready, people: People) -> Permit:
    """The planning permit of a case that goes on at the hall's window."""
    case: Application = ready(Kind.HV_SINGLE, State.PERMITS)
    clerk = User.objects.get(pk=people["hall"].pk)
    clerk.said_case = case.ref
    perform(application=again(case), action="go_to_counter", by=clerk, uploads=[pdf()])
    return Permit.objects.get(case_ref=case.ref, permit="planning")


@pytest.fixture
def hall(people: People) -> Client:
    return browser(people["hall"])


def act(client: Client, permit: Permit, action: str, body: dict[str, Any], key: str) -> Any:
    """One step over the API, in the session of the browser."""
    return client.post(
        f"/api/v1/permits/{permit.pk}/actions/{action}/",
        body,
        content_type="application/json",
        headers={"Idempotency-Key": key},
    )


def granted(people: People, permit: Permit) -> Permit:
    for action in ("accept", "grant"):
        permit = permit_step(permit=permit, action=action, by=people["planning"], body={})
    return permit


def listed(client: Client) -> bool:
    return "/bureau/permits/" in client.get("/bureau/?show=hand_out").content.decode()


def test_the_window_takes_in_what_the_company_brings(
    people: People, permit: Permit, hall: Client
) -> None:
    asked = {"items": ["红线图", "断面图"]}
    permit_step(permit=permit, action="request_supplement", by=people["planning"], body=asked)
    draft = hall.put(
        f"/api/v1/permits/{permit.pk}/supplement/items/1/",
        {"answer": "纸质红线图已收"},
        content_type="application/json",
        headers={"If-Match": '"1"'},
    )
    assert draft.status_code == 200
    assert "纸质红线图已收" in hall.get(f"/work/permits/{permit.pk}/items/1/").content.decode()
    body = {"answers": [{"item": 2, "answer": "纸质断面图已收"}]}
    answers = [act(hall, permit, "supply_supplement", body, "in-1") for _click in range(2)]
    assert [(one.status_code, one.json()["state"]) for one in answers] == [(200, "received")] * 2
    office = permit.office
    assert [item.office for item in SupplementItem.objects.filter(permit=permit)] == [office] * 2
    taken_in = f"由政务服务窗口代供电公司收件：{office}"
    for who, page in (("planning", "bureau"), ("project", "work")):
        read = browser(people[who]).get(f"/{page}/permits/{permit.pk}/").content.decode()
        assert taken_in in read
    told = hall.get(f"/api/v1/permits/{permit.pk}/supplement/").json()
    assert {one["taken_in_by"] for one in told} == {str(office)}


def test_the_window_hands_out_a_granted_permit_once(
    people: People, permit: Permit, hall: Client
) -> None:
    granted(people, permit)
    early = act(hall, permit, "hand_out", {"to": "company"}, "out-1")
    assert (early.status_code, listed(hall)) == (409, False)
    assert "尚未生成" in early.json()["detail"]
    PERMIT_PAPERS.run()
    clocks = list(Clock.objects.order_by("id").values())
    assert listed(hall)
    answers = [act(hall, permit, "hand_out", {"to": "company"}, "out-2") for _click in range(2)]
    permit.refresh_from_db(fields=["handed_out_at", "handed_out_to"])
    assert [one.json()["handed_out_to"] for one in answers] == ["company"] * 2
    assert answers[0].json()["handed_out_at"] == answers[1].json()["handed_out_at"]
    again_ = act(hall, permit, "hand_out", {"to": "applicant"}, "out-3")
    assert (again_.status_code, "已经出件" in again_.json()["detail"]) == (409, True)
    assert (permit.handed_out_to, listed(hall)) == ("company", False)
    assert list(Clock.objects.order_by("id").values()) == clocks
    page = browser(people["project"]).get(f"/work/permits/{permit.pk}/").content.decode()
    assert f"{instant(permit.handed_out_at)}，领取方：供电公司" in page


def test_the_form_of_the_window_says_who_came(people: People, permit: Permit, hall: Client) -> None:
    granted(people, permit)
    PERMIT_PAPERS.run()
    address = f"/bureau/permits/{permit.pk}/hand_out/"
    page = hall.get(address)
    form = page.context["form_token"]
    sent = {"to": "applicant", "idempotency_key": form.key, "version": form.version}
    assert hall.post(address, sent).status_code == 302
    permit.refresh_from_db(fields=["handed_out_to"])
    assert permit.handed_out_to == "applicant"


@pytest.mark.parametrize(
    ("who", "action", "status"),
    [
        ("hall", "accept", 403),
        ("hall", "request_supplement", 403),
        ("planning", "hand_out", 403),
        ("elsewhere", "hand_out", 404),
        ("elsewhere", "supply_supplement", 404),
    ],
)
def test_a_hall_decides_nothing_and_another_hall_sees_nothing(
    people: People, permit: Permit, who: str, action: str, status: int
) -> None:
    user = people.get(who) or staff(Role.HALL_CLERK, username="elsewhere")
    assert act(browser(user), permit, action, {}, "no-1").status_code == status
