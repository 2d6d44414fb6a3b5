"""What those who watch over time see: the list of what is late, its counts, its file, its API."""

import csv
import io
import re
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.actions import issue_token
from accounts.models import User
from accounts.roles import Role
from applications.models import Application
from applications.states import State
from approvals.models import Permit
from core.clock import CITY
from deadlines.sweep import sweep
from ledger.actions import move_clock
from rules.names import Kind
from tests.builders import (
    case_at,
    do,
    filed,
    fresh_address,
    open_permits,
    permit_step,
    post_works,
)
from tests.page import Page
from tests.people import browser, staff
from tools.scenarios import SHORT_LINE

People = dict[str, User]


def set_clock(text: str) -> None:
    """Move the demonstration's clock to an instant in the city."""
    move_clock(offset=datetime.fromisoformat(text).replace(tzinfo=CITY) - timezone.now())


def late_handling(people: People, district: str = "510302") -> Application:
    """A case whose six working days were over on 10 November 2026 and that was accepted then."""
    set_clock("2026-11-02T09:00")
    address = {"district": district, "line": fresh_address()}
    case = filed(people, Kind.LV_OTHER, address=address)
    set_clock("2026-11-16T09:00")
    sweep()
    return case


def late_permits(people: People) -> Application:
    """A case of whose four permits, all in review, three were decided late and one is open."""
    set_clock("2026-11-02T09:00")
    case = case_at(people, Kind.HV_SINGLE, State.PERMITS)
    for permit in Permit.objects.filter(case_ref=case.ref):
        permit_step(permit=permit, action="accept", by=people[permit.bureau], body={})
    set_clock("2026-11-16T09:00")
    sweep()
    for permit in Permit.objects.filter(case_ref=case.ref).exclude(permit="planning"):
        permit_step(permit=permit, action="grant", by=people[permit.bureau], body={})
    return case


def read(answer: object) -> str:
    return Page(answer).text


def rows(answer: object) -> list[str]:
    """The rows of the first table as they read."""
    return Page(answer).rows()


def api(user: User) -> Client:
    token, _row = issue_token(user=user, life=timedelta(hours=1), second_factor=True)
    return Client(headers={"Authorization": f"Bearer {token}"})


@pytest.mark.parametrize("who", ["regulator", "lead-agency", "digital", "district-lead"])
def test_who_watches_sees_each_passed_limit_with_who_answers_for_it(city: People, who: str) -> None:
    case = late_handling(city)
    [row] = rows(browser(city[who]).get("/oversight/"))
    assert case.number in row
    assert "供电公司" in row
    assert "自流井区" in row
    assert "11月10日" in row.replace(" ", "")
    assert "11月11日" in row.replace(" ", "")


def test_the_newest_breach_stands_on_top_and_permits_name_their_bureaus(city: People) -> None:
    case = late_permits(city)
    handling = late_handling(city)
    found = rows(browser(city["regulator"]).get("/oversight/"))
    assert handling.number in found[0]
    assert all(case.number in row for row in found[1:])
    assert [len([row for row in found if bureau in row]) for bureau in ("规划局", "公安局")] == [
        1,
        1,
    ]


def test_filters_narrow_by_district_and_by_party(city: People) -> None:
    here, there = late_handling(city), late_handling(city, "510321")
    permits = late_permits(city)
    client = browser(city["regulator"])
    assert [there.number in row for row in rows(client.get("/oversight/?district=510321"))] == [
        True
    ]
    company = rows(client.get("/oversight/?party=supplier"))
    assert sorted(number for row in company for number in re.findall(r"ZG\d+", row)) == sorted(
        [here.number, there.number]
    )
    assert [permits.number in row for row in rows(client.get("/oversight/?party=housing"))] == [
        True
    ]
    assert "td-empty" in client.get("/oversight/?party=transport").content.decode()


