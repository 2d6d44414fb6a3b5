"""What is taken and what is refused, by the bytes themselves."""

import contextlib
import io
import time
import zipfile
import zlib

import pytest
from pytest_django import Settings

from core.problems import Invalid
from documents.content import recognise, shown
from documents.models import Document
from tests.documents.samples import GOOD, chunk, jpeg, pdf, png, segment, stream

Type = Document.Type


def reason(data: bytes, name: str) -> str:
    """Why a file is refused."""
    with pytest.raises(Invalid) as refused:
        recognise(data, name)
    (error,) = refused.value.errors
    assert error.pointer == "/file"
    return str(error.reason)


def archive() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("x.txt", "hidden")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "content_type"),
    [("a.pdf", Type.PDF), ("照片.jpg", Type.JPEG), ("b.JPEG", Type.JPEG), ("c.png", Type.PNG)],
)
def test_our_three_types_are_known_by_their_content(name: str, content_type: str) -> None:
    assert recognise(GOOD[name], name) == content_type


@pytest.mark.parametrize(
    "name", ["2026.11.23 证明.pdf", "图纸 v2.1（终稿）.PDF", "a b-c_d.pdf", "房产证 (1).pdf"]
)
def test_names_that_people_use_are_taken(name: str) -> None:
    assert recognise(pdf(), name) == Type.PDF


@pytest.mark.parametrize("name", ["file", "pdf", "不动产权证"])
def test_a_name_without_an_ending_leaves_it_to_the_content(name: str) -> None:
    assert [recognise(data, name) for data in (pdf(), jpeg(), png())] == list(Type)
    assert reason(b"MZ" + b"\x00" * 200, name) == reason(pdf(), "a.zip")


@pytest.mark.parametrize(
    "name",
    [
        "a.svg", "a.html", "a.exe", "a.zip", "a.docx", "a.", "a.pdf.exe",
        "a.php.jpg", "a.pdf.jpg", "a.html .jpg", "a.jsp.x.jpg",
        "a\x00.jpg", "a.jpg\x00.php", "a\u202egpj.exe", "a\u202egnp.jpg", "\u200fa.jpg",
        "a\nb.jpg", "a\u2066.jpg",
    ],
)  # fmt: skip
def test_a_name_that_deceives_is_refused(name: str) -> None:
    reason(jpeg(), name)


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"<!DOCTYPE html><script>alert(1)</script>", "a.jpg"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", "a.png"),
        (b"MZ" + b"\x00" * 200, "a.pdf"),
        (b"just text", "a.pdf"),
        (png(), "a.jpg"),
        (jpeg(), "a.pdf"),
        (pdf(), "a.png"),
        (b" " + pdf(), "a.pdf"),
        (b"GIF89a" + b"\x00" * 100, "a.png"),
    ],
)
def test_content_that_is_not_what_the_name_says_is_refused(data: bytes, name: str) -> None:
    reason(data, name)


@pytest.mark.parametrize("name", ["a.pdf", "c.png", "照片.jpg"])
def test_an_empty_file_is_refused(name: str) -> None:
    reason(b"", name)


def test_a_page_that_is_shorter_than_the_search_for_the_end_is_taken() -> None:
    assert recognise(b"%PDF-1.4\n% scanned by a very plain device\n", "a.pdf")


@pytest.mark.parametrize(("name", "shortest"), [("a.pdf", 1025), ("c.png", 1), ("照片.jpg", 1)])
def test_a_file_cut_off_anywhere_is_refused(name: str, shortest: int) -> None:
    whole = (pdf(objects=b"% a scan\n" * 200) if name == "a.pdf" else GOOD[name]).rstrip()
    for length in range(shortest, len(whole)):
        reason(whole[:length], name)
    assert recognise(whole, name)


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (jpeg(after=archive()), "a.jpg"),
        (png(after=archive()), "a.png"),
        (pdf(after=b"\n" + archive()), "a.pdf"),
        (jpeg(after=pdf()), "a.jpg"),
        (jpeg(comment=b"<script>alert(1)</script>"), "a.jpg"),
        (jpeg(comment=b"*/=0;<?PHP system($_GET[0]);"), "a.jpg"),
        (jpeg(comment=b"%PDF-1.7 hidden"), "a.jpg"),
        (jpeg(after=b"<html>"), "a.jpg"),
        (png(text=b"<ScRiPt>"), "a.png"),
        (png(after=b"x"), "a.png"),
        (pdf(objects=b"<html><script>1</script>"), "a.pdf"),
    ],
)
def test_a_file_that_is_two_things_is_refused(data: bytes, name: str) -> None:
    reason(data, name)


