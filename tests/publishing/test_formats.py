"""Files of a table as CSV, XLSX and GeoJSON: read by what is in them, written to be read again."""

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.test import RequestFactory
from django.urls import resolve
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st

from core.problems import Invalid
from documents import content
from documents.actions import Bounded
from grid.models import ElementRow
from publishing import features, tables, workbooks
from publishing.columns import Choice, Day, Flag, Number, Text
from publishing.formats import Uploaded, formats_of, uploaded
from publishing.lines import read
from publishing.models import Format, Kind
from publishing.sheets import written
from publishing.tables import NETWORK, Row, RowForm, Table, Wording, source_column, table_of
from rules.limits import Quota, limits

LONGEST = 40


class PlaceForm(RowForm):
    code = Text("Code", longest=LONGEST)
    kind = Choice("Kind", [("line", "Line"), ("bus", "Bus")])
    rating_kva = Number("Rating", unit="kVA", places=2, largest=9_999_999_999, required=False)
    limited = Flag("Limited")
    data_date = Day("Data as of", required=False)
    geometry = Text("Place", longest=400, required=False)
    source = source_column()


#: As large as the network's, with a place in each row; nothing of it is stored.
PLACES = Table(
    Kind.CAPACITY, ElementRow, PlaceForm, key=("code",), words=Wording("", "", ""), size=NETWORK
)
CAPACITY_HEADER = ["code", "kind", "name", "district", "voltage_kv", "data_date"]


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with override("en"):
        yield


def workbook(*sheets: list[list[Any]]) -> bytes:
    """As a spreadsheet saves it, by another library than ours."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for number, rows in enumerate(sheets, 1):
        sheet = book.create_sheet(f"Sheet {number}")
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def collection(*features: Any, **more: Any) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": features, **more}).encode()


def feature(geometry: Any = None, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def refusals(table: Table, content: bytes) -> list[str]:
    with pytest.raises(ValidationError) as refused:
        uploaded(table, content)
    return refused.value.messages


def test_a_table_has_the_formats_that_can_hold_it() -> None:
    assert formats_of(table_of("fees").columns) == (Format.CSV, Format.XLSX)
    assert formats_of(PLACES.columns) == (Format.CSV, Format.XLSX, Format.GEOJSON)


def test_cells_of_a_sheet_become_the_texts_that_columns_read() -> None:
    second: list[list[Any]] = [
        ["code", "n", "yes"],
        ["007", 12, True],
        [],
        ["a <&", 0.1 + 0.2, date(2026, 11, 1)],
        ["12", 1.0, datetime(2026, 11, 1, 8, 30)],  # noqa: DTZ001 (as a sheet has it)
        [1e20, Decimal("8000.50"), None],
    ]
    rows, told = workbooks.rows_of(workbook([], second, [["another"]]), NETWORK)
    assert rows == [
        ["code", "n", "yes"],
        ["007", "12", "true"],
        [],
        ["a <&", "0.3", "2026-11-01"],
        ["12", "1", "2026-11-01 08:30:00"],
        ["1e+20", "8000.5"],
    ]
    assert [str(words) for words in told] == ["Read: the sheet “Sheet 2”. Not read: “Sheet 3”."]


def test_a_text_is_no_formula_and_no_escape() -> None:
    content = workbooks.written([["=1+1", "_x0041_"]], columns=2)
    [cells] = openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows()
    assert {(cell.data_type, cell.number_format) for cell in cells} == {("s", "@")}
    assert workbooks.rows_of(content, NETWORK)[0] == [["=1+1", "_x0041_"]]
    with pytest.raises(Invalid):
        workbooks.written([["x" * 32_768]], columns=1)


def damaged(content: bytes, part: str, by: bytes) -> bytes:
    """A workbook one part of which is another."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for name in old.namelist():
            new.writestr(name, by if name == part else old.read(name))
    return out.getvalue()


