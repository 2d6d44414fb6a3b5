"""Mandates for programs: a company's system lists, offers and ends; people agree by code alone."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts import offers
from accounts.mandates import Mandate, Offer, Right
from accounts.models import User
from accounts.offers import Terms
from core.clock import local_date
from rules.names import Kind
from tests.applications.mandates import PHONE, acting, link_to, somebody, take
from tests.builders import declaration, filed
from tests.notifications.counterpart import At
from tests.people import again, browser

pytestmark = pytest.mark.django_db

API = "/api/v1/account/"
#: Of a list of mandates: who asks, the rows, their numbers.
QUERIES = 4


def program(user: User) -> APIClient:
    client = APIClient()
    client.force_authenticate(again(user))
    return client


@pytest.fixture
def company(people: dict[str, User]) -> User:
    return people["factory"]


def test_a_program_offers_lists_and_ends(company: User, sms: At) -> None:
    client = program(company)
    body = {"phone": PHONE, "right": "act", "last_day": "2099-12-31"}
    said: dict[str, Any] = {"format": "json", "HTTP_IDEMPOTENCY_KEY": "one"}
    first, again_ = (client.post(f"{API}offers/", body, **said) for _click in range(2))
    assert (first.status_code, again_.json()) == (201, first.json())
    assert first.json() | {"id": 0, "expires_at": ""} == {
        "id": 0, "party": company.party_id, "right": "act", "phone": "139****0002",
        "until": "2099-12-31T16:00:00Z", "expires_at": "",
    }  # fmt: skip
    offers.ask(terms=Terms(Right.SIGN), phone="13912340007", by=somebody("other-agent"))
    [waiting] = client.get(f"{API}offers/").json()["results"]
    assert waiting["id"] == first.json()["id"]
    member = somebody("member")
    take(browser(member), sms, link_to(sms))
    [held] = client.get(f"{API}mandates/").json()["results"]
    assert {**held, "id": 0, "since": ""} == {
        "id": 0, "party": company.party_id, "who": "李代办", "right": "act", "application": None,
        "since": "", "until": "2099-12-31T16:00:00Z", "ended_at": None,
    }  # fmt: skip
    assert program(member).get(f"{API}parties/").json() == [
        {"party": member.party_id, "name": "李代办", "own": True, "right": "manage"},
        {"party": company.party_id, "name": company.name, "own": False, "right": "act"},
    ]
    ended = client.post(f"{API}mandates/{held['id']}/end/", {}, format="json")
    assert (ended.status_code, ended.json()["ended_at"] is None) == (200, False)
    late = client.post(f"{API}mandates/{held['id']}/end/", {}, format="json")
    assert (late.status_code, late.json()["type"]) == (409, "/problems/wrong-state")


def test_a_case_is_offered_and_the_offer_withdrawn(
    people: dict[str, User], company: User, sms: At
) -> None:
    case = filed(people, Kind.HV_SINGLE)
    client = program(company)
    body = {"phone": PHONE, "right": "hand_over", "application": case.number}
    made = client.post(f"{API}offers/", body, format="json").json()
    assert program(people["shop"]).delete(f"{API}offers/{made['id']}/").status_code == 404
    assert client.delete(f"{API}offers/{made['id']}/").status_code == 204
    assert Offer.objects.get().outcome == "withdrawn"
    assert client.delete(f"{API}offers/{made['id']}/").status_code == 409


yesterday = str(local_date(timezone.now()) - timedelta(days=2))
REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"phone": "0813-1234567"}, "/phone"),
    ({"right": "own"}, "/right"),
    ({"right": "hand_over"}, "/application"),
    ({"right": "manage", "application": "ZG1"}, "/right"),
    ({"application": "ZG20990101000001"}, "/application"),
    ({"last_day": yesterday}, "/last_day"),
    ({"last_day": "soon"}, "/last_day"),
    ({"asks": True, "right": "manage"}, "/right"),
    ({"asks": True, "application": "ZG1"}, "/application"),
    ({"owner": 1}, "/owner"),
]


def test_what_cannot_be_offered_is_refused_at_its_place(company: User) -> None:
    client, found = program(company), []
    for said, _pointer in REFUSED:
        body = {"phone": PHONE, "right": "read"} | said
        answer = client.post(f"{API}offers/", body, format="json").json()
        found.append((said, answer["status"], [one["pointer"] for one in answer["errors"]]))
    assert found == [(said, 422, [pointer]) for said, pointer in REFUSED]
    assert not Offer.objects.exists()


def test_nothing_is_offered_for_a_party_as_which_one_is_not(
    people: dict[str, User], company: User
) -> None:
    member = acting(company.party_id, "member", Right.SIGN)
    body = {"phone": PHONE, "right": "read", "party": company.party_id}
    assert program(member).post(f"{API}offers/", body, format="json").status_code == 403
    for path in ("mandates/", "offers/"):
        answer = program(member).get(f"{API}{path}?party={company.party_id}")
        assert answer.status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_lists_cost_the_same_for_more_rows(
    people: dict[str, User], company: User, django_assert_num_queries: Any, count: int
) -> None:
    case = filed(people, Kind.HV_SINGLE)
    for each in range(count):
        offers.give(company.party_id, somebody(f"m-{each}"), Terms(Right.READ, case.ref))
    client = program(company)
    with django_assert_num_queries(QUERIES):
        rows = client.get(f"{API}mandates/").json()["results"]
    assert [row["application"] for row in rows] == [case.number] * count


def test_a_program_of_an_agent_keeps_its_customers_apart(
    people: dict[str, User], company: User
) -> None:
    agent = acting(company.party_id, "agent", Right.ACT)
    offers.give(people["shop"].party_id, agent, Terms(Right.ACT))
    client, cases = program(agent), "/api/v1/applications/"
    made = {
        who: client.post(
            f"{cases}?party={people[who].party_id}", declaration(kind), format="json"
        ).json()
        for who, kind in (("factory", Kind.HV_SINGLE), ("shop", Kind.LV_SMALL))
    }
    parties = {who: answer["party"] for who, answer in made.items()}
    assert parties == {who: people[who].party_id for who in made}
    listed = client.get(f"{cases}?state=draft&party={company.party_id}").json()["results"]
    assert [row["number"] for row in listed] == [made["factory"]["number"]]
    strange = client.get(f"{cases}?party={people['resident'].party_id}")
    assert (strange.status_code, strange.json()["errors"][0]["pointer"]) == (422, "/party")
    assert Mandate.objects.count() == 2
