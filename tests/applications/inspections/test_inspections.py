"""A review or inspection item by item: what passes, what stays open, what is looked at again."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts.models import User
from applications import documents, drafts
from applications.inspections.models import Inspection, ItemResult
from applications.models import Application
from applications.states import State
from core.clock import city_now
from core.problems import Invalid
from documents.tasks import scan
from portal.committed.inspections import inspections, papers
from rules.names import Kind
from tests.applications.test_infected import sick
from tests.builders import (
    Ready,
    again,
    all_in_order,
    declaration,
    do,
    pdf,
    perform,
    post_works,
)
from tests.page import Page
from tests.people import browser
from tools.counterparts.clamd import Scanner
from tools.scenarios import LINE_WORKS, NO_WORKS, PAPERS, WAYS

pytestmark = pytest.mark.django_db
People = dict[str, User]
EARLIER = import_module("applications.migrations.0029_inspections").EARLIER

DESIGN = (
    "designer_qualified", "design_follows_plan", "protection_designed", "metering_designed",
    "supplies_interlocked",
)  # fmt: skip
#: The design comes back: the protection is not in order, the metering was not looked at.
RETURNED = {
    "items": [
        {"item": "designer_qualified", "result": "met"},
        {"item": "design_follows_plan", "result": "met"},
        {"item": "supplies_interlocked", "result": "not_applicable"},
        {"item": "protection_designed", "result": "not_met", "finding": "保护定值缺失"},
    ]
}


def said(case: Application, by: User) -> Any:
    client = APIClient()
    client.force_authenticate(by)
    return client.get(f"/api/v1/applications/{case.number}/inspections/").json()


def refused(case: Application, action: str, by: User, body: Mapping[str, Any]) -> list[str]:
    """The pointers of a refusal; nothing moves."""
    before = again(case)
    with pytest.raises(Invalid) as problem:
        perform(application=case, action=action, by=by, body=body)
    assert (again(case).state, again(case).version) == (before.state, before.version)
    return [error.pointer for error in problem.value.errors]


def met(*codes: str) -> list[dict[str, str]]:
    return [{"item": code, "result": "met"} for code in codes]


NOT_MET = {"item": "protection_designed", "result": "not_met", "finding": "保护定值缺失"}
REST = met(*(code for code in DESIGN if code != "protection_designed"))


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, ["/passed"]),
        ({"passed": False}, ["/findings"]),
        ({"passed": True, "items": [*REST, NOT_MET]}, ["/items/4/result"]),
        ({"passed": False, "items": met(*DESIGN)}, ["/findings"]),
        ({"items": REST}, ["/items/protection_designed"]),
        ({"items": [*REST, NOT_MET | {"finding": ""}]}, ["/items/4/finding"]),
        ({"items": [*REST, NOT_MET | {"result": "met"}]}, ["/items/4/result"]),
        (
            {"items": met(*DESIGN, "tests_recorded", DESIGN[0])},
            ["/items/5/item", "/items/6/item"],
        ),
        ({"items": [{"item": "designer_qualified", "result": "good"}]}, ["/items/0/result"]),
    ],
)  # fmt: skip
def test_what_contradicts_itself_is_refused_at_its_item(
    people: People, ready: Ready, body: dict[str, Any], pointers: list[str]
) -> None:
    case = ready(Kind.HV_DUAL, State.DESIGN_SUBMITTED)
    assert refused(case, "review_design", people["project"], body) == pointers


def test_the_second_review_looks_at_what_was_open_and_at_nothing_else(
    people: People, ready: Ready
) -> None:
    case, manager = ready(Kind.HV_DUAL, State.DESIGN_SUBMITTED), people["project"]
    assert [item["item"] for item in said(case, manager)["items"]] == list(DESIGN)
    case = do(people, case, "review_design", **RETURNED)
    assert (case.state, case.findings) == (State.PLAN_CONFIRMED, ["保护定值缺失"])
    # Only the document that the finding is about is handed in anew, and by a new file.
    owner = case.filed_by.user
    assert refused(case, "submit_design", owner, {}) == ["/documents/design"]
    documents.add(application=case, requirement="design", upload=pdf(), by=owner)
    case = perform(application=case, action="submit_design", by=owner)
    told = said(case, manager)
    assert (told["action"], [(one["item"], one["finding"]) for one in told["items"]]) == (
        "review_design",
        [("protection_designed", "保护定值缺失"), ("metering_designed", None)],
    )
    assert refused(case, "review_design", manager, {"items": met(*DESIGN[2:])}) == ["/items/2/item"]
    page = Page(browser(manager).get(f"/work/cases/{case.number}/review_design/"))
    assert page.text.count("保护定值缺失") == 1
    names = page.tree.xpath("//input[@type='radio']/@name")
    assert set(names) == {"said_protection_designed", "said_metering_designed"}
    assert not page.tree.xpath("//input[@type='radio'][@checked]")
    case = do(people, case, "review_design", items=met(*DESIGN[2:4]))
    assert case.state == State.DESIGN_PASSED
    first, second = said(case, owner)["inspections"]
    assert (first["round"], first["passed"], second["round"], second["passed"]) == (
        1, False, 2, True,
    )  # fmt: skip
    [finding] = [one for one in first["items"] if one["result"] == "not_met"]
    assert finding["closed_at"] == second["at"]
    assert list(inspections()) == []


def test_passed_as_a_whole_says_of_all_that_is_open_that_it_is_met(
    people: People, ready: Ready
) -> None:
    case = ready(Kind.HV_DUAL, State.COMPLETION_REPORTED)
    inspector = people["project"]
    for findings in (["接地", "标牌"], ["消防通道"]):
        body = {"passed": False, "findings": findings}
        case = do(people, case, "inspect_completion", **body)
        case = do(people, case, "report_completion")
    asked = [item["item"] for item in said(case, inspector)["items"]]
    assert asked[-3:] == ["other-1", "other-2", "other-3"]
    do(people, case, "inspect_completion", passed=True)
    last = ItemResult.objects.filter(inspection=Inspection.objects.latest("id"))
    assert {row.item: row.result for row in last} == dict.fromkeys(asked, "met")


@pytest.mark.parametrize(
    ("kind", "state", "action", "again_by", "item", "document"),
    [
        (Kind.HV_DUAL, State.INSPECTION_REQUESTED, "inspect", "request_inspection",
         "tests_recorded", "concealed_works"),
        (Kind.HV_DUAL, State.COMPLETION_REPORTED, "inspect_completion", "report_completion",
         "as_built_drawn", "completion_report"),
        (Kind.HV_SINGLE, State.COMPLETION_REPORTED, "inspect_completion", "report_completion",
         "protection_designed", "design"),
        (Kind.HV_DUAL, State.INSPECTION_REQUESTED, "inspect", "request_inspection",
         "built_as_designed", ""),
    ],
)  # fmt: skip
def test_a_document_in_which_something_was_found_is_answered_with_a_new_file(
    people: People, ready: Ready, kind: Kind, state: State, action: str, again_by: str,
    item: str, document: str,
) -> None:  # fmt: skip
    case = ready(kind, state)
    found = {"item": item, "result": "not_met", "finding": "不符"}
    case = do(people, case, action, items=[found])
    owner = case.filed_by.user
    shown = Page(browser(owner).get(f"/account/cases/{case.number}/"))
    assert "不符" in shown.text
    if document:
        assert f"/account/cases/{case.number}/documents/{document}/" in shown.tree.xpath(
            "//a/@href"
        )
        assert refused(case, again_by, owner, {}) == [f"/documents/{document}"]
        documents.add(application=case, requirement=document, upload=pdf(), by=owner)
        assert "新文件已收到" in Page(browser(owner).get(f"/account/cases/{case.number}/")).text
    assert perform(application=case, action=again_by, by=owner).state == state


def test_a_page_tells_who_inspects_what_is_left_and_keeps_what_was_typed(
    people: People, ready: Ready
) -> None:
    case = ready(Kind.HV_SINGLE, State.COMPLETION_REPORTED)
    inspector, url = browser(people["project"]), f"/work/cases/{case.number}/inspect_completion/"
    form = Page(inspector.get(url)).carried() | all_in_order(case, "inspect_completion")
    form |= {"said_protection_set": "not_met", "found_protection_set": "动作过慢 <b>"}
    del form["said_metering_ready"]
    assert inspector.post(url, form).status_code == 302
    case = again(case)
    assert (case.state, case.findings) == (State.WORKS, ["动作过慢 <b>"])
    desk = Page(inspector.get(f"/work/cases/{case.number}/")).text
    assert "竣工检验，第 1 次" in desk
    assert "动作过慢 <b>" in desk
    do(people, case, "report_completion")
    second = Page(inspector.get(url))
    names = set(second.tree.xpath("//input[@type='radio']/@name"))
    assert names == {"said_protection_set", "said_metering_ready"}
    empty = inspector.post(url, second.carried() | {"said_protection_set": "met"})
    assert (empty.status_code, list(empty.context["form"].errors)) == (422, ["said_metering_ready"])


def test_a_file_that_nobody_can_have_read_passes_nothing(
    people: People, ready: Ready, scanner: Scanner
) -> None:
    case = ready(Kind.HV_DUAL, State.PLAN_CONFIRMED)
    owner = case.filed_by.user
    documents.add(application=case, requirement="design_qualification", upload=pdf(), by=owner)
    documents.add(application=case, requirement="design", upload=sick(), by=owner)
    # No clock waits for the scanner; whoever reviews does, until it has answered.
    case = perform(application=case, action="submit_design", by=owner)
    both = ["/documents/design_qualification", "/documents/design"]
    assert refused(case, "review_design", people["project"], {"passed": True}) == both
    scan()
    assert refused(case, "review_design", people["project"], {"passed": True}) == both[1:]


@pytest.mark.parametrize("away", [False, True])
def test_what_was_handed_in_just_now_is_scanned_for_whoever_reviews_it(
    people: People, ready: Ready, scanner: Scanner, settings: Settings, away: bool
) -> None:
    case = ready(Kind.HV_DUAL, State.PLAN_CONFIRMED)
    owner = case.filed_by.user
    for requirement in ("design_qualification", "design"):
        documents.add(application=case, requirement=requirement, upload=pdf(), by=owner)
    perform(application=case, action="submit_design", by=owner)
    if away:
        settings.SCANNER_URL = "tcp://127.0.0.1:9"
    path = f"/api/v1/applications/{case.number}/actions/review_design/"
    client = APIClient()
    client.force_authenticate(people["project"])
    answer = client.post(path, {"passed": True}, format="json")
    waits = [error["pointer"] for error in answer.json().get("errors", [])]
    assert (answer.status_code, waits) == (
        (422, ["/documents/design_qualification", "/documents/design"]) if away else (200, [])
    )


def test_no_power_as_long_as_a_document_of_any_stage_is_one_with_a_virus(
    people: People, scanner: Scanner
) -> None:
    owner = people["factory"]
    case = drafts.draft(body=declaration(Kind.HV_SINGLE), by=owner)
    for code in PAPERS["hv_single"]["submit"]:
        upload = sick() if code == "project_approval" else pdf()
        documents.add(application=case, requirement=code, upload=upload, by=owner)
    for action in WAYS["hv_single"][:-1]:
        if action == "inspect_completion":
            scan()
        if action == LINE_WORKS:
            case = post_works(people, case, NO_WORKS)
        else:
            case = do(people, case, action)
    manager, meter = people["manager"], {"meter_number": "DB-8"}
    assert refused(case, "energise", manager, meter) == ["/documents/project_approval"]
    documents.add(application=case, requirement="project_approval", upload=pdf(), by=owner)
    assert refused(case, "energise", manager, meter) == ["/documents/project_approval"]
    scan()
    assert do(people, case, "energise").state == State.ENERGISED
    assert list(papers()) == []


def test_rounds_of_before_are_read_off_the_record(people: People, ready: Ready) -> None:
    """The statement that the migration fills the table with finds the rounds that acts write."""
    case = do(people, ready(Kind.HV_DUAL, State.DESIGN_SUBMITTED), "review_design", **RETURNED)
    columns = ("application_id", "stage", "round", "seq", "at", "passed")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(columns)} FROM ({EARLIER}) AS found")
        told = sorted(cursor.fetchall())
    assert case.pk in {found[0] for found in told}
    assert told == sorted(Inspection.objects.values_list(*columns))


def test_a_design_that_came_back_before_there_were_items_came_back_whole(
    people: People, ready: Ready
) -> None:
    case = ready(Kind.HV_DUAL, State.DESIGN_SUBMITTED)
    case = do(people, case, "review_design", passed=False, findings=["保护定值缺失"])
    asked = [f"/documents/{code}" for code in PAPERS["hv_dual"]["submit_design"]]
    assert refused(case, "submit_design", case.filed_by.user, {}) == asked


def test_rows_that_say_something_else_than_the_record_are_found(
    people: People, ready: Ready
) -> None:
    case = do(people, ready(Kind.HV_DUAL, State.DESIGN_SUBMITTED), "review_design", **RETURNED)
    assert list(inspections()) == []
    one = Inspection.objects.get(application=case.pk)
    ItemResult.objects.create(inspection=one, item="metering_designed", result="met")
    Inspection.objects.create(
        application_id=case.pk, stage=one.stage, round=2, seq=1, at=city_now(), passed=True
    )
    assert [found[-1] for found in inspections()] == ["other results", "not in the record"]
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        Inspection.objects.filter(pk=one.pk).update(passed=True)
