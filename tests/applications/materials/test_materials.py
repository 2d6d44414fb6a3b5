"""Materials and meters ordered of the supply chain's system (现代智慧供应链)."""

import json
import time
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from rest_framework.test import APIClient

from accounts.models import User
from accounts.roles import Role
from applications.materials.actions import ORDERS
from applications.materials.models import MaterialOrder
from applications.materials.reading import NOT_SENT, WAITS, rows_at_work
from applications.models import Application
from applications.states import State
from core.clock import CITY, city_now
from core.problems import Problem
from ledger.queries import timeline
from notifications import providers
from notifications.models import Delivery
from portal.invariants import broken
from rules import materials
from rules.delivery import Channel
from rules.limits import limits
from rules.names import Kind
from tests.applications.materials.ordering import (
    EVENTS_URL,
    METER,
    SupplyChain,
    event,
    ordered,
    send,
    signed,
    states,
)
from tests.applications.pages import of, press
from tests.applications.plans.replies import replied, works
from tests.builders import People, Ready, again, do
from tests.deadlines.clocks import set_clock
from tests.people import staff
from tools.counterparts.supply_chain import EVENTS, FORGED, ORDERED
from workflow.machine import legal_moves

pytestmark = pytest.mark.django_db
NUMBER = "510300000001"


@pytest.fixture
def home(people: People, ready: Ready) -> Application:
    """A home, its contract signed."""
    return ready(Kind.RESIDENTIAL, State.CONTRACTED)


@pytest.fixture
def factory(people: People, ready: Ready) -> Application:
    """Of high voltage, in its works: two lines of its plan are the company's to build."""
    return works(people, replied(people, ready(Kind.HV_SINGLE, State.ACCEPTED)))


def api(user: User) -> APIClient:
    client = APIClient()
    client.force_authenticate(user)
    return client


def refusal(case: Application, by: User, **body: Any) -> tuple[str, list[str]]:
    """The type of what an order is refused with, and the fields that it names."""
    with pytest.raises(Problem) as caught:
        ordered(case, by, **body)
    return caught.value.type, [error.pointer for error in caught.value.errors]


def found() -> dict[str, Any]:
    return {name: rows for name, rows in broken() if rows}


# Ordering


def test_an_order_reaches_the_supply_chain_and_comes_back_by_itself(
    people: People, factory: Application, chain: SupplyChain
) -> None:
    before = {**again(factory).__dict__}
    one = ordered(factory, people["project"], item="pole", quantity="4", line=1)
    meter = ordered(factory, people["project"])
    assert send() == 2
    said = {"order": str(one.ref), "number": factory.number, "district": "510302", "town": ""}
    assert chain.orders()[0] == said | {
        "item": "pole", "quantity": "4.00", "unit": "根", "meter": False, "line": 1,
        "works": "10 千伏电缆线路，变电站至分界开关", "told": ["material.ordered"],
    }  # fmt: skip
    assert chain.tell() == [200] * 6
    assert states() == ["delivered", "delivered"]
    events = [(each.type, each.role) for each in timeline(factory.ref) if each.part == meter.ref]
    assert events == [
        ("material.ordered", "project"), ("material.acknowledged", "system"),
        ("material.dispatched", "system"), ("material.delivered", "system"),
    ]  # fmt: skip
    after = again(factory).__dict__
    assert {name for name in before if before[name] != after[name]} <= {"_state"}
    assert found() == {}


def test_who_orders_what_and_when(
    people: People, ready: Ready, factory: Application, home: Application, chain: SupplyChain
) -> None:
    manager, project = people["manager"], people["project"]
    elsewhere = staff(Role.PROJECT, username="elsewhere", district="510304")
    pole = {"item": "pole", "quantity": "4"}
    early = ready(Kind.LV_OTHER, State.ACCEPTED)
    cases: list[tuple[Application, User, dict[str, Any]]] = [
        (factory, manager, METER),
        (factory, people["factory"], METER),
        (home, elsewhere, METER),
        (early, manager, METER),
        (ready(Kind.LV_OTHER, State.ENERGISED), manager, METER),
        (factory, project, pole),
        (factory, project, pole | {"line": 3}),
        (factory, project, METER | {"line": 1}),
        (home, manager, pole | {"line": 1}),
        (home, manager, METER | {"quantity": "1.5"}),
        (home, manager, {"item": "switchgear", "quantity": "1"}),
        (home, manager, {"item": "conductor", "quantity": "100000.01"}),
        (home, manager, {"item": "conductor", "quantity": "0"}),
    ]
    assert [refusal(case, by, **body) for case, by, body in cases] == [
        ("forbidden", []),
        ("forbidden", []),
        ("forbidden", []),
        ("wrong-state", []),
        ("wrong-state", []),
        ("invalid", ["/line"]),
        ("invalid", ["/line"]),
        ("invalid", ["/line"]),
        ("invalid", ["/line"]),
        ("invalid", ["/quantity"]),
        ("invalid", ["/item"]),
        ("invalid", ["/quantity"]),
        ("invalid", ["/quantity"]),
    ]
    assert ordered(home, manager, item="conductor", quantity="7.5").state == "ordered"


