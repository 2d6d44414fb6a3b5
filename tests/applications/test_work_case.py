"""The page of a case at the supply company's desk: its steps, their forms, their refusals."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from applications import documents
from applications.models import Application, act_named
from applications.states import State
from approvals.models import Permit
from approvals.wording import permit_name
from documents.models import Document
from rules.names import Kind
from tests.applications.test_work_queue import statements
from tests.builders import (
    Ready,
    again,
    all_in_order,
    do,
    filed,
    open_permits,
    packed,
    pdf,
    perform,
    permit_step,
    post_works,
    taken_in,
)
from tests.page import Page
from tests.people import browser, staff
from tools.scenarios import FOUR_REVIEWS, PERMIT_BODIES

People = dict[str, User]


def opened(client: Client, url: str) -> dict[str, str]:
    """What the first form of a page carries."""
    answer = client.get(url)
    assert answer.status_code == 200, answer.status_code
    return Page(answer).carried()


def text(answer: object) -> str:
    """The page as it reads."""
    return Page(answer).text


def named(action: str) -> str:
    """What a button of the desk says."""
    return str(act_named(action).label)


def page(case: Application) -> str:
    return f"/work/cases/{case.number}/"


def step(case: Application, action: str) -> str:
    return f"/work/cases/{case.number}/{action}/"


def test_a_case_goes_from_filing_to_the_power_switched_on_through_these_pages(
    people: People,
) -> None:
    case, manager = filed(people, Kind.HV_SINGLE), browser(people["manager"])
    seen = opened(manager, page(case))
    manager.post(f"{page(case)}act/", {**seen, "action": "accept"})
    seen = opened(manager, step(case, "reply_plan"))
    manager.post(step(case, "reply_plan"), {**seen, "summary": "由解放线供电"})
    do(people, again(case), "confirm_plan")
    line = {"external": "no", "road": "none", "greening": "none", "action": "post_line_works"}
    # What is built, and what is inspected, is the project manager's.
    project = browser(people["project"])
    seen = opened(project, f"{page(case)}line-works/")
    checked = project.post(f"{page(case)}line-works/", {**seen, **line, "do": "check"})
    assert checked.status_code == 200
    assert again(case).state == State.PLAN_CONFIRMED
    project.post(f"{page(case)}line-works/", {**seen, **line, "do": "post"})
    seen = opened(project, page(case))
    project.post(f"{page(case)}act/", {**seen, "action": "start_works"})
    do(people, again(case), "report_completion")
    seen = opened(project, step(case, "inspect_completion"))
    project.post(step(case, "inspect_completion"), {**seen, "findings": "接地\n\n标牌"})
    assert (again(case).state, again(case).findings) == (State.WORKS, ["接地", "标牌"])
    do(people, again(case), "report_completion")
    seen = opened(project, step(case, "inspect_completion"))
    project.post(
        step(case, "inspect_completion"),
        {**seen, **all_in_order(again(case), "inspect_completion")},
    )
    do(people, again(case), "sign_contract")
    seen = opened(manager, step(case, "energise"))
    answer = manager.post(step(case, "energise"), {**seen, "meter_number": "DB-7"})
    assert (answer.status_code, answer["Location"]) == (302, page(case))
    assert (again(case).state, again(case).meter_number) == (State.ENERGISED, "DB-7")
    assert manager.get(page(case)).status_code == 200


def test_acceptance_has_the_accent_and_later_steps_are_one_line(people: People) -> None:
    case = filed(people, Kind.LV_OTHER)
    shown = Page(browser(people["manager"]).get(page(case)))
    assert "之后：签订合同 → 填报外线工程。" in shown.text
    assert shown.button(named("accept")).get("class") == "td-button"
    assert shown.link(named("request_supplement")) == step(case, "request_supplement")
    assert shown.button(named("accept")).get("value") == "accept"


def test_the_clerk_accepts_and_the_lead_only_reads(people: People) -> None:
    case = filed(people, Kind.LV_OTHER)
    lead = browser(people["supply-lead"])
    seen = opened(lead, page(case)) or {"version": str(case.version)}
    refused = lead.post(f"{page(case)}act/", {**seen, "action": "accept"})
    assert (refused.status_code, again(case).state) == (403, State.SUBMITTED)
    clerk = browser(people["clerk"])
    seen = opened(clerk, page(case))
    clerk.post(f"{page(case)}act/", {**seen, "action": "accept"})
    assert again(case).state == State.ACCEPTED


def test_a_second_click_is_answered_like_the_first(people: People) -> None:
    case, manager = filed(people, Kind.HV_SINGLE), browser(people["manager"])
    do(people, case, "accept")
    form = {**opened(manager, step(case, "reply_plan")), "summary": "由解放线供电"}
    answers = [manager.post(step(case, "reply_plan"), form) for _ in range(2)]
    assert [(answer.status_code, answer["Location"]) for answer in answers] == [
        (302, page(case))
    ] * 2
    assert again(case).state == State.PLAN_REPLIED


def test_who_comes_second_reads_what_was_done_and_by_whom(people: People) -> None:
    case, slow = filed(people, Kind.LV_OTHER), browser(people["manager"])
    seen = opened(slow, page(case))
    do(people, case, "accept")
    perform(application=again(case), action="sign_contract", by=case.filed_by.user)
    answer = slow.post(f"{page(case)}act/", {**seen, "action": "accept"})
    assert answer.status_code == 409
    assert 'role="alert"' in answer.content.decode()


def test_an_old_form_comes_back_with_what_was_typed_and_what_has_changed(people: People) -> None:
    case, manager = filed(people, Kind.HV_SINGLE), browser(people["manager"])
    do(people, case, "accept")
    seen = opened(manager, step(case, "reply_plan"))
    do(people, again(case), "reply_plan")
    do(people, again(case), "confirm_plan", agree=False, reason="太远")
    form = {**seen, "summary": "改由汇东线供电"}
    answer = manager.post(step(case, "reply_plan"), form)
    content = answer.content.decode()
    assert answer.status_code == 412
    assert "改由汇东线供电" in content
    assert "用电人" in text(answer)
    fresh = Page(answer).carried()
    manager.post(step(case, "reply_plan"), {**form, **fresh})
    assert again(case).plan_summary == "改由汇东线供电"


def test_a_supplement_names_only_what_the_checklist_has_and_says_why(people: People) -> None:
    case, clerk = filed(people, Kind.LV_OTHER), browser(people["clerk"])
    url = step(case, "request_supplement")
    seen = opened(clerk, url)
    empty = clerk.post(url, seen)
    unsaid = clerk.post(url, {**seen, "ask_identity": "on"})
    foreign = clerk.post(url, {**seen, "ask_project_approval": "on"})
    assert [answer.status_code for answer in (empty, unsaid, foreign)] == [422] * 3
    assert again(case).state == State.SUBMITTED
    clerk.post(url, {**seen, "ask_identity": "on", "why_identity": "照片不清"})
    assert again(case).supplement_items == [{"requirement": "identity", "reason": "照片不清"}]


def test_a_review_that_is_not_passed_needs_its_findings_and_keeps_the_choice(
    people: People,
    ready: Ready,
) -> None:
    case = ready(Kind.HV_DUAL, State.DESIGN_SUBMITTED)
    project, url = browser(people["project"]), step(case, "review_design")
    said = {"said_protection_designed": "not_met", "found_metering_designed": "太低"}
    answer = project.post(url, {**opened(project, url), **said})
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {
        "found_protection_designed", "said_metering_designed",
    }  # fmt: skip
    [chosen] = Page(answer).tree.xpath("//input[@name='said_protection_designed'][@checked]/@value")
    assert chosen == "not_met"


def test_personal_data_is_masked(people: People) -> None:
    case = filed(people, Kind.RESIDENTIAL)
    read = text(browser(people["manager"]).get(page(case)))
    assert "王**" in read
    assert "138****1234" in read
    assert not [value for value in ("王小明", case.id_number, case.phone) if value in read]


LINE = {
    "external": "yes",
    "length_m": "300",
    "excavation_m": "40",
    "investment_yuan": "2000000",
    "in_planned_area": "on",
    "along_municipal_road_or_duct": "on",
    "road": "municipal",
    "occupies_road": "on",
    "greening": "none",
}


def test_a_line_is_looked_at_before_its_permits_are_applied_for_at_once(
    people: People, ready: Ready
) -> None:
    case = ready(Kind.LV_SMALL, State.CONTRACTED)
    packed(people, case)
    manager, url = browser(people["manager"]), f"{page(case)}line-works/"
    form = {**opened(manager, url), **LINE, "action": "post_line_works"}
    preview = manager.post(url, {**form, "do": "check"})
    assert (preview.status_code, open_permits(case)) == (200, [])
    hidden = Page(preview).hidden()
    assert {name: hidden[name] for name in ("length_m", "in_planned_area", "road")} == {
        "length_m": "300",
        "in_planned_area": "True",
        "road": "municipal",
    }
    for _ in range(2):
        answer = manager.post(url, {**form, **hidden, "do": "post"})
        assert (answer.status_code, answer["Location"]) == (302, page(case))
    assert [permit.permit for permit in open_permits(case)] == [
        "planning", "construction", "road_occupation", "municipal_occupation",
        "municipal_excavation",
    ]  # fmt: skip


def flat(answer: object) -> str:
    """The page with its line breaks inside tags taken out."""
    return re.sub(r"\s+", " ", answer.content.decode())  # type: ignore[attr-defined]


def test_a_line_with_refused_values_comes_back_as_it_was_typed(
    people: People, ready: Ready
) -> None:
    case = ready(Kind.LV_SMALL, State.CONTRACTED)
    manager, url = browser(people["manager"]), f"{page(case)}line-works/"
    wrong = {**LINE, "length_m": "-3", "road": "highway", "do": "check"}
    answer = manager.post(url, {**opened(manager, url), **wrong})
    assert answer.status_code == 422
    assert 'href="#id_length_m"' in flat(answer)
    assert 'value="-3"' in flat(answer)
    without_class = {**LINE, "road": "highway", "do": "check"}
    answer = manager.post(url, {**opened(manager, url), **without_class})
    assert (answer.status_code, 'href="#id_highway_class"' in flat(answer)) == (422, True)


def test_only_what_is_dug_of_roads_counts_for_the_exemption(people: People, ready: Ready) -> None:
    case = ready(Kind.HV_SINGLE, State.PLAN_CONFIRMED)
    project, url = browser(people["project"]), f"{page(case)}line-works/"
    # 100 m of trench lie off the road: no metre of road is dug.
    line = {**opened(project, url), **LINE, "road": "none", "length_m": "400", "do": "check"}
    refused = project.post(url, {**line, "excavation_m": "100"})
    assert refused.status_code == 422
    assert "道路以外的沟槽不计入" in text(refused)
    assert "只计挖掘道路的长度" in text(refused)
    taken = project.post(url, {**line, "excavation_m": "0"})
    exempt = [row.name for row in taken.context["others"] if row.route == "免办"]
    assert exempt == ["建设工程规划许可"]


def test_a_changed_line_begins_with_what_was_declared_before(people: People, ready: Ready) -> None:
    case = ready(Kind.HV_SINGLE, State.REPLANNING)
    project, url = browser(people["project"]), f"{page(case)}line-works/"
    content = flat(project.get(url))
    assert 'name="length_m" value="800.00"' in content
    form = {**opened(project, url), **LINE, "length_m": "400", "action": "change_line_works"}
    project.post(url, {**form, "do": "post", "package": packed(people, case)})
    assert again(case).state == State.PERMITS


SIGNED = {"responsible": "王建国", "position": "项目负责人"}


def test_the_supply_company_commits_to_a_permit_from_its_page(people: People, ready: Ready) -> None:
    case = ready(Kind.LV_SMALL, State.CONTRACTED)
    manager = browser(people["manager"])
    post_works(people, case, {**FOUR_REVIEWS, "length_m": 300})
    permit = Permit.objects.get(case_ref=case.ref, state="awaiting_commitment", permit="greening")
    url = f"/work/permits/{permit.pk}/"
    nobody = manager.post(url, {**opened(manager, url), "action": "commit"})
    assert (nobody.status_code, Permit.objects.get(pk=permit.pk).state) == (
        422, "awaiting_commitment",
    )  # fmt: skip
    form = {**opened(manager, url), **SIGNED, "action": "commit"}
    answers = [manager.post(url, form) for _ in range(2)]
    assert [answer["Location"] for answer in answers] == [page(case)] * 2
    assert Permit.objects.get(pk=permit.pk).state == "granted"
    assert browser(people["regulator"]).get(url).status_code == 403


def test_the_company_hands_in_files_for_a_bureau_on_the_page_of_a_permit(
    people: People, ready: Ready
) -> None:
    case = ready(Kind.HV_SINGLE, State.PERMITS)
    [permit] = [one for one in open_permits(case) if one.permit == "planning"]
    asked = {"items": ["红线图"]}
    permit_step(permit=permit, action="request_supplement", by=people["planning"], body=asked)
    project, url = browser(people["project"]), f"/work/permits/{permit.pk}/items/1/"
    form = {**opened(project, url), "answer": "见附图"}
    program = SimpleUploadedFile("红线图.pdf", b"MZ" + bytes(100))
    answer = project.post(url, {**form, "evidence": [pdf(), program]})
    assert (answer.status_code, "td-error-summary" in flat(answer)) == (422, True)
    assert Permit.objects.get(pk=permit.pk).state == "awaiting_supplement"
    assert not Document.objects.filter(subject_kind="supplement_item").exists()
    form = {**opened(project, url), "answer": ""}
    answer = project.post(url, {**form, "evidence": [pdf("红线图.pdf"), pdf("说明.pdf")]})
    url = f"/work/permits/{permit.pk}/"
    assert (answer.status_code, answer["Location"]) == (302, url)
    form = {**opened(project, url), "action": "supply_supplement"}
    answer = project.post(url, form)
    assert (answer.status_code, answer["Location"]) == (302, page(case))
    assert Permit.objects.get(pk=permit.pk).state == "received"
    first, second = Document.objects.filter(subject_kind="supplement_item").order_by("id")
    assert (first.case_ref, first.original_name) == (case.ref, "红线图.pdf")
    # All bureaus of the set and the applicant read them; another company's people do not.
    for name, status in {"planning": 200, "housing": 200, "factory": 200, "resident": 404}.items():
        assert browser(people[name]).get(f"/documents/{second.ref}/").status_code == status
    [other] = [one for one in open_permits(case) if one.permit == "road_occupation"]
    # By the name of the document that was asked for, beside what all bureaus look at.
    listed = Page(browser(people[other.bureau]).get(f"/bureau/permits/{other.pk}/")).text
    assert listed.count("红线图") == 2


def test_nobody_else_opens_the_page_of_a_case(people: People) -> None:
    case = filed(people, Kind.LV_OTHER)
    local = staff(Role.MANAGER, username="local", district="510321")
    assert browser(local).get(page(case)).status_code == 404
    assert browser(people["resident"]).get(page(case)).status_code == 403
    assert browser(people["shop"]).get(step(case, "request_supplement")).status_code == 403
    assert browser().get(page(case)).status_code == 302
    assert browser(people["manager"]).get("/work/cases/ZG0/").status_code == 404


def test_a_clerk_finds_the_way_to_act_and_what_the_customer_signed_once_it_is_here(
    people: People,
) -> None:
    case, clerk = do(people, taken_in(people), "accept"), browser(people["clerk"])
    found = Page(clerk.get(page(case)))
    assert found.links(f"/account/cases/{case.number}/")
    assert ("材料 2/2" in found.text, "客户签字的供用电合同" in found.text) == (True, False)
    documents.add(application=case, requirement="signed_contract", upload=pdf(), by=people["clerk"])
    text = Page(clerk.get(page(case))).text
    assert ("材料 3/3" in text, "客户签字的供用电合同" in text) == (True, True)


def test_more_permits_and_more_neighbours_cost_no_more_statements(
    people: People, ready: Ready
) -> None:
    first = ready(Kind.LV_SMALL, State.CONTRACTED)
    post_works(people, first, {**FOUR_REVIEWS, "occupies_road": False, "greening": "none"})
    one = statements(people["manager"], page(first))
    case = ready(Kind.LV_SMALL, State.PERMITS)
    filed(people, Kind.LV_OTHER)
    assert statements(people["manager"], page(case)) == one
    assert one <= 56


def head_for(user: User, case: Application) -> tuple[str, list[str], str]:
    """The sentence of a case's page, the accents under it, and the whole page."""
    answer = browser(user).get(page(case))
    assert answer.status_code == 200
    shown = answer.context["choices"].now
    accents = [one.label for one in shown if one.primary]
    return answer.context["header"].sentence, accents, answer.content.decode()


