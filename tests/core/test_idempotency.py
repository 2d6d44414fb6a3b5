"""A repeated request gets the first answer; another one under the same key is refused."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.db.models.functions import Now
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.test import APIClient, APIRequestFactory, force_authenticate

from accounts.models import User
from applications.models import Draft
from core import idempotency
from core.api import digest_of, handle
from core.models import IdempotentAnswer
from core.problems import InFlight, Invalid, WrongState
from rules.names import Kind
from tests.builders import declaration
from tests.concurrency.processes import Outcome, at_once, barrier, outcome_of
from tests.people import open_demonstration

APPLICATIONS = "/api/v1/applications/"


def api(user: User) -> APIClient:
    client = APIClient()
    client.force_authenticate(user)
    return client


def once(act: Callable[[], tuple[int, Any]], **changes: Any) -> tuple[int, Any]:
    asked: dict[str, Any] = {
        "owner": "party:1",
        "route": "POST /x",
        "key": "k",
        "digest": digest_of({"a": 1}),
    }
    return idempotency.once(act=act, **(asked | changes))


def counting() -> tuple[list[int], Callable[[], tuple[int, Any]]]:
    """An act, and how often it was done."""
    done: list[int] = []

    def act() -> tuple[int, Any]:
        done.append(1)
        return 201, {"number": len(done)}

    return done, act


@pytest.mark.django_db
def test_an_answer_is_the_same_with_a_key_and_without_to_the_microsecond() -> None:
    at = datetime(2026, 11, 23, 6, 5, 4, 123456, UTC)
    _status, body = once(lambda: (200, {"at": at}))
    assert body == {"at": "2026-11-23T06:05:04.123456Z"}
    assert json.loads(JSONRenderer().render({"at": at})) == body


@pytest.mark.django_db
def test_the_same_key_gets_the_same_answer() -> None:
    done, act = counting()
    assert [once(act), once(act), once(act)] == [(201, {"number": 1})] * 3
    assert done == [1]


@pytest.mark.django_db
def test_another_body_under_the_same_key_is_refused() -> None:
    done, act = counting()
    once(act)
    with pytest.raises(Invalid) as refused:
        once(act, digest=digest_of({"a": 2}))
    assert (refused.value.status, refused.value.type, done) == (422, "invalid", [1])


@pytest.mark.django_db
@pytest.mark.parametrize("other", [{"owner": "party:2"}, {"route": "POST /y"}, {"key": "l"}])
def test_other_people_places_and_keys_do_not_meet(other: dict[str, Any]) -> None:
    _done, act = counting()
    assert once(act) == (201, {"number": 1})
    assert once(act, **other) == (201, {"number": 2})


@pytest.mark.django_db
def test_a_refused_act_is_not_stored() -> None:
    _done, act = counting()

    def refused() -> tuple[int, Any]:
        raise WrongState("no")

    with pytest.raises(WrongState):
        once(refused)
    assert not IdempotentAnswer.objects.exists()
    assert once(act) == (201, {"number": 1})


@pytest.mark.django_db
def test_a_key_that_is_too_long_is_refused() -> None:
    done, act = counting()
    with pytest.raises(Invalid):
        once(act, key="k" * 201)
    assert once(act, key="k" * 200) == (201, {"number": 1})
    assert done == [1]


@pytest.mark.django_db
def test_equal_bodies_are_equal_however_they_are_spelt() -> None:
    assert digest_of({"b": [1, 2], "a": "甲"}) == digest_of({"a": "甲", "b": [1, 2]})
    assert digest_of({"a": [1, 2]}) != digest_of({"a": [2, 1]})
    assert digest_of({}) != digest_of([])


@pytest.mark.django_db
def test_over_http_a_draft_is_made_once(people: dict[str, User]) -> None:
    body = declaration(Kind.LV_OTHER)
    headers = {"Idempotency-Key": "draft-1"}
    client = api(people["shop"])
    answers = [client.post(APPLICATIONS, body, format="json", headers=headers) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [201] * 3
    assert [answer.json() for answer in answers] == [answers[0].json()] * 3
    assert Draft.objects.count() == 1
    other = client.post(APPLICATIONS, body | {"capacity_kw": 91}, format="json", headers=headers)
    assert (other.status_code, other["Content-Type"]) == (422, "application/problem+json")
    stranger = api(people["factory"]).post(APPLICATIONS, body, format="json", headers=headers)
    assert stranger.status_code == 201
    assert Draft.objects.count() == 2


@pytest.mark.django_db
def test_over_http_a_refusal_can_be_mended_under_the_same_key(people: dict[str, User]) -> None:
    client, headers = api(people["shop"]), {"Idempotency-Key": "draft-2"}
    wrong = declaration(Kind.LV_OTHER, capacity_kw=-1)
    first = client.post(APPLICATIONS, wrong, format="json", headers=headers)
    right = wrong | {"capacity_kw": 90}
    second = client.post(APPLICATIONS, right, format="json", headers=headers)
    assert (first.status_code, second.status_code) == (422, 201)


@pytest.mark.django_db
def test_without_a_key_every_request_is_its_own(people: dict[str, User]) -> None:
    body = declaration(Kind.LV_OTHER)
    client = api(people["shop"])
    assert [client.post(APPLICATIONS, body, format="json").status_code for _ in range(2)] == [
        201, 201,
    ]  # fmt: skip
    assert not IdempotentAnswer.objects.exists()


def test_while_it_is_in_flight_another_process_is_told_to_wait(committed_db: str) -> None:
    together = barrier(2)

    def slow() -> tuple[int, Any]:
        def act() -> tuple[int, Any]:
            together.wait()
            together.wait()
            return 201, {"number": 1}

        return once(act)

    def impatient() -> list[Outcome]:
        together.wait()
        met = outcome_of(lambda: once(counting()[1]))
        together.wait()
        return [met]

    first, second = at_once(slow, impatient)
    [met] = second.value
    assert (first.value, met.refused) == ((201, {"number": 1}), "in-flight")
    assert once(counting()[1]) == (201, {"number": 1})  # now it is there


def test_in_flight_is_a_409_that_says_when_to_come_back() -> None:
    answer = handle(InFlight(), {})
    assert isinstance(answer, Response)
    assert (answer.status_code, answer["Retry-After"]) == (409, "1")
    assert answer.data["type"] == "/problems/in-flight"


def test_ten_posts_with_one_key_from_four_processes_make_one_case(committed_db: str) -> None:
    people = open_demonstration()
    body = declaration(Kind.LV_OTHER)

    def posting() -> list[int]:
        client = api(people["shop"])
        headers = {"Idempotency-Key": "double click"}
        return [
            client.post(APPLICATIONS, body, format="json", headers=headers).status_code
            for _ in range(10)
        ]

    outcomes = at_once(*[posting] * 4)
    codes = {code for outcome in outcomes for code in outcome.value}
    assert codes <= {201, 409}
    assert 201 in codes
    assert Draft.objects.count() == 1


@pytest.mark.django_db
def test_a_failure_after_the_act_undoes_act_and_answer_together(people: dict[str, User]) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        _act_and_fail(people["shop"])
    assert not IdempotentAnswer.objects.exists()
    assert not Draft.objects.exists()


def _act_and_fail(user: User) -> None:
    request = APIRequestFactory().post(
        APPLICATIONS, declaration(Kind.LV_OTHER), format="json",
        headers={"Idempotency-Key": "fails"},
    )  # fmt: skip
    force_authenticate(request, user)
    from applications.api import applications

    assert applications(request).status_code == 201
    assert IdempotentAnswer.objects.count() == 1
    raise ZeroDivisionError


@pytest.mark.django_db
def test_answers_are_forgotten_after_a_month_and_not_before() -> None:
    once(lambda: (200, {}), key="old")
    once(lambda: (200, {}), key="young")
    old = Now() - timedelta(days=31)
    IdempotentAnswer.objects.filter(key="old").update(created_at=old)
    assert idempotency.forget_old_answers() == 1
    assert [answer.key for answer in IdempotentAnswer.objects.all()] == ["young"]
