"""Planned outages announced too late, and times that cannot be, or hardly."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from accounts.models import User
from core.clock import CITY, city_now, local_date
from publishing import actions
from publishing.preview import preview
from reliability.models import Outage, OutageKind, OutageState
from reliability.tables import short_notice
from tests.publishing import builders

TOO_LATE = (
    "/rows/2 Row 2, column “Why it is announced late”: "
    "This is announced less than 7 days ahead: say why so late."
)


def planned(ahead: int, *, late: str = "", number: str = "P-1") -> str:
    day = local_date(city_now()) + timedelta(days=ahead)
    text = builders.outage(number, off="", on="", late=late)
    return text.replace("2026-11-01", day.isoformat())


@pytest.mark.parametrize(("ahead", "short"), [(6, True), (7, False), (30, False)])
def test_a_plan_announced_too_late_says_why(lead: User, ahead: int, short: bool) -> None:
    if short:
        assert builders.refusals("outages", planned(ahead), lead) == [TOO_LATE]
    builders.published("outages", planned(ahead, late="抢修" if short else ""), lead)
    row = Outage.objects.get()
    assert (row.short_notice, row.short_notice_reason) == (short, "抢修" if short else "")


def test_a_plan_that_is_moved_is_announced_anew(lead: User) -> None:
    builders.published("outages", planned(30), lead)
    assert builders.refusals("outages", planned(2), lead, note="Moved") == [TOO_LATE]


def test_what_is_told_later_of_the_same_plan_is_no_new_announcement(lead: User) -> None:
    builders.published("outages", planned(7), lead)
    row = Outage.objects.get()
    same = {"kind": row.kind, "planned_from": row.planned_from, "district": row.district}
    assert short_notice(same, row, row.planned_from or city_now()) is False


def test_late_announcements_are_shown_and_counted(lead: User) -> None:
    text = planned(2, late="变压器漏油") + planned(9, number="P-2").splitlines()[1]
    builders.published("outages", text, lead)
    answer: Any = Client().get("/api/v1/disclosure/outages/").json()
    assert answer["notice"] == {"planned": 2, "short": 1}
    marks = ("number", "short_notice", "short_notice_reason")
    assert [tuple(row[name] for name in marks) for row in answer["results"]] == [
        ("P-2", False, None),
        ("P-1", True, "变压器漏油"),
    ]
    page = Client().get("/disclosure/outages/").content.decode()
    assert "晚于规定公告的计划停电：2 次中有 1 次" in page
    assert "公告较晚，原因：变压器漏油" in page


@pytest.mark.parametrize(
    ("off", "on", "column"),
    [
        ("2062-11-20 08:00", "", "Power off at"),
        ("2026-11-20 08:00", "2062-11-20 09:00", "Restored at"),
    ],
)
def test_nothing_is_reported_before_it_happens(lead: User, off: str, on: str, column: str) -> None:
    text = builders.outage(kind="fault", off=off, on=on)
    assert builders.refusals("outages", text, lead) == [
        f"/rows/2 Row 2, column “{column}”: Is in the future: only what has happened is reported."
    ]


def test_a_year_that_may_be_wrong_is_asked_about(lead: User) -> None:
    text = builders.outage(kind="fault", off="1926-11-20 08:00")
    draft = actions.begin(kind="outages", by=lead, text=text, source="s")
    with override("en"):
        assert [each.text for each in preview(draft=draft, by=lead).questions] == [
            "Row 2, column “Power off at”: Is more than 1096 days from today."
        ]
    assert builders.refusals("outages", text, lead) == [
        "/sure Look at what is asked below, and say that it is right."
    ]
    assert actions.publish(draft=draft, by=lead, sure=True).added == 1


@pytest.mark.parametrize(
    ("from_hour", "until_hour", "off", "on", "state"),
    [
        (13, 15, None, None, OutageState.ANNOUNCED),
        (11, 13, None, None, OutageState.DUE),
        (9, 12, None, None, OutageState.PASSED),
        (9, 11, 9, None, OutageState.OFF),
        (9, 11, 9, 11, OutageState.RESTORED),
        (9, 11, 9, 13, OutageState.OFF),
        (13, 15, 13, None, OutageState.ANNOUNCED),
    ],
)
def test_the_state_is_what_the_times_say_at_noon(
    from_hour: int, until_hour: int, off: int | None, on: int | None, state: OutageState
) -> None:
    def at(hour: int | None) -> datetime | None:
        day = date(2026, 11, 20)
        return hour and datetime(day.year, day.month, day.day, hour, tzinfo=CITY)  # type: ignore[return-value]

    row = Outage(
        kind=OutageKind.PLANNED, planned_from=at(from_hour), planned_until=at(until_hour),
        started_at=at(off), restored_at=at(on),
    )  # fmt: skip
    assert row.state(datetime(2026, 11, 20, 12, tzinfo=CITY)) == state