@pytest.mark.parametrize(
    ("kind", "state", "who", "asked"),
    [
        (Kind.LV_OTHER, State.SUBMITTED, "clerk", "请您受理，或一次性告知需补充的材料，"),
        (Kind.HV_SINGLE, State.ACCEPTED, "manager", "请您答复供电方案，"),
        (Kind.HV_DUAL, State.REPLANNING, "project", "许可未获批准，请您修改线路后重新填报，"),
        (Kind.LV_SMALL, State.WORKS, "project", "请您装表接电，"),
        (Kind.HV_SINGLE, State.PLAN_REPLIED, "manager", ""),
        (Kind.HV_SINGLE, State.ACCEPTED, "supply-lead", ""),
    ],
)
def test_whose_turn_a_case_is_in_the_company_reads_it_in_the_second_person_with_its_button(
    people: People, ready: Ready, kind: Kind, state: State, who: str, asked: str
) -> None:
    sentence, accents, shown = head_for(people[who], ready(kind, state))
    assert sentence.startswith(asked)
    assert ("请您" in sentence, len(accents)) == (bool(asked), int(bool(asked)))
    if asked:
        place = shown.index(sentence)
        assert place < shown.index(accents[0], place) < shown.index("td-timeline")


def test_a_permit_that_waits_for_the_company_is_asked_for_at_its_case(
    people: People, ready: Ready
) -> None:
    case = ready(Kind.HV_DUAL, State.PERMITS)
    project, lead = people["project"], people["supply-lead"]
    for permit in open_permits(case):
        if permit.state == "awaiting_commitment":
            permit_step(permit=permit, action="commit", by=project)
    assert "请您" not in head_for(project, case)[0]
    permit = next(one for one in open_permits(case) if one.state == "received")
    permit_step(
        permit=permit,
        action="request_supplement",
        by=people[permit.bureau],
        body=PERMIT_BODIES["request_supplement"],
    )
    sentence, accents, shown = head_for(project, case)
    assert sentence.startswith("请您作出承诺，或补充审批部门要求的材料")
    [label] = accents
    assert label == f"提交补正材料：{permit_name(permit.permit)}"
    place = shown.index(sentence)
    assert place < shown.index(f"/work/permits/{permit.pk}/", place) < shown.index("td-timeline")
    sentence, accents, _shown = head_for(lead, case)
    assert (sentence.startswith("政府部门正在办理许可，其中有许可等待供电公司办理"), accents) == (
        True, [],
    )  # fmt: skip
