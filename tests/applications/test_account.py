"""One's own cases: the list, the case, and every action of the applicant's side."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.actions import grant
from accounts.actor import SYSTEM
from accounts.models import User
from accounts.roles import Role
from applications import documents, drafts
from applications.models import Application
from applications.states import State
from applications.views.account import PAGE
from applications.work.reading import case_context
from approvals.models import Permit
from ledger.queries import timeline
from rules.city import city
from rules.names import Kind
from tests.applications.pages import door_of, nobody, of, press, stranger
from tests.builders import (
    Ready,
    again,
    case_at,
    declaration,
    do,
    drafted,
    filed,
    hand_in,
    pdf,
    post_works,
)
from tests.people import applicant, office
from tools.scenarios import KINDS, NO_WORKS, WAYS

pytestmark = pytest.mark.django_db

ACCOUNT = "/account/"


def page_of_case(case: Application, action: str = "") -> str:
    """The address of a case, or of the page of an action on it."""
    return f"/account/cases/{case.number}/" + (f"{action}/" if action else "")


def owner(kind: Kind) -> str:
    """Whose account files cases of a kind."""
    return KINDS[kind][0]


def queries(client: Any, url: str) -> int:
    """How many questions a page asks the database."""
    with CaptureQueriesContext(connection) as caught:
        assert client.get(url).status_code == 200
    return len(caught)


# The list


def test_the_list_is_empty_with_a_way_to_begin(people: dict[str, User]) -> None:
    page = of(people, "resident").get(ACCOUNT).content.decode()
    assert 'href="/apply/"' in page


def test_the_list_has_my_cases_only_and_says_what_is_asked_of_me(
    people: dict[str, User],
) -> None:
    asked = case_at(people, Kind.RESIDENTIAL, State.ACCEPTED)
    waiting = filed(people, Kind.RESIDENTIAL)
    draft = drafted(people, Kind.RESIDENTIAL)
    filed(people, Kind.LV_SMALL)
    page = of(people, "resident").get(ACCOUNT).context
    rows = page["rows"]
    assert [row["url"] for row in page["drafts"]] == [f"/apply/{draft.number}/"]
    assert [(row["number"], bool(row["asked"])) for row in rows] == [
        (waiting.number, False),
        (asked.number, True),
    ]
    assert [row["url"] for row in rows] == [
        page_of_case(waiting),
        page_of_case(asked),
    ]
    assert [row["left"].limit for row in rows] == [3, 3]


def test_the_list_costs_the_same_for_one_and_for_three(people: dict[str, User]) -> None:
    client = of(people, "resident")
    filed(people, Kind.RESIDENTIAL)
    client.get(ACCOUNT)
    one = queries(client, ACCOUNT)
    case_at(people, Kind.RESIDENTIAL, State.WORKS)
    case_at(people, Kind.RESIDENTIAL, State.ENERGISED)
    assert (queries(client, ACCOUNT), one <= 11) == (one, True)


@pytest.mark.parametrize("url", [ACCOUNT, "/api/v1/applications/?state=draft"])
def test_drafts_cost_the_same_for_one_and_for_three(people: dict[str, User], url: str) -> None:
    client = of(people, "resident")
    drafted(people, Kind.RESIDENTIAL)
    client.get(url)
    one = queries(client, url)
    drafted(people, Kind.RESIDENTIAL)
    drafted(people, Kind.RESIDENTIAL)
    assert queries(client, url) == one


def test_the_list_goes_on_by_cursor(people: dict[str, User]) -> None:
    for _number in range(PAGE + 1):
        filed(people, Kind.RESIDENTIAL)
    client = of(people, "resident")
    first = client.get(ACCOUNT).context
    second = client.get(first["page"].next_url).context
    assert (len(first["rows"]), len(second["rows"])) == (PAGE, 1)
    assert second["page"].next_url is None


def test_nobody_signed_in_is_sent_to_sign_in(people: dict[str, User]) -> None:
    case = filed(people, Kind.RESIDENTIAL)
    for url in (ACCOUNT, page_of_case(case), page_of_case(case, "withdraw")):
        assert nobody().get(url).url == f"/account/sign-in/?next={url}"


# The case


@pytest.mark.parametrize("kind", list(Kind))
def test_the_case_page_can_be_read_in_every_state_of_the_way(
    people: dict[str, User], kind: Kind
) -> None:
    case, client = filed(people, kind), of(people, owner(kind))
    for action in WAYS[kind][1:]:
        case = post_works(people, case, NO_WORKS) if action == "*" else do(people, case, action)
        response = client.get(page_of_case(case))
        assert (response.status_code, bool(response.context["header"].sentence)) == (200, True)
    assert case.state == State.ENERGISED


@pytest.mark.parametrize(
    "state", [State.SUPPLEMENT, State.PERMITS, State.REPLANNING, State.WITHDRAWN]
)
def test_the_case_page_can_be_read_in_the_states_beside_the_way(
    people: dict[str, User], ready: Ready, state: State
) -> None:
    case = ready(Kind.HV_DUAL, state)
    response = of(people, "factory").get(page_of_case(case))
    assert (response.status_code, bool(response.context["header"].sentence)) == (200, True)


def test_only_what_is_legal_now_can_be_pressed_and_a_line_says_what_follows(
    people: dict[str, User],
    ready: Ready,
) -> None:
    case = ready(Kind.HV_SINGLE, State.PLAN_REPLIED)
    context = of(people, "factory").get(page_of_case(case)).context
    choices = context["choices"]
    assert [(each.action, each.primary) for each in choices.now] == [
        ("confirm_plan", True),
        ("rate", False),
        ("withdraw", False),
    ]
    assert (choices.stopped, choices.after) == (
        [],
        "之后：填报外线工程 → 全部许可已有结果 → 开始施工 → 报竣工。",
    )


def test_whose_turn_it_is_reads_it_in_the_second_person_with_the_button_under_it(
    people: dict[str, User], ready: Ready
) -> None:
    case = ready(Kind.RESIDENTIAL, State.SUPPLEMENT)
    own = of(people, "resident").get(page_of_case(case))
    page = own.content.decode()
    assert own.context["header"].sentence.startswith("请您补充材料，")
    assert page.index("请您补充材料") < page.index("supply_supplement/") < page.index("td-timeline")
    for_others = of(people, "manager").get(f"/work/cases/{case.number}/").context["header"]
    assert for_others.sentence.startswith("用电人正在补充材料")


def test_a_refused_permit_shows_its_reason_to_the_applicant_and_spared_ones_are_folded(
    people: dict[str, User], ready: Ready
) -> None:
    case = ready(Kind.HV_DUAL, State.REPLANNING)
    page = of(people, "factory").get(page_of_case(case)).content.decode()
    refused = Permit.objects.get(case_ref=case.ref, state="refused")
    assert f"不予许可的理由：{refused.reason}（{refused.refusal_clause}）。" in page
    home = ready(Kind.RESIDENTIAL, State.ENERGISED)
    page = of(people, "resident").get(page_of_case(home)).content.decode()
    assert page.count("<details", 0, page.index("无需办理")) > page.count(
        "</details>", 0, page.index("无需办理")
    )
    assert "正在准备外线和许可" not in page


def test_other_applicants_find_nothing(people: dict[str, User], ready: Ready) -> None:
    case = ready(Kind.RESIDENTIAL, State.ACCEPTED)
    other = stranger()
    document = reverse("applications:document", args=[case.number, "identity"])
    for url in (page_of_case(case), page_of_case(case, "sign_contract"), document):
        assert other.get(url).status_code == 404
        assert other.post(url, {"version": case.version}).status_code in (404, 405)
    assert again(case).state == State.ACCEPTED


def test_those_who_see_the_case_for_their_office_get_no_buttons_of_the_applicant(
    people: dict[str, User],
    ready: Ready,
) -> None:
    case = ready(Kind.RESIDENTIAL, State.ACCEPTED)
    manager = of(people, "manager")
    response = manager.get(page_of_case(case))
    assert (response.status_code, response.context["mine"]) == (200, False)
    assert manager.get(page_of_case(case, "sign_contract")).status_code == 404


def test_the_identity_number_is_masked_on_the_case_page(people: dict[str, User]) -> None:
    case = filed(people, Kind.RESIDENTIAL)
    page = of(people, "resident").get(page_of_case(case)).content.decode()
    assert case.id_number not in page
    assert case.phone not in page


def test_the_case_page_costs_the_same_with_more_files(
    people: dict[str, User], ready: Ready
) -> None:
    case, client = ready(Kind.HV_DUAL, State.PERMITS), of(people, "factory")
    client.get(page_of_case(case))
    few = queries(client, page_of_case(case))
    for action in ("submit_design", "report_completion", "submit"):
        hand_in(case, action)
    assert (queries(client, page_of_case(case)), few <= 52) == (few, True)


# The actions

Way = tuple[Kind, State, str, dict[str, str], State]
WAY: list[Way] = [
    (Kind.RESIDENTIAL, State.SUPPLEMENT, "supply_supplement", {}, State.SUBMITTED),
    (Kind.RESIDENTIAL, State.ACCEPTED, "sign_contract", {}, State.CONTRACTED),
    (Kind.HV_SINGLE, State.PLAN_REPLIED, "confirm_plan", {"agree": "yes"}, State.PLAN_CONFIRMED),
    (Kind.HV_SINGLE, State.PLAN_REPLIED, "confirm_plan", {"agree": "no"}, State.ACCEPTED),
    (Kind.HV_DUAL, State.PLAN_CONFIRMED, "submit_design", {}, State.DESIGN_SUBMITTED),
    (Kind.HV_DUAL, State.WORKS, "request_inspection", {}, State.INSPECTION_REQUESTED),
    (Kind.HV_SINGLE, State.WORKS, "report_completion", {}, State.COMPLETION_REPORTED),
    (Kind.HV_SINGLE, State.COMPLETION_PASSED, "sign_contract", {}, State.CONTRACTED),
    (Kind.LV_SMALL, State.ENERGISED, "rate", {"level": "4"}, State.ENERGISED),
    (Kind.LV_OTHER, State.SUBMITTED, "withdraw", {"reason": "搬家"}, State.WITHDRAWN),
    (Kind.LV_OTHER, State.DRAFT, "withdraw", {}, State.WITHDRAWN),
]


@pytest.mark.parametrize("way", WAY, ids=lambda way: f"{way[0]}-{way[2]}-{way[4]}")
def test_every_action_has_a_page_that_does_it(
    people: dict[str, User], ready: Ready, way: Way
) -> None:
    kind, state, action, typed, after = way
    case = ready(kind, state)
    hand_in(case, action)
    response = press(of(people, owner(kind)), page_of_case(case, action), **typed)
    assert (response.status_code, response.url) == (302, page_of_case(case))
    assert again(case).state == after


def test_a_rating_is_kept_with_its_words(people: dict[str, User], ready: Ready) -> None:
    case = ready(Kind.RESIDENTIAL, State.ENERGISED)
    press(of(people, "resident"), page_of_case(case, "rate"), level="2", comment="等了很久")
    found = again(case)
    assert (found.rating, found.rating_comment) == (2, "等了很久")
    assert of(people, "resident").get(page_of_case(case, "rate")).status_code == 409


def test_a_rating_is_read_by_the_applicant_and_by_those_who_follow_it_up_only(
    people: dict[str, User],
    ready: Ready,
) -> None:
    case = ready(Kind.RESIDENTIAL, State.ENERGISED)
    own = page_of_case(case)
    assert "您对服务的评价" not in of(people, "resident").get(own).content.decode()
    press(of(people, "resident"), page_of_case(case, "rate"), level="2", comment="等了很久")
    desk, watched = f"/work/cases/{case.number}/", f"/oversight/cases/{case.number}/"
    readers = {
        "resident": own, "manager": desk, "clerk": desk, "supply-lead": desk, "regulator": watched,
    }  # fmt: skip
    found = {}
    for who, address in readers.items():
        content = of(people, who).get(address).content.decode()
        found[who] = ("不满意" in content, "等了很久" in content)
    assert found == {
        "resident": (True, True), "manager": (False, False), "clerk": (False, False),
        "supply-lead": (True, True), "regulator": (True, True),
    }  # fmt: skip
    assert "等了很久" not in of(people, "regulator").get(own).content.decode()
    assert case_context(again(case), people["hall"])["rating"] == []


def test_a_form_without_its_answer_comes_back_with_what_was_typed(
    people: dict[str, User],
    ready: Ready,
) -> None:
    case = ready(Kind.HV_SINGLE, State.PLAN_REPLIED)
    url = page_of_case(case, "confirm_plan")
    response = press(of(people, "factory"), url, reason="线路太长")
    assert response.status_code == 422
    assert "线路太长" in response.content.decode()
    assert 'href="#id_agree_0"' in response.content.decode()


def test_a_second_click_answers_like_the_first(people: dict[str, User], ready: Ready) -> None:
    case = ready(Kind.RESIDENTIAL, State.ACCEPTED)
    client, url = of(people, "resident"), page_of_case(case, "sign_contract")
    hidden = door_of(client.get(url).content.decode())
    answers = [client.post(url, hidden) for _time in range(2)]
    assert [(answer.status_code, answer.url) for answer in answers] == [
        (302, page_of_case(case))
    ] * 2
    events = [event.type for event in timeline(case.ref)]
    assert events.count("case.contract_signed") == 1


def test_an_old_form_is_refused_and_says_what_was_done_by_which_role(
    people: dict[str, User],
) -> None:
    case = filed(people, Kind.RESIDENTIAL)
    client, url = of(people, "resident"), page_of_case(case, "withdraw")
    hidden = door_of(client.get(url).content.decode())
    do(people, case, "accept")
    response = client.post(url, hidden)
    assert response.status_code == 412
    detail = str(response.context["problem"].detail)
    assert detail
    assert response.context["next_url"] == page_of_case(case)
    assert again(case).state == State.ACCEPTED


def test_who_was_slower_at_the_counter_is_told_who_was_faster(people: dict[str, User]) -> None:
    body = declaration(Kind.RESIDENTIAL, channel="counter")
    case = drafts.draft(body=body, by=people["hall"])
    hand_in(case, "submit")
    case = do(people, do(people, case, "submit"), "accept")
    documents.add(application=case, requirement="signed_contract", upload=pdf(), by=people["hall"])
    place, second = office("hall", "hall"), applicant("second")
    grant(user=second, role=Role.HALL_CLERK, organisation=place, district=None, by=SYSTEM)
    hall, url = of(people, "hall"), page_of_case(case, "sign_contract")
    hidden = door_of(hall.get(url).content.decode())
    assert press(of({"second": second}, "second"), url).status_code == 302
    response = hall.post(url, hidden)
    assert response.status_code == 409
    assert f"是{Role.HALL_CLERK.label}" in response.content.decode()


def test_a_form_without_a_version_is_an_old_one(people: dict[str, User], ready: Ready) -> None:
    case = ready(Kind.RESIDENTIAL, State.ACCEPTED)
    url = page_of_case(case, "sign_contract")
    assert of(people, "resident").post(url, {}).status_code == 412
    assert again(case).state == State.ACCEPTED


@pytest.mark.parametrize("action", ["submit_design", "confirm_plan", "rate"])
def test_the_page_of_an_action_that_is_not_possible_says_why(
    people: dict[str, User], action: str
) -> None:
    case = filed(people, Kind.RESIDENTIAL)
    response = of(people, "resident").get(page_of_case(case, action))
    assert response.status_code == 409
    assert str(response.context["problem"].detail)


@pytest.mark.parametrize("action", ["accept", "energise", "post_line_works", "nothing"])
def test_actions_of_others_have_no_page_here(people: dict[str, User], action: str) -> None:
    case = filed(people, Kind.RESIDENTIAL)
    assert of(people, "resident").get(page_of_case(case, action)).status_code == 404


def test_what_was_asked_for_is_listed_with_its_reason_until_a_file_has_come(
    people: dict[str, User],
    ready: Ready,
) -> None:
    case = ready(Kind.RESIDENTIAL, State.SUPPLEMENT)
    client = of(people, "resident")
    page = client.get(page_of_case(case))
    assert [item["reason"] for item in page.context["asked_items"]] == ["照片不清"]
    url = page_of_case(case, "supply_supplement")
    assert len(client.get(url).context["missing"]) == 1
    upload = reverse("applications:document", args=[case.number, "identity"])
    answer = press(client, f"{upload}?for=supply_supplement", file=pdf(), **{
        "for": "supply_supplement"
    })  # fmt: skip
    assert answer.url == url
    assert client.get(url).context["missing"] == []


def test_a_page_has_no_button_for_a_step_whose_documents_are_missing(
    people: dict[str, User], ready: Ready
) -> None:
    case = ready(Kind.HV_DUAL, State.PLAN_CONFIRMED)
    client, url = of(people, "factory"), page_of_case(case, "submit_design")
    page = client.get(url)
    assert len(page.context["missing"]) == 2
    form = re.compile(r'<form method="post"\s+novalidate>')
    assert not form.search(page.content.decode())
    hand_in(case, "submit_design")
    page = client.get(url)
    assert page.context["missing"] == []
    assert form.search(page.content.decode())


def test_a_form_sent_without_its_documents_changes_nothing_and_lists_them(
    people: dict[str, User], ready: Ready
) -> None:
    case = ready(Kind.HV_DUAL, State.PLAN_CONFIRMED)
    client, url = of(people, "factory"), page_of_case(case, "submit_design")
    token = {"version": str(case.version), "idempotency_key": "design-1"}
    answer = client.post(url, token)
    assert (answer.status_code, again(case).state) == (422, State.PLAN_CONFIRMED)
    assert answer.context["form"].non_field_errors() == [
        "缺少：设计单位资质证明材料。（依据方案三(二)2）",
        "缺少：用电工程设计及说明书。（依据方案三(二)2）",
    ]


def test_a_case_that_has_ended_takes_no_files(people: dict[str, User], ready: Ready) -> None:
    case = ready(Kind.RESIDENTIAL, State.WITHDRAWN)
    url = reverse("applications:document", args=[case.number, "identity"])
    client = of(people, "resident")
    hidden = {"version": str(case.version), "idempotency_key": "x"}
    assert client.get(url).context["takes"] is False
    assert client.post(url, hidden | {"file": pdf()}).status_code == 409


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_contract_names_both_its_parties(
    people: dict[str, User], ready: Ready, language: str
) -> None:
    case, client = ready(Kind.RESIDENTIAL, State.ACCEPTED), of(people, "resident")
    client.cookies["django_language"] = language
    page = client.get(page_of_case(case, "sign_contract")).content.decode()
    name = city().supplier
    assert case.applicant_name in page
    assert (name.zh if language == "zh-hans" else name.en) in page
