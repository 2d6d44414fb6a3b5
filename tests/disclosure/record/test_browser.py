"""The pages of the record in a real browser: what is checked there, and that nothing leaves it."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest

from ledger import sequencer
from rules.names import Kind
from tests import builders
from tests.disclosure.record.mutations import changed
from tests.documents.samples import drawn
from tests.look import Visit, everywhere, look, visit
from tools.client import Client
from tools.scenarios import PDF

if TYPE_CHECKING:
    from playwright.sync_api import Browser, FilePayload, Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CHECK = "/disclosure/record/check/"
#: It is kept drawn anew.
PHOTO = drawn("JPEG", (40, 30), comment=b"mine")
DOCUMENT = PDF.replace(b"%%EOF", b"% mine\n%%EOF")


@dataclass
class Filed:
    """A case that was filed over HTTP, and the receipts of its filing."""

    base: str
    client: Client
    number: str
    receipt_number: str
    promise: dict[str, Any]
    receipt: dict[str, Any] = field(default_factory=dict)

    def get(self) -> dict[str, Any]:
        """The receipt as it is given now."""
        found: dict[str, Any] = self.client.expect(
            200, "GET", f"/ledger/receipts/{self.receipt_number}/"
        )
        return found

    def pdf(self) -> bytes:
        """The receipt as PDF."""
        url = f"{self.base}/api/v1/ledger/receipts/{self.receipt_number}.pdf"
        asked = Request(url, headers={"Authorization": f"Bearer {self.client.token}"})
        with urlopen(asked, timeout=60) as answer:
            return bytes(answer.read())

    def code(self, receipt: dict[str, Any], index: str | None = None) -> str:
        """The address that the QR code of a receipt leads to."""
        from tlog.tree import leaf_hash

        proof = receipt["proof"]
        found = proof.splitlines()[1].removeprefix("index ") if proof else ""
        leaf = leaf_hash(receipt["entry"].encode()).hex()
        return f"{CHECK}#{receipt['number']}.{found if index is None else index}.{leaf}"


def file_case(base: str) -> Filed:
    """A home files; the receipt that it gets at once, and the one with the proof."""
    client = Client(base).signed_in("resident")
    body = builders.declaration(Kind.RESIDENTIAL)
    body["address"]["line"] = f"记录路{os.urandom(4).hex()}号"
    case = client.expect(201, "POST", "/applications/", body)
    number = case["number"]
    path = f"/applications/{number}/documents/"
    for document in case["documents"]:
        assert client.upload(path, document["requirement"], DOCUMENT).status == 201
    assert client.upload(path, "property", PHOTO, name="photo.jpg").status == 201
    client.expect(200, "POST", f"/applications/{number}/actions/submit/", {})
    timeline = client.expect(200, "GET", f"/applications/{number}/timeline/")
    [seq] = [event["seq"] for event in timeline["events"] if event["type"] == "case.submitted"]
    filed = Filed(base, client, number, f"{number}-{seq}", {})
    filed.promise = {**filed.get(), "proof": None}
    sequencer.run()
    filed.receipt = filed.get()
    return filed


@pytest.fixture
def filed(site: str) -> Filed:
    return file_case(site)


@pytest.fixture
def desk(chromium: "Browser", site: str) -> Iterator[Visit]:
    """A window on the page that checks, in English, with everything it asks for noted."""
    found = visit(chromium, site, language="en")
    yield found
    found.context.close()
    assert found.faults == []


MARK = b"\xef\xbb\xbf"


def as_file(name: str, content: bytes | dict[str, Any]) -> "FilePayload":
    """A file as Playwright chooses it."""
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    return {"name": name, "mimeType": "application/octet-stream", "buffer": raw}


def verdict(page: "Page") -> str:
    """The headline of the newest result."""
    page.wait_for_selector("[data-record-check][aria-busy=false]")
    return page.locator("[data-record-results] h2").first.inner_text()


def checked(page: "Page", *files: "FilePayload") -> str:
    """Choose files on the page and wait for the result."""
    page.goto(CHECK)
    page.set_input_files("input[type=file]", list(files))
    return verdict(page)


def lines(page: "Page") -> list[str]:
    """What was checked, line by line: the word and its sentence."""
    found: list[str] = page.locator(".td-checks__item").all_inner_texts()
    return found


def test_a_good_receipt_holds_and_nothing_leaves_the_page(filed: Filed, desk: Visit) -> None:
    asked: list[tuple[str, str, str | None]] = []
    page = desk.page
    page.goto(CHECK)
    page.on("request", lambda one: asked.append((one.method, one.url, one.post_data)))
    files = [
        as_file("r.json", filed.receipt),
        as_file("home.pdf", DOCUMENT),
        as_file("photo.jpg", PHOTO),
    ]
    page.set_input_files("input[type=file]", files)
    assert verdict(page) == "The receipt holds"
    assert all(line.startswith("Holds.") for line in lines(page))
    text = page.locator("[data-record-results]").inner_text()
    assert "Application filed" in text
    assert filed.receipt_number in text
    assert "home.pdf is, to the last byte, the document handed in" in text
    assert "photo.jpg is, to the last byte, the document handed in" in text
    # It compared with what is published, and asked for nothing that says which receipt it was.
    own = f"{filed.base}/record/1/"
    assert any(url.startswith(own) for _method, url, _body in asked)
    for method, url, body in asked:
        assert (method, body) == ("GET", None)
        assert url.startswith((own, f"{filed.base}/static/img/"))
        assert urlsplit(url).query == ""
    assert look(desk, "") == []


def test_without_a_network_the_receipt_is_checked_all_the_same(filed: Filed, desk: Visit) -> None:
    page = desk.page
    page.goto(CHECK)
    desk.context.set_offline(True)
    page.set_input_files("input[type=file]", [as_file("r.json", filed.receipt)])
    assert verdict(page) == "The receipt holds"
    assert any("could not be read" in line for line in lines(page))
    desk.faults.clear()  # Chromium's own line on the request that had no network


EDITS: dict[str, tuple[tuple[str | int, ...], str, str]] = {
    "the form": (("format",), "receipt/1", "receipt/9"),
    "the number": (("number",), "-", "9-"),
    "the time": (("entry",), '"at":"20', '"at":"19'),
    "the step": (("entry",), "case.submitted", "case.withdrawn"),
    "the details": (("opening", "data"), '"sha256":"', '"sha256":"0'),
    "the salt": (("opening", "salt"), "", "00"),
    "the promise": (("promise",), "tongdian-receipt/1\n", "tongdian-receipt/1\nx"),
    "the place": (("proof",), "index ", "index 1"),
    "the key": (("keys", "keys", 0, "vkey"), "+", "+0"),
    "the name": (("keys", "origin"), "tongdian", "tongdlan"),
}


def test_every_edit_is_found_and_said(filed: Filed, desk: Visit) -> None:
    for what, (path, old, new) in EDITS.items():
        value: Any = filed.receipt
        for part in path:
            value = value[part]
        edited = changed(filed.receipt, path, value.replace(old, new, 1))
        assert edited != filed.receipt
        found = checked(desk.page, as_file("r.json", edited))
        assert found == "The receipt does not hold", what
        assert sum(line.startswith("Does not hold.") for line in lines(desk.page)) == 1, what
    text = desk.page.locator("[data-record-results]").inner_text()
    assert "call one of the hotlines" in text
    assert look(desk, "") == []


def test_a_pdf_is_checked_by_the_receipt_inside_it(filed: Filed, desk: Visit) -> None:
    found = checked(desk.page, as_file("r.pdf", filed.pdf()))
    assert found == "The receipt holds"
    text = desk.page.locator("[data-record-results]").inner_text()
    assert "not the text printed on it" in text
    assert filed.receipt_number in text


def test_what_an_editor_saved_with_a_byte_order_mark_holds(filed: Filed, desk: Visit) -> None:
    marked = as_file("r.json", MARK + json.dumps(filed.receipt).encode())
    assert checked(desk.page, marked) == "The receipt holds"
    kept = MARK + filed.receipt["proof"].partition("\n\n")[2].encode()
    found = checked(desk.page, as_file("kept.txt", kept))
    assert found == "The checkpoint that you kept still holds"


def test_a_document_that_was_not_handed_in_is_found(filed: Filed, desk: Visit) -> None:
    other = as_file("other.pdf", DOCUMENT.replace(b"mine", b"yours"))
    found = checked(desk.page, as_file("r.json", filed.receipt), other)
    assert found == "The receipt holds, but a file is none of its documents"
    [line] = [line for line in lines(desk.page) if "other.pdf" in line]
    assert line.startswith("Does not hold.")


def test_a_promise_is_looked_up_in_the_record(filed: Filed, desk: Visit) -> None:
    assert checked(desk.page, as_file("r.json", filed.promise)) == "The promise was kept"
    index = filed.receipt["proof"].splitlines()[1].removeprefix("index ")
    assert f"has the entry at place {index}" in lines(desk.page)[-1]


def test_a_promise_that_is_not_kept_yet_is_waited_for(filed: Filed, desk: Visit) -> None:
    desk.page.route("**/record/leaves/*/", lambda route: route.fulfill(status=404))
    found = checked(desk.page, as_file("r.json", filed.promise))
    assert found == "The promise holds; the proof is still to come"
    assert "does not have the entry yet" in lines(desk.page)[-1]
    desk.faults.clear()  # Chromium's own line on the answer 404


def test_files_without_a_receipt_say_what_to_choose(filed: Filed, desk: Visit) -> None:
    desk.page.goto(CHECK)
    desk.page.set_input_files("input[type=file]", [as_file("home.pdf", DOCUMENT)])
    desk.page.wait_for_selector("[data-record-check][aria-busy=false]")
    text = desk.page.locator("[data-record-results]").inner_text()
    assert "There is no receipt among these files" in text


def test_a_kept_checkpoint_is_compared_with_the_record(filed: Filed, desk: Visit) -> None:
    note = filed.receipt["proof"].partition("\n\n")[2]
    found = checked(desk.page, as_file("kept.txt", note.encode()))
    assert found == "The checkpoint that you kept still holds"
    origin, size, rest = note.split("\n", 2)
    forged = f"{origin}\n{int(size) - 1}\n{rest}"
    found = checked(desk.page, as_file("kept.txt", forged.encode()))
    assert found == "The checkpoint that you kept does not hold"


def test_the_code_on_paper_leads_to_the_entry(filed: Filed, desk: Visit) -> None:
    page = desk.page
    page.goto(filed.code(filed.receipt))
    assert verdict(page) == "The record has this entry"
    assert "Application filed" in page.locator("[data-record-results]").inner_text()
    assert look(desk, "") == []
    page.goto("about:blank")
    page.goto(filed.code(filed.promise))
    assert verdict(page) == "The record has this entry"


def test_a_code_with_another_place_or_hash_is_not_in_the_record(filed: Filed, desk: Visit) -> None:
    page = desk.page
    for code in (filed.code(filed.receipt, "0"), filed.code(filed.receipt, "99999999")):
        page.goto("about:blank")
        page.goto(code)
        assert verdict(page) == "The record does not have this entry"
    page.goto("about:blank")
    page.goto(f"{CHECK}#{filed.receipt_number}..{'ab' * 32}")
    assert verdict(page) == "The code alone does not show it yet"
    desk.faults.clear()  # Chromium's own line on the answer 404
    for unreadable in ("something", "%E0%A4%A"):
        page.goto("about:blank")
        page.goto(f"{CHECK}#{unreadable}")
        page.wait_for_selector("[data-record-check][aria-busy=false]")
        assert "could not be read" in page.locator("[data-record-results]").inner_text()


def test_the_page_works_by_keyboard_and_tells_its_result(filed: Filed, desk: Visit) -> None:
    page = desk.page
    page.goto(CHECK)
    with page.expect_file_chooser() as chooser:
        page.locator("button#files").press("Enter")
    chooser.value.set_files([as_file("r.json", filed.receipt)])
    assert verdict(page) == "The receipt holds"
    assert page.locator("[data-record-status]").inner_text() == "Checked. The result is below."
    assert page.evaluate("document.activeElement.textContent") == "The receipt holds"


def test_the_newest_checkpoint_can_be_copied(filed: Filed, desk: Visit) -> None:
    page = desk.page
    desk.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/disclosure/record/")
    note = page.locator("#checkpoint").text_content()
    page.locator("summary", has_text="The checkpoint in full").click()
    page.click("button[data-copy]")
    page.wait_for_selector("button:text('Copied')")
    assert page.evaluate("navigator.clipboard.readText()") == note


def test_every_page_of_the_record_is_fit_to_be_looked_at(filed: Filed, chromium: "Browser") -> None:
    pages = {
        "/disclosure/record/": "record",
        CHECK: "",
        "/disclosure/record/entries/": "record-entries",
        "/disclosure/record/entries/0/": "record-entry",
        "/disclosure/record/checkpoints/": "record-checkpoints",
    }
    faults = everywhere(chromium, filed.base, pages)
    found = visit(chromium, filed.base, language="zh-hans")
    files = [as_file("回执.json", filed.receipt), as_file("证件.pdf", DOCUMENT)]
    found.page.goto(CHECK)
    found.page.set_input_files("input[type=file]", files)
    assert verdict(found.page) == "回执属实"
    faults += look(found, "", name="record-check")
    found.context.close()
    assert faults == []
