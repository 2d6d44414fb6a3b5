"""The notice for the counter: what the rules say, on a signed sheet that anybody can check."""

from io import BytesIO

import pytest
from django.test import Client
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from accounts.models import User
from disclosure import notices
from rules import registry
from rules.names import Kind
from tests.page import Page

API = "/api/v1/disclosure/notices/"


@pytest.mark.parametrize("language", notices.LANGUAGES)
@pytest.mark.parametrize("kind", Kind)
def test_a_sheet_says_what_the_rules_say_and_is_signed(
    people: dict[str, User], kind: str, language: str
) -> None:
    answer = Client().get(f"/disclosure/notices/{kind}/{language}.pdf")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert "public" in answer["Cache-Control"]
    [signature] = PdfFileReader(BytesIO(answer.content)).embedded_regular_signatures
    nobody = ValidationContext(trust_roots=[], allow_fetching=False)
    status = validate_pdf_signature(signature, nobody, nobody)
    assert (status.intact, status.valid) == (True, True)
    page = PdfFileReader(BytesIO(answer.content)).root["/Pages"]["/Kids"][0]
    _left, _bottom, width, height = (round(float(each)) for each in page["/MediaBox"])
    assert (width, height) == (595, 842)


@pytest.mark.parametrize("kind", Kind)
def test_a_sheet_says_what_the_standards_say(people: dict[str, User], kind: str) -> None:
    found = Client(headers={"accept-language": "en"}).get("/api/v1/disclosure/standards/").json()
    standard = next(each for each in found["kinds"] if each["kind"] == kind)
    sheet = notices.current(kind, "en").sheet()
    rows = {row["key"]: row["values"] for row in sheet["rows"]}
    assert rows["How long"][0].startswith(f"{standard['limit']['days']} working day")
    steps = [step.partition(". ")[2] for step in rows["Steps in their order"]]
    assert steps == standard["steps"]["names"]
    assert [name for name, _when, _clause in sheet["papers"]["rows"]] == [
        document["name"] for document in standard["documents"]
    ]
    assert rows["Rules"] == [registry.current().version]
    assert [line.split()[0] for line in rows["Whom to ask"]] == [
        line["number"] for line in found["hotlines"]
    ]


def test_a_sheet_is_made_once_for_each_version(people: dict[str, User]) -> None:
    address = "/disclosure/notices/residential/zh.pdf"
    first = Client().get(address)
    again = Client().get(address, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, Client().get(address).content) == (304, first.content)


def test_anybody_checks_whether_a_sheet_still_holds(people: dict[str, User]) -> None:
    rows = Client().get(API).json()["results"]
    assert len(rows) == len(Kind) * len(notices.LANGUAGES)
    assert {row["in_force"] for row in rows} == {True}
    number = next(row["number"] for row in rows if row["kind"] == "lv_small")
    main = Page(Client().get(f"/disclosure/notices/{number}/")).main
    assert "这份告知书今天有效" in main
    # Of the first phase, in which the limit was another one.
    kind, language, _since, version = number.split("-")
    older = f"{kind}-{language}-20210430-{version}"
    main = Page(Client().get(f"/disclosure/notices/{older}/")).main
    assert ("这份告知书已失效" in main, "10 个工作日" in main) == (True, True)
    assert Client().get(f"{API}{older}/").json()["in_force"] is False


@pytest.mark.parametrize(
    "number",
    ["", "x", "lv_small-zh-20240101-0", "lv_small-zh-99999999-0", "lv_small-fr-20240101-{version}",
     "lv_small-zh-20240102-{version}", "nothing-zh-20240101-{version}",
     "lv_small-zh-20200101-{version}"],
)  # fmt: skip
def test_no_other_number_is_a_sheet(people: dict[str, User], number: str) -> None:
    version = notices.current("lv_small", "zh").number.rpartition("-")[2]
    asked = number.format(version=version) or "-"
    assert Client().get(f"/disclosure/notices/{asked}/").status_code == 404
    assert Client().get(f"{API}{asked}/").status_code == 404


@pytest.mark.parametrize("path", ["residential/fr.pdf", "nothing/zh.pdf"])
def test_there_is_no_sheet_of_anything_else(people: dict[str, User], path: str) -> None:
    assert Client().get(f"/disclosure/notices/{path}").status_code == 404
