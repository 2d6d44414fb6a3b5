"""Permits and line works as programs see them."""

import hashlib
import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient
from rest_framework.utils.encoders import JSONEncoder

from approvals.answers import case_permits, round_json
from approvals.models import Permit
from approvals.routing import decisions_json
from ledger.models import Entry
from ledger.queries import timeline
from ledger.receipts.content import opening_of
from rules import registry
from tests.approvals.people import Cast, at, bring, permit_of, post, set_clock, take
from tests.builders import pdf
from tests.works import works_of
from tools.scenarios import EXPRESSWAY, LONG_LINE, ON_ROAD, PDF, PLANNING_ONLY, SHORT_LINE


def client_of(people: Cast, name: str) -> APIClient:
    """A client signed in as somebody; each has read no roles yet."""
    client = APIClient()
    if name:
        client.force_authenticate(type(people[name]).objects.get(pk=people[name].pk))
    return client


def ask(people: Cast, name: str, path: str) -> Any:
    """What somebody is answered."""
    return client_of(people, name).get(f"/api/v1/{path}")


def act(people: Cast, name: str, permit: Permit, action: str, body: Any = None, **head: str) -> Any:
    """What somebody is answered who takes a step."""
    path = f"/api/v1/permits/{permit.pk}/actions/{action}/"
    return client_of(people, name).post(path, body or {}, format="json", headers=head)


FIELDS = {
    "id", "application", "permit", "bureau", "route", "state", "clause", "limit_days",
    "received_at", "accepted_at", "intake_due_at", "due_on", "due_at", "late", "provisional",
    "conditions", "reason", "carried_over", "actions", "version",
}  # fmt: skip


def test_a_permit_says_everything_of_the_contract(people: Cast) -> None:
    permit = permit_of(post(people, PLANNING_ONLY), "planning")
    answer = ask(people, "planning", f"permits/{permit.pk}/").json()
    assert set(answer) >= FIELDS
    assert {name: answer[name] for name in FIELDS - {"actions", "received_at", "clause"}} == {
        "id": permit.pk,
        "application": permit.line_works.application,
        "permit": "planning",
        "bureau": "planning",
        "route": "review",
        "state": "received",
        "limit_days": 4,
        "accepted_at": None,
        "intake_due_at": "2026-03-09T23:59:59+08:00",
        "due_on": None,
        "due_at": None,
        "late": False,
        "provisional": False,
        "conditions": None,
        "reason": None,
        "carried_over": False,
        "version": 1,
    }
    assert [(row["action"], row["allowed"]) for row in answer["actions"]] == [
        ("accept", True),
        ("request_supplement", True),
        ("supply_supplement", False),
        ("exclude_time", False),
        ("resume", False),
        ("extend", False),
        ("grant", False),
        ("refuse", False),
        ("hand_out", False),
        ("chase", False),
        ("answer_chase", False),
    ]
    assert all(row["allowed"] or row["reason"] for row in answer["actions"])


def test_a_step_answers_with_the_permit_after_it(people: Cast) -> None:
    permit = permit_of(post(people, PLANNING_ONLY), "planning")
    answer = act(people, "planning", permit, "accept")
    assert (answer.status_code, answer["ETag"]) == (200, '"2"')
    body = answer.json()
    assert (body["state"], body["due_at"], body["intake_due_at"]) == (
        "accepted", "2026-03-06T23:59:59+08:00", None,
    )  # fmt: skip
    refused = act(people, "planning", permit, "refuse", {"reason": "红线", "clause": "规划法 40"})
    assert (refused.json()["state"], refused.json()["reason"]) == ("refused", "红线")


def test_files_come_with_a_supplement_and_the_record_commits_to_them(people: Cast) -> None:
    permit = permit_of(post(people, PLANNING_ONLY), "planning")
    take(people, permit, "request_supplement")
    client = APIClient()
    client.force_authenticate(people["manager"])
    path = f"/api/v1/permits/{permit.pk}/actions/supply_supplement/"
    key = {"Idempotency-Key": "files-1"}
    for _time in range(2):
        answer = client.post(path, {"files": [pdf(), pdf()]}, format="multipart", headers=key)
        assert (answer.status_code, answer.json()["state"]) == (200, "received")
    entry = Entry.objects.get(part=permit.ref, type="permit.supplement_supplied")
    opening = opening_of(entry)
    assert opening is not None
    one = {"requirement": "permit_supplement", "sha256": hashlib.sha256(PDF).hexdigest()}
    assert opening.data["documents"] == [one, one]


