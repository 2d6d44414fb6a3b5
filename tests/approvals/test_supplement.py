"""A supplement item by item: drafts of answers, handing in, and both sides beside each other."""

import hashlib
import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction

from accounts.models import User
from approvals.models import Permit
from approvals.supplement.models import SupplementItem
from documents.actions import delete, store
from documents.models import Document, Opening
from ledger.models import Entry
from ledger.receipts.content import opening_of
from portal.invariants import broken
from tests.approvals.people import Cast, permit_of, post, set_clock
from tests.approvals.test_api import act, ask, client_of
from tests.approvals.test_pages import at_desk, hidden, text_of
from tests.builders import pdf
from tests.page import Page
from tools.scenarios import LONG_LINE, PDF, PLANNING_ONLY

ITEMS = ["red_line_map：比例尺不清", "断面图"]
WORDS = "已按 1:500 重绘"
ONE = hashlib.sha256(PDF).hexdigest()


@pytest.fixture
def permit(people: Cast) -> Permit:
    """A planning permit for which two things are missing."""
    found = permit_of(post(people, PLANNING_ONLY), "planning")
    answer = act(people, "planning", found, "request_supplement", {"items": ITEMS})
    assert answer.json()["supplement_items"] == ITEMS
    return found


def send(
    people: Cast, who: str, permit: Permit, way: str, path: str, body: Any, **more: Any
) -> Any:
    client = client_of(people, who)
    url = f"/api/v1/permits/{permit.pk}/supplement/items/{path}"
    return getattr(client, way)(url, body, **{"format": "json"} | more)


def supply(people: Cast, permit: Permit, body: Any = None, **more: Any) -> Any:
    path = f"/api/v1/permits/{permit.pk}/actions/supply_supplement/"
    return client_of(people, "manager").post(path, body or {}, **{"format": "json"} | more)


def sides(people: Cast, who: str, permit: Permit) -> list[Any]:
    """Answer, number of files, and number of those before, of each item."""
    rows = ask(people, who, f"permits/{permit.pk}/supplement/").json()
    return [(row["answer"], len(row["files"]), len(row["before"])) for row in rows]


def test_each_item_is_drafted_and_all_are_handed_in_together(people: Cast, permit: Permit) -> None:
    saved = send(people, "manager", permit, "put", "1/", {"answer": WORDS})
    assert (saved.status_code, saved["ETag"], saved.json()["document"]) == (
        200,
        '"2"',
        "red_line_map",
    )
    early = supply(people, permit)
    assert (early.status_code, early.json()["errors"]) == (
        422, [{"pointer": "/answers", "reason": "第 2 项尚未答复：断面图。"}],
    )  # fmt: skip
    files = {"files": [pdf(), pdf("二.pdf")]}
    added = send(people, "manager", permit, "post", "2/files/", files, format="multipart")
    assert added.status_code == 201
    first = added.json()["files"][0]["url"].split("/")[-2]
    gone = send(people, "manager", permit, "delete", f"2/files/{first}/", None)
    assert (gone.status_code, len(gone.json()["files"])) == (200, 1)
    # What is prepared is the supply company's alone.
    assert sides(people, "manager", permit) == [(WORDS, 0, 0), (None, 1, 0)]
    assert sides(people, "planning", permit) == [(None, 0, 0), (None, 0, 0)]
    [file] = Document.objects.filter(subject_kind="supplement_item")
    opened = {
        who: at_desk(people, who).get(f"/documents/{file.ref}/").status_code
        for who in ("manager", "planning", "regulator", "stranger")
    }
    assert opened == {"manager": 200, "planning": 404, "regulator": 404, "stranger": 404}
    assert supply(people, permit).json()["state"] == "received"
    assert sides(people, "planning", permit) == [(WORDS, 0, 0), (None, 1, 0)]
    opened = {
        who: at_desk(people, who).get(f"/documents/{file.ref}/").status_code
        for who in ("planning", "planning-elsewhere", "regulator", "stranger")
    }
    assert opened == {
        "planning": 200, "planning-elsewhere": 404, "regulator": 200, "stranger": 404,
    }  # fmt: skip
    assert list(Opening.objects.values_list("role", flat=True)) == [
        "manager",
        "officer",
        "regulator",
    ]
    entry = opening_of(Entry.objects.get(part=permit.ref, type="permit.supplement_supplied"))
    assert entry is not None
    digest = hashlib.sha256(WORDS.encode()).hexdigest()
    assert entry.data["answers"] == [
        {"item": 1, "answer": digest, "documents": []},
        {"item": 2, "answer": None, "documents": [ONE]},
    ]
    assert entry.data["documents"] == [{"requirement": "permit_supplement", "sha256": ONE}]