def test_the_counts_tell_open_from_ended_by_party(city: People) -> None:
    late_permits(city)
    late_handling(city)
    answer = browser(city["regulator"]).get("/oversight/")
    assert {cell["text"]: count for cell, count in _pairs(answer.context["counts"]["rows"])} == {
        "供电公司": ("1", "1"),
        "自贡市自然资源和规划局": ("1", "1"),
        "自贡市住房和城乡建设局": ("0", "1"),
        "自贡市公安局（交通管理）": ("0", "1"),
        "自贡市交通运输局": ("0", "0"),
        "自贡市城市管理行政执法局": ("0", "1"),
        "并联审批各部门": ("1", "1"),
        "用电人": ("0", "0"),
    }


def reviews_granted(people: People, case: Application) -> None:
    for permit in open_permits(case):
        if permit.route == "review":
            for action in ("accept", "grant"):
                permit_step(permit=permit, action=action, by=people[permit.bureau], body={})


def late_commitments(people: People) -> Application:
    """A set that is due on Friday 6 November: the bureaus decide on Monday the 9th, and the
    company's commitments are awaited from then on."""
    set_clock("2026-11-02T09:00")
    case = case_at(people, Kind.HV_SINGLE, State.PLAN_CONFIRMED)
    case = post_works(people, case, SHORT_LINE)
    set_clock("2026-11-09T10:00")
    reviews_granted(people, case)
    set_clock("2026-11-16T09:00")
    sweep()
    return case


def late_row(user: User, clock: str, query: str = "") -> list[dict[str, object]]:
    answer = api(user).get(f"/api/v1/oversight/late/{query}").json()["results"]
    return [
        {name: row[name] for name in ("party", "awaited", "days_late")}
        for row in answer
        if row["clock"] == clock
    ]


def test_a_set_that_waits_for_the_company_is_not_the_bureaus_delay(city: People) -> None:
    case = late_commitments(city)
    regulator = city["regulator"]
    # Saturday the 7th to Monday the 9th waited for the bureaus, the 10th to the 16th for us.
    awaited = [{"party": "set", "days": 3}, {"party": "supplier", "days": 7}]
    wanted = [{"party": "supplier", "awaited": awaited, "days_late": 10}]
    assert late_row(regulator, "set") == wanted
    assert late_row(regulator, "set", "?party=supplier") == wanted
    assert late_row(regulator, "set", "?party=set") == wanted
    assert late_row(regulator, "set", "?party=applicant") == []
    page = browser(regulator).get("/oversight/")
    counted = {cell["text"]: count for cell, count in _pairs(page.context["counts"]["rows"])}
    assert (counted["供电公司"], counted["并联审批各部门"]) == (("1", "1"), ("0", "1"))
    assert [
        case.number in row for row in rows(page) if "并联审批各部门 3 天；供电公司 7 天" in row
    ] == [True]


def test_a_whole_process_that_waits_for_the_customer_is_not_the_companys_delay(
    city: People,
) -> None:
    set_clock("2026-11-02T09:00")
    case = filed(city, Kind.LV_SMALL)
    set_clock("2026-11-13T10:00")  # the last of the seven days was the 11th
    do(city, case, "accept")
    set_clock("2026-11-16T09:00")
    sweep()
    awaited = [{"party": "supplier", "days": 2}, {"party": "applicant", "days": 3}]
    wanted = [{"party": "applicant", "awaited": awaited, "days_late": 5}]
    assert late_row(city["regulator"], "whole_process") == wanted
    assert late_row(city["regulator"], "whole_process", "?party=applicant") == wanted


def test_a_district_lead_sees_his_own_district_only(city: People) -> None:
    here = late_handling(city)
    late_handling(city, "510321")
    local = staff(Role.DISTRICT_LEAD, username="local", district="510302")
    assert [here.number in row for row in rows(browser(local).get("/oversight/"))] == [True]


@pytest.mark.parametrize("who", ["resident", "manager", "supply-lead", "planning", "administrator"])
@pytest.mark.parametrize("url", ["/oversight/", "/oversight/late.csv"])
def test_other_roles_are_refused(city: People, who: str, url: str) -> None:
    assert browser(city[who]).get(url).status_code == 403


