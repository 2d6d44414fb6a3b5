"""The supply of a case from the grid, by the acts of the case: promised, moved, released."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.utils.translation import override
from rest_framework.test import APIClient

from accounts.models import User
from applications.erasure import erase_ended
from applications.facts import count_facts
from applications.models import Application
from applications.states import State
from applications.supply import queries
from applications.supply.actions import set_place
from applications.supply.models import SupplyPlace
from applications.supply.waiting import serve_waiting
from core.clock import local_date
from core.problems import Invalid
from core.templatetags.city import day
from grid.models import Reservation, Waiting
from ledger.actions import move_clock
from ledger.models import Entry
from ledger.receipts.content import opening_of
from rules.names import Kind
from tests.applications.pages import of
from tests.applications.plans.replies import SUMMARY, reply
from tests.builders import Ready, again, do
from tests.grid.elements import element, opens, promise, published
from tests.page import Page
from tests.rules.in_force import let

pytestmark = pytest.mark.django_db
People = dict[str, User]
HERE = "104.77 29.35"


def at(form: str, *degrees: str) -> dict[str, str]:
    return {"datum": "cgcs2000", "geometry": f"{form} ({', '.join(degrees)})"}


@pytest.fixture
def grid(people: People) -> User:
    """Two substations; of the first two lines, and public transformers near and far of them."""
    lead = people["supply-lead"]
    published(
        lead,
        element("S1"), element("T1", "S1", 9000), element("B1", "T1"),
        element("L1", "B1", 5000, **at("LINESTRING", "104.771 29.35", "104.78 29.35")),
        element("L2", "B1", 5000, **at("LINESTRING", "104.772 29.351", "104.78 29.36")),
        element("S2"), element("T2", "S2", 9000), element("B2", "T2"),
        element("L3", "B2", 5000, **at("LINESTRING", "104.775 29.34", "104.80 29.34")),
        element("P1", "L1", 100, **at("POINT", "104.7701 29.35")),
        element("P2", "L1", 400, **at("POINT", "104.7750 29.35")),
    )  # fmt: skip
    return lead


def placed(case: Application) -> Application:
    set_place(case, HERE, by=User.objects.get(username="manager"))
    return case


def accepted(people: People, ready: Ready, kind: Kind = Kind.LV_SMALL) -> Application:
    return do(people, placed(ready(kind, State.SUBMITTED)), "accept")


def held(case: Application) -> list[tuple[str, int, str]]:
    """What was ever reserved for a case: of what, for which source, and how it ended."""
    rows = Reservation.objects.filter(case_ref=case.ref).order_by("pk")
    return list(rows.values_list("element__code", "source", "ending"))


def data(case: Application, type_: str) -> dict[str, Any]:
    opening = opening_of(Entry.objects.filter(case_ref=case.ref, type=type_).latest("id"))
    assert opening
    return dict(opening.data)


def said(case: Application) -> str:
    with override("en"):
        return queries.not_reserved(case)


# --- low voltage ------------------------------------------------------------------------------


def test_acceptance_reserves_the_nearest_that_has_room(
    people: People, ready: Ready, grid: User
) -> None:
    """The record names the element, and nowhere where somebody lives."""
    promise("P1", 80)
    case = accepted(people, ready)
    kva = queries.needed_kva(case)
    assert held(case) == [("P2", 1, "")]
    assert data(case, "case.accepted")["supply"] == [
        {"source": 1, "element": "P2", "kva": f"{kva:.2f}"}
    ]
    assert opens()["P2"] == 400 - kva
    assert not [entry.pk for entry in Entry.objects.all() if "104.77" in str(opening_of(entry))]


def test_a_case_waits_where_nothing_has_room_and_the_longest_waiting_is_served_first(
    people: People, ready: Ready, grid: User
) -> None:
    other = promise("P2", 400)
    promise("P1", 80)
    first = accepted(people, ready)
    second = accepted(people, ready, Kind.LV_OTHER)
    assert (held(first), data(first, "case.accepted")["waits_at"]) == ([], "P1")
    assert [said(case) for case in (first, second)] == [
        f"Not reserved: nothing near has room. The case waits, with {before} before it, and gets "
        "what becomes free."
        for before in (0, 1)
    ]
    assert serve_waiting() == 0
    promise("P2", 320, case=other)
    assert (serve_waiting(), serve_waiting()) == (1, 0)
    assert (held(first), held(second)) == ([("P2", 1, "")], [])
    assert list(Waiting.objects.filter(ended_at=None).values_list("number", flat=True)) == [
        second.number
    ]
    do(people, second, "withdraw")
    assert not Waiting.objects.filter(ended_at=None).exists()


def test_without_figures_of_the_grid_a_case_says_not_reserved(people: People, ready: Ready) -> None:
    case = accepted(people, ready)
    assert (held(case), data(case, "case.accepted").keys() & {"supply", "waits_at"}) == ([], set())
    assert said(case) == ("Not reserved: the supply company has not published figures of the grid.")


def test_the_manager_reserves_another_and_hears_why_where_there_is_no_room(
    people: People, ready: Ready, grid: User
) -> None:
    case = accepted(people, ready)
    do(people, case, "reserve_supply", element="P2")
    assert held(case) == [("P1", 1, "moved"), ("P2", 1, "")]
    published(grid, element("P1", "L1", 10, **at("POINT", "104.7701 29.35")))
    page = Page(of(people, "manager").get(f"/work/cases/{case.number}/supply/"))
    assert [row.endswith("已预留") for row in page.rows() if "· P2 " in row] == [True]
    answer = of(people, "manager").post(
        f"/work/cases/{case.number}/supply/reserve/",
        page.carried() | {"version": again(case).version, "element": "P1"},
    )
    assert answer.status_code == 422
    assert "10 kVA" in Page(answer).main
    assert held(case) == [("P1", 1, "moved"), ("P2", 1, "")]


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("29.35 104.77", "Longitude and latitude are swapped: the longitude comes first."),
        ("2.35 48.85", "Does not lie in China."),
        ("121.47 31.23", "Lies outside of the zone of 105°E, from 103.5° to 106.5°."),
        ("104.77", "A position is longitude and latitude in degrees."),
        ("解放路1号", "A position is longitude and latitude in degrees."),
    ],
)
def test_a_position_that_is_none_is_refused_at_its_field_and_stays_as_typed(
    people: People, ready: Ready, typed: str, why: str
) -> None:
    case = ready(Kind.LV_SMALL, State.SUBMITTED)
    browser, address = of(people, "manager"), f"/work/cases/{case.number}/supply/"
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    answer = browser.post(address, Page(browser.get(address)).carried() | {"position": typed})
    page = Page(answer)
    assert (answer.status_code, page.field("Longitude and latitude").get("value")) == (
        422, typed,
    )  # fmt: skip
    assert why in page.main
    assert not SupplyPlace.objects.exists()
    assert browser.get(address).status_code == 200


# --- high voltage -----------------------------------------------------------------------------


def test_a_plan_holds_each_source_until_it_lapses_and_a_new_one_moves_it(
    people: People, ready: Ready, grid: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    let(monkeypatch, "plan.validity_months.high", 12)
    case = placed(ready(Kind.HV_DUAL, State.ACCEPTED))
    two = [{"element": "L1"}, {"element": "L3"}]
    case = do(people, case, "reply_plan", **reply(supply=two))
    plan = case.plans.get()
    assert {row.lapses_at for row in Reservation.objects.all()} == {plan.lapses_at}
    case = do(people, case, "confirm_plan", agree=False, reason="另请考虑一条线路")
    do(people, case, "reply_plan", **reply(supply=[{"element": "L2"}, {"element": "L3"}]))
    assert held(case) == [("L1", 1, "moved"), ("L3", 2, "moved"), ("L2", 1, ""), ("L3", 2, "")]
    move_clock(offset=timedelta(days=400))
    assert (queries.reserved(case), opens()["T1"], opens()["T2"]) == ([], 9000, 9000)


@pytest.mark.parametrize(
    ("codes", "pointer", "why"),
    [
        (["L1"], "/supply", "Name one element for each source: 2."),
        (["L1", "L2"], "/supply/1/element", "Both sources come from the same substation and bus."),
        (["L1", "L9"], "/supply/1/element", "There is no element of the grid with this code."),
    ],
)
def test_a_plan_for_two_sources_needs_two_that_are_independent(
    people: People, ready: Ready, grid: User, codes: list[str], pointer: str, why: str
) -> None:
    case = placed(ready(Kind.HV_DUAL, State.ACCEPTED))
    body = reply(supply=[{"element": code} for code in codes])
    with pytest.raises(Invalid) as refused, override("en"):
        do(people, case, "reply_plan", **body)
    assert [(error.pointer, str(error.reason)) for error in refused.value.errors] == [
        (pointer, why)
    ]
    assert (again(case).state, held(case)) == (State.ACCEPTED, [])


def test_what_was_typed_stays_where_the_room_has_gone_meanwhile(
    people: People, ready: Ready, grid: User
) -> None:
    case = placed(ready(Kind.HV_SINGLE, State.ACCEPTED))
    browser = of(people, "manager")
    address = f"/work/cases/{case.number}/reply_plan/"
    page = Page(browser.get(address))
    promise("L1", 4800)
    answer = browser.post(
        address, page.carried() | {"summary": SUMMARY, "rows": "3", "supply_1": "L1"}
    )
    assert answer.status_code == 422
    shown = Page(answer)
    assert SUMMARY in answer.content.decode()
    assert "200 kVA" in shown.main
    assert (again(case).state, held(case)) == (State.ACCEPTED, [])


def test_for_two_sources_each_proposal_says_what_feeds_it(
    people: People, ready: Ready, grid: User
) -> None:
    case = placed(ready(Kind.HV_DUAL, State.ACCEPTED))
    rows = Page(of(people, "manager").get(f"/work/cases/{case.number}/supply/")).rows()
    fed = {code: row for code in ("L1", "L3", "B2") for row in rows if f"· {code} " in row}
    assert {code: f"Made-up {code}" in row for code, row in fed.items()} == dict.fromkeys(fed, True)
    assert [
        "Made-up S1 · Made-up B1" in fed["L1"], "Made-up S2 · Made-up B2" in fed["L3"],
    ] == [True, True]  # fmt: skip


def test_a_line_that_passes_the_place_is_planned_with_and_takes_no_works(
    people: People, ready: Ready, grid: User
) -> None:
    case = ready(Kind.HV_SINGLE, State.ACCEPTED)
    set_place(case, "104.771 29.35", by=people["manager"])
    browser, address = of(people, "manager"), f"/work/cases/{case.number}/reply_plan/"
    page = Page(browser.get(f"{address}?supply=L1"))
    chosen = page.tree.xpath("//select[@name='supply_1']/option[@selected]/@value")
    assert (chosen, page.tree.xpath("//input[@name='line_1_item']/@value")) == (["L1"], [])
    sent = page.carried() | {"summary": SUMMARY, "rows": "3", "supply_1": "L1"}
    assert browser.post(address, sent).status_code == 302
    assert held(case) == [("L1", 1, "")]


def test_a_plan_that_reserves_nothing_does_so_because_somebody_says_so(
    people: People, ready: Ready, grid: User
) -> None:
    case = placed(ready(Kind.HV_SINGLE, State.ACCEPTED))
    browser, address = of(people, "manager"), f"/work/cases/{case.number}/reply_plan/"
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    typed = Page(browser.get(address)).carried() | {"summary": SUMMARY, "rows": "3"}
    for more, why in (
        ({}, "Choose: Supplied from (source 1)"),
        ({"unreserved": "on", "supply_1": "L1"}, "or tick this: not both."),
    ):
        answer = browser.post(address, typed | more)
        assert (answer.status_code, why in Page(answer).main) == (422, True)
        assert SUMMARY in Page(answer).main
    assert browser.post(address, typed | {"unreserved": "on"}).status_code == 302
    assert (again(case).state, held(case)) == (State.PLAN_REPLIED, [])


def test_where_it_connects_is_not_known_the_tick_alone_is_asked_for(
    people: People, ready: Ready, grid: User
) -> None:
    case = ready(Kind.HV_SINGLE, State.ACCEPTED)
    browser, address = of(people, "manager"), f"/work/cases/{case.number}/reply_plan/"
    typed = Page(browser.get(address)).carried() | {"summary": SUMMARY, "rows": "3"}
    answer = browser.post(address, typed)
    assert (answer.status_code, "请勾选：本方案不预留容量" in Page(answer).main) == (422, True)
    assert browser.post(address, typed | {"unreserved": "on"}).status_code == 302


def test_where_no_grid_is_published_a_plan_is_asked_nothing_of_it(
    people: People, ready: Ready
) -> None:
    case = ready(Kind.HV_SINGLE, State.ACCEPTED)
    browser, address = of(people, "manager"), f"/work/cases/{case.number}/reply_plan/"
    page = Page(browser.get(address))
    assert "不预留容量" not in page.main
    sent = browser.post(address, page.carried() | {"summary": SUMMARY, "rows": "3"})
    assert (sent.status_code, again(case).state) == (302, State.PLAN_REPLIED)


@pytest.mark.parametrize(
    ("loaded", "why"),
    [
        (True, "Not reserved: the supply plan names no element of the grid."),
        (False, "Not reserved: the supply company has not published figures of the grid."),
    ],
)
def test_a_program_replies_with_a_plan_alone_and_is_told_that_nothing_is_reserved(
    request: pytest.FixtureRequest, people: People, ready: Ready, loaded: bool, why: str
) -> None:
    if loaded:
        request.getfixturevalue("grid")
    case, client = ready(Kind.HV_SINGLE, State.ACCEPTED), APIClient()
    client.force_authenticate(people["manager"])
    address = f"/api/v1/applications/{case.number}/actions/reply_plan/"
    answer = client.post(
        address, {"summary": SUMMARY}, format="json", headers={"accept-language": "en"}
    )
    assert (answer.status_code, answer.json()["state"], answer.json()["not_reserved"]) == (
        200, "plan_replied", why,
    )  # fmt: skip


# --- released ---------------------------------------------------------------------------------


def test_withdrawing_frees_the_room_and_power_connects_it(
    people: People, ready: Ready, grid: User
) -> None:
    gone = accepted(people, ready)
    stays = accepted(people, ready, Kind.RESIDENTIAL)
    gone = do(people, gone, "withdraw")
    assert gone.ended_at
    assert held(gone) == [("P1", 1, "ended")]
    with override("en"):
        assert said(gone) == f"Released on {day(local_date(gone.ended_at))}: the case ended."
    for action in ("sign_contract", "post_line_works", "start_works", "energise"):
        body = {"none": True} if action == "post_line_works" else {}
        stays = do(people, stays, action, **body)
    assert held(stays) == [("P1", 1, "")]
    assert Reservation.objects.get(case_ref=stays.ref).connected_at == stays.ended_at


# --- who reads it -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "status"), [("manager", 200), ("shop", 404), ("regulator", 404), ("planning", 404)]
)
def test_nobody_but_the_company_reads_where_a_case_connects(
    people: People, ready: Ready, grid: User, who: str, status: int
) -> None:
    case = placed(ready(Kind.LV_SMALL, State.SUBMITTED))
    client = APIClient()
    client.force_authenticate(people[who])
    answers = [
        of(people, who).get(f"/work/cases/{case.number}/supply/"),
        client.get(f"/api/v1/applications/{case.number}/supply/"),
    ]
    assert [answer.status_code in (status, 403) for answer in answers] == [True, True]
    assert [HERE in answer.content.decode() for answer in answers] == [status == 200] * 2


def test_the_position_is_sealed_and_erased_with_the_person(
    people: People, ready: Ready, monkeypatch: pytest.MonkeyPatch
) -> None:
    let(monkeypatch, "case.retention.days", 30)
    case = placed(ready(Kind.LV_SMALL, State.ENERGISED))
    with connection.cursor() as cursor:
        cursor.execute("SELECT position FROM applications_supplyplace")
        assert "104" not in str(cursor.fetchone()[0])
    assert SupplyPlace.objects.get().position == HERE
    move_clock(offset=timedelta(days=31))
    count_facts()
    erase_ended()
    assert (again(case).id_number, SupplyPlace.objects.count()) == ("", 0)