def test_another_bureau_opens_what_its_own_permit_lists_and_nothing_else(people: Cast) -> None:
    round_ = post(people, LONG_LINE)
    permit, other = permit_of(round_, "planning"), round_.permits.filter(bureau="police")[0]
    items = ["red_line_map", "design_scheme"]
    act(people, "planning", permit, "request_supplement", {"items": items})
    answers = [{"item": 1, "files": [0]}, {"item": 2, "files": [1]}]
    body = {"answers": json.dumps(answers), "files": [pdf(), pdf("二.pdf")]}
    assert supply(people, permit, body, format="multipart").status_code == 200
    listed = Page(at_desk(people, "police").get(f"/bureau/permits/{other.pk}/"))
    files = Document.objects.filter(subject_kind="supplement_item").order_by("id")
    opened = {
        who: [at_desk(people, who).get(f"/documents/{file.ref}/").status_code for file in files]
        for who in ("planning", "police", "regulator")
    }
    assert opened == {"planning": [200, 200], "police": [200, 404], "regulator": [200, 200]}
    urls = [f"/documents/{file.ref}/" for file in files]
    assert [url in listed.links("/documents/") for url in urls] == [True, False]


@pytest.mark.parametrize(
    ("answers", "files", "pointer"),
    [
        ([{"item": 1, "answer": WORDS}, {"item": 2, "files": [0, 1]}], 2, ""),
        ([{"item": 1, "answer": WORDS}], 0, "/answers"),
        ([{"item": 3, "answer": WORDS}], 0, "/answers/0/item"),
        ([{"item": 1, "files": [0]}, {"item": 2, "files": [0]}], 1, "/answers/1/files"),
        ([{"item": 1, "files": [1]}, {"item": 2, "answer": WORDS}], 1, "/answers/0/files"),
        ([{"item": 1, "answer": WORDS}], 1, "/files"),
        ({"item": 1}, 0, "/answers"),
    ],
)
def test_a_program_answers_in_one_request(
    people: Cast, permit: Permit, answers: Any, files: int, pointer: str
) -> None:
    body: dict[str, Any] = {"answers": json.dumps(answers)}
    if files:
        body["files"] = [pdf() for _file in range(files)]
    answer = supply(people, permit, body, format="multipart")
    found = answer.json()
    assert (answer.status_code, (found.get("errors") or [{}])[0].get("pointer", "")) == (
        422 if pointer else 200, pointer,
    )  # fmt: skip
    kept = [tuple(row) for row in SupplementItem.objects.values_list("number", "answer")]
    assert kept == ([(1, ""), (2, "")] if pointer else [(1, WORDS), (2, "")])
    assert Document.objects.count() == (0 if pointer else 2)


