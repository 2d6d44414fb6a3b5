"""The public pages: open to all, true to the rules and what is published, empty with a reason."""

import gzip
import re
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from rules import registry
from tests.page import Page
from tests.people import browser
from tests.publishing import builders

PAGES = ("index", "standards", "fees", "capacity", "outages", "reliability")
TABLES = ("fees", "capacity", "outages", "customers")
HOTLINES = ("12398", "95598", "96598")


def read(address: str, language: str = "en", client: Client | None = None) -> str:
    """The text of a page, its spaces folded and those around tags dropped."""
    client = client or Client()
    client.cookies["django_language"] = language
    answer = client.get(address)
    assert isinstance(answer, HttpResponse)
    assert answer.status_code == 200, answer.content.decode()[:2000]
    folded = re.sub(r"\s+", " ", answer.content.decode())
    return re.sub(r" ?(<[^>]*>) ?", r"\1", folded)


def page(name: str, language: str = "en", **query: str) -> str:
    asked = "&".join(f"{key}={value}" for key, value in query.items())
    return read(f"{reverse(f'disclosure:{name}')}?{asked}", language)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_open_to_all_with_the_three_hotlines(
    people: dict[str, User], name: str, language: str
) -> None:
    found = page(name, language)
    assert all(number in found for number in HOTLINES)


@pytest.mark.parametrize("name", PAGES)
def test_any_cache_may_keep_a_page_of_who_has_no_session_for_a_minute(
    people: dict[str, User], name: str
) -> None:
    address = reverse(f"disclosure:{name}")
    for answer in (Client().get(address), Client().get(address)):
        assert answer["Cache-Control"] == "public, max-age=60"
        assert not answer.cookies
        assert {"Accept-Encoding", "Cookie"} <= set(answer["Vary"].split(", "))
    of_a_person = browser(people["clerk"]).get(address)
    assert "no-store" in of_a_person["Cache-Control"]
    assert people["clerk"].name in of_a_person.content.decode()
    assert people["clerk"].name not in Client().get(address).content.decode()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_not_sent_again_to_who_has_it(people: dict[str, User], name: str) -> None:
    address = reverse(f"disclosure:{name}")
    mark = Client().get(address)["ETag"]
    again = Client().get(address, headers={"If-None-Match": mark})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", mark)
    english = Client(headers={"Cookie": "django_language=en"})
    assert english.get(address, headers={"If-None-Match": mark}).status_code == 200


@pytest.mark.parametrize("zipped", ["gzip", ""])
def test_a_kept_page_is_that_of_the_language_and_of_what_is_published(
    lead: User, zipped: str
) -> None:
    address, headers = reverse("disclosure:capacity"), {"Accept-Encoding": zipped}

    def shown(language: str) -> str:
        reader = Client()
        reader.cookies["django_language"] = language
        body = reader.get(address, headers=headers)
        return (gzip.decompress(body.content) if zipped else body.content).decode()

    builders.published("capacity", builders.capacity("S1"), lead)
    before = {language: shown(language) for language in ("zh-hans", "en")}
    assert before == {language: shown(language) for language in ("zh-hans", "en")}
    assert ("可开放容量" in before["zh-hans"], "Open capacity" in before["en"]) == (True, True)
    builders.published("capacity", builders.capacity("S2"), lead)
    assert ("S2" in before["en"], "S2" in shown("en")) == (False, True)


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_changed_through_a_public_page(people: dict[str, User], name: str) -> None:
    assert Client().post(reverse(f"disclosure:{name}")).status_code == 405


def test_the_standards_say_what_the_rules_say(people: dict[str, User]) -> None:
    book = registry.current()
    found = page("standards", on="2026-11-23")
    assert "In force on Mon 23 Nov 2026; exactly so since Mon 1 Jan 2024." in found
    assert f"Rules {book.version}." in found
    for kind in book.city.kinds:
        assert str(kind.name.en) in found
    permits = part("permits", on="2026-11-23")
    for permit in book.city.permits:
        assert str(permit.name.en) in permits
    assert "Administrative Licensing Law 32" in permits
    kinds = " ".join(part(kind.code, on="2026-11-23") for kind in book.city.kinds)
    for code in {code for row in book.rows("documents.") for code in row.codes}:
        assert book.city.requirement_names[code].en in kinds
    for step in book.city.step_names.values():
        assert step.en in kinds