def test_refusals_come_in_their_order(people: Cast) -> None:
    permit = permit_of(post(people, PLANNING_ONLY), "planning")
    found = [
        act(people, "", permit, "refuse"),
        act(people, "stranger", permit, "refuse"),
        act(people, "planning-elsewhere", permit, "refuse"),
        act(people, "regulator", permit, "refuse"),
        act(people, "planning", permit, "refuse", **{"If-Match": '"9"'}),
    ]
    take(people, permit, "accept")
    found += [
        act(people, "planning", permit, "refuse", **{"If-Match": '"9"'}),
        act(people, "planning", permit, "refuse"),
        act(people, "planning", permit, "burn"),
    ]
    assert [(answer.status_code, answer.json()["type"]) for answer in found] == [
        (401, "/problems/sign-in-needed"),
        (404, "/problems/not-found"),
        (404, "/problems/not-found"),
        (403, "/problems/forbidden"),
        (409, "/problems/wrong-state"),
        (412, "/problems/stale"),
        (422, "/problems/invalid"),
        (404, "/problems/not-found"),
    ]
    missing = ask(people, "stranger", "permits/987654/").json()
    assert found[1].json() == missing


def test_who_is_late_is_told_who_was_faster(people: Cast) -> None:
    permit = permit_of(post(people, PLANNING_ONLY), "planning")
    take(people, permit, "accept", "planning-second")
    answer = act(people, "planning", permit, "accept")
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/somebody-was-faster")
    assert answer.json()["winner"]["role"] == "officer"


def test_a_repeated_key_replays_the_answer_and_does_nothing_twice(people: Cast) -> None:
    permit = permit_of(post(people, PLANNING_ONLY), "planning")
    key = {"Idempotency-Key": "k-1"}
    first = act(people, "planning", permit, "accept", **key)
    again = act(people, "planning", permit, "accept", **key)
    assert (again.status_code, again.json()) == (200, first.json())
    types = [event.type for event in timeline(permit.case_ref)]
    assert types.count("permit.accepted") == 1


@pytest.mark.parametrize(
    ("action", "body", "pointer"),
    [
        ("request_supplement", {"items": "红线图"}, "/items"),
        ("request_supplement", {"items": [1]}, "/items/0"),
        ("request_supplement", {}, "/items"),
    ],
)
def test_a_body_of_another_shape_is_refused_with_its_pointer(
    people: Cast, action: str, body: dict[str, Any], pointer: str
) -> None:
    permit = permit_of(post(people, PLANNING_ONLY), "planning")
    answer = act(people, "planning", permit, action, body)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)


WAIVED = "land_certificate"
PLANNING_LIST = ["design_scheme", "red_line_map", "cross_sections"]


@pytest.mark.parametrize(
    ("works", "listed"),
    [(PLANNING_ONLY, [*PLANNING_LIST, WAIVED]), (ON_ROAD, PLANNING_LIST)],
)
def test_a_permit_says_what_may_be_asked_for(
    people: Cast, works: dict[str, Any], listed: list[str]
) -> None:
    permit = permit_of(post(people, works), "planning")
    answer = ask(people, "planning", f"permits/{permit.pk}/").json()
    assert [row["code"] for row in answer["checklist"]] == listed


@pytest.mark.parametrize(
    "item",
    [
        "land_certificate",
        "国有土地使用权证",
        "土地使用证：请补",
        "缺少用地证明",
        "traffic_plan",
        "随便看看",
        "红线图、土地使用证",
        "断面图：另附 土 地·证",
        "断面图；并提供ｌａｎｄ－ｕｓｅ certificate",
        "Cross-sections, and the LAND_CERTIFICATE",
        "断面图：附户主身份证",
        "断面图\n不动产权证书",
        "國有土地使用權證",
    ],
)
def test_an_instant_permit_is_not_stopped_by_what_its_clause_waives(
    people: Cast, item: str
) -> None:
    permit = permit_of(post(people, ON_ROAD), "planning")
    answer = act(people, "planning", permit, "request_supplement", {"items": ["红线图", item]})
    [error] = answer.json()["errors"]
    assert (answer.status_code, error["pointer"], error["clause"]) == (
        422, "/items/1", "方案三(一)2(1)",
    )  # fmt: skip
    found = ask(people, "planning", f"permits/{permit.pk}/").json()
    assert (found["state"], found["supplement_items"]) == ("received", [])


