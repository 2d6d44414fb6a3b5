"""The bureau's pages as a browser sees them."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from approvals.models import Permit
from ledger.queries import timeline
from tests.approvals.people import (
    ANSWERED,
    STEPS_TO,
    Cast,
    bring,
    permit_of,
    post,
    set_clock,
    take,
)
from tests.builders import pdf
from tests.page import Page
from tests.people import again, browser
from tools.scenarios import LONG_LINE, ON_ROAD, PLANNING_ONLY, SHORT_LINE, Body


def at_desk(people: Cast, name: str, *, english: bool = True) -> Client:
    """A browser in which somebody is signed in."""
    client = browser(again(people[name]))
    if english:
        client.cookies["django_language"] = "en"
    return client


def text_of(answer: Any) -> str:
    """The words of a page, without its markup."""
    return Page(answer).text


def links(answer: Any) -> list[int]:
    """The permits of the list, in its order."""
    found = Page(answer).links(r"/bureau/permits/\d+/(\?|$)")
    return [int(href.split("/")[3]) for href in found]


def hidden(answer: Any) -> dict[str, str]:
    """What the first form of a page carries."""
    return Page(answer).carried()


def test_the_list_is_sorted_by_time_left_and_holds_what_waits_for_the_desk(people: Cast) -> None:
    slow = permit_of(post(people, PLANNING_ONLY), "planning")
    set_clock("2026-03-05 10:00")
    spot = permit_of(post(people, ON_ROAD), "planning")
    done = bring(people, permit_of(post(people, PLANNING_ONLY), "planning"), "granted")
    answer = at_desk(people, "planning").get("/bureau/")
    assert links(answer) == [spot.pk, slow.pk]
    assert "2 permits wait for a bureau, 1 of them not accepted yet, 0 late." in text_of(answer)
    shown = at_desk(people, "planning").get("/bureau/?show=decided")
    assert str(done.pk) in shown.content.decode()


def test_an_empty_list_says_why(people: Cast) -> None:
    nothing = text_of(at_desk(people, "transport").get("/bureau/"))
    assert "Nothing waits for your bureau" in nothing
    filtered = text_of(at_desk(people, "transport").get("/bureau/?late=1"))
    assert "Nothing fits these filters" in filtered


def test_filters_narrow_the_list(people: Cast) -> None:
    opened = post(people, LONG_LINE)
    desk = at_desk(people, "digital")
    assert len(links(desk.get("/bureau/"))) == 6
    assert links(desk.get("/bureau/?bureau=housing")) == [permit_of(opened, "construction").pk]
    assert links(desk.get("/bureau/?permit=greening")) == [permit_of(opened, "greening").pk]
    assert links(desk.get("/bureau/?q=nothing")) == []
    assert links(desk.get("/bureau/?district=510304")) == []
    assert links(desk.get("/bureau/?late=1")) == []
    assert desk.get("/bureau/?show=sideways").status_code == 422


@pytest.mark.parametrize("name", ["manager", "stranger", "regulator"])
def test_the_list_belongs_to_the_desks(people: Cast, name: str) -> None:
    assert at_desk(people, name).get("/bureau/").status_code == 403


def test_a_visitor_is_led_to_the_sign_in(people: Cast) -> None:
    assert browser().get("/bureau/")["Location"].startswith("/account/sign-in/")


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_however_long(people: Cast, rows: int) -> None:
    for _ in range(rows):
        post(people, PLANNING_ONLY)
    desk = at_desk(people, "planning")
    desk.get("/bureau/")
    with CaptureQueriesContext(connection) as asked:
        assert len(links(desk.get("/bureau/"))) == rows
    assert len(asked) == 11


@pytest.mark.parametrize("state", sorted(STEPS_TO))
@pytest.mark.parametrize("english", [True, False])
def test_a_permit_is_shown_in_every_state(people: Cast, state: str, *, english: bool) -> None:
    permit = bring(people, permit_of(post(people, PLANNING_ONLY), "planning"), state)
    answer = at_desk(people, "planning", english=english).get(f"/bureau/permits/{permit.pk}/")
    assert answer.status_code == 200
    if english:
        page = text_of(answer)
        for words in ("Necessity", "Reasonableness", "Extent of the works", "600 m", "Received"):
            assert words in page
        chinese = re.findall(r"[\u4e00-\u9fff]{3,}", page.split("What is applied for")[0])
        assert set(chinese) <= {"简体中文"}


def test_who_may_see_a_permit_finds_it_and_nobody_else(people: Cast) -> None:
    permit = permit_of(post(people, PLANNING_ONLY), "planning")
    found = {
        name: at_desk(people, name).get(f"/bureau/permits/{permit.pk}/").status_code
        for name in (
            "planning",
            "manager",
            "regulator",
            "housing",
            "planning-elsewhere",
            "stranger",
        )
    }
    assert found == {
        "planning": 200,
        "manager": 200,
        "regulator": 200,
        "housing": 404,
        "planning-elsewhere": 404,
        "stranger": 404,
    }


def test_what_cannot_be_done_yet_is_said_in_one_line(people: Cast) -> None:
    permit = permit_of(post(people, PLANNING_ONLY), "planning")
    officer = text_of(at_desk(people, "planning").get(f"/bureau/permits/{permit.pk}/"))
    assert "Accept the application first, or say what is missing." in officer
    assert "Hand in what was missing" not in officer
    manager = text_of(at_desk(people, "manager").get(f"/bureau/permits/{permit.pk}/"))
    assert "Next: Accept the application." in manager
    regulator = text_of(at_desk(people, "regulator").get(f"/bureau/permits/{permit.pk}/"))
    assert "Accept the application" not in regulator.replace("Next: Accept the application.", "")


SUSPENDED = "已依法中止审查：事由消除后，请您恢复审查。"
SUPPLY = "请您补交自贡市自然资源和规划局要求补正的材料"
PLEASE = (
    (PLANNING_ONLY, "received", "planning", "请您受理，或一次性告知需补正的内容，", "accept"),
    (ON_ROAD, "received", "planning", "请您当日办理，", "grant"),
    (PLANNING_ONLY, "accepted", "planning", "请您作出许可决定，", "grant"),
    (PLANNING_ONLY, "suspended", "planning", SUSPENDED, "resume"),
    (PLANNING_ONLY, "awaiting_supplement", "manager", SUPPLY, "/work/permits/"),
)


@pytest.mark.parametrize(("works", "state", "who", "asked", "act"), PLEASE)
def test_whose_turn_it_is_at_a_permit_reads_it_in_the_second_person_with_the_button_under_it(
    people: Cast, works: Body, state: str, who: str, asked: str, act: str
) -> None:
    permit = bring(people, permit_of(post(people, works), "planning"), state)
    for name in ("planning", "manager", "digital"):
        for url in (f"/bureau/permits/{permit.pk}/", f"/work/permits/{permit.pk}/"):
            answer = at_desk(people, name, english=False).get(url)
            if answer.status_code != 200:
                continue
            sentence = str(answer.context["sentence"])
            assert sentence.startswith(asked) == (name == who), (name, sentence)
            if name == who:
                page = answer.content.decode()
                assert (
                    page.index(asked)
                    < page.index(act, page.index(asked))
                    < page.index("td-timeline")
                )
            else:
                assert "请您" not in sentence


def test_after_the_one_supplement_the_officer_is_asked_to_accept_only(people: Cast) -> None:
    permit = bring(people, permit_of(post(people, PLANNING_ONLY), "planning"), "received")
    take(people, permit, "request_supplement")
    take(people, permit, "supply_supplement")
    answer = at_desk(people, "planning").get(f"/bureau/permits/{permit.pk}/")
    assert answer.context["sentence"].startswith("Please accept the application; ")


def test_a_step_is_taken_from_the_page_and_a_second_click_does_nothing(people: Cast) -> None:
    permit = permit_of(post(people, PLANNING_ONLY), "planning")
    desk = at_desk(people, "planning")
    page = desk.get(f"/bureau/permits/{permit.pk}/")
    form = {**hidden(page), "action": "accept"}
    answers = [desk.post(f"/bureau/permits/{permit.pk}/act/", form) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert permit_of(permit.round, "planning").state == "accepted"
    types = [event.type for event in timeline(permit.case_ref)]
    assert types.count("permit.accepted") == 1
    assert "Done: Accept the application." in text_of(desk.get(answers[0]["Location"]))


def test_an_old_page_is_refused_and_shows_what_changed_and_by_whom(people: Cast) -> None:
    permit = bring(people, permit_of(post(people, PLANNING_ONLY), "planning"), "accepted")
    desk = at_desk(people, "planning")
    form = hidden(desk.get(f"/bureau/permits/{permit.pk}/grant/"))
    permit = take(people, permit, "exclude_time", "planning-second")
    take(people, permit, "resume", "planning-lead")
    answer = desk.post(f"/bureau/permits/{permit.pk}/grant/", {**form, **ANSWERED})
    assert answer.status_code == 412
    page = text_of(answer)
    assert "Suspended by law, by Bureau officer" in page
    assert "Review resumed, by Bureau lead" in page
    assert permit_of(permit.round, "planning").state == "accepted"


def test_who_was_slower_sees_who_was_faster(people: Cast) -> None:
    permit = permit_of(post(people, PLANNING_ONLY), "planning")
    desk = at_desk(people, "planning")
    form = {**hidden(desk.get(f"/bureau/permits/{permit.pk}/")), "action": "accept"}
    take(people, permit, "accept", "planning-second")
    answer = desk.post(f"/bureau/permits/{permit.pk}/act/", form)
    assert answer.status_code == 409
    assert "Accepted by the bureau, by Bureau officer" in text_of(answer)


def test_a_form_without_its_hidden_fields_is_stale(people: Cast) -> None:
    permit = permit_of(post(people, PLANNING_ONLY), "planning")
    answer = at_desk(people, "planning").post(
        f"/bureau/permits/{permit.pk}/act/", {"action": "accept"}
    )
    assert answer.status_code == 412


STEPS: list[tuple[str, str, dict[str, str], str]] = [
    ("request_supplement", "received", {"items": "红线图\n\n断面图\n"}, "awaiting_supplement"),
    ("exclude_time", "accepted", {"ground": "hearing", "expected_days": "5"}, "suspended"),
    ("grant", "accepted", {"conditions": "恢复路面", **ANSWERED}, "granted"),
    ("refuse", "accepted", {"reason": "占绿", "clause": "planning_40", **ANSWERED}, "refused"),
]


@pytest.mark.parametrize(("action", "state", "words", "after"), STEPS)
def test_steps_that_ask_for_words_take_them(
    people: Cast, action: str, state: str, words: dict[str, str], after: str
) -> None:
    permit = bring(people, permit_of(post(people, PLANNING_ONLY), "planning"), state)
    desk = at_desk(people, "planning")
    path = f"/bureau/permits/{permit.pk}/{action}/"
    files = {"evidence": pdf()} if action == "exclude_time" else {}
    answer = desk.post(path, {**hidden(desk.get(path)), **words, **files})
    assert (answer.status_code, permit_of(permit.round, "planning").state) == (302, after)
    for said in "\n".join(words.values()).split():
        if not said.isascii():
            assert said in text_of(desk.get(answer["Location"]))


def test_what_may_be_asked_for_is_ticked_and_said_more_of(people: Cast) -> None:
    permit = permit_of(post(people, PLANNING_ONLY), "planning")
    desk = at_desk(people, "planning")
    path = f"/bureau/permits/{permit.pk}/request_supplement/"
    page = desk.get(path)
    offered = [choice for choice, _label in page.context["form"].fields["items"].choices]
    assert offered == ["design_scheme", "red_line_map", "cross_sections", "land_certificate"]
    said = {"remark_cross_sections": "without a scale", "remark_design_scheme": "old"}
    asked = {**hidden(page), "items": offered[1:3], **said}
    sent = desk.post(path, asked)
    assert sent.status_code == 302
    assert permit_of(permit.round, "planning").supplement_items == [
        "red_line_map",
        "cross_sections：without a scale",
        "design_scheme：old",
    ]
    assert "Cross-sections: without a scale" in text_of(desk.get(sent["Location"]))


def test_what_is_not_on_the_list_comes_back_with_the_clause(people: Cast) -> None:
    permit = permit_of(post(people, ON_ROAD), "planning")
    desk = at_desk(people, "planning")
    path = f"/bureau/permits/{permit.pk}/request_supplement/"
    page = desk.get(path)
    assert "Certificate of the right" not in text_of(page)
    tries: dict[str, dict[str, Any]] = {
        "items": {"items": ["red_line_map", "土地使用证：未提供"]},
        "remark_red_line_map": {"items": "red_line_map", "remark_red_line_map": "另附土地证"},
    }
    for field, said in tries.items():
        answer = desk.post(path, {**hidden(page), **said})
        assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
        assert "(by Plan 3(1)2(1))" in text_of(answer)
    assert permit_of(permit.round, "planning").state == "received"


@pytest.mark.parametrize(
    ("action", "state", "words", "field"),
    [
        ("request_supplement", "received", {"items": "  \n "}, "id_items_0"),
        ("exclude_time", "accepted", {"ground": "holiday", "expected_days": "5"}, "id_ground"),
        (
            "exclude_time",
            "accepted",
            {"ground": "hearing", "expected_days": "0"},
            "id_expected_days",
        ),
        ("refuse", "accepted", {"reason": "占绿", "clause": ""}, "id_clause"),
    ],
)
def test_a_refused_form_leads_to_the_field(
    people: Cast, action: str, state: str, words: dict[str, str], field: str
) -> None:
    permit = bring(people, permit_of(post(people, PLANNING_ONLY), "planning"), state)
    desk = at_desk(people, "planning")
    path = f"/bureau/permits/{permit.pk}/{action}/"
    form = hidden(desk.get(path))
    answer = desk.post(path, {**form, **words})
    page = answer.content.decode()
    assert (answer.status_code, permit_of(permit.round, "planning").state) == (422, state)
    assert f'href="#{field}"' in page
    assert hidden(answer) == form


def test_the_supply_company_commits_from_the_same_page(people: Cast) -> None:
    permit = permit_of(post(people, SHORT_LINE), "greening")
    desk = at_desk(people, "manager")
    url = f"/bureau/permits/{permit.pk}/commit/"
    form = {**hidden(desk.get(url)), "responsible": "王建国", "position": "项目负责人"}
    assert desk.post(url, form).status_code == 302
    assert Permit.objects.get(pk=permit.pk).state == "granted"


def test_other_addresses_are_missing(people: Cast) -> None:
    permit = permit_of(post(people, PLANNING_ONLY), "planning")
    desk = at_desk(people, "planning")
    assert desk.get(f"/bureau/permits/{permit.pk}/burn/").status_code == 404
    burn = desk.post(f"/bureau/permits/{permit.pk}/act/", {"action": "burn"})
    assert burn.status_code == 404


def test_an_overrun_is_shown(people: Cast) -> None:
    permit = bring(people, permit_of(post(people, PLANNING_ONLY), "planning"), "suspended")
    set_clock("2026-03-12 10:00")
    page = text_of(at_desk(people, "manager").get(f"/bureau/permits/{permit.pk}/"))
    assert "expected to take 3 working days" in page
    assert "Overrun by 5 working days" in page