def test_who_is_not_signed_in_is_asked_to(city: People) -> None:
    assert browser().get("/oversight/")["Location"] == "/account/sign-in/?next=/oversight/"


def test_nothing_late_says_so(city: People) -> None:
    assert "没有超期" in read(browser(city["regulator"]).get("/oversight/"))


def test_the_case_and_the_permit_can_be_read_and_not_changed(city: People) -> None:
    case = late_permits(city)
    client = browser(city["regulator"])
    page = client.get(f"/oversight/cases/{case.number}/")
    assert page.status_code == 200
    assert "<form" not in page.content.decode().partition("<main")[2].partition("</main>")[0]
    assert "138****1234" in read(page)
    permit = Permit.objects.filter(case_ref=case.ref, permit="planning").get()
    answer = client.get(f"/oversight/permits/{permit.pk}/")
    assert (answer.status_code, case.number in read(answer)) == (200, True)
    assert client.get("/oversight/cases/ZG0/").status_code == 404


def test_the_file_has_the_filtered_list_and_nothing_personal(city: People) -> None:
    case = late_handling(city)
    late_permits(city)
    answer = browser(city["regulator"]).get("/oversight/late.csv?party=supplier")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    head, row = csv.reader(io.StringIO(text))
    assert len(head) == len(row)
    assert row[0] == case.number
    assert row[2:6] == ["供电公司", "自流井区", "2026-11-10", "2026-11-11T00:00:00+08:00"]
    assert not [word for word in ("解放路", "1380000", "有限公司") if word in text]


def test_programs_read_the_same_list(city: People) -> None:
    case = late_handling(city)
    answer = api(city["regulator"]).get("/api/v1/oversight/late/?party=supplier")
    assert answer.json() == {
        "next": None,
        "previous": None,
        "results": [
            {
                "application": case.number,
                "clock": "handling",
                "step": None,
                "permit": None,
                "permit_id": None,
                "follow_up_id": None,
                "enquiry_id": None,
                "party": "supplier",
                "awaited": [{"party": "supplier", "days": 6}],
                "district": "510302",
                "due_on": "2026-11-10",
                "late_since": "2026-11-11T00:00:00+08:00",
                "ended_at": None,
                "days_late": 6,
            }
        ],
    }


def test_programs_are_refused_in_the_order_of_the_contract(city: People) -> None:
    assert Client().get("/api/v1/oversight/late/").status_code == 401
    assert api(city["manager"]).get("/api/v1/oversight/late/").status_code == 403
    wrong = api(city["regulator"]).get("/api/v1/oversight/late/?party=palace")
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/party")


def test_pages_of_the_api_follow_each_other_though_all_are_late_since_one_midnight(
    city: People,
) -> None:
    set_clock("2026-11-02T09:00")
    wanted = {filed(city, Kind.LV_OTHER).number for _ in range(5)}
    set_clock("2026-11-16T09:00")
    sweep()
    client, url, found = api(city["regulator"]), "/api/v1/oversight/late/?page_size=2", []
    while url:
        page = client.get(url).json()
        found += [row["application"] for row in page["results"]]
        url = page["next"]
    assert (len(found), set(found)) == (5, wanted)


def statements(user: User, url: str) -> int:
    client = browser(user)
    client.get(url)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(url).status_code == 200
    return len(asked)


def test_more_rows_cost_no_more_statements(city: People) -> None:
    late_handling(city)
    one = statements(city["regulator"], "/oversight/")
    late_permits(city)
    assert statements(city["regulator"], "/oversight/") == one + 1  # the permits of the page
    late_handling(city, "510321")
    assert statements(city["regulator"], "/oversight/") == one + 1
    assert one <= 21


def _pairs(table: list[list[object]]) -> list[tuple[dict[str, str], tuple[object, ...]]]:
    return [(row[0], tuple(row[1:])) for row in table]  # type: ignore[misc]
