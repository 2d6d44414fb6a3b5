"""The public data as files: BOM, headers, no formula, the same rows as the page."""

import csv
import io

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from publishing.sheets import BOM
from tests.publishing import builders

FORMULA = builders.capacity("=HYPERLINK(1)")


def rows(address: str, language: str = "en") -> list[list[str]]:
    client = Client(headers={"accept-language": language})
    client.cookies["django_language"] = language
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer["Content-Disposition"]
    assert "public" in answer["Cache-Control"]
    text = answer.content.decode()
    assert text.startswith(BOM)
    return list(csv.reader(io.StringIO(text.removeprefix(BOM), newline="")))


def test_a_table_is_a_file_in_the_language_of_the_reader(lead: User) -> None:
    builders.published("fees", builders.fees(), lead)
    address = reverse("disclosure:file", args=["fees", "csv"])
    english, chinese = rows(address), rows(address, "zh-hans")
    assert english[0][:2] == ["Item number", "Charge item"]
    assert chinese[0][:2] == ["项目编号", "收费项目"]
    assert english[1][:9] == [
        "HR-10", "High-reliability supply charge", "New two-source customers",
        "High voltage, one source; High voltage, two sources", "", "", "CNY/kVA", "12.5",
        "Set by the market",
    ]  # fmt: skip


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_for_programs_a_file_is_the_same_in_every_language(lead: User, language: str) -> None:
    builders.published("capacity", builders.capacity(), lead)
    assert rows("/api/v1/disclosure/capacity.csv", language) == [
        [
            "code", "kind", "name", "district", "fed_from", "voltage_kv", "rating_kva",
            "max_load_kva", "committed_kva", "generation_limit_kva", "generation_kva", "limited",
            "reason", "measure", "expected_end", "data_date", "source", "connected_kva",
            "offered_kva", "open_kva", "waiting", "limited_above", "limited_above_reason",
        ],
        [
            "Wuxing-1", "line", "Wuxing Line 1", "510302", "", "10", "8000", "5000", "0", "", "",
            "false", "", "", "", "2026-11-01", builders.SOURCE, "0", "0", "3000", "0",
            "", "",
        ],
    ]  # fmt: skip


@pytest.mark.parametrize("address", ["/disclosure/capacity.csv", "/api/v1/disclosure/capacity.csv"])
def test_no_published_cell_runs_as_a_formula(lead: User, address: str) -> None:
    builders.published("capacity", FORMULA, lead)
    assert rows(address)[1][0] == "'=HYPERLINK(1)-1"


@pytest.mark.parametrize("kind", ["fees", "capacity", "outages", "customers"])
def test_an_empty_table_is_a_file_with_its_header(people: dict[str, User], kind: str) -> None:
    assert len(rows(reverse("disclosure:file", args=[kind, "csv"]))) == 1
    assert len(rows(f"/api/v1/disclosure/{kind}.csv")) == 1


def test_a_publication_is_a_file_of_what_stood_then(lead: User) -> None:
    builders.published("fees", builders.fees(), lead)
    builders.published("fees", builders.fees().replace("12.5", "13"), lead, note="Mistake")
    first = rows(reverse("disclosure:publication-file", args=["fees", 1, "csv"]))
    second = rows(reverse("disclosure:publication-file", args=["fees", 2, "csv"]))
    assert (first[1][7], second[1][7]) == ("12.5", "13")
    missing = reverse("disclosure:publication-file", args=["fees", 9, "csv"])
    assert Client().get(missing).status_code == 404


def test_reliability_figures_leave_no_data_empty_and_zero_zero(lead: User) -> None:
    builders.published("customers", builders.customers(2025), lead)
    head, *lines = rows(reverse("disclosure:reliability-csv"))
    by_place = {line[1]: dict(zip(head, line, strict=True)) for line in lines if line[2] == "urban"}
    assert by_place["510302"]["saidi_policy_hours"] == "0.000000"
    assert by_place["510302"]["asai_all"] == "1.000000"
    assert by_place["510321"]["saidi_policy_hours"] == ""
    assert by_place["510302"]["limit_hours"] == "5"
    assert rows("/api/v1/disclosure/reliability.csv") == [head, *lines]


def test_the_standards_are_a_file(people: dict[str, User]) -> None:
    head, *lines = rows("/api/v1/disclosure/standards.csv?on=2022-01-01")
    found = {line[0]: dict(zip(head, line, strict=True)) for line in lines if line[8] == "true"}
    assert found["limit.lv_small.whole_process"]["value"] == "10 working days"
    assert found["limit.lv_small.whole_process"]["until"] == "2022-12-30"
    before = "/api/v1/disclosure/standards.csv?on=2020-01-01"
    assert Client().get(before).status_code == 404
    assert Client().get("/disclosure/standards.csv?on=2020-01-01").status_code == 404
