"""Open data: every set has files that say what its dictionary says, and keeps its addresses."""

import csv
import io
import json
import tomllib
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from pytest_django import Settings

from accounts.limits import spend
from accounts.models import User
from disclosure.models import DataChange
from disclosure.opendata import changes
from disclosure.opendata.columns import LANGUAGES
from disclosure.opendata.dcat import CONTEXT
from disclosure.opendata.sets import DATA, VERSIONS, DataSet
from publishing.sheets import BOM, disarmed
from rules.limits import Meter, limits
from tests.disclosure.published import TABLES
from tests.publishing import builders

API = "/api/v1/disclosure/data/"
#: Public answers that are no set of rows, and why.
NO_DATA_SETS = {
    "api-what-if": "an answer to a question",
    "api-standards-versions": "what the standards were, with what changed",
    "api-standards-version": "what one version of the standards changed",
    "api-notices": "what the standards say, as sheets to print",
    "api-notice": "whether one sheet still holds",
    "notice-pdf": "a sheet to print",
    "api-guides": "what the standards say, in sentences",
    "api-outages-customer": "an answer about one customer",
    "api-areas-geojson": "a drawing, which needs a map approval number",
    "api-reliability-plots": "drawings of the figures",
    "api-record": "the state of the record, which has files of its own under /record/",
    "api-record-leaf": "one entry of the record",
    "publication-file": "what a table was once",
    "api-calendar": "when what of the sets is due, begins or ends",
    "calendar-ics": "a calendar",
    "outages-ics": "a calendar",
    "outage-ics": "a calendar",
}
every_set = pytest.mark.parametrize("data", DATA.values(), ids=list(DATA))


def patterns(resolver: URLResolver, above: str) -> list[tuple[str, URLPattern]]:
    found: list[tuple[str, URLPattern]] = []
    for each in resolver.url_patterns:
        path = above + str(each.pattern)
        if isinstance(each, URLResolver):
            found += patterns(each, path)
        else:
            found.append((path, each))
    return found


def public_routes() -> set[str]:
    """Names of all that gives rows: the API, and the pages' files."""
    found = set()
    for path, route in patterns(get_resolver(), ""):
        is_api = path.startswith("api/v1/disclosure/")
        is_file = path.startswith("disclosure/") and path.rsplit("/", 1)[-1].count(".")
        if (is_api or is_file) and not (route.name or "").startswith(("data-", "api-data")):
            found.add(str(route.name))
    return found - {data.feed.partition(":")[2] for data in DATA.values()}


def test_every_public_file_and_answer_belongs_to_a_data_set() -> None:
    declared = {name for data in DATA.values() for name in data.same}
    assert public_routes() == declared | set(NO_DATA_SETS)


@pytest.fixture
def published(lead: User) -> User:
    for kind in ("payees", "fees", "capacity", "customers", "outages"):
        builders.published(kind, TABLES[kind], lead)
    return lead


def lines(address: str) -> list[list[str]]:
    text = Client().get(address).content.decode()
    return list(csv.reader(io.StringIO(text.removeprefix(BOM), newline="")))


def test_files_say_the_same_rows_and_what_the_dictionary_says(published: User) -> None:
    full = set()
    for data in DATA.values():
        answer = Client().get(f"{API}{data.name}/").json()
        columns = answer["columns"]
        head, *rows = lines(f"/disclosure/data/{data.name}/v1.csv")
        assert head == [column["name"] for column in columns], data.name
        body = Client().get(f"{API}{data.name}/v1.json").json()
        assert (body["data"], body["version"], body["complete"]) == (data.name, 1, True)
        known = {column.name: column for column in data.dictionary()}
        read = [
            {name: known[name].json(disarmed(cell)) for name, cell in zip(head, row, strict=True)}
            for row in rows
        ]
        assert body["rows"] == read, data.name
        full |= {data.name} if rows else set()
    assert full >= {"standards", "fees", "payees", "capacity", "customers", "reliability",
                    "outages-earlier", "reliability-interruptions"}  # fmt: skip


def test_values_of_json_are_of_the_types_of_the_dictionary(published: User) -> None:
    rows = Client().get(f"{API}capacity/v1.json").json()["rows"]
    first = next(row for row in rows if row["code"] == "YS-L2")
    assert {
        name: first[name] for name in ("rating_kva", "limited", "expected_end", "fed_from")
    } == {
        "rating_kva": 6300,
        "limited": True,
        "expected_end": "2027-06-30",
        "fed_from": None,
    }
    fee = Client().get(f"{API}fees/v1.json").json()["rows"][0]
    assert (fee["rate"], fee["kinds"], fee["until_date"]) == (
        12.5, ["hv_single", "hv_dual"], "2026-12-31",
    )  # fmt: skip