def test_the_same_is_not_ordered_by_two_people_until_it_has_come(
    people: People, home: Application, chain: SupplyChain
) -> None:
    one = ordered(home, people["manager"])
    assert refusal(home, people["project"]) == ("somebody-was-faster", [])
    assert refusal(home, people["manager"]) == ("wrong-state", [])
    event(one, "delivered", meter_numbers=[NUMBER])
    assert ordered(home, people["project"]).state == "ordered"


def test_without_a_system_nothing_is_offered_or_ordered_or_heard(
    people: People, home: Application
) -> None:
    manager = of(people, "manager")
    assert refusal(home, people["manager"]) == ("wrong-state", [])
    assert "materials/" not in manager.get(f"/work/cases/{home.number}/").content.decode()
    assert manager.get(f"/work/cases/{home.number}/materials/").status_code == 409
    items = api(people["manager"]).get(f"/api/v1/applications/{home.number}/materials/items/")
    assert (items.data, signed("{}").status_code) == ([], 404)


# What is told of an order


@pytest.mark.parametrize(
    ("state", "after"),
    [
        ("ordered", ["acknowledged", "dispatched", "delivered", "refused"]),
        ("acknowledged", ["acknowledged", "dispatched", "delivered", "refused"]),
        ("dispatched", ["dispatched", "dispatched", "delivered", "refused"]),
        ("delivered", ["delivered", "delivered", "delivered", "delivered"]),
        ("refused", ["refused", "refused", "refused", "refused"]),
        ("cancelled", ["cancelled", "cancelled", "delivered", "cancelled"]),
    ],
)
def test_an_order_never_goes_back_whatever_is_told_of_it(
    people: People, home: Application, chain: SupplyChain, state: str, after: list[str]
) -> None:
    told: dict[str, dict[str, Any]] = {
        "acknowledged": {}, "dispatched": {}, "delivered": {}, "refused": {"reason": "缺货"},
    }  # fmt: skip
    items = ["meter_box", "pole", "conductor", "low_voltage_cable"]
    orders = [ordered(home, people["manager"], item=item, quantity="1") for item in items]
    for one in orders:
        if state == "cancelled":
            ORDERS.perform(one, "cancel", by=people["manager"])
        elif state != "ordered":
            event(one, state, **told[state])
    answers = [event(one, name, **told[name]) for one, name in zip(orders, told, strict=True)]
    assert [answer.json()["state"] for answer in answers] == after == states()


def test_the_database_has_the_moves_of_the_machine() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT from_state, to_state FROM material_moves()")
        kept = set(cursor.fetchall())
    assert kept == legal_moves(MaterialOrder) - {("new", "ordered")}


def test_twice_and_out_of_order_is_as_once(
    people: People, home: Application, chain: SupplyChain
) -> None:
    chain.behave(times=0, events={"tell": ["delivered", "acknowledged"], "twice": True})
    one = ordered(home, people["manager"])
    send()
    assert chain.tell() == [200] * 4
    assert states() == ["delivered"]
    assert len([each for each in timeline(home.ref) if each.part == one.ref]) == 2