ACTIVE = [
    b"4 0 obj\n<< /S /JavaScript /JS (app.alert(1)) >>\nendobj\n",
    b"4 0 obj\n<< /S /J#61vaScript /JS (x) >>\nendobj\n",
    b"4 0 obj\n<< /S /#4A#61#76#61Script /JS (x) >>\nendobj\n",
    b"4 0 obj\n<< /S /Launch /F (cmd.exe) >>\nendobj\n",
    b"4 0 obj\n<< /Type /EmbeddedFile >>\nendobj\n",
    b"4 0 obj\n<< /EmbeddedFiles 5 0 R >>\nendobj\n",
    b"%>> stream\n4 0 obj\n<< /S /JavaScript >>\n%endstream\n",
    stream(b"/Type /ObjStm /Filter /FlateDecode", zlib.compress(b"<< /S /JavaScript >>")),
    stream(b"/Type /ObjStm", b"<< /S /Launch >>"),
]


@pytest.mark.parametrize("objects", ACTIVE)
def test_a_pdf_that_runs_or_carries_something_is_refused(objects: bytes) -> None:
    assert reason(pdf(objects=objects), "a.pdf")


def test_words_that_only_look_alike_are_taken() -> None:
    objects = b"4 0 obj\n<< /Title (JavaScript for beginners) /LaunchDate (2026) >>\nendobj\n"
    assert recognise(pdf(objects=objects), "a.pdf") == Type.PDF


def test_a_locked_pdf_is_refused() -> None:
    reason(pdf(objects=b"4 0 obj\n<< /Encrypt 5 0 R >>\nendobj\n"), "a.pdf")


def test_an_overpacked_pdf_is_refused() -> None:
    bomb = zlib.compress(b"\x00" * (60 * 1024 * 1024))
    reason(pdf(objects=stream(b"/Type /ObjStm /Filter /FlateDecode", bomb)), "a.pdf")


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (png(width=60_000, height=60_000), "a.png"),
        (jpeg(width=60_000, height=60_000), "a.jpg"),
        (png(width=0), "a.png"),
        (jpeg(height=0), "a.jpg"),
    ],
)
def test_a_flood_of_pixels_is_refused(data: bytes, name: str) -> None:
    reason(data, name)


def test_a_damaged_sum_is_seen() -> None:
    broken = bytearray(png())
    broken[20] ^= 1
    reason(bytes(broken), "a.png")


def test_the_largest_file_is_taken_and_one_byte_more_is_not(settings: Settings) -> None:
    settings.DOCUMENT_MAX_BYTES = len(pdf())
    assert recognise(pdf(), "a.pdf") == Type.PDF
    assert "0 MB" in reason(pdf() + b"\n", "a.pdf")


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"\xff\xd8" + b"\xff" * 20_000_000, "a.jpg"),
        (b"\xff\xd8" + b"\xff\xd0" * 10_000_000, "a.jpg"),
        (jpeg()[:-2] + b"\xff\x00" * 9_000_000, "a.jpg"),
        (b"\xff\xd8" + segment(0xE1, b"") * 5_000_000, "a.jpg"),
        (png()[:-12] + chunk(b"tEXt", b"") * 1_600_000, "a.png"),
        (b"%PDF-1.7\nstartxref" + b"<<" * 9_900_000 + b"%%EOF", "a.pdf"),
        (b"%PDF-1.7\nstartxref" + b"stream\n" * 2_800_000 + b"/JavaScript %%EOF", "a.pdf"),
        (b"%PDF-1.7\nstartxref" + b"/J#61v" * 3_300_000 + b"/Encrypt %%EOF", "a.pdf"),
    ],
)
def test_a_file_made_to_keep_us_busy_costs_little(data: bytes, name: str) -> None:
    before = time.process_time()
    with contextlib.suppress(Invalid):
        recognise(data, name)
    assert time.process_time() - before < 3


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("图纸.pdf", "图纸.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\temp\\x.PDF", "x.pdf"),
        ('a"b;c%0d%0a<d>.pdf', "abc0d0ad.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie x.pdf"),
        ("\u202efdp.pdf", "fdp.pdf"),
        (".pdf", "document.pdf"),
        ("a" * 500 + ".pdf", "a" * 120 + ".pdf"),
        ("bad.exe", "bad.pdf"),
    ],
)
def test_a_shown_name_is_harmless(name: str, cleaned: str) -> None:
    assert shown(name, "application/pdf") == cleaned
