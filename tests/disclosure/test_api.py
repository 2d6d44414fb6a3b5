"""The public data for programs: open, cacheable, cursor lists, sources, null for no data."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from rules import registry
from tests.publishing import builders

BASE = "/api/v1/disclosure"
NAMES = ("standards", "fees", "capacity", "outages", "reliability")


def get(path: str, status: int = 200) -> dict[str, Any]:
    answer = Client(headers={"accept-language": "en"}).get(f"{BASE}/{path}")
    assert answer.status_code == status, answer.content.decode()
    body: dict[str, Any] = answer.json()
    return body


@pytest.mark.parametrize("name", NAMES)
def test_everything_is_open_cacheable_and_carries_the_hotlines(
    people: dict[str, User], name: str
) -> None:
    answer = Client().get(f"{BASE}/{name}/")
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "public, max-age=300"
    hotlines = [line["number"] for line in answer.json()["hotlines"]]
    assert hotlines == ["12398", "95598", "96598"]


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_changed_through_the_public_data(people: dict[str, User], name: str) -> None:
    answer = Client().post(f"{BASE}/{name}/", {}, content_type="application/json")
    assert answer.status_code == 405
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("name", ["fees", "capacity", "outages/earlier"])
def test_an_empty_list_says_why(people: dict[str, User], name: str) -> None:
    body = get(f"{name}/")
    assert (body["results"], body["next"], body["previous"], body["published"]) == (
        [],
        None,
        None,
        None,
    )
    assert body["empty"]


def test_a_fee_is_given_with_basis_source_range_and_publication(lead: User) -> None:
    made = builders.published("fees", builders.fees("2026-01-01", "2026-12-31"), lead)
    body = get("fees/")
    assert body["results"] == [
        {
            "code": "HR-10",
            "item": "High-reliability supply charge",
            "payer": "New two-source customers",
            "kinds": "hv_single;hv_dual",
            "purposes": None,
            "payees": None,
            "unit": "CNY/kVA",
            "rate": 12.5,
            "nature": "market",
            "legal_basis": "Order 1",
            "from_date": "2026-01-01",
            "until_date": "2026-12-31",
            "note": None,
            "source": builders.SOURCE,
            "publication": made.number,
        }
    ]
    assert body["free_kinds"] == ["lv_small", "residential"]
    assert (body["published"]["number"], body["empty"]) == (1, None)


@pytest.mark.parametrize(
    ("day", "count"), [("2025-12-31", 0), ("2026-01-01", 1), ("2026-12-31", 1), ("2027-01-01", 0)]
)
def test_fees_in_force_on_a_day(lead: User, day: str, count: int) -> None:
    builders.published("fees", builders.fees("2026-01-01", "2026-12-31"), lead)
    assert len(get(f"fees/?on={day}")["results"]) == count


def test_a_day_that_is_none_is_refused_with_its_pointer(people: dict[str, User]) -> None:
    for name in ("fees", "standards"):
        body = get(f"{name}/?on=soon", 422)
        assert body["errors"] == [{"pointer": "/on", "reason": "Is not a date such as 2026-11-23."}]


def test_lists_go_on_by_cursor(lead: User) -> None:
    text = builders.capacity("S00")
    text += "".join(builders.capacity(f"S{n:02}").splitlines()[1] + "\n" for n in range(1, 35))
    builders.published("capacity", text, lead)
    first = get("capacity/")
    assert len(first["results"]) == 30
    second = Client().get(first["next"]).json()
    assert [row["code"] for row in second["results"]] == [f"S{n}-1" for n in range(30, 35)]
    assert second["next"] is None


def test_an_outage_carries_its_announcement_and_regulation(lead: User) -> None:
    text = builders.outage("S-1", kind="safety", excluded="yes", regulation="Fire code 5")
    made = builders.published("outages", text, lead)
    [row] = get("outages/earlier/?district=510302")["results"]
    announced = datetime.fromisoformat(row["announced_at"])
    assert abs(announced - made.published_at) < timedelta(milliseconds=1)
    assert (row["excluded_by_policy"], row["regulation"], row["started_at"]) == (
        True,
        "Fire code 5",
        "2026-11-01T08:00:00+08:00",
    )
    assert get("outages/earlier/?district=510303")["results"] == []


def test_figures_are_null_without_data_and_zero_without_outages(lead: User) -> None:
    assert get("reliability/")["year"] is None
    builders.published("customers", builders.customers(2025), lead)
    body = get("reliability/?year=2025")
    urban = {row["district"]: row for row in body["figures"] if row["area_class"] == "urban"}
    assert urban["510302"]["by_plan"] == {
        "saidi_hours": 0,
        "saidi_minutes": 0,
        "saifi": 0,
        "caidi_hours": None,
        "caidi_minutes": None,
        "asai": 1,
        "maifi": 0,
        "saidi_hours_as_recorded": 0,
    }
    assert urban["510321"]["by_plan"] == dict.fromkeys(urban["510302"]["by_plan"])
    assert (urban[None]["districts_without_data"], urban[None]["limit_hours"]) == (6, 5)
    assert get("reliability/?year=1999", 404)["status"] == 404


def test_the_standards_of_a_day_are_the_policy_of_that_day(people: dict[str, User]) -> None:
    book = registry.current()
    body = get("standards/?on=2022-06-01")
    assert (body["rules_version"], body["from"], body["until"]) == (
        book.version,
        "2021-04-30",
        "2022-12-30",
    )
    limits = {kind["kind"]: kind["limit"]["days"] for kind in body["kinds"]}
    assert limits == {
        "residential": 3, "lv_small": 10, "lv_other": 6, "hv_single": 16, "hv_dual": 30,
    }  # fmt: skip
    permits = [permit["permit"] for permit in body["permits"]]
    assert permits == [permit.code for permit in book.city.permits]
    assert {row["trust"] for row in body["not_adopted"]} <= {"S", "U", "V"}
    dual = next(kind for kind in body["kinds"] if kind["kind"] == "hv_dual")
    assert [d["requirement"] for d in dual["documents"] if d["stage"] == "design_review"] == [
        "design_qualification",
        "design",
    ]


def test_what_is_committed_to_is_public_with_the_version_of_the_rules(
    people: dict[str, User],
) -> None:
    body = get("standards/")
    found = {each["permit"]: [row["condition"] for row in each["conditions"]]
             for each in body["permits"]}  # fmt: skip
    assert (found["planning"], found["greening"]) == (
        [], ["as_declared", "site_guarded", "greenery_replaced", "may_be_checked"],
    )  # fmt: skip
    page = Client().get("/disclosure/standards/commitments/").content.decode()
    assert (body["rules_version"] in page, "树木按方案移植并养护成活" in page) == (True, True)


def test_a_zone_needs_the_district_of_the_address(people: dict[str, User]) -> None:
    body = get("standards/?district=510302-G", 422)
    assert body["errors"][0]["pointer"] == "/statutory_district"
    assert get("standards/?district=510302-G&statutory_district=510311")["district"] == "510302-G"


def test_before_the_plan_there_are_no_standards(people: dict[str, User]) -> None:
    assert get("standards/?on=2021-04-29", 404)["type"].endswith("not-found")


@pytest.mark.parametrize("name", ["fees", "capacity"])
def test_a_list_asks_the_same_of_one_row_and_of_three(
    lead: User, django_assert_num_queries: DjangoAssertNumQueries, name: str
) -> None:
    makers = {
        "fees": lambda n: builders.fees().replace("HR-10", f"HR-1{n}"),
        "capacity": lambda n: builders.capacity(f"S{n}"),
    }
    builders.published(name, makers[name](1), lead)
    with django_assert_num_queries(3):  # The first counts who asks how often.
        get(f"{name}/")
    builders.published(name, makers[name](2) + makers[name](3).splitlines()[1], lead)
    with django_assert_num_queries(3):
        get(f"{name}/")


@pytest.mark.parametrize("name", ["standards/", "fees/", "outages/", "standards.csv", "fees.csv"])
def test_data_is_not_sent_again_to_who_has_it(people: dict[str, User], name: str) -> None:
    mark = Client().get(f"{BASE}/{name}")["ETag"]
    again = Client().get(f"{BASE}/{name}", headers={"If-None-Match": mark})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", mark)