def test_drafts_are_written_by_those_who_hand_in_and_until_then(
    people: Cast, permit: Permit
) -> None:
    def save(who: str, path: str = "1/", **more: Any) -> int:
        return int(send(people, who, permit, "put", path, {"answer": WORDS}, **more).status_code)

    who = ("planning", "clerk", "supply-lead", "regulator", "stranger", "manager-elsewhere")
    assert {name: save(name) for name in who} == {
        "planning": 403, "clerk": 403, "supply-lead": 403, "regulator": 403, "stranger": 404,
        "manager-elsewhere": 404,
    }  # fmt: skip
    assert (save("project"), save("manager", "3/")) == (200, 404)
    assert save("manager", headers={"If-Match": '"1"'}) == 412
    assert supply(people, permit, {"answers": [{"item": 2, "answer": WORDS}]}).status_code == 200
    assert save("manager") == 409
    item = SupplementItem.objects.get(number=2)
    for wrong in ({"answer": ""}, {"answer": "另一答复"}, {"supplied_at": None}):
        with pytest.raises(DatabaseError), transaction.atomic():
            SupplementItem.objects.filter(pk=item.pk).update(**wrong)
    assert [name for name, rows in broken() if rows and "bureau" in name] == []


def test_what_is_handed_in_stays_in_the_database(people: Cast, permit: Permit) -> None:
    body = {
        "answers": '[{"item": 1, "files": [0]}, {"item": 2, "answer": "附后"}]',
        "files": [pdf()],
    }
    assert supply(people, permit, body, format="multipart").status_code == 200
    with pytest.raises(DatabaseError), transaction.atomic():
        delete(Document.objects.get())


def test_the_company_answers_on_its_pages_and_the_officer_reads_both_sides(
    people: Cast, permit: Permit
) -> None:
    desk, url = at_desk(people, "manager"), f"/work/permits/{permit.pk}/"
    page = desk.get(url)
    assert "2 items are not answered yet" in text_of(page)
    early = desk.post(url, {**hidden(desk.get(f"{url}items/1/")), "action": "supply_supplement"})
    assert early.status_code in (412, 422)
    form = hidden(desk.get(f"{url}items/1/"))
    two = [pdf(), SimpleUploadedFile("新图.pdf", PDF)]
    saved = desk.post(f"{url}items/1/", {**form, "answer": WORDS, "evidence": two})
    assert (saved.status_code, saved["Location"]) == (302, url)
    assert desk.post(f"{url}items/1/", {**form, "answer": "晚到"}).status_code == 412
    form, out = hidden(desk.get(f"{url}items/1/")), Document.objects.earliest("id")
    taken = desk.post(f"{url}items/1/", {**form, "answer": WORDS, "take_out": str(out.ref)})
    assert (taken.status_code, taken["Location"]) == (302, f"{url}items/1/")
    form = hidden(desk.get(f"{url}items/2/"))
    assert desk.post(f"{url}items/2/", {**form, "answer": ""}).status_code == 302
    assert "1 item is not answered yet" in text_of(desk.get(url))
    form = hidden(desk.get(f"{url}items/2/"))
    assert desk.post(f"{url}items/2/", {**form, "answer": "见说明"}).status_code == 302
    form = {**hidden(desk.get(url)), "action": "supply_supplement"}
    assert desk.post(url, form).status_code == 302
    read = text_of(at_desk(people, "planning").get(f"/bureau/permits/{permit.pk}/"))
    assert "1. Red-line map of the route: 比例尺不清" in read
    for said in (WORDS, "新图.pdf", "见说明", "Nothing was handed in."):
        assert said in read
    assert "证件.pdf" not in read


def test_the_document_of_before_stands_beside_the_item(people: Cast) -> None:
    permit = permit_of(post(people, PLANNING_ONLY), "planning")
    store(
        subject_kind="permit",
        subject_id=permit.pk,
        case_ref=permit.case_ref,
        requirement="red_line_map",
        upload=pdf("旧图.pdf"),
        by=User.objects.get(pk=people["manager"].pk),
    )
    set_clock("2026-03-03 10:00")
    act(people, "planning", permit, "request_supplement", {"items": ITEMS})
    assert sides(people, "planning", permit) == [(None, 0, 1), (None, 0, 0)]
    assert sides(people, "planning", permit_of(post(people, PLANNING_ONLY), "planning")) == []
