"""The receipt is taken out of a PDF whatever program wrote it, and out of no doubtful one."""

import base64
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import settings

from tests.disclosure.record.mutations import written
from tests.verifier.writer import World, a_record, receipt, text_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

ENTRIES = [text_of(one) for one in a_record(20)]
RECEIPT = written(receipt(World(ENTRIES), 5, 20))
OTHER = written(receipt(World(ENTRIES), 6, 20))
EMBEDDED = "EmbeddedFile"
READ = """
async ([script, files]) => {
  const { receiptIn, check } = await import(script);
  const bytes = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  return Promise.all(files.map(async (file) => {
    try { return check(await receiptIn(bytes(file))).verdict; } catch (error) { return error.code; }
  }));
}
"""


def stream(
    content: bytes, filters: str = "", length: str = "", kind: str = "EmbeddedFile"
) -> bytes:
    """An object of a PDF that holds a file."""
    head = f"<< /Type /{kind} {filters} /Length {length or len(content)} >>"
    return b"7 0 obj\n" + head.encode() + b"\nstream\n" + content + b"\nendstream\nendobj\n"


def pdf(*objects: bytes) -> bytes:
    """A file that begins and ends as a PDF does; no more of it is read."""
    return b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + b"".join(objects) + b"trailer\n<< >>\n%%EOF\n"


def read(browser: "Browser", files: dict[str, bytes]) -> dict[str, str]:
    """What the script makes of each file."""
    source = (Path(settings.BASE_DIR) / "static" / "js" / "record.js").read_bytes()
    script = f"data:text/javascript;base64,{base64.b64encode(source).decode()}"
    page = browser.new_page()
    texts = [base64.b64encode(one).decode() for one in files.values()]
    found: list[str] = page.evaluate(READ, [script, texts])
    page.close()
    return dict(zip(files, found, strict=True))


def test_every_way_of_embedding_is_read(chromium: "Browser") -> None:
    packed = zlib.compress(RECEIPT)
    length = f"9 0 obj\n{len(packed)}\nendobj".encode()
    files = {
        "plain": pdf(stream(RECEIPT)),
        "packed": pdf(stream(packed, "/Filter /FlateDecode")),
        "in a list": pdf(stream(packed, "/Filter [/FlateDecode]")),
        "length elsewhere": pdf(stream(packed, "/Filter/FlateDecode", "9 0 R"), length),
        "beside others": pdf(stream(b"<x/>", kind="XObject"), stream(b"notes"), stream(RECEIPT)),
        "twice the same": pdf(stream(RECEIPT), stream(packed, "/Filter /FlateDecode")),
    }
    assert set(read(chromium, files).values()) == {"recorded"}


def test_what_is_doubtful_is_refused(chromium: "Browser") -> None:
    packed = zlib.compress(RECEIPT)
    files = {
        "none": pdf(stream(b"notes")),
        "two that differ": pdf(stream(RECEIPT), stream(OTHER)),
        "damaged": pdf(stream(packed[:-9] + b"123456789", "/Filter /FlateDecode")),
        "cut off": pdf(stream(packed, "/Filter /FlateDecode"))[:200],
        "not embedded": pdf(stream(RECEIPT, kind="XObject")),
    }
    assert read(chromium, files) == {
        "none": "no-receipt",
        "two that differ": "several",
        "damaged": "damaged",
        "cut off": "damaged",
        "not embedded": "no-receipt",
    }
