"""Programs keep the published tables by the API alone, and are told what the pages tell."""

import pytest
from django.urls import reverse

from accounts.models import User
from grid.models import ElementRow
from money.models import Nature
from publishing.models import Draft, Publication
from rules.limits import Limit, Meter, limits
from tests.people import browser
from tests.publishing import builders
from tests.publishing.programs import SAID, Program, counts, file, public, refused
from tests.publishing.test_formats import collection, feature, workbook

# A table's way from a file to everybody and back


def test_a_table_is_put_right_published_and_undone_by_a_program_alone(program: Program) -> None:
    wrong = builders.capacity("A", open_kva=9000)
    draft = program.upload("capacity", wrong)
    address = f"drafts/{draft['id']}/"
    mistake = {
        "row": 2, "column": "max_load_kva", "reason": "Must be from 0 to 9,999,999,999.",
    }  # fmt: skip
    assert draft["preview"] == {
        "base": 0, "counts": {"added": 0, "changed": 0, "withdrawn": 0, "same": 0},
        "publishable": False, "troubles": [mistake], "more_troubles": 0,
        "questions": [], "more_questions": 0,
    }  # fmt: skip
    assert program.ask("GET", f"{address}changes/").status_code == 409
    refusal = "Row 2, column “Maximum load”: Must be from 0 to 9,999,999,999."
    assert refused(program.publish(draft)) == (422, [("/rows/2", refusal)])
    right = {"file": file(builders.capacity("A"), "right.csv")}
    draft = program.ask("PUT", f"{address}file/", right).json()
    assert (draft["file_name"], counts(draft), draft["preview"]["publishable"]) == (
        "right.csv", (1, 0, 0, 0), True,
    )  # fmt: skip
    assert program.get(f"{address}changes/") == {
        "results": [
            {
                "id": None,
                "values": {
                    "code": "A-1", "kind": "line", "name": "A Line 1", "district": "510302",
                    "fed_from": None, "voltage_kv": 10, "rating_kva": 8000, "max_load_kva": 5000,
                    "committed_kva": 0, "generation_limit_kva": None, "generation_kva": None,
                    "limited": False, "reason": None, "measure": None, "expected_end": None,
                    "datum": None, "geometry": None, "data_date": "2026-11-01",
                    "source": "Report 11",
                },
                "was": {},
            }
        ],
        "all": 1, "next": None, "previous": None,
    }  # fmt: skip
    assert public() == []
    made = program.publish(draft)
    assert made.status_code == 200
    publication = Publication.objects.get()
    assert made.json() == {
        "number": 1, "published_at": publication.published_at.isoformat().replace("+00:00", "Z"),
        "role": "supply_lead", **SAID, "added": 1, "changed": 0, "withdrawn": 0, "undoes": None,
        "prepared_by": None, "checked_by": None,
    }  # fmt: skip
    assert public() == [("A-1", "Report 11", 1)]
    undoing = program.begun("capacity/publications/1/undo/", SAID | {"note": "A mistake"})
    assert (undoing["undoes"], counts(undoing)) == (1, (0, 0, 1, 0))
    assert program.publish(undoing).json()["undoes"] == 1
    assert public() == []
    history = program.get("capacity/publications/")["results"]
    assert [(one["number"], one["note"]) for one in history] == [
        (2, "A mistake"), (1, "Measured anew"),
    ]  # fmt: skip


def test_workbooks_and_features_come_in_and_are_told_of_by_their_own_numbers(
    program: Program,
) -> None:
    header, row = (line.split(",") for line in builders.capacity("A").splitlines())
    book = workbook([header, row], [["another"]])
    draft = program.upload("capacity", book)
    assert (draft["format"], draft["told"], counts(draft)) == (
        "xlsx", ["Read: the sheet “Sheet 1”. Not read: “Sheet 2”."], (1, 0, 0, 0),
    )  # fmt: skip
    values = dict(zip(header, row, strict=True)) | {"datum": "cgcs2000"}
    del values["geometry"]
    line = {"type": "LineString", "coordinates": [[104.77, 29.35], [104.78, 29.36]]}
    point = {"type": "Point", "coordinates": [104.77, 29.35]}
    drawn = collection(feature(line, **values), feature(point, **values | {"code": "B"}))
    draft = program.upload("capacity", drawn)
    troubles = draft["preview"]["troubles"]
    form = {"row": 2, "column": "geometry", "reason": "A “Line” does not have this form."}
    assert (draft["format"], troubles) == ("geojson", [form])
    again = {"file": file(collection(feature(line, **values)))}
    draft = program.ask("PUT", f"drafts/{draft['id']}/file/", again).json()
    [change] = program.get(f"drafts/{draft['id']}/changes/")["results"]
    assert change["values"]["geometry"] == "LINESTRING (104.77 29.35, 104.78 29.36)"


@pytest.mark.parametrize("ext", ["csv", "xlsx", "geojson"])
def test_files_for_programs_are_read_again_as_they_are(program: Program, ext: str) -> None:
    program.publish(program.upload("capacity", builders.capacity("A")))
    standing = program.ask("GET", f"capacity/table.{ext}").content
    draft = program.upload("capacity", standing, whole="true")
    assert (counts(draft), draft["whole"], draft["format"]) == ((0, 0, 0, 1), True, ext)
    again = program.ask("GET", f"drafts/{draft['id']}/draft.{ext}")
    assert again.status_code == (404 if ext == "geojson" else 200)


