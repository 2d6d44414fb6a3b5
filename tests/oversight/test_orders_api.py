"""Orders as programs see them: shapes, the order of refusals, keys and versions."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from documents.models import Document
from oversight.models import RectificationOrder
from rules.names import Kind
from tests.builders import People, filed, pdf
from tests.deadlines.clocks import set_clock
from tests.oversight.orders import DAYS, PLANNERS, SAID, TEXT, again, do, issue, order_at
from tests.people import again as read_again
from tools.scenarios import DISTRICT, PDF

ORDERS = "/api/v1/orders/"
BODY = {"party": "supplier", "district": DISTRICT, "text": TEXT, "days": DAYS}


def client_of(people: People, name: str) -> APIClient:
    client = APIClient()
    client.force_authenticate(read_again(people[name]))
    return client


def post(people: People, name: str, path: str, body: Any, **head: str) -> Any:
    return client_of(people, name).post(f"{ORDERS}{path}", body, format="json", headers=head)


def act(people: People, name: str, order: RectificationOrder, action: str, **head: str) -> Any:
    return post(people, name, f"{order.number}/actions/{action}/", SAID[action], **head)


def test_an_order_says_everything_of_itself(people: People) -> None:
    set_clock("2026-03-02 10:00")
    case = filed(people, Kind.LV_OTHER)
    answer = post(people, "regulator", "", BODY | {"application": case.number, "clause": "方案三"})
    order = RectificationOrder.objects.get()
    assert (answer.status_code, answer["ETag"]) == (201, '"1"')
    read = client_of(people, "regulator").get(f"{ORDERS}{order.number}/")
    assert read["ETag"] == '"1"'
    found = read.json()
    assert answer.json() == {name: found[name] for name in answer.json()}
    issued_at = found.pop("issued_at")
    assert found.pop("actions") == [
        {"action": "answer", "allowed": False, "reason": "只有整改单位的负责人可以回复整改单。"},
        {"action": "close", "allowed": False, "reason": "整改单位还没有回复。"},
        {"action": "return", "allowed": False, "reason": "整改单位还没有回复。"},
        {"action": "escalate", "allowed": True, "reason": None},
    ]
    assert found == {
        "number": order.number,
        "party": "supplier",
        "district": DISTRICT,
        "state": "issued",
        "days": DAYS,
        "used_days": 0,
        "issued_as": "regulator",
        "answered_at": None,
        "escalated_at": None,
        "closed_at": None,
        "due_on": "2026-03-16",
        "due_at": "2026-03-16T23:59:59+08:00",
        "late": False,
        "provisional": False,
        "version": 1,
        "subject": {
            "kind": "case", "label": f"办件 {case.number}", "application": case.number,
            "permit": None,
        },
        "text": TEXT,
        "clause": "方案三",
        "statements": [],
    }  # fmt: skip
    row = client_of(people, "supply-lead").get(ORDERS).json()["results"][0]
    assert row == {name: found[name] for name in row if name != "issued_at"} | {
        "issued_at": issued_at
    }


def test_days_begin_with_the_usual_number_and_a_bad_value_is_pointed_at(people: People) -> None:
    usual = {name: value for name, value in BODY.items() if name != "days"}
    assert post(people, "regulator", "", usual).json()["days"] == 10
    for change, pointer in (
        ({"days": "ten"}, "/days"),
        ({"days": True}, "/days"),
        ({"days": 500}, "/days"),
        ({"party": "nobody"}, "/party"),
        ({"district": "000000"}, "/district"),
        ({"text": " "}, "/text"),
        ({"text": "\u200b"}, "/text"),
        ({"text": ["x"]}, "/text"),
        ({"clause": "x" * 201}, "/clause"),
        ({"application": "ZG1"}, "/application"),
        ({"permit": 99}, "/permit"),
    ):
        answer = post(people, "regulator", "", BODY | change)
        assert answer.status_code == 422, change
        assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert RectificationOrder.objects.count() == 1


def test_refusals_come_in_the_order_of_the_contract(people: People) -> None:
    order = order_at(people, "answered")
    bad = {"reason": ["x"]}
    path = f"{order.number}/actions/return/"
    assert APIClient().post(f"{ORDERS}{path}", bad, format="json").status_code == 401
    assert post(people, "planning-lead", path, bad).status_code == 404
    assert post(people, "supply-lead", path, bad).status_code == 403
    do(people, order, "return")
    assert post(people, "regulator", path, bad, **{"If-Match": '"2"'}).status_code == 409
    do(people, again(order), "answer")
    assert post(people, "regulator", path, bad, **{"If-Match": '"2"'}).status_code == 412
    assert post(people, "regulator", path, bad, **{"If-Match": '"4"'}).status_code == 422
    assert post(people, "regulator", path, {}).status_code == 422
    assert post(people, "regulator", f"{order.number}/actions/fly/", {}).status_code == 404
    assert post(people, "clerk", "", {"days": "x"}).status_code == 403
    assert again(order).version == 4


def test_a_repeated_request_is_answered_alike_and_done_once(people: People) -> None:
    first, second = (
        post(people, "regulator", "", BODY, **{"Idempotency-Key": "k-1"}) for _ in range(2)
    )
    assert first.json() == second.json()
    order = RectificationOrder.objects.get()
    answers = [
        act(people, "supply-lead", order, "answer", **{"Idempotency-Key": "k-2"}) for _ in range(2)
    ]
    assert [(one.status_code, one.json()["version"]) for one in answers] == [(200, 2)] * 2
    other = {"text": "别的"}
    path = f"{order.number}/actions/answer/"
    assert post(people, "supply-lead", path, other, **{"Idempotency-Key": "k-2"}).status_code == 422


def test_what_was_said_is_kept_nowhere_in_plain(people: People) -> None:
    post(people, "regulator", "", BODY | {"text": "CANARY-1"}, **{"Idempotency-Key": "k-1"})
    order = RectificationOrder.objects.get()
    path = f"{order.number}/actions/"
    key = {"Idempotency-Key": "k-2"}
    post(people, "supply-lead", f"{path}answer/", {"text": "CANARY-2"}, **key)
    post(people, "regulator", f"{path}return/", {"reason": "CANARY-3"}, **key)
    assert again(order).version == 3
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s', ["%CANARY%"])
            assert cursor.fetchone() == (0,), table


def test_an_answer_brings_its_files(people: People) -> None:
    order = issue(people)
    path = f"{ORDERS}{order.number}/actions/answer/"
    for _ in range(2):
        body = {"text": "已退还。", "files": [pdf("a.pdf"), pdf("b.pdf")]}
        answer = client_of(people, "supply-lead").post(
            path, body, format="multipart", headers={"Idempotency-Key": "k"}
        )
        assert answer.status_code == 200
    [said] = client_of(people, "regulator").get(f"{ORDERS}{order.number}/").json()["statements"]
    assert (said["action"], said["text"]) == ("answer", "已退还。")
    assert [file["size"] for file in said["files"]] == [len(PDF)] * 2
    assert Document.objects.filter(subject_kind="order", case_ref=order.ref).count() == 2


def test_the_list_narrows_and_refuses_what_does_not_exist(people: People) -> None:
    set_clock("2026-03-02 10:00")
    late = issue(people)
    set_clock("2026-03-19 10:00")
    fresh = do(people, issue(people, PLANNERS), "answer")

    def found(query: str) -> list[str]:
        answer = client_of(people, "regulator").get(f"{ORDERS}?{query}")
        return [row["number"] for row in answer.json()["results"]]

    assert found("") == [fresh.number, late.number]
    assert found("late=true") == [late.number]
    assert found("late=0") == [fresh.number]
    assert found("state=answered") == found("party=planning") == [fresh.number]
    assert found("district=510321") == []
    for query in ("state=flying", "late=maybe"):
        assert client_of(people, "regulator").get(f"{ORDERS}?{query}").status_code == 422


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("regulator", True), ("lead-agency", True), ("district-lead", True),
        ("supply-lead", True), ("planning-lead", False), ("manager", False), ("digital", False),
        ("resident", False), ("approval-system", False),
    ],
)  # fmt: skip
def test_an_order_is_seen_by_those_whose_it_is(people: People, who: str, *, sees: bool) -> None:
    order = issue(people)
    client = client_of(people, who)
    assert client.get(f"{ORDERS}{order.number}/").status_code == (200 if sees else 404)
    assert len(client.get(ORDERS).json()["results"]) == int(sees)


@pytest.mark.parametrize("rows", [1, 3])
def test_a_list_costs_the_same_for_one_row_and_for_three(people: People, rows: int) -> None:
    for _ in range(rows):
        issue(people)
    client = client_of(people, "regulator")
    with CaptureQueriesContext(connection) as asked:
        assert len(client.get(ORDERS).json()["results"]) == rows
    assert len(asked) == 5