NO_WORKBOOK = "This is not an Excel workbook (XLSX), or it is damaged. Save it again."
SHEET = "xl/worksheets/sheet1.xml"
BILLION = (
    b'<!DOCTYPE l [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (c, b"&%c;" % (c - 1) * 99) for c in range(98, 106))
    + b"]><worksheet><sheetData><row><c><v>&i;</v></c></row></sheetData></worksheet>"
)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            workbook([["code", "n"], ["a", "=1+1"], ["b", "#N/A"]]),
            [
                "Row 2, column B: is a formula. Copy the cells and paste them as values.",
                "Row 3, column B: is an error of the spreadsheet (#N/A).",
            ],
        ),
        (workbook([["x"] * 101]), ["More than 100 columns."]),
        (workbook([["a"]] * 5002), ["More than 5,000 rows. Split the file and upload the parts."]),
        (b"PK\x03\x04 and more", [NO_WORKBOOK]),
        (damaged(workbook([["a"]]), SHEET, BILLION), [NO_WORKBOOK]),
        (damaged(workbook([["a"]]), SHEET, b"<worksheet>"), [NO_WORKBOOK]),
        (
            workbooks.OLD_MAGIC + b"...",
            ["This is an old Excel file, or one with a password. Save it as XLSX or CSV without."],
        ),
        (collection(feature()), ["This table has no places: upload it as CSV or XLSX."]),
        (
            b"a" * (2 * 1024 * 1024 + 1),
            ["The file is larger than 2 MB. Split it and upload the parts."],
        ),
    ],
)
def test_a_file_that_is_no_table_says_why(content: bytes, said: list[str]) -> None:
    assert refusals(table_of("customers"), content) == said


def test_a_workbook_that_is_far_larger_than_its_file_is_not_unpacked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    quotas = {**limits().quotas, Quota.SHEET_MEGABYTES: 1}
    monkeypatch.setattr(workbooks, "limits", lambda: replace(limits(), quotas=quotas))
    bomb = damaged(workbook([["a"]]), SHEET, b" " * (1024 * 1024 + 1))
    said = "The workbook is larger than 1 MB unpacked. Split it, or save it as CSV."
    assert (len(bomb) < 10_000, refusals(PLACES, bomb)) == (True, [said])


def test_features_become_rows_with_the_place_as_text() -> None:
    content = collection(
        feature({"type": "Point", "coordinates": [104.77, 29.35]}, code="T-1", rating_kva=630),
        feature(
            {"type": "LineString", "coordinates": [[104.7, 29.3], [104.8, 29]]}, code="L-1", note=""
        ),
        feature(None, code="=B-1", limited=True, rating_kva=None),
    )
    assert uploaded(PLACES, content) == Uploaded(
        written(
            [
                ["code", "rating_kva", "geometry", "note", "limited"],
                ["T-1", "630", "POINT (104.77 29.35)", "", ""],
                ["L-1", "", "LINESTRING (104.7 29.3, 104.8 29)", "", ""],
                ["=B-1", "", "", "", "true"],
            ]
        ),
        Format.GEOJSON,
    )


