"""What nobody can mean is refused at every door alike, and nothing looks done that was not."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from applications.models import Application
from applications.states import State
from approvals.models import Permit
from core.bodies import NO_SUCH
from oversight.models import Finding, RectificationOrder
from rules.names import Kind
from tests.builders import case_at, declaration, filed, open_permits, post_works
from tests.oversight import orders
from tests.people import again, browser
from tools.scenarios import LONG_LINE, SHORT_LINE

API = "/api/v1"
LISTS = {
    "applications": ("state", "kind", "holder", "district"),
    "permits": ("state", "bureau", "late"),
    "line-works": ("state",),
    "oversight/signals": ("state", "sign", "party", "district"),
    "orders": ("state", "party", "district", "late"),
}


def as_person(people: dict[str, User], name: str) -> Client:
    return browser(again(people[name]))


@pytest.mark.parametrize(("path", "name"), [(path, n) for path, ns in LISTS.items() for n in ns])
def test_a_value_that_does_not_exist_is_refused_by_every_list(
    people: dict[str, User], path: str, name: str
) -> None:
    answer = as_person(people, "regulator").get(f"{API}/{path}/?{name}=nonsense")
    pointers = [error["pointer"] for error in answer.json().get("errors", [])]
    assert (answer.status_code, pointers) == (422, [f"/{name}"])


def refusal(answer: Any) -> tuple[int, list[dict[str, str]]]:
    return answer.status_code, answer.json().get("errors", [])


def test_a_member_that_nothing_asks_for_is_refused_by_every_body(people: dict[str, User]) -> None:
    case = post_works(people, case_at(people, Kind.LV_OTHER, State.CONTRACTED), LONG_LINE)
    draft, permit = filed(people, Kind.LV_OTHER), open_permits(case)[0]
    order = orders.issue(people)
    manager, officer = as_person(people, "manager"), as_person(people, permit.bureau)
    bodies: list[tuple[Client, str, dict[str, Any]]] = [
        (as_person(people, "shop"), "applications/", declaration(Kind.LV_OTHER)),
        (manager, f"applications/{draft.number}/actions/accept/", {}),
        (officer, f"permits/{permit.pk}/actions/accept/", {}),
        (manager, "line-works/?dry_run=1", {**SHORT_LINE, "voltage": "low"}),
        (as_person(people, "supply-lead"), f"orders/{order.number}/actions/answer/", {"text": "x"}),
        (browser(), "tokens/", {"username": "shop", "password": "x"}),
    ]
    found = {
        path: refusal(
            client.post(f"{API}/{path}", {**body, "nonsense": 1}, content_type="application/json")
        )
        for client, path, body in bodies
    }
    said = [{"pointer": "/nonsense", "reason": str(NO_SUCH)}]
    assert found == {path: (422, said) for _client, path, _body in bodies}
    assert Application.objects.get(pk=draft.pk).state == State.SUBMITTED
    assert Permit.objects.get(pk=permit.pk).state == "received"
    assert RectificationOrder.objects.get(pk=order.pk).state == "issued"
    assert not Finding.objects.exists()


def test_a_post_without_the_last_slash_is_never_answered_by_a_list(people: dict[str, User]) -> None:
    """It is sent again as it was: the client that follows files its application."""
    shop, body = as_person(people, "shop"), declaration(Kind.LV_OTHER)
    led = shop.post(f"{API}/applications", body, content_type="application/json")
    assert (led.status_code, led["Location"]) == (308, f"{API}/applications/")
    done = shop.post(f"{API}/applications", body, content_type="application/json", follow=True)
    assert (done.status_code, done.json()["state"]) == (201, "draft")
    assert shop.get("/account")["Location"] == "/account/"