@pytest.mark.parametrize(
    "item",
    ["red_line_map", "RED_LINE_MAP: no scale", "红线图", "红线图：比例尺不清", "land_certificate",
     "Red-line map of the route, no scale", "土地使用证", "红线图：与土地证不一致",
     "ＲＥＤ＿ＬＩＮＥ＿ＭＡＰ：比例尺不清"],
)  # fmt: skip
def test_an_item_names_a_document_of_the_list_by_its_code_or_name(people: Cast, item: str) -> None:
    permit = permit_of(post(people, PLANNING_ONLY), "planning")
    answer = act(people, "planning", permit, "request_supplement", {"items": [item]})
    assert (answer.status_code, answer.json()["supplement_items"]) == (200, [item])


@pytest.mark.parametrize(
    "item",
    ["red_line_maps", "traffic_plan", "红 线图", "land", "红线图、断面图", "红线图；断面图：缺"],
)
def test_a_word_that_only_looks_like_a_document_is_none(people: Cast, item: str) -> None:
    permit = permit_of(post(people, PLANNING_ONLY), "planning")
    answer = act(people, "planning", permit, "request_supplement", {"items": [item]})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/items/0")


def test_a_body_that_is_no_json_is_malformed(people: Cast) -> None:
    permit = permit_of(post(people, PLANNING_ONLY), "planning")
    path = f"/api/v1/permits/{permit.pk}/actions/accept/"
    client = client_of(people, "planning")
    broken = client.post(path, "{", content_type="application/json")
    listed = client.post(path, "[]", content_type="application/json")
    assert (broken.status_code, listed.status_code) == (400, 400)


def test_silence_stays_on_record_though_the_step_is_refused(people: Cast) -> None:
    permit = permit_of(post(people, PLANNING_ONLY), "planning")
    set_clock("2026-03-10 09:00")
    answer = act(people, "planning", permit, "request_supplement", {"items": ["红线图"]})
    assert answer.status_code == 409
    found = ask(people, "planning", f"permits/{permit.pk}/").json()
    assert (found["state"], found["deemed_accepted"], found["late"]) == ("accepted", True, True)
    assert found["accepted_at"] == found["received_at"]


def test_everybody_lists_what_is_theirs(people: Cast) -> None:
    post(people, LONG_LINE)
    post(people, EXPRESSWAY)
    found = {
        name: sorted(row["permit"] for row in ask(people, name, "permits/").json()["results"])
        for name in ("planning", "transport", "planning-elsewhere", "stranger", "hall", "digital")
    }
    everything = sorted(Permit.objects.values_list("permit", flat=True))
    assert found == {
        "planning": ["planning", "planning"],
        "transport": ["highway_excavation"],
        "planning-elsewhere": [],
        "stranger": [],
        "hall": [],
        "digital": everything,
    }


def test_lists_filter_by_bureau_state_and_lateness(people: Cast) -> None:
    round_ = post(people, LONG_LINE)
    take(people, permit_of(round_, "planning"), "accept")

    def listed(query: str) -> list[str]:
        answer = ask(people, "digital", f"permits/?{query}")
        return sorted(row["permit"] for row in answer.json()["results"])

    assert listed("bureau=housing") == ["construction"]
    assert listed("state=accepted") == ["planning"]
    assert listed("late=true") == []
    set_clock("2026-03-07 00:00")
    assert listed("late=true") == ["construction", "planning"]
    assert listed("late=false&bureau=planning") == []
    assert listed("application=nothing") == []
    assert ask(people, "digital", "permits/?state=open").status_code == 422
    assert ask(people, "digital", "permits/?late=maybe").status_code == 422


