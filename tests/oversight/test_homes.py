"""Homes against their target: the mean, what it does not count yet, and the list of these."""

from datetime import date
from decimal import Decimal

import pytest

from accounts.models import User
from applications.models import Application
from applications.states import State
from oversight.homes import Average, averages, days_of
from rules.names import Kind
from rules.registry import calendar
from tests.builders import case_at, do, filed, fresh_address
from tests.oversight.test_late import api, read, rows, set_clock
from tests.people import browser

People = dict[str, User]
HOMES = "/api/v1/oversight/homes/"


def quick_and_slow(people: People) -> tuple[Application, Application]:
    """Both filed on Monday 2 November 2026; one has power on the 3rd, the other is open still."""
    set_clock("2026-11-02T09:00")
    slow = filed(people, Kind.RESIDENTIAL)
    quick = case_at(people, Kind.RESIDENTIAL, State.WORKS)
    set_clock("2026-11-03T09:00")
    do(people, quick, "energise")
    for action in ("accept", "sign_contract"):
        do(people, slow, action)
    return quick, slow


def test_the_mean_is_of_a_period_and_none_is_no_zero(city: People) -> None:
    quick_and_slow(city)
    starts, one = [date(2026, 11, 1), date(2026, 11, 4)], Decimal("1.00")

    def means(districts: set[str] | None) -> list[Average]:
        found = days_of(districts, starts)
        return averages(found, starts, date(2026, 11, 3), calendar())

    assert means(None) == [
        Average(date(2026, 11, 1), 1, one, one),
        Average(date(2026, 11, 4), 0, None, one),
    ]
    assert means({"510321"}) == [Average(start, 0, None, None) for start in starts]
    set_clock("2026-12-20T09:00")
    page = read(browser(city["regulator"]).get("/oversight/"))
    assert "无数据" in page or "没有数据" in page


def test_beside_the_mean_stand_the_open_homes_past_their_target(city: People) -> None:
    _quick, slow = quick_and_slow(city)
    client = api(city["regulator"])
    assert client.get(HOMES).json()["past_target"] == 0
    set_clock("2026-11-06T09:00")  # the target day, three working days after, was the 5th
    found = client.get(HOMES).json()
    assert found == {
        "as_of": "2026-11-06",
        "target_days": 3,
        "clause": "方案二(一)",
        "open": 1,
        "past_target": 1,
        "periods": [
            {
                "since": since,
                "energised": 1,
                "mean_days": 1.0,
                "mean_days_if_open_ended_now": 2.5,
            }
            for since in ("2026-10-08", "2026-08-09", "2025-11-07")
        ],
    }
    assert client.get(f"{HOMES}past-target/").json()["results"] == [
        {
            "application": slow.number,
            "district": "510302",
            "filed_on": "2026-11-02",
            "target_on": "2026-11-05",
            "whole_process_days": 4,
            "holder": "supplier",
        }
    ]


def test_the_page_lists_them_and_every_mean_leads_there(city: People) -> None:
    _quick, slow = quick_and_slow(city)
    set_clock("2026-11-06T09:00")
    client = browser(city["regulator"])
    [row] = rows(client.get("/oversight/homes/"))
    assert slow.number in row
    assert "4 个工作日" in row
    for url in ("/oversight/", "/oversight/homes/"):
        table = client.get(url).context["homes"]["rows"]
        assert [(line[2], line[4]["url"], line[5]) for line in table] == [
            ("1.00", "/oversight/homes/", "2.50")
        ] * 3
    assert "没有超过目标的未送电居民" in read(client.get("/oversight/homes/?district=510321"))


def test_a_home_that_was_withdrawn_or_has_power_is_in_no_list(city: People) -> None:
    quick, slow = quick_and_slow(city)
    do(city, slow, "withdraw")
    set_clock("2026-11-30T09:00")
    found = api(city["regulator"]).get(HOMES).json()
    assert (found["open"], found["past_target"]) == (0, 0)
    assert [each["mean_days_if_open_ended_now"] for each in found["periods"]] == [1.0] * 3
    assert quick.number not in read(browser(city["regulator"]).get("/oversight/homes/"))


def test_programs_read_page_by_page_and_by_district(city: People) -> None:
    set_clock("2026-11-02T09:00")
    here = [filed(city, Kind.RESIDENTIAL).number for _ in range(3)]
    address = {"district": "510321", "line": fresh_address()}
    there = filed(city, Kind.RESIDENTIAL, address=address).number
    set_clock("2026-11-09T09:00")
    client, url, found = api(city["regulator"]), f"{HOMES}past-target/?page_size=2", []
    while url:
        page = client.get(url).json()
        found += [row["application"] for row in page["results"]]
        url = page["next"]
    assert found == [*here, there]
    assert client.get(f"{HOMES}?district=510321").json()["open"] == 1
    for path in (HOMES, f"{HOMES}past-target/"):
        wrong = client.get(f"{path}?district=nowhere")
        assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/district")


@pytest.mark.parametrize("who", ["resident", "manager", "planning", "administrator"])
def test_other_roles_are_refused(city: People, who: str) -> None:
    assert browser(city[who]).get("/oversight/homes/").status_code == 403
    assert api(city[who]).get(HOMES).status_code == 403
