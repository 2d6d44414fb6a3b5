"""Pages and answers of word of outages: what is followed, how far it was sent, who is told."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from notifications.bulk.models import Broadcast
from notifications.bulk.planning import plan_next
from reliability.following.models import Following
from tests.applications.rentals.renting import api
from tests.builders import People
from tests.page import Page
from tests.people import browser
from tests.reliability.followers import follows, visitor
from tests.reliability.outages import announced, grid

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("with_people")]
FOLLOW = "/disclosure/outages/follow/"
MANY = "/account/messages/broadcasts/"
OWN = "/api/v1/account/followings/"


@pytest.fixture
def project(people: People) -> User:
    return grid(people)


def said(client: Client) -> dict[str, Any]:
    return Page(client.get(FOLLOW)).carried()


def test_a_form_sent_twice_follows_once_and_a_stop_pressed_twice_stops_once(
    project: User, people: People
) -> None:
    client = browser(people["shop"])
    body = said(client) | {"scope": "street", "district": "510302", "street": "五星街"}
    for _time in range(2):
        assert client.post(FOLLOW, body).status_code == 302
    [one] = Following.objects.all()
    assert "自流井区 · 五星街" in Page(client.get(FOLLOW)).text
    for _time in range(2):
        assert client.post(f"{FOLLOW}{one.pk}/end/").status_code == 302
    assert Following.objects.filter(ended_at=None).count() == 0
    assert browser(people["resident"]).post(f"{FOLLOW}{one.pk}/end/").status_code == 404


def test_a_refused_form_says_why_and_keeps_what_was_typed(project: User, people: People) -> None:
    client = browser(people["shop"])
    answer = client.post(FOLLOW, said(client) | {"scope": "element", "customer_number": "M-99"})
    assert answer.status_code == 422
    assert "没有这个户号" in Page(answer).text
    assert b"M-99" in answer.content
    assert not Following.objects.exists()


def test_what_one_follows_is_the_same_by_program(project: User, people: People) -> None:
    shop = api(people["shop"])
    made = shop.post(OWN, {"scope": "element", "customer_number": "M-1"}, format="json")
    assert made.status_code == 201
    assert made.json()["scope"] == "element"
    assert "M-1" not in made.content.decode()
    again = shop.post(OWN, {"scope": "element", "customer_number": "M-1"}, format="json")
    assert (again.status_code, again.json()) == (201, made.json())
    assert [row["id"] for row in shop.get(OWN).json()] == [made.json()["id"]]
    assert shop.delete(f"{OWN}{made.json()['id']}/").status_code == 204
    assert shop.get(OWN).json() == []


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_what_goes_to_many_costs_the_same_with_one_and_with_three(
    project: User, people: People, rows: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    follows(visitor(1), "city")
    for number in range(rows):
        announced(project, days=8 + number, again_reason="抢修后复测")
    client = browser(people["administrator"])
    client.get(MANY)
    with django_assert_max_num_queries(8):
        assert client.get(MANY).status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_what_one_follows_costs_the_same_with_one_and_with_three(
    project: User, people: People, rows: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for meter in ("M-1", "M-3")[:rows]:
        follows(people["shop"], "element", customer_number=meter)
    for scope in ("city", "district")[: rows - 1]:
        follows(people["shop"], scope)
    client = browser(people["shop"])
    client.get(FOLLOW)
    with django_assert_max_num_queries(14):
        assert client.get(FOLLOW).status_code == 200


def test_the_operator_stops_and_goes_on_and_reads_how_far_it_is(
    project: User, people: People
) -> None:
    follows(visitor(1), "city")
    announced(project)
    [one] = Broadcast.objects.all()
    plan_next(one.pk)
    administrator, address = api(people["administrator"]), f"/api/v1/broadcasts/{one.pk}/"
    assert administrator.post(f"{address}stop/").json()["state"] == "stopped"
    assert administrator.post(f"{address}stop/").status_code == 409
    assert administrator.post(f"{address}resume/").json()["state"] == "sending"
    assert administrator.post(f"{address}start/").status_code == 404
    assert administrator.get(address).json()["progress"] == {
        "people": 1, "planned": 1, "left": 0, "waiting": 0, "sent": 0, "unknown": 0,
        "overtaken": 0, "rest": 0, "refused": 0,
    }  # fmt: skip
    page = Page(browser(people["administrator"]).get(f"{MANY}{one.pk}/"))
    assert "已公告停电" in page.text
