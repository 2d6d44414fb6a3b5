"""The publicity calendar: the rhythm is the rules', every other day that of published rows; what is
overdue says so to the public and to who watches alike."""

import re
from datetime import date, timedelta
from typing import Any, Final

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from core.clock import months_after
from oversight import publicity
from publishing.models import Kind
from publishing.tables import table_of
from rules.values import PUBLISHED_ANEW
from tests.approvals.test_policies import document
from tests.approvals.test_policies import publish as publish_policies
from tests.deadlines.clocks import set_clock
from tests.page import Page
from tests.people import browser
from tests.publishing import builders
from tests.rules.in_force import let

pytestmark = pytest.mark.django_db

#: Since when the plan is in force, and with it the rhythm.
PLAN: Final = date(2021, 4, 30)


@pytest.fixture
def lead(people: dict[str, User]) -> User:
    set_clock("2026-06-15 09:00")
    return people["supply-lead"]


def english(path: str, who: User | None = None) -> Page:
    client = browser(who)
    client.cookies["django_language"] = "en"
    answer = client.get(path)
    assert answer.status_code == 200, answer.content.decode()
    return Page(answer)


def capacity(code: str, of: str, district: str = "510302") -> str:
    return f"{code},line,Line {code},{district},,10,8000,5000,0,no,,,,{of}\n"


def published(lead: User, *rows: str) -> None:
    builders.published("capacity", builders.CAPACITY + "".join(rows), lead, note="n")


def told() -> list[tuple[str, str, str, str, bool]]:
    """Of the figures of capacity: day, sort, district, day of the oldest, overdue."""
    return [
        (str(each.day), each.sort, ",".join(each.places), str(each.as_of or ""), each.overdue)
        for each in publicity.calendar()
        if each.kind == Kind.CAPACITY
    ]


def test_every_table_with_a_rhythm_says_of_which_day_its_figures_are() -> None:
    assert [
        (name, "data_date" in table_of(name).columns, table_of(name).for_public)
        for name in PUBLISHED_ANEW
    ] == [("capacity", True, True), ("rental", True, True)]


def test_what_was_never_published_is_overdue_since_the_rule_is_in_force(lead: User) -> None:
    assert told() == [(str(PLAN), "due", "", "", True)]


@pytest.mark.parametrize(
    ("of", "now", "due", "late"),
    [
        ("2026-05-15", "2026-06-15 23:59", "2026-06-15", False),
        ("2026-05-15", "2026-06-16 00:00", "2026-06-15", True),
        # A month is the same day of the next one, or its last.
        ("2026-01-31", "2026-02-28 12:00", "2026-02-28", False),
        ("2026-01-31", "2026-03-01 00:10", "2026-02-28", True),
        ("2025-12-31", "2026-01-31 12:00", "2026-01-31", False),
    ],
)
def test_figures_are_overdue_when_the_last_day_is_over(
    lead: User, of: str, now: str, due: str, late: bool
) -> None:
    set_clock(f"{of} 09:00")
    published(lead, capacity("L-1", of))
    set_clock(now)
    assert told() == [(due, "due", "510302", of, late)]


def test_each_district_is_as_old_as_its_oldest_figures(lead: User) -> None:
    published(
        lead, capacity("L-1", "2026-06-01"), capacity("L-2", "2026-05-01"),
        capacity("L-3", "2026-06-10", "510303"),
    )  # fmt: skip
    assert told() == [
        ("2026-06-01", "due", "510302", "2026-05-01", True),
        ("2026-07-10", "due", "510303", "2026-06-10", False),
    ]
    # Publishing one line anew does not make the other one new.
    published(lead, capacity("L-1", "2026-06-14"))
    assert told()[0] == ("2026-06-01", "due", "510302", "2026-05-01", True)
    published(lead, capacity("L-2", "2026-06-14"))
    assert told()[0] == ("2026-07-10", "due", "510303", "2026-06-10", False)
    # Districts whose figures are of one day are one entry.
    published(lead, capacity("L-3", "2026-06-14", "510303"))
    assert told() == [("2026-07-14", "due", "510302,510303", "2026-06-14", False)]


@pytest.mark.parametrize("months", [1, 2, 6])
def test_the_rhythm_is_the_rules(lead: User, monkeypatch: pytest.MonkeyPatch, months: int) -> None:
    let(monkeypatch, "publicity.capacity.months", months)
    published(lead, capacity("L-1", "2026-06-01"))
    assert [row[0] for row in told()] == [str(months_after(date(2026, 6, 1), months))]