@every_set
def test_a_dictionary_is_whole_in_both_languages(data: DataSet, people: dict[str, User]) -> None:
    columns = data.dictionary()
    assert len({column.name for column in columns}) == len(columns)
    for column in columns:
        chinese, english = map(column.words, LANGUAGES)
        assert chinese
        assert english
        assert str(column.empty)
        assert any("\u4e00" <= letter <= "\u9fff" for letter in chinese) or chinese.isupper()


@every_set
def test_other_columns_are_a_new_version(data: DataSet) -> None:
    """Who adds or takes away a column enters the new version beside the older one."""
    found = tomllib.loads(VERSIONS.read_text(encoding="utf-8"))[data.name]
    assert list(found) == [f"v{number}" for number in range(1, len(found) + 1)]
    assert found[f"v{data.newest}"] == [column.name for column in data.columns()]


def test_an_older_version_stays_with_its_own_columns(
    published: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    from disclosure.opendata import sets

    fees = sets.versions()["fees"]
    older = {1: ["code", "rate", "gone"], 2: fees[1]}
    monkeypatch.setattr(sets, "versions", lambda: {"fees": older})
    head, first, *_others = lines("/disclosure/data/fees/v1.csv")
    assert (head, first) == (["code", "rate", "gone"], ["YS-01", "12.5", ""])
    assert lines("/disclosure/data/fees/v2.csv")[0] == fees[1]


@pytest.mark.parametrize(
    "path", ["fees/v9.csv", "fees/v1.xlsx", "nothing/v1.csv", "nothing/", "nothing/changes.atom"]
)
def test_what_there_is_not_is_not_found(people: dict[str, User], path: str) -> None:
    assert Client().get(f"/disclosure/data/{path}").status_code == 404


def test_every_declared_address_answers(people: dict[str, User]) -> None:
    listed = Client().get(API).json()
    assert [each["name"] for each in listed["results"]] == list(DATA)
    for each in listed["results"]:
        files = [file["url"] for file in each["files"]]
        for url in [*files, each["page"], each["feed"]]:
            path = url.split("/", 3)[-1]
            assert Client().get(f"/{path}", follow=True).status_code == 200, path


def test_a_file_that_did_not_change_is_not_sent_again(published: User) -> None:
    for path in ("fees/v1.csv", "fees/v1.json", "catalog.jsonld", "fees/changes.atom", ""):
        first = Client().get(f"/disclosure/data/{path}")
        again = Client().get(f"/disclosure/data/{path}", headers={"if-none-match": first["ETag"]})
        assert (first.status_code, again.status_code, again.content) == (200, 304, b""), path


def test_no_licence_is_invented(people: dict[str, User], settings: Settings) -> None:
    assert Client().get(API).json()["licence"] is None
    assert "尚未决定" in Client().get("/disclosure/data/").content.decode()
    catalogue = Client().get("/disclosure/data/catalog.jsonld").content.decode()
    assert "license" not in catalogue
    settings.DATA_LICENCE_NAME, settings.DATA_LICENCE_URL = "A licence", "https://example.org/l"
    assert Client().get(API).json()["licence"] == {
        "name": "A licence", "url": "https://example.org/l",
    }  # fmt: skip


# --- DCAT ---------------------------------------------------------------------------------------


def expanded(node: Any) -> Any:
    """As JSON-LD expands what this catalogue uses: prefixes of its own context, nothing else."""
    if isinstance(node, list):
        return [expanded(each) for each in node]
    if not isinstance(node, dict):
        return node
    return {iri(key): types(key, value) for key, value in node.items() if key != "@context"}


def types(key: str, value: Any) -> Any:
    return iri(value) if key == "@type" else expanded(value)


def iri(name: str) -> str:
    if name.startswith("@"):
        return name
    prefix, _colon, rest = name.partition(":")
    return CONTEXT[prefix] + rest


DCAT, DCT = CONTEXT["dcat"], CONTEXT["dcterms"]


def test_the_catalogue_is_dcat(published: User, settings: Settings) -> None:
    settings.DATA_LICENCE_URL = "https://example.org/licence"
    answer = Client().get("/disclosure/data/catalog.jsonld")
    assert answer["Content-Type"] == "application/ld+json"
    whole = json.loads(answer.content)
    assert all(isinstance(each, str) for each in whole["@context"].values())
    found = expanded(whole)
    assert (found["@type"], found[f"{DCT}license"]) == (
        f"{DCAT}Catalog", {"@id": "https://example.org/licence"},
    )  # fmt: skip
    languages = {each["@language"]: each["@value"] for each in found[f"{DCT}title"]}
    assert languages == {"zh-Hans": "开放数据", "en": "Open data"}
    sets = {each[f"{DCT}identifier"]: each for each in found[f"{DCAT}dataset"]}
    assert list(sets) == list(DATA)
    fees = sets["fees"]
    assert fees["@type"] == f"{DCAT}Dataset"
    assert fees[f"{DCT}modified"]["@type"] == f"{CONTEXT['xsd']}dateTime"
    assert fees[f"{DCT}publisher"] == {"@id": found[f"{DCT}publisher"]["@id"]}
    media = {each[f"{DCAT}mediaType"]["@id"] for each in fees[f"{DCAT}distribution"]}
    assert media == {
        "https://www.iana.org/assignments/media-types/text/csv",
        "https://www.iana.org/assignments/media-types/application/json",
    }
    served = {each["@id"] for each in found[f"{DCAT}service"][f"{DCAT}servesDataset"]}
    assert served == {each["@id"] for each in sets.values()}
    for each in (one for data in sets.values() for one in data[f"{DCAT}distribution"]):
        path = each[f"{DCAT}downloadURL"]["@id"].removeprefix(settings.PUBLIC_ADDRESS)
        assert Client().head(path).status_code == 200


# --- Changes ------------------------------------------------------------------------------------


def test_each_publication_is_an_entry_of_the_feed(lead: User) -> None:
    builders.published("fees", builders.fees(), lead)
    builders.published("fees", builders.fees().replace("12.5", "13"), lead, note="Mistake")
    text = Client().get("/disclosure/data/fees/changes.atom").content.decode()
    ids = [part.split("</id>")[0] for part in text.split("<id>")[2:]]
    assert ids == [f"tag:zigong.tongdian,2026:data:fees:{number}" for number in (2, 1)]
    assert "Mistake" in text


def test_what_nobody_publishes_is_noted_when_its_rows_are_others(lead: User) -> None:
    noted = {name for name, data in DATA.items() if not (data.kind or data.feed)}
    noted -= {"standards", "statistics"}
    assert changes.note() == len(noted)
    assert changes.note() == 0
    assert set(DataChange.objects.values_list("name", flat=True)) == noted
    builders.published("customers", builders.customers(2025), lead)
    assert changes.note() == 1
    newest = DataChange.objects.get(name="reliability", number=2)
    assert newest.rows > 0
    text = Client().get("/disclosure/data/reliability/changes.atom").content.decode()
    assert text.count("<entry>") == 2


def test_the_feed_of_outages_is_the_one_there_is(people: dict[str, User]) -> None:
    answer = Client().get("/disclosure/data/outages/changes.atom")
    assert answer["Location"] == reverse("disclosure:outages-atom")


# --- Without a key, so many in a while -----------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "title", "wait"),
    [("en", "Too many tries", "Wait 10 minutes"), ("zh-hans", "尝试次数过多", "10 分钟")],
)
@pytest.mark.parametrize("path", ["data/fees/v1.csv", "fees/", "standards.csv", "outages.csv"])
def test_who_asks_too_often_is_told_how_long_to_wait(
    people: dict[str, User], language: str, title: str, wait: str, path: str
) -> None:
    client = Client(headers={"accept-language": language})
    address = f"/api/v1/disclosure/{path}"
    rate = limits().windows[Meter.DATA_ADDRESS]
    spend(Meter.DATA_ADDRESS, "127.0.0.1", amount=rate.most - 1)
    assert client.get(address).status_code == 200
    refused = client.get(address)
    assert (refused.status_code, refused["Content-Type"]) == (429, "application/problem+json")
    assert 0 < int(refused["Retry-After"]) <= rate.seconds
    body = refused.json()
    assert (body["title"], body["type"]) == (title, "/problems/too-many-tries")
    assert wait in body["detail"]
    elsewhere = client.get(address, REMOTE_ADDR="192.0.2.7")
    assert elsewhere.status_code == 200


def test_pages_count_for_nothing_and_a_file_of_a_page_says_it_on_a_page(
    people: dict[str, User],
) -> None:
    rate = limits().windows[Meter.DATA_ADDRESS]
    spend(Meter.DATA_ADDRESS, "127.0.0.1", amount=rate.most)
    assert Client().get("/disclosure/data/").status_code == 200
    refused = Client().get("/disclosure/data/fees/v1.csv")
    assert (refused.status_code, refused["Content-Type"]) == (429, "text/html; charset=utf-8")
    assert "Retry-After" in refused


def test_the_rate_stands_on_the_page_and_in_the_list(people: dict[str, User]) -> None:
    rate = limits().windows[Meter.DATA_ADDRESS]
    assert Client().get(API).json()["rate"] == {"most": rate.most, "minutes": rate.minutes}
    assert f"{rate.minutes} 分钟内最多取用 {rate.most:,} 次" in (
        Client().get("/disclosure/data/").content.decode()
    )
