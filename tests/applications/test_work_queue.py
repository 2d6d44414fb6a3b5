"""The work list: whose cases, in which order, what a row says, what it costs to draw."""

import re
from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from applications.states import State
from core.clock import CITY
from ledger.actions import move_clock
from rules.names import Kind
from tests.builders import (
    case_at,
    do,
    drafted,
    filed,
    fresh_address,
    open_permits,
    permit_step,
)
from tests.page import Page
from tests.people import browser, staff
from tools.scenarios import PERMIT_BODIES

People = dict[str, User]
NUMBER = re.compile(r'<td class="td-number"[^>]*>\s*(ZG\d+)\s*</td>')
NEXT = re.compile(r'href="([^"]*)"\s+rel="next"')


def listed(user: User, url: str = "/work/") -> str:
    """The page of the list for a person."""
    answer = browser(user).get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def numbers(user: User, query: str = "") -> list[str]:
    """The numbers in the list of a person, from top to bottom."""
    return NUMBER.findall(listed(user, f"/work/{query}"))


def set_clock(text: str) -> None:
    """Move the demonstration's clock to an instant in the city."""
    move_clock(offset=datetime.fromisoformat(text).replace(tzinfo=CITY) - timezone.now())


def elsewhere(people: People, kind: Kind, district: str) -> str:
    """The number of a case that was filed in a district."""
    address = {"district": district, "line": fresh_address()}
    return filed(people, kind, address=address).number


def test_what_waits_for_the_supply_company_comes_first_and_what_is_due_soonest(
    people: People,
) -> None:
    sixteen_days = filed(people, Kind.HV_SINGLE)
    with_applicant = do(people, filed(people, Kind.LV_SMALL), "accept")
    three_days = filed(people, Kind.RESIDENTIAL)
    no_clock_runs = case_at(people, Kind.HV_SINGLE, State.PLAN_REPLIED)
    seven_days = filed(people, Kind.LV_SMALL)
    drafted(people, Kind.LV_OTHER)

    assert numbers(people["manager"]) == [
        case.number
        for case in (three_days, seven_days, sixteen_days, with_applicant, no_clock_runs)
    ]


def test_what_is_late_stands_on_top_and_says_by_how_much_before_any_sweep(people: People) -> None:
    set_clock("2026-11-02T09:00")
    late = filed(people, Kind.LV_OTHER)
    set_clock("2026-11-23T09:00")
    home = filed(people, Kind.RESIDENTIAL)
    page = listed(people["manager"])
    assert NUMBER.findall(page) == [late.number, home.number]
    assert "td-timeleft--late" in page
    assert numbers(people["manager"], "?late=1") == [late.number]


def test_each_filter_stands_in_the_address_and_narrows_the_list(people: People) -> None:
    ours = filed(people, Kind.LV_OTHER)
    theirs = do(people, filed(people, Kind.LV_SMALL), "accept")
    far = elsewhere(people, Kind.RESIDENTIAL, "510321")
    manager = people["manager"]
    assert numbers(manager, "?holder=applicant") == [theirs.number]
    assert numbers(manager, "?state=accepted") == [theirs.number]
    assert numbers(manager, "?kind=lv_other") == [ours.number]
    assert numbers(manager, "?district=510321") == [far]
    assert numbers(manager, f"?q={far[-6:]}") == [far]
    assert numbers(manager, "?kind=lv_small&holder=supplier") == []
    assert f"/work/cases/{theirs.number}/?holder=applicant" in listed(
        manager, "/work/?holder=applicant"
    )


def test_a_filter_that_does_not_exist_is_refused_under_its_field(people: People) -> None:
    case = filed(people, Kind.LV_OTHER)
    answer = browser(people["manager"]).get("/work/?kind=palace")
    page = answer.content.decode()
    assert (answer.status_code, "td-error-message" in page) == (422, True)
    assert case.number not in page


def test_a_whole_number_opens_its_case(people: People) -> None:
    case = filed(people, Kind.LV_OTHER)
    answer = browser(people["clerk"]).get(f"/work/?q={case.number.lower()}")
    assert (answer.status_code, answer["Location"]) == (302, f"/work/cases/{case.number}/")


def test_pages_follow_each_other_without_gap_or_repetition(people: People) -> None:
    wanted = [filed(people, Kind.LV_OTHER).number for _ in range(33)]
    client, found, url = browser(people["manager"]), [], "/work/"
    while url:
        page = client.get(url).content.decode()
        found.append(NUMBER.findall(page))
        following = NEXT.search(page)
        url = following.group(1).replace("&amp;", "&") if following else ""
    assert found == [wanted[:30], wanted[30:]]


@pytest.mark.parametrize("cursor", ["x", "8", "bnVsbA"])
def test_a_cursor_that_is_none_of_ours_is_not_found(people: People, cursor: str) -> None:
    assert browser(people["manager"]).get(f"/work/?cursor={cursor}").status_code == 404


def test_ended_cases_are_listed_newest_first_where_they_are_asked_for(people: People) -> None:
    first = case_at(people, Kind.LV_OTHER, State.WITHDRAWN)
    second = case_at(people, Kind.LV_OTHER, State.WITHDRAWN)
    assert numbers(people["manager"]) == []
    assert numbers(people["manager"], "?state=withdrawn") == [second.number, first.number]


def test_people_see_the_cases_of_their_own_districts(people: People) -> None:
    here = filed(people, Kind.LV_OTHER).number
    there = elsewhere(people, Kind.LV_OTHER, "510321")
    local = staff(Role.MANAGER, username="local", district="510321")
    assert numbers(local) == [there]
    assert sorted(numbers(people["supply-lead"])) == sorted([here, there])


