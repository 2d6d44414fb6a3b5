"""What may be asked of an applicant: the checklist's documents, and nothing else."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from applications import checklist, documents, drafts
from applications.answers import case_json
from applications.models import Application
from applications.states import State
from core.problems import Forbidden, Invalid, WrongState
from documents.queries import about
from ledger.queries import timeline
from rules.names import Kind
from tests.builders import (
    Ready,
    again,
    all_in_order,
    declaration,
    do,
    drafted,
    filed,
    open_permits,
    pdf,
    perform,
    permit_step,
)
from tests.people import browser as signed_in
from tools.scenarios import BODIES, PAPERS, PERMIT_BODIES, manager_for

pytestmark = pytest.mark.django_db


CHECKLISTS = {
    Kind.RESIDENTIAL: {"identity", "property"},
    Kind.LV_SMALL: {"identity", "property"},
    Kind.LV_OTHER: {"identity", "property"},
    Kind.HV_SINGLE: {
        "identity", "property", "project_approval", "design_qualification", "design",
        "construction_qualification", "concealed_works", "completion_report",
    },
    Kind.HV_DUAL: {
        "identity", "property", "project_approval", "design_qualification", "design",
        "construction_qualification", "concealed_works", "completion_report",
    },
}  # fmt: skip
EVERY_CODE = CHECKLISTS[Kind.HV_DUAL]


@pytest.mark.parametrize("kind", list(Kind))
def test_only_documents_of_the_checklist_are_taken(people: dict[str, User], kind: Kind) -> None:
    case = drafted(people, kind)
    for code in CHECKLISTS[kind]:
        documents.add(application=case, requirement=code, upload=pdf(), by=case.filed_by.user)
    for code in EVERY_CODE - CHECKLISTS[kind]:
        with pytest.raises(Invalid) as refused:
            documents.add(application=case, requirement=code, upload=pdf(), by=case.filed_by.user)
        [error] = refused.value.errors
        assert (error.pointer, bool(str(error.clause))) == ("/requirement", True)


def test_a_supplement_is_asked_for_once_and_only_from_the_list(people: dict[str, User]) -> None:
    case = filed(people, Kind.RESIDENTIAL)
    off_list = {"items": [{"requirement": "project_approval", "reason": "看看"}]}
    with pytest.raises(Invalid) as refused:
        do(people, case, "request_supplement", **off_list)
    assert refused.value.errors[0].pointer == "/items/0/requirement"
    assert refused.value.errors[0].clause
    do(people, case, "request_supplement")
    do(people, again(case), "supply_supplement")
    with pytest.raises(WrongState):
        do(people, case, "request_supplement")


def test_a_clerk_files_for_a_person_at_a_counter_and_acts_for_them(
    people: dict[str, User],
) -> None:
    body = declaration(Kind.RESIDENTIAL, channel="counter")
    case = drafts.draft(body=body, by=people["hall"])
    for code in ("identity", "property"):
        documents.add(application=case, requirement=code, upload=pdf(), by=people["hall"])
    filed_case = perform(application=case, action="submit", by=people["hall"])
    assert (filed_case.channel, filed_case.state) == ("counter", "submitted")
    assert timeline(case.ref)[-1].role == "hall_clerk"


def test_nobody_but_a_clerk_files_at_a_counter(people: dict[str, User]) -> None:
    with pytest.raises(Forbidden):
        drafts.draft(body=declaration(Kind.RESIDENTIAL, channel="counter"), by=people["resident"])


def test_documents_end_with_the_case(people: dict[str, User], ready: Ready) -> None:
    case = ready(Kind.RESIDENTIAL, State.ENERGISED)
    with pytest.raises(WrongState):
        documents.add(application=case, requirement="identity", upload=pdf(), by=case.filed_by.user)


def test_who_may_not_hand_in_hears_that_before_what_is_missing(people: dict[str, User]) -> None:
    case = filed(people, Kind.LV_SMALL)
    address = f"/api/v1/applications/{case.number}/documents/"
    said = {}
    for name in ("manager", "shop", "resident"):
        client = APIClient()
        client.force_authenticate(people[name])
        said[name] = client.post(address, {"requirement": "identity"}, format="multipart")
    assert {name: answer.status_code for name, answer in said.items()} == {
        "manager": 403,
        "shop": 422,
        "resident": 404,
    }
    assert said["shop"].data["errors"][0]["pointer"] == "/file"


# The documents of each stage


def refused_without(case: Application, action: str, by: User) -> list[str]:
    """The documents that an action names as missing; each with its clause, and nothing moves."""
    before = again(case)
    with pytest.raises(Invalid) as refused:
        perform(application=case, action=action, by=by, body=BODIES.get(action, {}))
    assert (again(case).state, again(case).version) == (before.state, before.version)
    assert {str(error.clause) for error in refused.value.errors} == {"方案三(二)2"}
    return [error.pointer.removeprefix("/documents/") for error in refused.value.errors]


STAGES = [
    (Kind.HV_DUAL, State.PLAN_CONFIRMED, "submit_design", State.DESIGN_SUBMITTED),
    (Kind.HV_DUAL, State.WORKS, "request_inspection", State.INSPECTION_REQUESTED),
    (Kind.HV_DUAL, State.INSPECTED, "report_completion", State.COMPLETION_REPORTED),
    # One supply: the four of design and construction come with the report (merged review).
    (Kind.HV_SINGLE, State.WORKS, "report_completion", State.COMPLETION_REPORTED),
]


@pytest.mark.parametrize(("kind", "state", "action", "after"), STAGES)
def test_a_step_of_high_voltage_needs_the_documents_of_its_stage(
    ready: Ready, kind: Kind, state: State, action: str, after: State
) -> None:
    case = ready(kind, state)
    asked, owner = list(PAPERS[kind][action]), case.filed_by.user
    while asked:
        assert refused_without(case, action, owner) == asked
        documents.add(application=case, requirement=asked.pop(0), upload=pdf(), by=owner)
    assert perform(application=case, action=action, by=owner).state == after


INSPECTIONS = [
    (Kind.HV_DUAL, State.DESIGN_SUBMITTED, "review_design", "submit_design"),
    (Kind.HV_DUAL, State.INSPECTION_REQUESTED, "inspect", "request_inspection"),
    (Kind.HV_DUAL, State.COMPLETION_REPORTED, "inspect_completion", "report_completion"),
    (Kind.HV_SINGLE, State.COMPLETION_REPORTED, "inspect_completion", "report_completion"),
]


def lose(monkeypatch: pytest.MonkeyPatch, *codes: str) -> None:
    """Let files be as if they had never come: the database lets none be taken away."""

    def left(kind: str, pk: int) -> Any:
        return about(kind, pk).exclude(requirement__in=codes)

    monkeypatch.setattr(checklist, "about", left)


@pytest.mark.parametrize(("kind", "state", "action", "step"), INSPECTIONS)
def test_no_inspection_passes_without_the_documents_of_its_stage(
    people: dict[str, User],
    ready: Ready,
    monkeypatch: pytest.MonkeyPatch,
    kind: Kind,
    state: State,
    action: str,
    step: str,
) -> None:
    """A case that came there before the documents were asked for."""
    case, asked = ready(kind, state), PAPERS[kind][step]
    lose(monkeypatch, *asked)
    reviewer = people[manager_for(kind, action)]
    assert refused_without(case, action, reviewer) == list(asked)
    sent_back = {"passed": False, "findings": ["材料不齐"]}
    moved = perform(application=case, action=action, by=reviewer, body=sent_back)
    assert moved.state != state


def test_the_api_and_the_inspectors_page_list_what_is_missing(
    people: dict[str, User], ready: Ready, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = ready(Kind.HV_SINGLE, State.WORKS)
    client = APIClient()
    client.force_authenticate(case.filed_by.user)
    url = f"/api/v1/applications/{case.number}/actions/report_completion/"
    answer = client.post(url, {}, format="json")
    assert answer.status_code == 422
    pointers = [error["pointer"] for error in answer.json()["errors"]]
    asked = PAPERS["hv_single"]["report_completion"]
    assert pointers == [f"/documents/{code}" for code in asked]
    case = ready(Kind.HV_SINGLE, State.COMPLETION_REPORTED)
    lose(monkeypatch, "concealed_works")
    browser = signed_in(people["project"])
    url = f"/work/cases/{case.number}/inspect_completion/"
    token = {"version": str(case.version), "idempotency_key": "passed-1"}
    page = browser.post(url, token | all_in_order(case, "inspect_completion"))
    assert page.status_code == 422
    errors = page.context["form"].non_field_errors()
    assert errors == ["缺少：隐蔽工程施工及试验记录。（依据方案三(二)2）"]


# What was asked for again


def standing(case: Application, by: User) -> dict[str, bool]:
    return {row["requirement"]: row["met"] for row in case_json(again(case), by)["documents"]}


def test_what_was_asked_for_is_not_met_until_a_new_file_answers_it(people: dict[str, User]) -> None:
    case = filed(people, Kind.LV_SMALL)
    owner = case.filed_by.user
    assert standing(case, owner) == {"identity": True, "property": True}
    items = [{"requirement": code, "reason": "看不清"} for code in ("identity", "property")]
    do(people, case, "request_supplement", items=items)
    assert standing(case, owner) == {"identity": False, "property": False}
    assert refused_without(case, "supply_supplement", owner) == ["identity", "property"]
    documents.add(application=case, requirement="property", upload=pdf(), by=owner)
    assert standing(case, owner) == {"identity": False, "property": True}
    assert refused_without(case, "supply_supplement", owner) == ["identity"]
    page = signed_in(owner).get(f"/account/cases/{case.number}/supply_supplement/")
    assert [task["paper"].name for task in page.context["missing"]] == ["营业执照"]
    documents.add(application=case, requirement="identity", upload=pdf(), by=owner)
    assert perform(application=case, action="supply_supplement", by=owner).state == "submitted"
    assert standing(case, owner) == {"identity": True, "property": True}


def test_a_design_that_did_not_pass_is_answered_with_new_files(
    people: dict[str, User], ready: Ready
) -> None:
    case, asked = ready(Kind.HV_DUAL, State.DESIGN_SUBMITTED), PAPERS["hv_dual"]["submit_design"]
    owner = case.filed_by.user
    do(people, case, "review_design", passed=False, findings=["保护定值缺失"])
    case = again(case)
    assert refused_without(case, "submit_design", owner) == list(asked)
    for code in asked:
        documents.add(application=case, requirement=code, upload=pdf(), by=owner)
    assert perform(application=case, action="submit_design", by=owner).state == "design_submitted"
    # What is reviewed now is there: nothing is asked for twice.
    case = again(case)
    do(people, case, "review_design", passed=True, findings=[])
    assert again(case).state == State.DESIGN_PASSED


@pytest.mark.parametrize(
    ("kind", "name"),
    [(Kind.RESIDENTIAL, "用电人有效身份证件"), (Kind.LV_OTHER, "营业执照")],
)
def test_the_first_document_is_named_for_whose_case_it_is(
    people: dict[str, User], kind: Kind, name: str
) -> None:
    case = filed(people, kind)
    owner = case.filed_by.user
    told = {row["requirement"]: row["name"] for row in case_json(again(case), owner)["documents"]}
    assert told["identity"] == name
    items = [{"requirement": "identity", "reason": "看不清"}]
    form = signed_in(people["manager"]).get(f"/work/cases/{case.number}/request_supplement/")
    assert form.context["form"].fields["ask_identity"].label == name
    do(people, case, "request_supplement", items=items)
    page = signed_in(owner).get(f"/account/cases/{case.number}/supply_supplement/")
    assert [task["paper"].name for task in page.context["missing"]] == [name]
    shown = signed_in(people["manager"]).get(f"/work/cases/{case.number}/").content.decode()
    assert f"{name}：看不清" in shown
    assert "单位为营业执照" not in shown


def test_files_with_an_act_that_takes_none_are_refused(people: dict[str, User]) -> None:
    case = filed(people, Kind.LV_OTHER)
    client = APIClient()
    client.force_authenticate(people["manager"])
    url = f"/api/v1/applications/{case.number}/actions/accept/"
    assert client.post(url, {"files": pdf()}, format="multipart").status_code == 415
    url = f"/work/cases/{case.number}/request_supplement/"
    token = {"version": str(case.version), "idempotency_key": "with-a-file"}
    said = {"ask_identity": "on", "why_identity": "看不清"}
    page = signed_in(people["manager"]).post(url, token | said | {"evidence": pdf()})
    assert page.status_code == 422
    assert "这一步不收附件" in page.content.decode()
    assert again(case).state == State.SUBMITTED


def test_the_company_adds_files_while_a_bureau_waits_for_it(
    people: dict[str, User], ready: Ready
) -> None:
    case, project = ready(Kind.HV_SINGLE, State.PERMITS), people["project"]
    [permit] = [one for one in open_permits(case) if one.permit == "planning"]
    with pytest.raises(Forbidden):
        documents.add(application=case, requirement="design", upload=pdf(), by=project)
    asked = {"items": ["红线图"]}
    permit_step(permit=permit, action="request_supplement", by=people["planning"], body=asked)
    documents.add(application=case, requirement="design", upload=pdf(), by=project)
    assert timeline(case.ref)[-1].role == "project"
    answers = PERMIT_BODIES["supply_supplement"]
    permit_step(permit=permit, action="supply_supplement", by=project, body=answers)
    with pytest.raises(Forbidden):
        documents.add(application=case, requirement="design", upload=pdf(), by=project)
