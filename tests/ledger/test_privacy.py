"""No name, number, phone or address gets into the record, its salts, the outbox or a log line."""

import json
import logging
import re
from typing import Any

import pytest
from django.db import connection
from rest_framework.test import APIClient

from accounts.models import User
from applications.models import Application
from applications.states import State
from core.problems import Problem
from notifications.outbox import deliver
from rules.names import Kind
from tests.builders import case_at, decide_all, declaration, do, filed, pdf, perform
from tests.ledger.entries import run
from tools.scenarios import FOUR_REVIEWS

pytestmark = pytest.mark.django_db

NAME, COMPANY = "金丝雀甲", "自贡市金丝雀乙有限公司"
PERSON_ID, COMPANY_ID = "510322198511200022", "91510300MA60000014"
PHONE, LINE = "13987654321", "金丝雀巷十七号附三"
CANARIES = (NAME, COMPANY, PERSON_ID, COMPANY_ID, PHONE, LINE, "金丝雀", "20198511", "巷十七号")

PERSON = {"type": "person", "name": NAME, "id_number": PERSON_ID, "phone": PHONE}
FIRM = {
    "type": "company", "name": COMPANY, "id_number": COMPANY_ID, "phone": PHONE,
    "enterprise_size": "large",
}  # fmt: skip


def planted(kind: Kind) -> dict[str, Any]:
    applicant = PERSON if kind == Kind.RESIDENTIAL else FIRM
    address = {"district": "510302", "line": f"{LINE}{kind}"}
    return {"applicant": applicant, "address": address}


def spellings(text: str) -> set[str]:
    """A text as it may stand in a row: plain, in bytes as hexadecimal digits, in JSON escapes."""
    return {text, text.encode().hex(), json.dumps(text)[1:-1], repr(text.encode())[2:-1]}


def found_in(text: str) -> list[str]:
    return [canary for canary in CANARIES if any(way in text for way in spellings(canary))]


def rows_of(table: str) -> str:
    return "\n".join(str(row) for (row,) in run(f'SELECT t::text FROM "{table}" t'))


def live_through(people: dict[str, User]) -> list[Application]:
    """Cases with canaries, through supplements, refusals, withdrawals and notices."""
    cases = [filed(people, kind, **planted(kind)) for kind in Kind]
    do(people, cases[0], "request_supplement")
    do(people, cases[1], "withdraw", reason=f"{NAME}不办了，电话{PHONE}")
    case = case_at(people, Kind.LV_OTHER, State.REPLANNING)
    perform(
        action="change_line_works",
        application=case,
        body=FOUR_REVIEWS | {"voltage": "low"},
        by=people["manager"],
    )
    decide_all(people, case)
    do(people, filed(people, Kind.RESIDENTIAL, applicant=PERSON), "accept")
    deliver()
    return cases


def test_no_table_says_who_it_was(people: dict[str, User]) -> None:
    live_through(people)
    tables = connection.introspection.table_names()
    assert {"ledger_entry", "ledger_salt", "notifications_outbox"} <= set(tables)
    leaking = {table: found for table in tables if (found := found_in(rows_of(table)))}
    assert leaking == {}


def test_what_was_planted_is_really_there(people: dict[str, User]) -> None:
    """Else the test above would find nothing in an empty room."""
    case = Application.objects.get(pk=live_through(people)[0].pk)
    assert (case.applicant_name, case.id_number, case.phone) == (NAME, PERSON_ID, PHONE)
    assert case.address_line.startswith(LINE)
    assert run("SELECT count(*) > 20 FROM ledger_entry") == [(True,)]
    assert run("SELECT count(*) > 5 FROM notifications_outbox") == [(True,)]


def test_no_log_line_says_it(people: dict[str, User], caplog: pytest.LogCaptureFixture) -> None:
    """Over the API, refusals and a failure included."""
    caplog.set_level(logging.DEBUG)
    client = APIClient(raise_request_exception=False)
    client.force_authenticate(people["shop"])
    body = declaration(Kind.LV_OTHER, **planted(Kind.LV_OTHER))
    headers = {"Idempotency-Key": "key-1"}
    made = client.post("/api/v1/applications/", body, format="json", headers=headers)
    assert made.status_code == 201, made.data
    wrong = {**body, "kind": "hv_dual", "applicant": {**FIRM, "id_number": PERSON_ID}}
    assert client.post("/api/v1/applications/", wrong, format="json").status_code == 422
    number = made.data["number"]
    upload = {"requirement": "identity", "file": pdf(f"{NAME}{PERSON_ID}.pdf")}
    assert client.post(f"/api/v1/applications/{number}/documents/", upload).status_code == 201
    client.post(f"/api/v1/applications/{number}/actions/submit/", {}, format="json")
    client.get(f"/api/v1/applications/?phone={PHONE}")
    mine = re.compile(r"tongdian|django\.request|django\.security|celery|portal|core|ledger")
    lines = [record.getMessage() for record in caplog.records if mine.match(record.name)]
    assert found_in("\n".join(lines)) == []
    assert found_in(rows_of("core_idempotentanswer")) == []


def test_a_refusal_names_no_value(people: dict[str, User]) -> None:
    case = filed(people, Kind.LV_OTHER, **planted(Kind.LV_OTHER))
    with pytest.raises(Problem) as refused:
        filed(people, Kind.LV_OTHER, **planted(Kind.LV_OTHER))
    assert case.number in str(refused.value.detail)
    assert found_in(json.dumps(refused.value.as_json(), ensure_ascii=False)) == []