def test_only_what_is_signed_now_is_heard(
    people: People, home: Application, chain: SupplyChain
) -> None:
    one = ordered(home, people["manager"])
    tolerance, kilobytes = limits().webhooks.tolerance, limits().webhooks.kilobytes
    said = {"order": str(one.ref), "meter_numbers": [NUMBER]}
    body = json.dumps(
        {"type": "material.delivered", "timestamp": "2026-01-01T09:00:00+08:00", "data": said}
    )
    now = time.time()
    unsigned = APIClient().post(EVENTS_URL, json.loads(body), format="json")
    answers = [
        unsigned,
        signed(body, FORGED),
        signed(body, at=now - tolerance - 5),
        signed(body, at=now + tolerance + 5),
        signed(body, message_id="a.b"),
        signed(" " * kilobytes * 1024 + body),
        signed(body.replace(str(one.ref), "00000000-0000-4000-8000-000000000000")),
        signed("[]"),
        signed("{"),
        # The secret changes: both are good meanwhile.
        signed(body, FORGED, EVENTS, message_id="m-1"),
        signed(body, message_id="m-1"),
        signed(body.replace(NUMBER, "other"), message_id="m-1"),
    ]
    assert [answer.status_code for answer in answers] == [
        401, 401, 401, 401, 401, 413, 404, 400, 400, 200, 200, 422,
    ]  # fmt: skip
    assert {answer.json()["detail"] for answer in answers[:5]} == {""}


