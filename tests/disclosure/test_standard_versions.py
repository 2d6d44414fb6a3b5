"""The versions of the service standards, and what is different between two."""

from typing import Any

from django.test import Client

from accounts.models import User
from rules import registry
from tests.page import Page

API = "/api/v1/disclosure/standards/versions/"
PAGE = "/disclosure/standards/versions/"


def get(path: str = "", status: int = 200) -> Any:
    answer = Client(headers={"accept-language": "en"}).get(f"{API}{path}")
    assert answer.status_code == status
    return answer.json()


def page(path: str = "") -> Page:
    client = Client()
    client.cookies["django_language"] = "en"
    return Page(client.get(f"{PAGE}{path}"))


def told(changes: list[dict[str, Any]]) -> list[tuple[str, str, str | None, str | None]]:
    return [
        (
            (each["new"] or each["old"])["key"],
            each["sort"],
            each["old"] and each["old"]["value"],
            each["new"] and each["new"]["value"],
        )
        for each in changes
    ]


def test_each_version_is_told_with_what_it_changed(people: dict[str, User]) -> None:
    found = get()
    assert found["rules_version"] == registry.current().version
    assert [(each["since"], each["until"]) for each in found["results"]] == [
        ("2024-01-01", None), ("2022-12-31", "2023-12-31"), ("2021-04-30", "2022-12-30"),
    ]  # fmt: skip
    third, second, first = (each["changes"] for each in found["results"])
    assert first is None
    assert told(second) == [
        ("limit.lv_small.whole_process", "changed", "10 working days", "7 working days"),
        ("three_zero.kw", "changed", "100 kW", "160 kW"),
    ]
    assert told(third) == [("permit.remedy.reconsideration.days", "new", None, "60 days")]


def test_any_two_versions_are_compared(people: dict[str, User]) -> None:
    found = get("2024-01-01/?before=2021-04-30")
    assert (found["before"], [each[0] for each in told(found["changes"])]) == (
        "2021-04-30",
        ["limit.lv_small.whole_process", "three_zero.kw", "permit.remedy.reconsideration.days"],
    )
    assert get("2021-04-30/") == {"before": None, "since": "2021-04-30", "changes": None}
    for nothing in ("2022-01-01/", "soon/", "2022-12-31/?before=2024-01-01"):
        get(nothing, 404)


def test_a_place_has_its_own_versions(people: dict[str, User]) -> None:
    rural = told(get("2022-12-31/?district=510321")["changes"])
    assert ("three_zero.kw", "changed", "100 kW", "160 kW") in rural
    body = get("?district=nowhere", 422)
    assert [each["pointer"] for each in body["errors"]] == ["/district"]
    body = get("?district=510302-G", 422)
    assert [each["pointer"] for each in body["errors"]] == ["/statutory_district"]


def test_the_pages_say_the_same(people: dict[str, User]) -> None:
    assert "Three-zero service: capacity up to" in page().main
    main = page("2022-12-31/").main
    for words in ("10 working days", "7 working days", "100 kW", "160 kW", "changed"):
        assert words in main
    assert "there is none to compare it with" in page("2021-04-30/").main
    assert PAGE in Client().get("/disclosure/standards/").content.decode()
    assert Client().get(f"{PAGE}2022-01-01/").status_code == 404
    assert Client().get(f"{PAGE}2022-12-31/?place=nowhere").status_code == 422