def part(name: str, **query: str) -> str:
    asked = "&".join(f"{key}={value}" for key, value in query.items())
    return read(f"{reverse('disclosure:standards-part', args=[name])}?{asked}", "en")


def test_a_part_of_the_standards_says_its_source_once(people: dict[str, User]) -> None:
    found = Page(part("residential")).text
    assert found.count("Source:") == 1
    assert Client().get(reverse("disclosure:standards-part", args=["nothing"])).status_code == 404


def limit_of(found: str, kind: str) -> str:
    """The cell beside a kind in the table of limits."""
    rows = Page(found).rows("Limits by kind of application")
    [row] = [row for row in rows if row.startswith(f"{kind} ")]
    return row.removeprefix(kind).split()[0]


THREE_ZERO = "Low voltage, non-residential, three-zero service"


@pytest.mark.parametrize(
    ("day", "limit"),
    [("2021-04-30", "10"), ("2022-12-30", "10"), ("2022-12-31", "7"), ("2026-11-23", "7")],
)
def test_each_phase_shows_its_own_limit(people: dict[str, User], day: str, limit: str) -> None:
    found = page("standards", on=day)
    assert limit_of(found, THREE_ZERO) == limit
    assert limit_of(found, "Residential") == "3"


@pytest.mark.parametrize(
    ("place", "kilowatts"), [("510321", "100 kW"), ("510302-G/510311", "100 kW"), ("", "160 kW")]
)
def test_the_threshold_of_the_first_phase_is_that_of_the_place(
    people: dict[str, User], place: str, kilowatts: str
) -> None:
    assert kilowatts in page("standards", on="2021-06-01", place=place)


def test_what_was_in_force_when_is_shown_with_both_phases(people: dict[str, User]) -> None:
    found = part("changes")
    assert "10 working days" in found
    assert "Fri 30 Apr 2021 to Fri 30 Dec 2022" in found
    assert "Known and not in force in this city" in found


def test_before_the_plan_nothing_was_in_force(people: dict[str, User]) -> None:
    assert "Nothing was in force on that day" in page("standards", on="2021-04-29")


def test_a_day_that_is_none_is_refused_and_nothing_shown_for_it(people: dict[str, User]) -> None:
    answer = Client().get(f"{reverse('disclosure:standards')}?on=soon")
    assert answer.status_code == 422
    assert answer.context["found"] is None


def test_the_machines_are_shown_as_tables_of_what_the_code_allows(people: dict[str, User]) -> None:
    found = part("moves")
    for title in ("Homes", "Low voltage", "High voltage", "Permits"):
        assert f"Moves: {title}" in found
    assert "Accepted by silence" in found
    assert "Design handed in" not in " ".join(Page(found).rows("States: Homes"))
    assert "Design handed in" in " ".join(Page(found).rows("States: High voltage"))


def test_the_fee_page_says_who_pays_nothing_and_why_it_is_empty(people: dict[str, User]) -> None:
    found = page("fees")
    assert f"Residential; {THREE_ZERO}" in found
    assert "No charge item is published" in found
    assert "nothing may be charged for a connection" in found


@pytest.mark.parametrize("name", ["capacity", "outages", "reliability"])
def test_an_empty_page_says_why_and_what_to_do(people: dict[str, User], name: str) -> None:
    assert 'class="td-empty"' in page(name)


def test_a_published_fee_is_shown_with_its_range_basis_and_source(lead: User) -> None:
    builders.published("fees", builders.fees("2026-01-01", "2026-12-31"), lead)
    found = page("fees")
    assert "High-reliability supply charge (HR-10)" in found
    assert "12.5" in found
    assert "Thu 1 Jan 2026 to Thu 31 Dec 2026" in found
    assert "Order 1" in found
    assert builders.SOURCE in found


def test_capacity_is_narrowed_by_district(lead: User) -> None:
    here = builders.capacity("Here")
    there = builders.capacity("Yonder").replace("510302", "510303").splitlines()[1]
    builders.published("capacity", here + there, lead)
    found = page("capacity", district="510303")
    assert ("Yonder" in found, "Here" in found) == (True, False)