def test_numbers_of_meters_fit_what_was_ordered_and_are_delivered_once(
    people: People, home: Application, ready: Ready, chain: SupplyChain,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    rules = materials.material_rules()
    item = replace(rules.items["three_phase_meter"], number="[0-9]{12}")
    counted = replace(rules, items={**rules.items, "three_phase_meter": item})
    monkeypatch.setattr("applications.materials.models.material_rules", lambda: counted)
    two = ordered(home, people["manager"], item="three_phase_meter", quantity="2")
    box = ordered(home, people["manager"], item="meter_box", quantity="1")
    other = ordered(ready(Kind.LV_OTHER, State.WORKS), people["manager"])
    answers = [
        event(two, "delivered", meter_numbers=[NUMBER]),
        event(two, "delivered", meter_numbers=[NUMBER, NUMBER]),
        event(two, "delivered", meter_numbers=[NUMBER, "B-7"]),
        event(box, "delivered", meter_numbers=[NUMBER]),
        event(two, "delivered", meter_numbers=[NUMBER, "510300000002"]),
        event(other, "delivered", meter_numbers=[NUMBER]),
        event(other, "refused"),
    ]
    assert [answer.status_code for answer in answers] == [422, 422, 422, 422, 200, 422, 422]
    assert states() == ["delivered", "ordered", "ordered"]


# On its way there


@pytest.mark.parametrize(
    ("how", "state", "reason", "taken"),
    [
        ({"mode": "well"}, "confirmed", "", 1),
        ({"mode": "twice"}, "confirmed", "", 1),
        ({"mode": "slow", "seconds": 0.6}, "pending", "no_answer", 1),
        ({"mode": "silent"}, "pending", "no_answer", 1),
        ({"mode": "mute"}, "pending", "no_answer", 0),
        ({"mode": "error"}, "pending", "busy", 1),
        ({"mode": "busy"}, "pending", "busy", 0),
        ({"mode": "refuse"}, "parked", "refused", 0),
    ],
)
def test_what_is_not_surely_taken_is_sent_again_under_the_same_number(
    people: People, home: Application, chain: SupplyChain, monkeypatch: pytest.MonkeyPatch,
    how: dict[str, Any], state: str, reason: str, taken: int,
) -> None:  # fmt: skip
    carrier = providers.of(Channel.WEBHOOK)
    monkeypatch.setattr(carrier, "wait", 0.3)
    chain.behave(**how)
    ordered(home, people["manager"])
    send()
    [row] = Delivery.objects.filter(channel="webhook")
    assert (row.state, row.reason, len(chain.orders())) == (state, reason, taken)
    [shown] = rows_at_work(home, city_now())
    trouble = {"pending": WAITS, "parked": NOT_SENT["parked"], "confirmed": ""}
    assert shown.trouble == str(trouble[state])
    send()
    assert len(chain.orders()) == (0 if state == "parked" else 1)


def test_a_secret_that_changes_signs_beside_the_new_one(
    people: People, home: Application, chain: SupplyChain, settings: Any
) -> None:
    settings.SUPPLY_CHAIN_SECRETS = [FORGED]
    providers.forget()
    ordered(home, people["manager"])
    send()
    assert Delivery.objects.get(channel="webhook").said == "http 401"
    settings.SUPPLY_CHAIN_SECRETS = [FORGED, ORDERED]
    providers.forget()
    ordered(home, people["manager"], item="pole", quantity="1")
    send()
    assert [each["item"] for each in chain.orders()] == ["pole"]


# What ends an order


def test_what_has_not_left_is_cancelled_by_whoever_ordered_or_with_its_case(
    people: People, home: Application, chain: SupplyChain
) -> None:
    manager = people["manager"]
    first, left, last = (
        ordered(home, manager, item=item, quantity="1")
        for item in ("pole", "meter_box", "conductor")
    )
    event(left, "dispatched")
    client = api(manager)
    url = f"/api/v1/applications/{home.number}/materials/"
    assert client.post(f"{url}{first.ref}/actions/cancel/").data["state"] == "cancelled"
    assert client.post(f"{url}{left.ref}/actions/cancel/").status_code == 409
    assert api(people["resident"]).post(f"{url}{last.ref}/actions/cancel/").status_code == 403
    do(people, again(home), "withdraw")
    assert states() == ["cancelled", "dispatched", "cancelled"]
    send()
    assert [each["told"] for each in chain.orders()] == [
        ["material.ordered", "material.cancelled"],
        ["material.ordered"],
        ["material.ordered", "material.cancelled"],
    ]
    assert found() == {}


# The pages and the API


def test_the_desk_orders_on_a_page_and_the_applicant_reads_how_it_stands(
    people: People, factory: Application, chain: SupplyChain
) -> None:
    page, case_url = f"/work/cases/{factory.number}/materials/", f"/work/cases/{factory.number}/"
    project, owner = of(people, "project"), of(people, "factory")
    answer = press(project, page, item="pole", quantity="4", line="1")
    assert (answer.status_code, answer["Location"]) == (302, case_url)
    assert press(project, page, item="pole", quantity="0.5", line="").status_code == 422
    ordered(factory, people["project"])
    pole, meter = MaterialOrder.objects.order_by("id")
    event(meter, "dispatched")
    desk = project.get(case_url).content.decode()
    assert all(words in desk for words in ("电杆，4 根", "在途", f"{pole.ref}/cancel/"))
    assert f"{meter.ref}/cancel/" not in desk
    seen = owner.get(f"/account/cases/{factory.number}/").content.decode()
    assert all(words in seen for words in ("您的电能表正在送来。", "电杆，4 根：已订购。"))
    event(pole, "refused", reason="断货")
    assert "断货" in project.get(case_url).content.decode()
    url = f"/api/v1/applications/{factory.number}/materials/"
    listed = api(people["factory"]).get(url).json()["results"]
    assert [(each["item"], each["line"], each["state"], each["reason"]) for each in listed] == [
        ("three_phase_meter", None, "dispatched", None), ("pole", 1, "refused", "断货"),
    ]  # fmt: skip


def test_the_number_of_a_delivered_meter_is_proposed_to_who_energises(
    people: People, ready: Ready, chain: SupplyChain
) -> None:
    case = ready(Kind.LV_OTHER, State.WORKS)
    event(ordered(case, people["manager"]), "delivered", meter_numbers=[NUMBER])
    client, page = of(people, "manager"), f"/work/cases/{case.number}/energise/"
    html = client.get(page).content.decode()
    assert f'value="{NUMBER}"' in html
    assert f"本办件已送达：{NUMBER}" in html
    press(client, page, meter_number="DB-9")
    assert (again(case).state, again(case).meter_number) == ("energised", "DB-9")


def test_what_is_late_is_where_a_rule_says_when(
    people: People, home: Application, chain: SupplyChain, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ordered(home, people["manager"]).late_at is None
    rules = replace(materials.material_rules(), late_days=5)
    for module in ("applications.materials.actions", "desk.materials"):
        monkeypatch.setattr(f"{module}.material_rules", lambda: rules)
    one = ordered(home, people["manager"], item="pole", quantity="1")
    assert one.late_at is not None
    assert timedelta(5) < one.late_at - one.ordered_at <= timedelta(6)
    set_clock(f"{one.late_at.astimezone(CITY):%Y-%m-%d} 08:00")
    listed = api(people["project"]).get("/api/v1/desk/?module=materials").data["results"]
    assert [(each["number"], each["about"], each["late"]) for each in listed] == [
        (home.number, "电杆，1 根", True)
    ]
    assert [row.late for row in rows_at_work(home, city_now())] == [True, False]
    event(one, "delivered")
    assert api(people["project"]).get("/api/v1/desk/?module=materials").data["results"] == []
