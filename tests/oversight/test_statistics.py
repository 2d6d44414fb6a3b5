"""Published figures for those who watch: each count leads to the cases that it counts, and the lead
agency revises what a recount finds different."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from applications.timings.models import Release
from rules.names import Kind
from tests.applications.timings.figures import a_quarter, energised, later
from tests.builders import do, filed
from tests.deadlines.clocks import set_clock
from tests.oversight.test_late import api
from tests.page import Page
from tests.people import browser, staff

People = dict[str, User]
API = "/api/v1/oversight/statistics/2026-03/"


def cells(client: Client, path: str) -> dict[str, int]:
    """By the address that it leads to, each count of a page that is not 0."""
    tables = client.get(path).context["tables"]
    found = [cell for table in tables for row in table["rows"] for cell in row[1:]]
    return {cell["url"]: int(cell["text"]) for cell in found if cell["text"] != "0"}


def test_every_count_leads_to_what_it_counts(city: People) -> None:
    set_clock("2026-03-20 09:00")
    do(city, filed(city, Kind.LV_SMALL), "withdraw")
    a_quarter(city)
    client = browser(city["regulator"])
    shown = cells(client, "/oversight/statistics/?period=2026-03")
    assert {url.rpartition("show=")[2] for url in shown} == {
        "energised", "missed", "still_open", "broken_off", "decided",
    }  # fmt: skip
    for url, count in shown.items():
        page = client.get(url)
        assert (url, page.status_code, len(page.context["rows"])) == (url, 200, count)


def test_the_api_tells_the_same_counts(city: People) -> None:
    a_quarter(city)
    found = api(city["regulator"]).get(API).json()
    counts = {(line["by"], line["code"]): line["counts"] for line in found["lines"]}
    assert counts["kind", "residential"] == {
        "energised": 9, "missed": 3, "still_open": 6, "broken_off": 0,
    }  # fmt: skip
    assert counts["kind", "lv_small"]["missed"] == 1
    assert counts["permit", "planning"] == {"decided": 1, "done_late": 0}
    assert counts["bureau", "planning"] == {"decided": 1, "done_late": 0}
    release = Release.objects.get(period="2026-03")
    assert (found["number"], found["sha256"]) == (1, release.digest)
    for (by, code), counted in counts.items():
        of = "permits" if by in ("bureau", "permit") else "cases"
        for show, count in counted.items():
            query = f"?period=2026-03&{by}={code}&show={show}"
            rows = api(city["regulator"]).get(f"/api/v1/oversight/{of}/{query}").json()["results"]
            assert (query, len(rows)) == (query, count)


def test_who_watches_one_district_counts_that_alone(city: People) -> None:
    a_quarter(city)
    lead = staff(Role.DISTRICT_LEAD, username="local", district="510321")
    found = api(lead).get(API).json()
    counts = {(line["by"], line["code"]): line["counts"] for line in found["lines"]}
    assert [code for by, code in counts if by == "district"] == ["510321"]
    assert counts["kind", "residential"]["energised"] == 3
    other = api(lead).get(f"{API}?district=510302").json()
    assert not any(any(line["counts"].values()) for line in other["lines"])
    assert api(lead).get(f"{API}?district=51").status_code == 422


def test_the_lead_agency_revises_and_the_public_sees_why(city: People) -> None:
    a_quarter(city)
    lead = browser(city["lead-agency"])
    page = Page(lead.get("/oversight/statistics/2026-03/"))
    assert "没有需要更正的内容" in page.text
    energised(city, "2026-03-30", 2)
    later("2026-04-06")
    page = Page(lead.get("/oversight/statistics/2026-03/"))
    form = page.hidden()
    refused = lead.post("/oversight/statistics/2026-03/", {**form, "reason": " "})
    assert (refused.status_code, Release.objects.count()) == (422, 3)
    sent = {**form, "reason": "一件办件计数较晚"}
    for _click in range(2):
        done = lead.post("/oversight/statistics/2026-03/", sent)
        assert done["Location"] == "/oversight/statistics/?period=2026-03"
    revised = Release.objects.get(number=2)
    assert (revised.period, revised.reason) == ("2026-03", "一件办件计数较晚")
    public = Page(Client().get("/disclosure/statistics/?period=2026-03"))
    assert "一件办件计数较晚" in public.text
    changed = Page(Client().get("/disclosure/statistics/2026-03/2/"))
    assert "14" in changed.text


@pytest.mark.parametrize("who", ["regulator", "district-lead", "digital"])
def test_nobody_else_revises(city: People, who: str) -> None:
    a_quarter(city)
    assert browser(city[who]).get("/oversight/statistics/2026-03/").status_code == 403
    sent = api(city[who]).post(f"{API}actions/revise/", {}, content_type="application/json")
    assert sent.status_code == 403
    assert api(city[who]).get(f"{API}recount/").json()["differences"] == []


def test_a_revision_by_a_program(city: People) -> None:
    a_quarter(city)
    lead = api(city["lead-agency"])

    def send(body: Any) -> Any:
        return lead.post(f"{API}actions/revise/", body, content_type="application/json")

    assert (send({}).status_code, send({"reason": "x"}).status_code) == (422, 409)
    energised(city, "2026-03-30", 2)
    later("2026-04-06")
    assert lead.get(f"{API}recount/").json()["differences"][0]["figures"]["count"] == [13, 14]
    made = send({"reason": "Counted late."})
    assert (made.status_code, made.json()["number"]) == (200, 2)
    missing = lead.get("/api/v1/oversight/statistics/2031-01/")
    assert missing.status_code == 404


@pytest.mark.parametrize("period", ["2026-13", "x", "２０２６", "0000"])
def test_a_period_that_is_none_is_refused_at_its_field(city: People, period: str) -> None:
    answer = api(city["regulator"]).get(f"/api/v1/oversight/cases/?period={period}")
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/period")
    page = browser(city["regulator"]).get(f"/oversight/cases/?period={period}")
    assert page.status_code == 422