def test_outages_are_found_by_words_of_their_area(lead: User) -> None:
    rows = builders.outage("P-1", area="Wuxing Street")
    rows += builders.outage("P-2", area="Long Lane").splitlines()[1]
    builders.published("outages", rows, lead)
    found = page("outages-earlier", q="long")
    assert ("Long Lane" in found, "Wuxing Street" in found) == (True, False)
    assert "Planned outage: Cable work" in found


def test_reliability_shows_both_figures_and_no_data_apart_from_zero(lead: User) -> None:
    builders.published("customers", builders.customers(2025, 1000), lead)
    rows = builders.outage("F-1", kind="fault", customers=500).splitlines()
    safety = builders.outage(
        "S-1", kind="safety", excluded="yes", regulation="Fire code 5", customers=1000
    ).splitlines()[1]
    text = "\n".join([*rows, safety]).replace("2026-11", "2025-11")
    builders.published("outages", text, lead)
    found = page("reliability")
    assert "Reliability in 2025" in found
    assert "1.00</td>" in found
    assert "3.00</td>" in found
    assert "no data" in found
    assert "met where there is data" in found
    assert "Plan 2(4)" in found
    assert "<svg" in found


def test_a_year_without_data_is_not_there(lead: User) -> None:
    builders.published("customers", builders.customers(2025), lead)
    address = reverse("disclosure:reliability")
    assert Client().get(f"{address}?year=2024").status_code == 404
    assert Client().get(f"{address}?year=x").status_code == 404


def test_history_shows_the_table_as_it_stood(lead: User) -> None:
    builders.published("fees", builders.fees(), lead)
    builders.published("fees", builders.fees().replace("12.5", "13"), lead, note="Typing mistake")
    found = read(reverse("disclosure:history", args=["fees"]))
    assert found.index("No. 2, ") < found.index("No. 1, ")
    assert "Typing mistake" in found
    assert ">12.5<" in read(reverse("disclosure:publication", args=["fees", 1]))
    assert ">12.5<" not in read(reverse("disclosure:publication", args=["fees", 2]))
    assert Client().get(reverse("disclosure:publication", args=["fees", 3])).status_code == 404


@pytest.mark.parametrize(
    ("name", "kind", "queries"),
    [
        ("index", "fees", 2),
        ("fees", "fees", 4),
        ("capacity", "capacity", 3),
        ("outages-earlier", "outages", 3),
        ("reliability", "outages", 10),
    ],
)
def test_a_page_asks_the_same_of_one_row_and_of_three(
    lead: User,
    django_assert_num_queries: DjangoAssertNumQueries,
    name: str,
    kind: str,
    queries: int,
) -> None:
    address = reverse(f"disclosure:{name}")
    builders.published("customers", builders.customers(2026), lead)
    reader = Client()
    makers = {
        "fees": lambda n: builders.fees().replace("HR-10", f"HR-1{n}"),
        "capacity": lambda n: builders.capacity(f"S{n}"),
        "outages": lambda n: builders.outage(f"P-{n}"),
    }
    builders.published(kind, makers[kind](1), lead)
    reader.get(address)
    with django_assert_num_queries(1):
        reader.get(address)
    reader.get(address, {"district": ""})
    with django_assert_num_queries(queries):
        reader.get(address, {"district": ""})
    more = makers[kind](2) + makers[kind](3).splitlines()[1]
    builders.published(kind, more, lead)
    with django_assert_num_queries(queries):
        reader.get(address, {"district": ""})


def test_a_kept_page_asks_the_database_once_a_second_at_most(
    people: dict[str, User], settings: Any, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    settings.PUBLIC_RECHECK_SECONDS = 60
    Client().get(reverse("disclosure:fees"))
    with django_assert_num_queries(0):
        Client().get(reverse("disclosure:fees"))


def test_the_standards_ask_the_database_for_nothing_but_the_frame_and_documents(
    people: dict[str, User], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    page("standards", place="510302")
    with django_assert_num_queries(3):
        page("standards", place="510302")


def test_the_history_asks_the_same_of_one_publication_and_of_three(
    lead: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    address = reverse("disclosure:history", args=["capacity"])
    builders.published("capacity", builders.capacity("A"), lead)
    read(address)
    with django_assert_num_queries(2):
        read(address)
    for name in ("B", "C"):
        builders.published("capacity", builders.capacity(name), lead)
    with django_assert_num_queries(2):
        read(address)
