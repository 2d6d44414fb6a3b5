"""The figures of a period on the page, as file and in the API, and the way down to what they are
made of."""

import csv
from io import StringIO
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from reliability.indices import counting
from tests.publishing import builders
from tests.reliability.recording import correct, recorded

API = "/api/v1/disclosure/reliability/"
CUSTOMERS = (
    "year,district,area_class,level,from_date,customers,complete_until\n"
    "2025,510302,urban,medium,,10000,2025-12-31\n"
)
#: facts.md 4.3: minutes and customers.
VECTOR = [(120, 400), (45, 1200), (180, 300), (15, 2500), (90, 600)]


def get(path: str, status: int = 200) -> Any:
    answer = Client(headers={"accept-language": "en"}).get(path)
    assert answer.status_code == status, answer.content.decode()
    return answer.json()


def english(path: str) -> Any:
    reader = Client()
    reader.cookies["django_language"] = "en"
    return reader.get(path)


@pytest.fixture
def vector(lead: User) -> User:
    """The outages of facts.md 4.3 as somebody publishes them."""
    builders.published("customers", CUSTOMERS, lead)
    head = builders.outage().splitlines()[0]
    rows = [
        builders.outage(
            f"V-{hour}", kind="fault", off=f"2025-03-01 {hour:02}:00",
            on=f"2025-03-01 {hour + minutes // 60:02}:{minutes % 60:02}", customers=customers,
        ).splitlines()[1].replace("2026-11-01 08:00,2026-11-01 12:00", ",")
        for hour, (minutes, customers) in zip(range(1, 20, 4), VECTOR, strict=True)
    ]  # fmt: skip
    builders.published("outages", "\n".join([head, *rows]), lead)
    return lead


def of(body: Any, district: str | None, area_class: str | None) -> Any:
    [found] = [
        row
        for row in body["figures"]
        if (row["district"], row["area_class"]) == (district, area_class)
    ]
    return found


def test_the_worked_example_comes_out_to_the_last_digit(vector: User) -> None:
    found = of(get(f"{API}?year=2025"), "510302", "urban")
    assert (
        found["all"]
        == found["by_plan"]
        == {
            "saidi_hours": 0.4125,
            "saidi_minutes": 24.75,
            "saifi": 0.5,
            "caidi_hours": 0.825,
            "caidi_minutes": 49.5,
            "asai": 0.999953,
            "maifi": 0,
            "saidi_hours_as_recorded": 0.4125,
        }
    )
    assert (found["interruptions"], found["customers"]) == (5, 10_000)
    assert (found["outcome"], found["met"], found["forecast"]) == ("met", True, None)
    # All of that level lies in one district and class.
    whole = of(get(f"{API}?year=2025"), None, None)
    assert (whole["all"], whole["limit_hours"]) == (found["all"], None)


def test_a_month_has_its_own_hours_and_no_target(vector: User) -> None:
    march = of(get(f"{API}?year=2025&month=3&level=medium"), "510302", "urban")
    assert (march["all"]["saidi_hours"], march["all"]["asai"]) == (0.4125, 0.999446)
    assert (march["covered_from"], march["covered_until"]) == ("2025-03-01", "2025-03-31")
    assert (march["limit_hours"], march["outcome"]) == (None, None)
    april = of(get(f"{API}?year=2025&month=4"), "510302", "urban")
    assert (april["all"]["saidi_hours"], april["all"]["caidi_hours"]) == (0, None)


def test_the_rows_below_a_figure_add_up_to_it(vector: User) -> None:
    outage = recorded("O-1", "2025-05-01 08:00", "2025-05-01 10:00", {"T1": 100}, line="L7")
    correct(outage, "2025-05-01 07:30", "2025-05-01 10:00")
    counting.run()
    found = of(get(f"{API}?year=2025"), "510302", "urban")
    rows = get(f"{API}interruptions/?year=2025&district=510302&area_class=urban&level=medium")
    hours = sum(row["customer_hours"] for row in rows["results"])
    assert hours / 10_000 == pytest.approx(found["all"]["saidi_hours"])
    newest = rows["results"][0]
    assert newest == {
        "outages": ["O-1"],
        "kind": "fault",
        "day": "2025-05-01",
        "district": "510302",
        "area_class": "urban",
        "level": "medium",
        "line": "L7",
        "begun_at": "2025-05-01T07:30:00+08:00",
        "ended_at": "2025-05-01T10:00:00+08:00",
        "customers": 100,
        "customers_by_plan": 100,
        "customer_hours": 250.0,
        "customer_hours_by_plan": 250.0,
        "customer_hours_as_recorded": 200.0,
        "momentary": False,
        "corrected": True,
    }
    assert found["corrected"] == 1