def test_a_hall_clerk_sees_the_cases_that_he_took_in_himself(people: People) -> None:
    filed(people, Kind.LV_OTHER)
    own = drafted({**people, "shop": people["hall"]}, Kind.LV_SMALL, channel="counter")
    do(people, own, "submit")
    assert numbers(people["hall"]) == [own.number]


def test_the_head_counts_who_holds_what(people: People) -> None:
    filed(people, Kind.LV_OTHER)
    filed(people, Kind.HV_SINGLE)
    case_at(people, Kind.LV_SMALL, State.PERMITS)
    do(people, filed(people, Kind.LV_SMALL), "accept")
    counts = Page(listed(people["manager"])).tree.xpath("//li[a]/strong/text()")
    # Of high voltage, the manager's own come first.
    assert counts == ["1", "2", "0", "1", "1", "0"]


def test_an_empty_list_says_why_it_is_empty_and_what_to_do(people: People) -> None:
    assert "td-empty" in listed(people["manager"])
    assert 'href="/work/"' in listed(people["manager"], "/work/?holder=applicant")


@pytest.mark.parametrize("who", ["resident", "planning", "regulator", "administrator"])
def test_other_roles_are_refused(people: People, who: str) -> None:
    assert browser(people[who]).get("/work/").status_code == 403


def test_who_is_not_signed_in_is_asked_to(people: People) -> None:
    answer = browser().get("/work/?holder=supplier")
    assert answer["Location"].startswith("/account/sign-in/?next=/work/")


def statements(user: User, url: str) -> int:
    """How many statements a page takes, the second time: rules and clock are known then."""
    client = browser(user)
    client.get(url)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(url).status_code == 200
    return len(asked)


def test_three_rows_cost_no_more_statements_than_one(people: People) -> None:
    filed(people, Kind.LV_OTHER)
    one = statements(people["manager"], "/work/")
    do(people, filed(people, Kind.HV_SINGLE), "accept")
    case_at(people, Kind.LV_SMALL, State.PERMITS)
    assert statements(people["manager"], "/work/") == one
    assert one <= 12


def test_a_permit_that_waits_for_the_company_comes_to_the_top_with_what_is_to_be_done(
    people: People,
) -> None:
    early = filed(people, Kind.RESIDENTIAL)
    case = case_at(people, Kind.HV_DUAL, State.PERMITS)
    assert numbers(people["manager"]) == [early.number, case.number]
    permit = next(one for one in open_permits(case) if one.state == "received")
    by = people[permit.bureau]
    permit_step(permit=permit, action="accept", by=by)
    permit.refresh_from_db()
    body = PERMIT_BODIES["refuse"]
    permit_step(permit=permit, action="refuse", by=by, body=body)
    row = Page(browser(people["manager"]).get("/work/")).rows()
    assert any(case.number in one and "一项许可未获批准：请准备修改线路" in one for one in row)
    other = filed(people, Kind.HV_SINGLE)
    do(people, other, "accept")
    with_applicant = case_at(people, Kind.HV_SINGLE, State.PLAN_REPLIED)
    found = numbers(people["manager"])
    assert found.index(case.number) < found.index(with_applicant.number)


HOLDERS = ("supplier", "applicant", "government")


@pytest.mark.parametrize("steps", [("request_supplement",), ("accept", "refuse")])
def test_a_case_whose_permit_waits_for_the_company_is_ours_in_row_count_and_filter(
    people: People, steps: tuple[str, ...]
) -> None:
    manager = people["manager"]
    case, other = (case_at(people, Kind.HV_DUAL, State.PERMITS) for _ in range(2))
    for each in (case, other):
        for permit in open_permits(each):
            if permit.state == "awaiting_commitment":
                permit_step(permit=permit, action="commit", by=people["project"])
    permit = next(one for one in open_permits(case) if one.state == "received")
    for action in steps:
        permit.refresh_from_db()
        body = PERMIT_BODIES.get(action)
        permit_step(permit=permit, action=action, by=people[permit.bureau], body=body)
    case.refresh_from_db()
    assert case.holder == "government"  # other bureaus have theirs: the machine and the API say so
    page = Page(listed(manager))
    counts = [int(one) for one in page.tree.xpath("//li[a]/strong/text()")]
    who = {
        row.xpath("string(.//td[contains(@class, 'td-number')])").strip(): [
            " ".join(word.split())
            for word in row.xpath(".//span[@class='td-holder']/text()")
            if word.strip()
        ]
        for row in page.tree.xpath("//tr[.//td[contains(@class, 'td-number')]]")
    }
    assert who == {case.number: ["供电公司", "政府部门"], other.number: ["政府部门"]}
    assert counts == [
        2,
        1,
        0,
        0,
        2,
        0,
    ]  # mine, ours, late, with the applicant, with the bureaus, may be closed
    found = {holder: set(numbers(manager, f"?holder={holder}")) for holder in HOLDERS}
    assert found == {
        "supplier": {case.number}, "applicant": set(), "government": {case.number, other.number},
    }  # fmt: skip


def test_whom_a_case_waits_for_costs_the_list_no_more_statements(people: People) -> None:
    filed(people, Kind.LV_OTHER)
    one = statements(people["manager"], "/work/?holder=supplier")
    case = case_at(people, Kind.HV_DUAL, State.PERMITS)
    permit = next(each for each in open_permits(case) if each.state == "received")
    permit_step(
        permit=permit,
        action="request_supplement",
        by=people[permit.bureau],
        body=PERMIT_BODIES["request_supplement"],
    )
    assert statements(people["manager"], "/work/?holder=supplier") == one <= 12
