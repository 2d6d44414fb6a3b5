"""CSV files as spreadsheets make them; nothing that is written can run as a formula."""

import csv
import io
from collections.abc import Iterator

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override
from hypothesis import example, given
from hypothesis import strategies as st

from publishing.sheets import BOM, FORMULA_STARTS, decoded, records, written


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with override("en"):
        yield


CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r\n"), max_size=12)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_chinese_spreadsheets_are_read_in_their_encodings(encoding: str) -> None:
    assert decoded("区县,线路\r\n".encode(encoding)) == "区县,线路\r\n"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"PK\x03\x04\0", "This is not a CSV file. Save the sheet as CSV (comma separated)."),
        (b"\xff\xff\xff", "The text is neither UTF-8 nor GB18030. Save the sheet as CSV UTF-8."),
    ],
)
def test_what_is_no_text_says_what_to_do(content: bytes, reason: str) -> None:
    with pytest.raises(ValidationError) as refused:
        decoded(content)
    assert str(refused.value.message) == reason


def test_too_many_rows_are_refused_at_the_boundary() -> None:
    assert len(list(records("a\n" * 4, most=3))) == 4
    with pytest.raises(ValidationError) as refused:
        list(records("a\n" * 5, most=3))
    assert str(refused.value.message) == "More than 3 rows. Split the file and upload the parts."


def test_a_written_file_has_a_bom_and_dos_line_ends() -> None:
    assert written([["项目", "a,b"], ["1", ""]]) == BOM + '项目,"a,b"\r\n1,\r\n'


@pytest.mark.parametrize("start", FORMULA_STARTS)
def test_a_formula_is_disarmed(start: str) -> None:
    [[cell]] = csv.reader(io.StringIO(written([[f"{start}1+1"]]).removeprefix(BOM), newline=""))
    assert cell == f"'{start}1+1"


@example([["\t"]])
@given(st.lists(st.lists(CELLS, min_size=1, max_size=4), min_size=1, max_size=6))
def test_what_is_written_is_read_back_and_holds_no_formula(rows: list[list[str]]) -> None:
    text = written(rows)
    raw = list(csv.reader(io.StringIO(text.removeprefix(BOM), newline="")))
    assert not any(cell.startswith(FORMULA_STARTS) for row in raw for cell in row)
    blank = [[] if not any(map(str.strip, row)) else row for row in rows]
    assert list(records(text, most=9)) == blank
