"""What is published of the record holds nothing that people entrusted to us.

A city is planted with data that nobody else has: in declarations, in reasons, comments, findings
and conditions that people type, in names of files and of accounts. Then every byte that anybody
may fetch is searched for it, plain, hexadecimal, as base64 and unpacked.
"""

import base64
import gzip

import pytest
from django.test import Client

from accounts.models import User
from applications import documents, drafts
from applications.models import Application
from approvals.models import Permit
from ledger import folders, sequencer
from ledger.models import Salt
from rules.names import Kind
from tests.builders import again, declaration, pdf, perform, permit_step
from tests.people import applicant, open_demonstration
from tools.scenarios import FOUR_REVIEWS

NAME, ID_NUMBER, PHONE = "欧阳桐典", "510302198511230031", "13987650421"
LINE, TYPED = "桐典金丝雀巷七十七弄九号", "请致电司马桐典"
CANARIES = (NAME, ID_NUMBER, PHONE, LINE, TYPED, "司马桐典", "金丝雀.pdf")


@pytest.fixture
def planted(committed_db: str) -> Application:
    """A case in which people typed personal data wherever they could, then published."""
    people = open_demonstration()
    owner = applicant("canary")
    person = {"type": "person", "name": NAME, "id_number": ID_NUMBER, "phone": PHONE}
    body = declaration(Kind.HV_SINGLE, applicant=person)
    body["address"] |= {"line": LINE}
    case = drafts.draft(body=body, by=owner)
    for code in ("identity", "property", "project_approval"):
        documents.add(application=case, requirement=code, upload=pdf("金丝雀.pdf"), by=owner)
    _live(case, people, owner)
    sequencer.run()
    return again(case)


def _live(case: Application, people: dict[str, User], owner: User) -> None:
    manager = people["manager"]
    items = [{"requirement": "identity", "reason": TYPED}]
    perform(application=case, action="submit", by=owner)
    perform(application=case, action="request_supplement", by=manager, body={"items": items})
    documents.add(application=case, requirement="identity", upload=pdf(), by=owner)
    perform(application=case, action="supply_supplement", by=owner)
    perform(application=case, action="accept", by=manager)
    perform(application=case, action="reply_plan", by=manager, body={"summary": TYPED})
    perform(application=case, action="confirm_plan", by=owner, body={"agree": True})
    perform(
        application=case,
        action="post_line_works",
        body=FOUR_REVIEWS | {"voltage": "high"},
        by=people["project"],
    )
    permits = {permit.permit: permit for permit in Permit.objects.filter(case_ref=case.ref)}
    planning, housing = permits["planning"], permits["construction"]
    permit_step(permit=planning, action="accept", by=people["planning"], body={})
    points = [
        {"point": point, "met": False, "remark": LINE}
        for point in ("necessity", "reasonableness", "extent")
    ]
    refusal = {"reason": TYPED, "clause": "planning_40", "review_points": points}
    permit_step(permit=planning, action="refuse", by=people["planning"], body=refusal)
    permit_step(permit=housing, action="accept", by=people["housing"], body={})
    permit_step(permit=housing, action="grant", by=people["housing"], body={"conditions": TYPED})
    perform(application=case, action="withdraw", by=owner, body={"reason": TYPED})


def spellings(text: str) -> set[bytes]:
    """How a text might stand in a file."""
    raw = text.encode()
    inner = {base64.b64encode(b"x" * shift + raw)[4:-4] for shift in range(3)}
    escaped = text.encode("unicode_escape")
    return {raw, raw.hex().encode(), base64.b64encode(raw), escaped, *inner}


def found_in(content: bytes) -> list[str]:
    """Return the planted texts that some bytes contain."""
    return [text for text in CANARIES if any(way in content for way in spellings(text))]


def unpacked(content: bytes) -> bytes:
    """A file as its reader sees it."""
    return gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content


def test_the_search_would_find_them() -> None:
    for text in CANARIES:
        assert found_in(b"before " + base64.b64encode(f"ab{text}cd".encode()) + b" after")
        assert found_in(text.encode())


def test_what_was_typed_is_sealed_with_its_entry(planted: Application) -> None:
    kept = [salt.data for salt in Salt.objects.all()]
    assert any(TYPED in text for text in kept)


def test_no_public_file_holds_personal_data(planted: Application) -> None:
    files = {path: path.read_bytes() for path in folders.public().rglob("*") if path.is_file()}
    assert any("entries" in str(path) for path in files)
    assert {path: found_in(unpacked(content)) for path, content in files.items()} == {
        path: [] for path in files
    }


PAGES = (
    "/record/keys.json", "/record/1/checkpoint", "/api/v1/ledger/checkpoint",
    "/api/v1/ledger/entries/", "/disclosure/record/", "/disclosure/record/entries/",
    "/disclosure/record/entries/9/", "/disclosure/record/signs/", "/api/v1/disclosure/record/",
    "/api/v1/disclosure/signals/",
)  # fmt: skip


def test_no_public_page_of_the_record_holds_personal_data(planted: Application) -> None:
    stranger = Client()
    for address in PAGES:
        answer = stranger.get(address)
        content = b"".join(answer) if answer.streaming else answer.content
        assert answer.status_code == 200, address
        assert found_in(content) == [], address
        assert str(planted.number).encode() not in content, address