def test_what_begins_and_ends_is_told_by_day(lead: User, people: dict[str, User]) -> None:
    publish_policies(
        people["planning-lead"],
        document("规1号", last="2026-06-15"), document("规2号", first="2026-07-01"),
        document("规3号", first="2026-07-01", last="2026-07-31"),
        # Both over.
        document("规4号", last="2026-06-14"), document("规5号", first="2026-06-15"),
    )  # fmt: skip
    builders.published("fees", builders.fees("2026-08-01"), lead)
    assert [
        (str(each.day), each.kind, each.sort, each.rows)
        for each in publicity.calendar()
        if each.sort != "due"
    ] == [
        ("2026-06-15", "policies", "ends", 1),
        ("2026-07-01", "policies", "begins", 2),
        ("2026-07-31", "policies", "ends", 1),
        ("2026-08-01", "fees", "begins", 1),
    ]


def test_public_and_watchers_read_the_same_of_what_is_overdue(
    lead: User, people: dict[str, User]
) -> None:
    published(lead, capacity("L-1", "2026-04-15"))
    public = english("/disclosure/calendar/").text
    for words in (
        "Open capacity (Ziliujing District) New figures are to be published",
        "those of Wed 15 Apr 2026 stand",
        "overdue by 31 days",
        "Plan 3(5)1 (how often, is the city's own choice)",
        # Of the months' notice that the rules ask of prices.
        "A price that is published today takes effect on Wed 15 Jul 2026 at the earliest",
    ):
        assert words in public, words
    words = "Overdue in the publicity calendar: 2 tables or districts"
    for who in ("lead-agency", "regulator", "district-lead"):
        page = english("/oversight/", people[who])
        assert page.link(words) == "/disclosure/calendar/"
    builders.published(
        "capacity", builders.CAPACITY + capacity("L-1", "2026-06-15"), lead, note="n"
    )
    left = "Overdue in the publicity calendar: 1 table or district"
    assert english("/oversight/", people["lead-agency"]).link(left) == "/disclosure/calendar/"


def test_programs_read_it_and_what_was_published_lately(lead: User) -> None:
    published(lead, capacity("L-1", "2026-06-01"))
    body: dict[str, Any] = Client().get("/api/v1/disclosure/calendar/").json()
    assert [each for each in body["entries"] if each["table"] == "capacity"] == [
        {
            "day": "2026-07-01", "table": "capacity", "what": "due", "districts": ["510302"],
            "as_of": "2026-06-01", "rows": 0, "clause": "方案三(五)1", "overdue": False,
        }
    ]  # fmt: skip
    assert [(each["table"], each["number"]) for each in body["published"]] == [("capacity", 1)]
    set_clock("2026-07-17 09:00")
    assert Client().get("/api/v1/disclosure/calendar/").json()["published"] == []


def test_a_calendar_has_whole_days_and_says_what_is_overdue(lead: User) -> None:
    published(lead, capacity("L-1", "2026-04-15"), capacity("L-3", "2026-06-10", "510303"))
    client = Client()
    client.cookies["django_language"] = "en"
    answer = client.get("/disclosure/calendar.ics")
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    text = answer.content.decode().replace("\r\n ", "")
    events = re.findall(r"DTSTART;VALUE=DATE:(\d+)\r\nSUMMARY:([^\r]*)", text)
    assert [(day, words[:24]) for day, words in events if "Open capacity" in words] == [
        ("20260515", "Overdue: Open capacity ("), ("20260710", "Open capacity (Gongjing "),
    ]  # fmt: skip
    assert len(re.findall("UID:[^\r]*", text)) == len(set(re.findall("UID:[^\r]*", text)))


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        # Two for each table in force by day; a file and an answer count who asks how often.
        ("/disclosure/calendar/?x=1", 17), ("/disclosure/calendar.ics", 15),
        ("/api/v1/disclosure/calendar/", 16),
    ],
)  # fmt: skip
def test_it_asks_the_same_of_one_day_and_of_three(
    lead: User, people: dict[str, User], django_assert_num_queries: DjangoAssertNumQueries,
    path: str, asked: int,
) -> None:  # fmt: skip
    published(lead, capacity("L-1", "2026-06-01"))
    publish_policies(people["planning-lead"], document(first="2026-07-01"))
    Client().get(path)
    with django_assert_num_queries(asked):
        Client().get(path)
    published(lead, capacity("L-3", "2026-06-10", "510303"))
    later = date(2026, 7, 1) + timedelta(days=9)
    publish_policies(people["planning-lead"], document("规2号", first=str(later)))
    with django_assert_num_queries(asked):
        Client().get(path)
