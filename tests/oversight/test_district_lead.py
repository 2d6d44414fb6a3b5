"""The lead of a district issues orders there, decides on their answers, and answers those that are
addressed to the district; chases its permits, and may still order what was chased."""

from typing import Any

import pytest

from accounts.models import User
from accounts.roles import Role
from approvals.actions import PERMITS
from approvals.models import Permit
from core.problems import Forbidden, Problem
from ledger.models import Entry
from notifications.models import Outbox
from oversight.addressees import DISTRICT, Addressee
from oversight.models import RectificationOrder
from oversight.orders import count_of, waiting
from tests.builders import People
from tests.oversight.orders import PLANNERS, act, do, issue, lead_of
from tests.oversight.test_late import api, late_permits
from tests.page import Page
from tests.people import browser, staff
from tools.scenarios import DISTRICT as HERE

GOVERNMENT = Addressee(DISTRICT, HERE)


@pytest.fixture
def lead(people: People) -> User:
    return staff(Role.DISTRICT_LEAD, username="local-lead", district=HERE)


def tried(order: RectificationOrder, action: str, by: User) -> str:
    said: dict[str, Any] = {"text": "已整改"} if action == "answer" else {"reason": "已核实"}
    try:
        return str(act(order, action, by=by, **said).state)
    except Problem as refused:
        return type(refused).__name__


def told(kind: str) -> set[int]:
    return set(Outbox.objects.filter(kind=kind).values_list("recipient_id", flat=True))


def test_an_order_of_the_lead_is_decided_by_the_lead_or_the_regulator(
    people: People, lead: User
) -> None:
    order = issue(people, PLANNERS, by=lead)
    [entry] = Entry.objects.filter(type="order.issued")
    assert (order.issued_as, entry.actor_role) == ("district_lead", "district_lead")
    order = do(people, order, "answer")
    assert lead.party_id in told("order.answered")
    assert people["regulator"].party_id not in told("order.answered")
    assert (count_of(waiting(lead)), count_of(waiting(people["regulator"]))) == (1, 0)
    returned = act(order, "return", by=lead, reason="缺少凭证")
    answered = do(people, returned, "answer")
    assert tried(answered, "close", people["lead-agency"]) == "Forbidden"
    assert tried(answered, "close", people["regulator"]) == "closed"


def test_an_order_of_the_regulator_is_not_the_leads_to_decide(people: People, lead: User) -> None:
    order = do(people, issue(people, PLANNERS), "answer")
    assert [tried(order, action, lead) for action in ("close", "return", "escalate")] == [
        "Forbidden"
    ] * 3
    assert count_of(waiting(lead)) == 0


def test_the_lead_answers_what_goes_to_the_district(people: People, lead: User) -> None:
    order = issue(people, GOVERNMENT)
    assert lead.party_id in told("order.issued")
    assert count_of(waiting(lead)) == 1
    client = browser(lead)
    assert order.number in Page(client.get("/desk/")).text
    assert "自流井区" in Page(client.get(f"/orders/{order.number}/")).text
    assert tried(order, "answer", people["planning-lead"]) == "Missing"
    assert tried(order, "answer", lead) == "answered"
    assert client.get("/signals/").status_code == 403


@pytest.mark.parametrize(
    ("to", "reason"),
    [
        (GOVERNMENT, "不得向本方下达"),
        (Addressee("planning", "510321"), "监管部门或者区县负责人"),
    ],
    ids=["own side", "elsewhere"],
)
def test_the_lead_orders_neither_the_own_side_nor_elsewhere(
    people: People, lead: User, to: Addressee, reason: str
) -> None:
    with pytest.raises(Forbidden) as refused:
        issue(people, to, by=lead)
    assert reason in str(refused.value.detail)
    assert RectificationOrder.objects.count() == 0


def test_who_chased_a_permit_may_order_it_to_be_put_right(city: dict[str, User]) -> None:
    case = late_permits(city)
    lead = staff(Role.DISTRICT_LEAD, username="local-lead", district=case.district)
    permit = Permit.objects.get(case_ref=case.ref, permit="planning")
    client, page = browser(lead), f"/oversight/permits/{permit.pk}/"
    assert f"/bureau/permits/{permit.pk}/chase/" in client.get(page).content.decode()
    PERMITS.perform(permit, "chase", by=lead, body={})
    assert f"/oversight/orders/new/?permit={permit.pk}" in client.get(page).content.decode()
    body = {
        "party": "planning", "district": case.district, "permit": permit.pk, "text": "请尽快办结",
        "days": 10,
    }  # fmt: skip
    answer = api(lead).post("/api/v1/orders/", body, content_type="application/json")
    assert (answer.status_code, answer.json()["issued_as"]) == (201, "district_lead")
    assert lead_of(city, RectificationOrder.objects.get()) == city["planning-lead"]