# Page and program


def test_page_and_program_read_the_same_draft(lead: User, program: Program) -> None:
    desk = browser(lead)
    builders.published("capacity", builders.capacity("A"), lead)
    sent = {"file": file(builders.capacity("A", open_kva=10).replace("A Line", "B Line")), **SAID}
    page = desk.post(reverse("publish:upload", args=["capacity"]), sent)["Location"]
    [draft] = program.get("capacity/drafts/")["results"]
    assert page == reverse("publish:draft", args=[draft["id"]])
    seen = desk.get(page).context["seen"]
    told = program.get(f"drafts/{draft['id']}/")
    assert {name: told[name] for name in draft} == draft
    assert (counts(told), told["preview"]["base"]) == ((0, 1, 0, 0), seen.base)
    [change] = program.get(f"drafts/{draft['id']}/changes/?of=changed")["results"]
    assert change["was"] == {"name": "A Line 1", "max_load_kva": 5000, "source": builders.SOURCE}
    assert change["id"] == ElementRow.objects.get().pk
    changed = program.ask("PATCH", f"drafts/{draft['id']}/", {"note": "Renamed"}).json()
    assert (changed["source"], changed["note"], changed["file_name"]) == (
        "Report 11", "Renamed", "table.csv",
    )  # fmt: skip
    assert desk.get(page).context["form"]["note"].value() == "Renamed"
    desk.post(f"{page}publish/", {"base": "1"})
    told = program.get(f"drafts/{draft['id']}/")
    assert (told["preview"], told["publication"]) == (None, 2)
    assert program.get("capacity/drafts/")["results"] == []


def test_a_table_says_how_it_is_written(program: Program, lead: User) -> None:
    builders.published("fees", builders.fees(), lead)
    kept = {table["kind"]: table for table in program.get("")}
    assert sorted(kept) == [
        "areas", "capacity", "customers", "fees", "news", "outages", "payees", "points",
        "practices", "rental", "training",
    ]  # fmt: skip
    fees = kept["fees"]
    columns = {column["name"]: column for column in fees.pop("columns")}
    newest = fees.pop("newest")
    assert fees == {
        "kind": "fees", "name": "Fee catalogue", "public": True, "checked": True,
        "key": ["code", "from_date"], "formats": ["csv", "xlsx"], "rows": 5000, "megabytes": 2,
    }  # fmt: skip
    assert columns["rate"] == {
        "name": "rate", "title": "Rate", "unit": "CNY per unit", "hint": None,
        "required": True, "numeric": True, "choices": None,
    }  # fmt: skip
    assert (columns["nature"]["choices"], columns["note"]["required"]) == (
        Nature.values, False,
    )  # fmt: skip
    assert (newest["number"], newest["added"], kept["points"]["public"]) == (1, 1, False)
    assert kept["points"]["newest"] is None


# What is no file


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty."),
        (b"PK\0", "This is not a CSV file. Save the sheet as CSV (comma separated)."),
        (b"{}", "This table has no places: upload it as CSV or XLSX."),
    ],
)
def test_what_is_no_table_is_refused_on_the_spot(
    program: Program, content: bytes, said: str
) -> None:
    answer = program.ask("POST", "fees/drafts/", {"file": file(content), **SAID})
    assert (refused(answer), Draft.objects.count()) == ((422, [("/file", said)]), 0)
    draft = program.upload("fees", builders.fees())
    answer = program.ask("PUT", f"drafts/{draft['id']}/file/", {"file": file(content)})
    assert refused(answer) == (422, [("/file", said)])
    assert program.get(f"drafts/{draft['id']}/")["file_name"] == "table.csv"


def test_a_form_without_a_file_and_a_body_that_is_no_form_are_refused(program: Program) -> None:
    other = program.ask("POST", "fees/drafts/", {"papers": file("a"), **SAID})
    assert refused(other) == (
        422, [("/file", "Choose a file."), ("/papers", "There is no such field.")],
    )  # fmt: skip
    assert program.ask("POST", "fees/drafts/", {"file": "code"}).status_code == 415
    latin = {"file": file(builders.fees()), "encoding": "latin-1"}
    assert refused(program.ask("POST", "fees/drafts/", latin)) == (
        422, [("/encoding", "This is not one of the values that can be chosen.")],
    )  # fmt: skip


def test_a_file_may_be_as_large_as_its_table_says_and_no_larger(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    padded = builders.fees() + "," * 3 * 1024 * 1024
    large = program.ask("POST", "fees/drafts/", {"file": file(padded), **SAID})
    assert refused(large) == (
        422, [("/file", "The file is larger than 2 MB. Split it and upload the parts.")],
    )  # fmt: skip
    lines = builders.capacity("S").splitlines()
    long = "\n".join([lines[0], *(lines[1].replace("S-1", f"S{n}") for n in range(6000))])
    assert counts(program.upload("capacity", long)) == (6000, 0, 0, 0)
    monkeypatch.setitem(limits().windows, Meter.UPLOAD_ACCOUNT, Limit(most=5, minutes=60))
    too_much = program.ask("POST", "fees/drafts/", {"file": file(builders.fees()), **SAID})
    assert (too_much.status_code, "Retry-After" in too_much) == (429, True)
    assert Draft.objects.count() == 1
