"""Those who watch over time see which rules and calendars were let in, by whom, to what effect."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.actions import issue_token
from accounts.models import User
from accounts.roles import Role
from core.clock import CITY
from deadlines.sweep import sweep
from ledger.actions import approval, move_clock
from rules import registry
from rules.models import CalendarVersion, RulesVersion
from rules.names import Kind
from tests.builders import filed
from tests.calendars import day_off, load, of_2027, read_calendars
from tests.page import Page
from tests.people import browser, open_demonstration, staff

PAGE, API = "/oversight/rules/", "/api/v1/oversight/rules/"
People = dict[str, User]


@pytest.fixture
def people(with_people: None, committed_db: str) -> Iterator[People]:
    registry.forget()
    found = open_demonstration()
    offset = datetime(2026, 11, 2, 10, tzinfo=CITY) - timezone.now()
    move_clock(offset=offset)
    yield found
    registry.forget()
    connections["owner"].close()


def rows(answer: object) -> list[str]:
    """The rows of the first table as they read."""
    return Page(answer).rows()


def api(user: User) -> Client:
    token, _row = issue_token(user=user, life=timedelta(hours=1), second_factor=True)
    return Client(headers={"Authorization": f"Bearer {token}"})


def test_the_page_says_when_what_who_why_and_how_many_last_days_moved(people: People) -> None:
    filed(people, Kind.LV_OTHER)
    filed(people, Kind.LV_OTHER)
    texts = day_off(read_calendars(), "2026-11-04")
    load(texts, approval(people["regulator"].username, "更正"))
    sweep()
    new = of_2027(texts)
    load(new)
    sweep()
    labels = list(CalendarVersion.objects.order_by("-id").values_list("label", flat=True))
    page = browser(people["regulator"]).get(PAGE)
    shown = [re.sub(r"^.*?10:00 ", "", row) for row in rows(page)]
    assert shown[:2] == [
        f"国务院办公厅关于2027年部分节假日安排的通知 系统 – 0 0 {labels[0]}",
        f"国务院办公厅关于2026年部分节假日安排的通知 监管部门 更正 2 0 {labels[1]}",
    ]
    assert "记录启用之前 – 0 0" in shown[2]


def test_programs_read_the_same(people: People) -> None:
    filed(people, Kind.LV_OTHER)
    load(day_off(read_calendars(), "2026-11-04"), approval(people["regulator"].username, "更正"))
    sweep()
    new, old = CalendarVersion.objects.order_by("-id")
    answer = api(people["regulator"]).get(API, headers={"Accept-Language": "en"}).json()
    assert answer["next"] is None
    first, second = answer["results"]
    assert first.pop("loaded_at").startswith("2026-11-02T10:00")
    assert first == {
        "version": new.label,
        "hash": new.hash,
        "changes": ["State Council General Office notice on holidays in 2026"],
        "reason": "更正",
        "approved_role": "regulator",
        "entry": new.entry,
        "clocks_moved": 1,
        "clocks_made_final": 0,
    }
    assert (second["version"], second["entry"], second["approved_role"]) == (old.label, None, None)
    [rules] = api(people["regulator"]).get(f"{API}?of=rules").json()["results"]
    assert rules["version"] == RulesVersion.objects.get().label
    refused = api(people["regulator"]).get(f"{API}?of=weather")
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/of")


def test_the_rules_are_listed_too(people: People) -> None:
    page = browser(people["regulator"]).get(f"{PAGE}?of=rules")
    [row] = rows(page)
    assert RulesVersion.objects.get().label in row
    assert "最后一天有变的时限" not in page.content.decode()


def test_only_those_who_watch_over_time_may_read_it(people: People) -> None:
    assert browser(people["manager"]).get(PAGE).status_code == 403
    assert api(people["manager"]).get(API).status_code == 403
    leader = staff(Role.DISTRICT_LEAD, district="510302")
    assert browser(leader).get(PAGE).status_code == 200


def test_the_page_costs_the_same_for_one_version_and_for_three(people: People) -> None:
    watching = browser(people["regulator"])

    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            assert watching.get(PAGE).status_code == 200
        return len(found)

    asked()
    texts = day_off(read_calendars(), "2026-11-04")
    load(texts)
    one = asked()
    load(day_off(texts, "2026-11-05", "再"))
    load(of_2027(texts))
    assert asked() == one


def test_the_public_page_names_the_calendar_in_force(people: People) -> None:
    table = load(of_2027(read_calendars()))
    page = Client().get("/disclosure/standards/").content.decode()
    assert f"工作日按日历 {table.version} 计算，放假安排已公布至 2027" in page
    standards = Client().get("/api/v1/disclosure/standards/").json()
    assert standards["calendar_version"] == table.version
