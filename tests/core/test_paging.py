"""Lists by cursor: every row once, in order, at the same cost on every page."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.models import User
from core.models import IdempotentAnswer
from core.paging import Page, page_of
from rules.names import Kind
from tests.builders import filed

pytestmark = pytest.mark.django_db

DAY = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture
def rows() -> list[int]:
    """Ten rows, two at each instant, so that only the id tells them apart."""
    made = [
        IdempotentAnswer.objects.create(
            owner="party:1", route="r", key=str(number), body_digest=b"", status=200, body={},
            created_at=DAY + timedelta(hours=number // 2),
        )
        for number in range(10)
    ]  # fmt: skip
    return [row.pk for row in made]


def page(url: str, size: int = 3) -> Page[IdempotentAnswer]:
    return page_of(
        RequestFactory().get(url),
        IdempotentAnswer.objects.all(),
        order=("-created_at", "-id"),
        size=size,
    )


def walk(url: str, size: int = 3) -> list[list[int]]:
    found = []
    while url:
        here = page(url, size)
        found.append([row.pk for row in here.rows])
        url = here.next_url or ""
    return found


@pytest.mark.parametrize("size", [1, 3, 4, 10, 30])
def test_every_row_comes_once_and_in_order(rows: list[int], size: int) -> None:
    pages = walk("/list/?state=late", size)
    assert [pk for one in pages for pk in one] == rows[::-1]
    assert all(len(one) == size for one in pages[:-1])


def test_the_way_back_leads_over_the_same_rows(rows: list[int]) -> None:
    url, back = "/list/", []
    while following := page(url).next_url:
        url = following
    while url:
        here = page(url)
        back.append([row.pk for row in here.rows])
        url = here.previous_url or ""
    assert [pk for one in back[::-1] for pk in one] == rows[::-1]


def test_filters_stay_in_the_addresses(rows: list[int]) -> None:
    here = page("/list/?state=late&q=%E8%87%AA")
    assert here.next_url
    query = parse_qs(urlsplit(here.next_url).query)
    assert (query["state"], query["q"]) == (["late"], ["自"])
    assert here.previous_url is None


def test_a_row_that_is_added_meanwhile_shifts_no_page(rows: list[int]) -> None:
    first = page("/list/")
    IdempotentAnswer.objects.create(
        owner="party:1", route="r", key="new", body_digest=b"", status=200, body={},
        created_at=DAY + timedelta(days=9),
    )  # fmt: skip
    assert first.next_url
    assert [row.pk for row in page(first.next_url).rows] == rows[::-1][3:6]


def test_no_page_counts_the_rows(rows: list[int]) -> None:
    here = page("/list/")
    assert here.next_url
    with CaptureQueriesContext(connection) as queries:
        page(here.next_url)
    assert len(queries) == 1
    assert "COUNT" not in queries[0]["sql"]
    assert "OFFSET" not in queries[0]["sql"]


def test_nothing_is_listed_to_which_no_way_leads(rows: list[int]) -> None:
    found, order = IdempotentAnswer.objects.all(), ("-created_at", "-id")
    assert page_of(RequestFactory().get("/list/"), found, order=order, ways=[]).rows == []


def test_an_empty_list_has_no_neighbours() -> None:
    assert page("/list/") == Page([], None, None)


@pytest.mark.parametrize(
    "cursor",
    [
        "nonsense",
        "cD0x",
        "W10",
        "W2ZhbHNlLCJ4Il0",
        "W2ZhbHNlLDEsMl0",
        "W2ZhbHNlLCJcdTAwMDAiXQ",
        "W2ZhbHNlLFsxXV0",
        "bnVsbA",
    ],
)
def test_a_cursor_that_is_none_is_refused(people: dict[str, User], cursor: str) -> None:
    client = APIClient()
    client.force_authenticate(people["shop"])
    answer = client.get(f"/api/v1/applications/?cursor={cursor}")
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


def test_over_the_api_a_list_is_results_next_and_previous(people: dict[str, User]) -> None:
    numbers = [filed(people, Kind.LV_OTHER).number for _ in range(3)]
    client = APIClient()
    client.force_authenticate(people["shop"])
    found, url = [], "/api/v1/applications/?page_size=2"
    while url:
        answer = client.get(url).json()
        assert set(answer) == {"results", "next", "previous"}
        found += [row["number"] for row in answer["results"]]
        url = answer["next"]
    assert found == numbers[::-1]


def test_a_page_has_at_most_a_hundred_rows(people: dict[str, User]) -> None:
    from core.paging import CursorPages

    request = APIClient()
    request.force_authenticate(people["shop"])
    assert request.get("/api/v1/applications/?page_size=100000").status_code == 200
    assert (CursorPages.page_size, CursorPages.max_page_size) == (30, 100)