@pytest.mark.parametrize("rows", [1, 3])
def test_lists_cost_the_same_however_long(people: Cast, rows: int) -> None:
    for _ in range(rows):
        post(people, LONG_LINE)
    client = client_of(people, "planning")
    with CaptureQueriesContext(
        connection,
    ) as permits:
        assert len(client.get("/api/v1/permits/").json()["results"]) == rows
    client = client_of(people, "regulator")
    with CaptureQueriesContext(connection) as works:
        assert len(client.get("/api/v1/line-works/").json()["results"]) == rows
    assert (len(permits), len(works)) == (7, 6)


def test_pages_of_a_list_follow_each_other(people: Cast) -> None:
    for _ in range(3):
        post(people, PLANNING_ONLY)
    first = ask(people, "planning", "permits/?page_size=2").json()
    client = client_of(people, "planning")
    second = client.get(first["next"]).json()
    ids = [row["id"] for row in first["results"] + second["results"]]
    assert (ids, second["next"]) == (sorted(ids, reverse=True), None)


def test_line_works_answer_all_seven(people: Cast) -> None:
    round_ = post(people, SHORT_LINE)
    answer = ask(people, "housing", f"line-works/{round_.line_works_id}/").json()
    assert [(row["permit"], row["route"], row["state"]) for row in answer["permits"]] == [
        ("planning", "review", "received"),
        ("construction", "review", "received"),
        ("road_occupation", "commitment", "awaiting_commitment"),
        ("municipal_occupation", "commitment", "awaiting_commitment"),
        ("municipal_excavation", "commitment", "awaiting_commitment"),
        ("highway_excavation", "not_needed", None),
        ("greening", "commitment", "awaiting_commitment"),
    ]
    assert ["id" in row for row in answer["permits"]] == [True] * 5 + [False, True]
    assert (answer["set_due_at"], answer["set_late"]) == ("2026-03-06T23:59:59+08:00", False)
    assert (answer["works"]["length_m"], answer["works"]["road"]) == (480.0, "municipal")
    assert ask(people, "transport", f"line-works/{round_.line_works_id}/").status_code == 404
    assert ask(people, "stranger", f"line-works/{round_.line_works_id}/").status_code == 404


def test_posting_and_reading_give_the_same_answer(people: Cast) -> None:
    round_ = post(people, LONG_LINE)
    read = ask(people, "manager", f"line-works/{round_.line_works_id}/").json()
    assert read["permits"] == as_sent(round_json(round_)["permits"])
    assert read["permits"] == as_sent(case_permits(round_.line_works.case_ref))


def as_sent(value: Any) -> Any:
    """A value as it comes over HTTP."""
    return json.loads(JSONEncoder().encode(value))


def test_a_dry_run_answers_without_ids_and_says_why(people: Cast) -> None:
    rules = registry.current().in_force(on=at("2026-03-02 10:00").date(), district="510302")
    answer = decisions_json(rules, works_of(SHORT_LINE))["permits"]
    wanted = {
        "permit", "route", "clause", "bureau", "level", "limit_days", "state", "carried_over",
        "why",
    }  # fmt: skip
    assert [set(row) for row in answer] == [wanted] * 7
    assert [row["why"] for row in answer] == [
        "需要办理：有外线工程。",
        "需要办理：规划区内依附于市政道路及其共同沟的工程。",
        "线路不超过 500 米，该部门实行告知承诺。",
        "线路不超过 500 米，该部门实行告知承诺。",
        "线路不超过 500 米，该部门实行告知承诺。",
        "仅在下列情形需要，本线路不涉及：挖掘或跨越公路。",
        "线路不超过 500 米，该部门实行告知承诺。",
    ]
    assert [row["limit_days"] for row in answer] == [4, 4, None, None, None, None, None]


def test_the_clocks_of_a_permit_are_explained(people: Cast) -> None:
    permit = bring(people, permit_of(post(people, PLANNING_ONLY), "planning"), "accepted")
    clocks = ask(people, "planning", f"permits/{permit.pk}/clocks/").json()["clocks"]
    assert [clock["clock"] for clock in clocks] == ["intake", "review", "set"]
    assert all(clock["lines"] for clock in clocks)
