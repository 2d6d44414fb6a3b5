"""Every case and permit of one's districts: what is late now, late tomorrow, done in time or late;
each figure and the list that it counts; the search."""

from typing import Any

import pytest

from accounts.models import User
from accounts.roles import Role
from applications.models import Application
from applications.work.search import SEARCHED
from approvals.models import Permit
from ledger.models import Entry
from rules.names import Kind
from tests.builders import do, filed, fresh_address
from tests.oversight.test_late import api, late_handling, late_permits, set_clock
from tests.page import Page
from tests.people import browser, staff

People = dict[str, User]
FIGURES = "/api/v1/oversight/figures/"


def numbers(user: User, query: str) -> list[str]:
    answer = api(user).get(f"/api/v1/oversight/cases/{query}")
    return sorted(row["number"] for row in answer.json()["results"])


def bureaus(user: User, query: str) -> list[str]:
    answer = api(user).get(f"/api/v1/oversight/permits/{query}")
    return sorted(row["bureau"] for row in answer.json()["results"])


def counted(found: list[dict[str, Any]], code: str) -> tuple[int, ...]:
    names = ("late", "late_tomorrow", "done_in_time", "done_late")
    [row] = [row for row in found if row["code"] == code]
    return tuple(row[name] for name in names)


def test_a_case_is_late_tomorrow_on_its_last_day_and_late_after_it(city: People) -> None:
    set_clock("2026-11-02T09:00")
    case, regulator = filed(city, Kind.LV_OTHER), city["regulator"]
    seen = []
    for day in ("2026-11-09", "2026-11-10", "2026-11-11"):
        set_clock(f"{day}T09:00")
        figures = api(regulator).get(FIGURES).json()["cases"]
        counts = {by: counted(figures[by], code) for by, code in (
            ("kind", "lv_other"), ("state", "submitted"), ("district", "510302"),
        )}  # fmt: skip
        assert counts["kind"] == counts["district"] == (*counts["state"][:2], 0, 0)
        listed = [numbers(regulator, f"?show={show}") == [case.number] for show in (
            "late", "tomorrow",
        )]  # fmt: skip
        seen.append((counts["kind"][:2], listed))
    assert seen == [
        ((0, 0), [False, False]), ((0, 1), [False, True]), ((1, 0), [True, False]),
    ]  # fmt: skip


def test_permits_done_late_and_in_time_are_counted_by_their_bureaus(city: People) -> None:
    late_permits(city)
    regulator, lead = city["regulator"], city["district-lead"]
    found = api(regulator).get(FIGURES).json()["permits"]
    assert {row["code"]: counted(found["bureau"], row["code"]) for row in found["bureau"]} == {
        "planning": (1, 0, 0, 0),
        "police": (0, 0, 0, 1),
        "housing": (0, 0, 0, 1),
        "transport": (0, 0, 0, 0),
        "city-management": (0, 0, 0, 1),
    }
    assert bureaus(regulator, "") == bureaus(regulator, "?show=late") == ["planning"]
    assert bureaus(regulator, "?show=done_late&bureau=housing") == ["housing"]
    assert bureaus(regulator, "?show=in_time") == bureaus(regulator, "?show=supplier") == []
    assert len(bureaus(lead, "?show=all")) == Permit.objects.count()
    set_clock("2026-12-31T09:00")
    assert bureaus(regulator, "?show=done_late") == []
    assert len(bureaus(regulator, "?show=done_late&days=90")) == 3


def test_every_figure_leads_to_the_list_that_it_counts(city: People) -> None:
    late_permits(city)
    late_handling(city)
    client = browser(city["regulator"])
    tables = client.get("/oversight/figures/").context["tables"]
    links = [cell for table in tables for row in table["rows"] for cell in row[1:]]
    shown = {cell["url"]: cell["text"] for cell in links if cell["text"] != "0"}
    assert len(shown) > 6
    for url, text in shown.items():
        assert (url, len(client.get(url).context["rows"])) == (url, int(text))


def test_who_watches_one_district_finds_nothing_of_another(city: People) -> None:
    here, there = late_handling(city), late_handling(city, "510321")
    lead = staff(Role.DISTRICT_LEAD, username="local", district="510302")
    assert numbers(lead, "?show=all") == [here.number]
    assert numbers(lead, "?show=all&district=510321") == []
    assert numbers(city["regulator"], "?show=all") == sorted([here.number, there.number])
    figures = api(lead).get(f"{FIGURES}?district=510321").json()
    assert (figures["cases"]["district"], counted(figures["cases"]["kind"], "lv_other")) == (
        [], (0, 0, 0, 0),
    )  # fmt: skip
    page = browser(lead).get(f"/oversight/cases/?q={there.number}")
    assert list(page.context["rows"]) == []


def test_an_on_time_case_is_found_by_number_name_and_phone(city: People) -> None:
    set_clock("2026-11-02T09:00")
    case = filed(city, Kind.LV_OTHER, address={"district": "510302", "line": fresh_address()})
    client = browser(city["regulator"])
    answer = client.get(f"/oversight/cases/?q={case.number.lower()}")
    assert answer["Location"] == f"/oversight/cases/{case.number}/"
    body = {"name": case.applicant_name, "phone": case.phone}
    page = client.post("/oversight/search/", body)
    assert [row.number for row in page.context["rows"]] == [case.number]
    assert case.applicant_name not in Page(page).text.replace("value", "")
    found = api(city["lead-agency"]).post(
        "/api/v1/applications/search/", body, content_type="application/json"
    )
    assert [row["number"] for row in found.json()["results"]] == [case.number]
    looked = Entry.objects.filter(type=SEARCHED).order_by("id")
    assert [entry.actor_role for entry in looked] == ["regulator", "lead_agency"]


def test_a_home_has_a_target_and_is_counted_by_its_mean_alone(city: People) -> None:
    set_clock("2026-11-02T09:00")
    home = filed(city, Kind.RESIDENTIAL)
    do(city, home, "accept")
    set_clock("2026-11-20T09:00")
    found = api(city["regulator"]).get(FIGURES).json()["cases"]
    assert "residential" not in [row["code"] for row in found["kind"]]
    assert numbers(city["regulator"], "?show=late") == []
    assert numbers(city["regulator"], "?kind=residential") == [
        Application.objects.get(pk=home.pk).number
    ]


@pytest.mark.parametrize("who", ["manager", "planning", "resident"])
def test_nobody_else_opens_them(city: People, who: str) -> None:
    paths = ("figures/", "cases/", "permits/")
    assert {api(city[who]).get(f"/api/v1/oversight/{path}").status_code for path in paths} == {403}