def test_a_line_leads_to_its_interruptions(vector: User) -> None:
    recorded("O-1", "2025-05-01 08:00", "2025-05-01 10:00", {"T1": 100}, line="L7")
    recorded("O-2", "2025-05-02 08:00", "2025-05-02 09:00", {"T9": 40}, line="L8")
    counting.run()
    [first, second] = get(f"{API}lines/?year=2025")["results"]
    assert second["line"] == "L8"
    assert first == {
        "line": "L7",
        "level": "medium",
        "customers": None,
        "interruptions": 1,
        "customers_interrupted": 100,
        "customer_hours": 200,
        "customer_hours_by_plan": 200,
        "saidi_hours": None,
        "saidi_hours_by_plan": None,
        "saifi": None,
        "caidi_hours": 2,
    }
    mine = get(f"{API}interruptions/?year=2025&line=L7")["results"]
    assert [row["outages"] for row in mine] == [["O-1"]]
    page = english("/disclosure/reliability/lines/")
    assert "line=L7" in page.content.decode()


@pytest.mark.parametrize(
    ("path", "name"), [("interruptions", "line=L7&page_size=1"), ("lines", "page_size=1")]
)
def test_lists_go_on_by_cursor(vector: User, path: str, name: str) -> None:
    for number in (1, 2, 3):
        line = "L7" if path == "interruptions" else f"L{number}"
        recorded(f"O-{number}", f"2025-05-0{number} 08:00", f"2025-05-0{number} 09:00",
                 {f"T{number}": 10}, line=line)  # fmt: skip
    counting.run()
    seen, address = [], f"{API}{path}/?year=2025&{name}"
    while address:
        body = get(address)
        seen += body["results"]
        address = body["next"]
    assert len(seen) == 3
    assert len({str(row) for row in seen}) == 3


@pytest.mark.parametrize(
    ("address", "queries"),
    [
        ("/disclosure/reliability/interruptions/", 5),
        ("/disclosure/reliability/lines/", 6),
        (f"{API}interruptions/", 5),
        (f"{API}lines/", 6),
        (API, 10),
    ],
)
def test_a_list_asks_the_same_of_one_row_and_of_three(
    lead: User, django_assert_num_queries: DjangoAssertNumQueries, address: str, queries: int
) -> None:
    builders.published("customers", CUSTOMERS, lead)
    reader = Client()
    # What a process reads once.
    reader.get("/disclosure/reliability/")
    for numbers in ((1,), (2, 3)):
        for each in numbers:
            recorded(f"O-{each}", f"2025-05-0{each} 08:00", f"2025-05-0{each} 09:00",
                     {f"T{each}": 10}, line=f"L{each}")  # fmt: skip
        counting.run()
        with django_assert_num_queries(queries):
            assert reader.get(f"{address}?year=2025").status_code == 200


@pytest.mark.parametrize(
    "wrong",
    ["month=13", "month=x", "district=999999", "area_class=x", "level=high", f"line={'L' * 99}"],
)
def test_what_does_not_exist_is_refused_by_name(vector: User, wrong: str) -> None:
    name = wrong.partition("=")[0]
    for address in (API, f"{API}interruptions/", f"{API}lines/", f"{API}plots/"):
        body = get(f"{address}?year=2025&{wrong}", 422)
        assert [error["pointer"] for error in body["errors"]] == [f"/{name}"]
    page = Client().get(f"/disclosure/reliability/?year=2025&{wrong}")
    assert page.status_code == 422


def test_the_file_has_what_the_page_has(vector: User) -> None:
    answer = Client().get("/api/v1/disclosure/reliability.csv?year=2025&month=3")
    rows = list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig"))))
    [urban] = [row for row in rows if (row["district"], row["area_class"]) == ("510302", "urban")]
    expected = {
        "year": "2025", "month": "3", "customers": "10000", "interruptions": "5",
        "saidi_all_hours": "0.412500", "saifi_policy": "0.500000", "caidi_all_hours": "0.825000",
        "saidi_all_ordinary_hours": "0.412500", "maifi_all": "0.000000", "outcome": "", "met": "",
    }  # fmt: skip
    assert {name: urban[name] for name in expected} == expected


def test_the_plots_are_published_with_their_data(vector: User) -> None:
    classes, months = get(f"{API}plots/?year=2025")
    assert (classes["of"], months["of"], classes["level"]) == ("classes", "months", "medium")
    values = classes["specification"]["data"]["values"]
    urban = [value["hours"] for value in values if value["what"] == "Urban"]
    rural = [value["hours"] for value in values if value["what"] == "Rural"]
    assert (urban, rural) == ([0.4125, 0.0], [None, None])
    page = Client().get("/disclosure/reliability/").content.decode()
    assert page.count('<svg role="img" aria-label=') == 2
    assert "<script" not in page[page.index("<svg role") : page.rindex("</svg>")]


def test_a_year_that_is_not_counted_yet_says_so(vector: User) -> None:
    from reliability.indices.models import Count

    Count.objects.update(at=None)
    page = english("/disclosure/reliability/?year=2025")
    assert "The outages are being counted" in page.content.decode()
    assert get(f"{API}?year=2025")["figures"] == []
