"""Every refusal has one shape: RFC 9457 in the API, with pointers, in the reader's language."""

import json
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext_lazy, override
from rest_framework import exceptions, serializers
from rest_framework.response import Response
from rest_framework.test import APIClient

from accounts.models import User
from core import problems
from core.api import PROBLEM_JSON, handle
from core.bodies import field_errors
from core.problems import FieldError, Problem
from rules.files import Clause

STATUS = [
    (problems.Malformed(""), 400, "malformed"),
    (problems.SignInNeeded(""), 401, "sign-in-needed"),
    (problems.Forbidden(""), 403, "forbidden"),
    (problems.Missing(), 404, "not-found"),
    (problems.WrongState(""), 409, "wrong-state"),
    (problems.Faster("", winner={}), 409, "somebody-was-faster"),
    (problems.ClockBehind(), 409, "clock-before-last-event"),
    (problems.InFlight(), 409, "in-flight"),
    (problems.Stale(), 412, "stale"),
    (problems.Invalid([]), 422, "invalid"),
]


def answered(error: Exception) -> Response:
    answer = handle(error, {})
    assert isinstance(answer, Response)
    return answer


@pytest.mark.parametrize(("problem", "status", "kind"), STATUS)
def test_each_refusal_has_its_status_and_type(problem: Problem, status: int, kind: str) -> None:
    answer = answered(problem)
    assert (answer.status_code, answer.content_type) == (status, PROBLEM_JSON)
    assert {"type", "title", "status", "detail"} <= set(answer.data)
    assert (answer.data["type"], answer.data["status"]) == (f"/problems/{kind}", status)
    assert json.dumps(answer.data)


def test_refused_values_come_with_pointer_reason_and_clause() -> None:
    clause = Clause(zh="方案三(二)2", en="Plan 3(2)2")
    errors = [
        FieldError("/items/0/requirement", gettext_lazy("Not found"), clause),
        FieldError("", "why"),
    ]
    with override("en"):
        body = answered(problems.Invalid(errors)).data
    assert body["errors"] == [
        {"pointer": "/items/0/requirement", "reason": "Not found", "clause": "Plan 3(2)2"},
        {"pointer": "", "reason": "why"},
    ]
    with override("zh-hans"):
        body = answered(problems.Invalid(errors)).data
    assert body["errors"][0] == {
        "pointer": "/items/0/requirement",
        "reason": "没有找到",
        "clause": "方案三(二)2",
    }
    assert body["detail"] == "请修改下列内容。"


def test_who_was_faster_is_named() -> None:
    body = answered(problems.Faster("late", winner={"role": "manager", "at": "then"})).data
    assert body["winner"] == {"role": "manager", "at": "then"}


FOREIGN: list[tuple[Exception, int, str]] = [
    (Http404("secret"), 404, "not-found"),
    (exceptions.NotFound("secret"), 404, "not-found"),
    (PermissionDenied("secret"), 403, "forbidden"),
    (exceptions.PermissionDenied("secret"), 403, "forbidden"),
    (exceptions.NotAuthenticated(), 401, "sign-in-needed"),
    (exceptions.AuthenticationFailed(), 401, "sign-in-needed"),
    (exceptions.ParseError("no JSON"), 400, "malformed"),
    (exceptions.MethodNotAllowed("PUT"), 405, "method-not-allowed"),
    (exceptions.UnsupportedMediaType("text/csv"), 415, "unsupported-media-type"),
]


@pytest.mark.parametrize(("error", "status", "kind"), FOREIGN)
def test_what_others_raise_takes_the_same_shape(error: Exception, status: int, kind: str) -> None:
    answer = answered(error)
    assert (answer.status_code, answer.content_type) == (status, PROBLEM_JSON)
    assert answer.data["type"] == f"/problems/{kind}"
    if status in (403, 404):
        assert "secret" not in str(answer.data)


def test_what_nobody_foresaw_is_left_to_the_server() -> None:
    assert handle(ZeroDivisionError(), {}) is None


def test_a_401_says_how_to_sign_in() -> None:
    assert answered(problems.SignInNeeded(""))["WWW-Authenticate"] == "Bearer"


class Item(serializers.Serializer[Any]):
    requirement = serializers.CharField()


class Body(serializers.Serializer[Any]):
    level = serializers.IntegerField(min_value=1)
    items = Item(many=True)
    tags = serializers.ListField(child=serializers.IntegerField())

    def validate(self, attrs: Any) -> Any:
        raise serializers.ValidationError("together they are wrong")


def pointers(data: Any) -> list[str]:
    body = Body(data=data)
    assert not body.is_valid()
    return [error.pointer for error in field_errors(body.errors)]


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        ({}, ["/level", "/items", "/tags"]),
        ({"level": 0, "items": [], "tags": []}, ["/level"]),
        ({"level": 1, "items": [{"requirement": "a"}, {}], "tags": []}, ["/items/1/requirement"]),
        ({"level": 1, "items": [], "tags": [1, "x", 3, "y"]}, ["/tags/1", "/tags/3"]),
        ({"level": 1, "items": "no list", "tags": []}, ["/items"]),
        ({"level": 1, "items": [], "tags": []}, [""]),
        ([], [""]),
    ],
)
def test_nested_validation_becomes_json_pointers(data: Any, wanted: list[str]) -> None:
    assert pointers(data) == wanted


def test_drf_s_own_refusal_is_a_422_with_pointers() -> None:
    body = Body(data={"level": 0, "items": [{}], "tags": []})
    with pytest.raises(exceptions.ValidationError) as refused:
        body.is_valid(raise_exception=True)
    answer = answered(refused.value)
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.data["errors"]] == [
        "/level", "/items/0/requirement",
    ]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "body", "content_type", "status"),
    [
        ("/api/v1/applications/", "{", "application/json", 400),
        ("/api/v1/applications/", "a,b", "text/csv", 415),
        ("/api/v1/applications/", "[]", "application/json", 400),
        ("/api/v1/applications/NONE/actions/submit/", "{}", "application/json", 404),
    ],
)
def test_over_http(
    people: dict[str, User], path: str, body: str, content_type: str, status: int
) -> None:
    client = APIClient()
    client.force_authenticate(people["shop"])
    answer = client.generic("POST", path, body, content_type=content_type)
    assert (answer.status_code, answer["Content-Type"]) == (status, PROBLEM_JSON)
    assert answer.json()["status"] == status


@pytest.mark.django_db
def test_nobody_signed_in_hears_401_before_anything_else() -> None:
    for path in ("/api/v1/applications/", "/api/v1/applications/NONE/", "/api/v1/permits/1/"):
        answer = APIClient().get(path)
        assert (answer.status_code, answer["Content-Type"]) == (401, PROBLEM_JSON)
