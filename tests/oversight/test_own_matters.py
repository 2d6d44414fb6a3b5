"""Nobody decides in a matter of the own: of a case that is theirs, or of a step they took."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.actions import grant
from accounts.actor import SYSTEM
from accounts.models import User
from accounts.roles import Role
from applications.models import Application
from applications.states import State
from approvals.models import Permit
from core.problems import Forbidden
from oversight.models import Finding, RectificationOrder
from oversight.workflow import OWN_STEP, FindingState, OrderState
from rules.names import Kind
from tests.builders import case_at
from tests.oversight import findings, orders
from tests.oversight.scenes import People, on_site
from tests.people import again, browser, office
from workflow.machine import OWN_CASE, TWO_PEOPLE

DECISIONS = {
    "accept": FindingState.EXPLAINED,
    "confirm": FindingState.OPEN,
    "order": FindingState.CONFIRMED,
}


def also(user: User, role: Role = Role.REGULATOR) -> User:
    """Somebody who has become the regulator's."""
    kind = str(role)
    grant(user=user, role=role, organisation=office(kind, kind), district=None, by=SYSTEM)
    return again(user)


def of_case(people: People, state: str = FindingState.OPEN) -> tuple[Finding, Application]:
    finding = findings.signal_at(people, state)
    return finding, Application.objects.get(ref=str(finding.case_ref))


def taken(finding: Finding, action: str, by: User) -> Forbidden:
    with pytest.raises(Forbidden) as refused:
        findings.act(finding, action, by=by, **findings.SAID[action])
    return refused.value


@pytest.mark.parametrize(("action", "state"), DECISIONS.items())
def test_nobody_decides_on_a_finding_about_the_own_case(
    city: People, action: str, state: str
) -> None:
    finding, case = of_case(city, state)
    assert taken(finding, action, also(case.filed_by.user)).detail == OWN_CASE
    friend = city["regulator"]
    friend.phone = case.phone
    friend.save()
    assert taken(finding, action, again(friend)).detail == OWN_CASE
    assert findings.again(finding).state == state


@pytest.mark.parametrize(("action", "state"), DECISIONS.items())
def test_nobody_decides_on_a_finding_about_an_own_step(
    city: People, action: str, state: str
) -> None:
    finding, _case = of_case(city, state)
    assert taken(finding, action, also(city["manager"])).detail == OWN_STEP
    assert findings.again(finding).state == state


def test_whoever_had_nothing_to_do_with_it_decides(city: People) -> None:
    finding, _case = of_case(city)
    assert findings.act(finding, "confirm", by=also(city["planning"]), text="属实").state == (
        FindingState.CONFIRMED
    )


def test_who_explains_or_answers_does_not_decide(city: People) -> None:
    finding, _case = of_case(city, FindingState.EXPLAINED)
    lead = also(city["supply-lead"])
    for action in ("accept", "confirm"):
        assert taken(finding, action, lead).detail == TWO_PEOPLE
    order = orders.order_at(city, OrderState.ANSWERED)
    for action in ("close", "return", "escalate"):
        with pytest.raises(Forbidden) as refused:
            orders.act(order, action, by=again(lead), **orders.SAID[action])
        assert refused.value.detail == TWO_PEOPLE
    assert orders.again(order).state == OrderState.ANSWERED


def test_no_order_about_the_own_case_its_permit_or_its_finding(city: People) -> None:
    case = case_at(people=city, kind=Kind.HV_SINGLE, state=State.PERMITS)
    permit = Permit.objects.filter(case_ref=case.ref).earliest("pk")
    owner = also(case.filed_by.user)
    for about in ({"application": case.number}, {"permit": permit.pk}):
        with pytest.raises(Forbidden) as refused:
            orders.issue(city, by=owner, **about)
        assert refused.value.detail == OWN_CASE
        order = orders.issue(city, **about)
        for action in ("close", "return", "escalate"):
            with pytest.raises(Forbidden) as refused:
                orders.act(order, action, by=again(owner), **orders.SAID[action])
            assert refused.value.detail == OWN_CASE
    finding, _case = of_case(city, FindingState.ORDERED)
    order = RectificationOrder.objects.get(ref=str(finding.order_ref))
    with pytest.raises(Forbidden) as refused:
        orders.act(order, "escalate", by=also(city["manager"]), reason="转办")
    assert refused.value.detail == OWN_STEP


def test_looking_at_a_case_is_no_step_of_it(city: People) -> None:
    case, regulator = on_site(city), city["regulator"]
    reader = browser(regulator)
    assert reader.get(f"/oversight/cases/{case.number}/").status_code == 200
    order = orders.issue(city, application=case.number)
    assert orders.act(order, "escalate", by=again(regulator), reason="转办").state == "escalated"


def test_page_and_program_say_why(city: People) -> None:
    finding, case = of_case(city)
    owner = also(case.filed_by.user)
    client = APIClient()
    client.force_authenticate(owner)
    why = "这是您本人的办件：须由他人办理。"
    path = f"/api/v1/oversight/signals/{finding.number}/"
    answers: dict[str, Any] = {each["action"]: each for each in client.get(path).json()["actions"]}
    assert answers["confirm"] == {"action": "confirm", "allowed": False, "reason": why}
    refused = client.post(f"{path}actions/confirm/", findings.SAID["confirm"], format="json")
    assert (refused.status_code, refused.json()["detail"]) == (403, why)
    page = browser(again(owner))
    body = page.get(f"/oversight/signals/{finding.number}/").content.decode()
    assert f"认定属实：{why}" in body
    assert 'href="/oversight/signals/' + f'{finding.number}/confirm/"' not in body
    form = page.get(f"/oversight/signals/{finding.number}/confirm/")
    assert form.status_code == 403
    assert why in form.content.decode()
    new = page.get(f"/oversight/cases/{case.number}/").content.decode()
    assert why in new
    assert f"orders/new/?case={case.number}" not in new
    form = page.get(f"/oversight/orders/new/?case={case.number}")
    assert (form.status_code, why in form.content.decode()) == (403, True)