NO_GEOJSON = "This is not a GeoJSON FeatureCollection, or it is damaged."
POINT = {"type": "Point", "coordinates": [104, 29]}
NOT_FITTING = "Feature 2: Its coordinates do not fit its geometry."


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{"type": "FeatureCollection"', NO_GEOJSON),
        (b"{" + b"[" * 100_000, NO_GEOJSON),
        (json.dumps(feature(POINT)).encode(), NO_GEOJSON),
        (
            collection(crs={"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4544"}}),
            "The coordinates must be degrees, longitude first; the file says otherwise.",
        ),
        (collection(feature(), 7), "Feature 2: It is no feature."),
        (collection(feature(), feature(a=[1])), "Feature 2: “a” is neither text nor number."),
        (collection(feature(), feature({"type": "Point", "coordinates": []})), NOT_FITTING),
        (
            collection(feature(), feature({"type": "LineString", "coordinates": [1, 2]})),
            NOT_FITTING,
        ),
        (
            collection(feature(), feature({"type": "Point", "coordinates": [1, float("nan")]})),
            NOT_FITTING,
        ),
        (
            collection(feature({"type": "Point", "coordinates": [104, 29, 300]})),
            "Feature 1: A point has two coordinates, longitude and latitude, and no height.",
        ),
        (
            collection(feature({"type": "Circle"})),
            (
                "Feature 1: Its geometry must be one of: Point, MultiPoint, LineString, Polygon, "
                "MultiLineString, MultiPolygon."
            ),
        ),
        (collection(feature(**{f"p{n}": n for n in range(101)})), "More than 100 columns."),
        (b'{"type":"FeatureCollection","features":[' + json.dumps(feature(a="?")).encode().replace(
            b"?", b"\\ud800") + b"]}", "Feature 1: Control characters are not allowed."),
        (
            collection(feature(a=1)).replace(b'"a": 1', b'"a": 1e999999999'),
            "Feature 1: Is not a number.",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_feature_names_its_number(content: bytes, said: str) -> None:
    assert refusals(PLACES, content) == [said]


TEXTS = st.text(
    st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=20
).map(lambda text: " ".join(text.split()))
DEGREES = st.decimals(-179, 179, places=6).map(lambda value: f"{value.normalize():f}")
PAIRS = st.tuples(DEGREES, DEGREES).map(" ".join)
GEOMETRIES = st.one_of(
    st.just(""),
    PAIRS.map("POINT ({})".format),
    st.lists(PAIRS, min_size=2, max_size=3).map(lambda all_: f"LINESTRING ({', '.join(all_)})"),
    st.lists(PAIRS, min_size=3, max_size=3).map(lambda all_: f"POLYGON (({', '.join(all_)}))"),
)
ROWS = st.fixed_dictionaries(
    {
        "code": TEXTS.filter(bool).filter(
            lambda text: PlaceForm.base_fields["code"].clean(text) == text
        ),
        "kind": st.sampled_from(["line", "bus"]),
        "rating_kva": st.none() | st.decimals(0, 9_999_999_999, places=2),
        "limited": st.booleans(),
        "data_date": st.none() | st.dates(date(2000, 1, 1)),
        "geometry": GEOMETRIES,
        "source": st.just("Report"),
    }
)


def told(text: str) -> list[Row]:
    sheet = read(PLACES, text, source="")
    assert not sheet.troubles, [trouble.text for trouble in sheet.troubles]
    return [row for _number, row in sheet.rows]


def readable_code(row: dict[str, Any]) -> bool:
    """A spreadsheet's power of ten is refused as a key, whatever the file."""
    return not read(PLACES, written([["code", "kind"], [row["code"], "bus"]]), source="s").troubles


@settings(max_examples=25)
@given(st.lists(ROWS.filter(readable_code), max_size=3, unique_by=lambda row: row["code"]))
def test_what_is_written_is_read_again(rows: list[dict[str, Any]]) -> None:
    lines = [
        list(PLACES.columns),
        *([column.code(row[name]) for name, column in PLACES.columns.items()] for row in rows),
    ]
    workbook = uploaded(PLACES, workbooks.written(lines, columns=len(PLACES.columns)))
    assert (workbook.format, told(workbook.text)) == (Format.XLSX, rows)
    places = uploaded(PLACES, "".join(features.written(PLACES.columns, rows)).encode())
    assert places.format == Format.GEOJSON
    assert (told(places.text) if rows else []) == rows


def test_a_file_may_be_as_long_as_its_table_allows() -> None:
    lines = [["code", "kind"], *([f"L-{n}", "line"] for n in range(5001))]
    assert len(read(PLACES, written(lines), source="s").rows) == 5001


@pytest.mark.parametrize("unknown", ["NaN", "nan", "—", "null", "－"])
def test_a_figure_that_nobody_knows_is_empty_and_never_zero(unknown: str) -> None:
    [(_number, row)] = read(PLACES, f"code,kind,rating_kva\nL-1,line,{unknown}", source="s").rows
    assert row["rating_kva"] is None
    line = ["L-1", "line", "L", "510302", unknown, "2026-11-01"]
    [trouble] = read(table_of("capacity"), written([CAPACITY_HEADER, line]), source="s").troubles
    assert trouble.text == "Row 2, column “Voltage”: Is not a number."


def test_mistakes_are_counted_and_the_first_are_kept() -> None:
    lines = [["code", "kind"], *([f"L-{n}", "pole"] for n in range(1000))]
    troubles = read(PLACES, written(lines), source="s").troubles
    assert (len(troubles), troubles.number, troubles.more) == (300, 1000, 700)
    assert troubles.of_features()[2].text == "Feature 3, “Kind”: Must be one of: Line, Bus."
    assert troubles.of_features().number == 1000


@pytest.mark.parametrize(
    ("address", "passes"),
    [
        ("/work/publish/capacity/upload/", True),
        ("/work/publish/capacity/row/", False),
        ("/api/v1/publish/capacity/drafts/", True),
        ("/api/v1/publish/drafts/1/file/", True),
        ("/api/v1/publish/capacity/rows/", False),
    ],
)
def test_files_of_tables_may_be_larger_than_documents(
    monkeypatch: pytest.MonkeyPatch, address: str, passes: bool
) -> None:
    capacity = table_of("capacity")
    monkeypatch.setitem(tables._tables, "capacity", replace(capacity, size=NETWORK))
    request = RequestFactory().post(address)
    request.resolver_match = resolve(address)
    handler = Bounded(request)
    handler.new_file("file", "t.csv", "text/csv", None)
    beyond = content.max_bytes() + 1
    assert handler.receive_data_chunk(b"x", beyond) == (b"x" if passes else None)
    assert handler.receive_data_chunk(b"x", NETWORK.bytes + 1) is None
