"""A file that comes in parts goes on where it was, and is one document in the end, or nothing."""

import base64
import hashlib
import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts.actions import issue_token
from accounts.models import User
from applications import drafts
from applications.models import Application
from core.clock import CityNow
from documents import storage, uploads
from documents.models import Document, Part, Upload
from rules.limits import Limit, Meter, limits
from rules.names import Kind
from tests import servers
from tests.applications.visiting import OTHER, begun, entered
from tests.builders import declaration, filed, perform
from tests.notifications.counterpart import At
from tests.people import again, browser
from tools.scenarios import PDF

People = dict[str, User]

#: Of one part in these tests.
PART = 400
FILE = PDF + b"\n%" + b"x" * (3 * PART - len(PDF) - 2)
PARTS = [FILE[:PART], FILE[PART : 2 * PART], FILE[2 * PART :]]
SHA256 = hashlib.sha256(FILE).hexdigest()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty place for files, and a city in which parts are small."""
    monkeypatch.setattr("documents.room.MEGABYTE", PART)
    settings.MEDIA_ROOT = tmp_path / "documents"
    return tmp_path / "documents"


@pytest.fixture
def case(people: People) -> Application:
    return drafts.draft(body=declaration(Kind.RESIDENTIAL), by=people["resident"])


class Program:
    """Hands in a file in parts, as its owner's program does."""

    def __init__(self, by: User, case: Application) -> None:
        self.client, self.address = APIClient(), f"/api/v1/applications/{case.number}/uploads/"
        self.client.force_login(by)

    def begin(self, **changes: Any) -> Any:
        said = {"requirement": "identity", "name": "证件.pdf", "size": len(FILE), "sha256": SHA256}
        answer = self.client.post(self.address, said | changes, format="json")
        if answer.status_code == 201:
            self.at = answer.headers["Location"]
        return answer

    def send(self, offset: int | str, data: bytes, **headers: str) -> Any:
        answer = self.client.generic(
            "PATCH",
            self.at,
            data,  # type: ignore[arg-type]  # bytes stay what they are
            "application/offset+octet-stream",
            headers={"Upload-Offset": str(offset), **headers},
        )
        return answer.status_code, answer.headers.get("Upload-Offset")

    def offset(self) -> str:
        return str(self.client.head(self.at).headers["Upload-Offset"])

    def document(self) -> Any:
        return self.client.get(self.at).json()["document"]


@pytest.fixture
def program(case: Application) -> Program:
    return Program(case.filed_by.user, case)


def on_disk(folder: Path) -> int:
    return sum(path.is_file() for path in folder.rglob("*"))


def checksum(data: bytes) -> dict[str, str]:
    digest = base64.b64encode(hashlib.sha256(data).digest()).decode()
    return {"Upload-Checksum": f"sha256 {digest}"}


def test_a_program_hands_in_a_file_in_parts(program: Program, folder: Path) -> None:
    begun = program.begin().json()
    assert (begun.pop("id"), begun) == (
        program.at.rstrip("/").rpartition("/")[2],
        {
            "requirement": "identity", "size": len(FILE), "offset": 0, "largest_part": PART,
            "document": None,
        },
    )  # fmt: skip
    answers = [program.send(at * PART, data, **checksum(data)) for at, data in enumerate(PARTS)]
    assert answers == [(204, str(PART)), (204, str(2 * PART)), (204, str(3 * PART))]
    document = Document.objects.get()
    assert program.document()["sha256"] == document.sha256
    assert (storage.read(document.stored_name), document.original_name) == (FILE, "证件.pdf")
    assert (Part.objects.count(), list(storage.findings())) == (0, [])


def test_the_same_file_goes_on_where_it_was(
    people: People, case: Application, program: Program
) -> None:
    program.begin()
    program.send(0, PARTS[0])
    later = Program(case.filed_by.user, case)
    assert later.begin().json()["offset"] == PART
    assert later.at == program.at
    # Another tab has sent this part meanwhile, or its answer was lost.
    assert later.send(0, PARTS[0]) == (409, str(PART))
    assert later.send(2 * PART, PARTS[2]) == (409, str(PART))
    later.send(PART, PARTS[1])
    program.send(2 * PART, PARTS[2])
    assert later.send(2 * PART, PARTS[2]) == (409, str(3 * PART))
    assert later.document() == program.document() != None  # noqa: E711
    assert Document.objects.count() == 1
    for other in ({"requirement": "property"}, {"sha256": ""}, {"sha256": ""}):
        begun = Program(case.filed_by.user, case)
        assert begun.begin(**other).json()["offset"] == 0
    stranger = Program(people["shop"], case)
    stranger.at = program.at
    assert stranger.begin().status_code == 404
    assert stranger.client.get(program.at).status_code == 404
    assert stranger.send(PART, PARTS[1])[0] == 404


@pytest.mark.parametrize(
    ("offset", "data", "headers"),
    [
        ("", PARTS[0], {}),
        ("-1", PARTS[0], {}),
        (0, b"", {}),
        (0, b"x" * (PART + 1), {}),
        (0, PARTS[0], checksum(PARTS[1])),
        (0, PARTS[0], {"Upload-Checksum": "md5 AAAA"}),
        (0, PARTS[0], {"Upload-Checksum": "sha256 no base64"}),
    ],
)
def test_a_part_that_is_not_as_it_should_be_changes_nothing(
    program: Program, folder: Path, offset: int | str, data: bytes, headers: dict[str, str]
) -> None:
    program.begin()
    assert program.send(offset, data, **headers)[0] == 400
    assert (program.offset(), on_disk(folder)) == ("0", 0)
    assert program.send(0, PARTS[0])[0] == 204


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({"requirement": "design"}, "/requirement"),
        ({"size": 0}, "/file"),
        ({"size": 21 * 1024 * 1024}, "/file"),
        ({"size": 301 * PART}, "/file"),
        ({"size": "1"}, "/size"),
        ({"name": "setup.exe"}, "/file"),
        ({"name": ""}, "/name"),
        ({"sha256": "abc"}, "/sha256"),
    ],
)
def test_what_will_not_be_taken_is_refused_before_its_first_byte(
    program: Program, said: dict[str, Any], pointer: str
) -> None:
    answer = program.begin(**said)
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert Upload.objects.count() == 0


@pytest.mark.parametrize(
    ("data", "sha256"), [(b"no document at all", ""), (FILE, "0" * 64)], ids=["content", "digest"]
)
def test_a_whole_that_is_refused_leaves_nothing(
    program: Program,
    folder: Path,
    django_capture_on_commit_callbacks: Any,
    data: bytes,
    sha256: str,
) -> None:
    program.begin(size=len(data), sha256=sha256)
    with django_capture_on_commit_callbacks(execute=True):
        *_taken, last = [program.send(at, data[at : at + PART]) for at in range(0, len(data), PART)]
    assert last[0] == 422
    assert program.client.get(program.at).status_code == 404
    assert (Upload.objects.count(), Document.objects.count(), on_disk(folder)) == (0, 0, 0)


def test_it_is_counted_once_and_before_it_comes(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(limits().windows, Meter.UPLOAD_ACCOUNT, Limit(most=5, minutes=60))
    program.begin()
    assert program.begin().status_code == 201  # the same
    assert program.begin(sha256="").status_code == 429
    for at, data in enumerate(PARTS):
        assert program.send(at * PART, data)[0] == 204


def test_a_full_disk_loses_nothing_that_was_here(
    program: Program, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program.begin()
    program.send(0, PARTS[0])
    with monkeypatch.context() as full:
        full.setattr(FileSystemStorage, "_save", _no_room)
        assert program.send(PART, PARTS[1])[0] == 507
    assert (program.offset(), on_disk(folder)) == (str(PART), 1)
    assert program.send(PART, PARTS[1])[0] == 204


def _no_room(*_said: Any) -> str:
    raise OSError(28, "No space left on device")


def test_a_case_that_ended_meanwhile_takes_no_more(people: People) -> None:
    case = filed(people, Kind.RESIDENTIAL)
    program = Program(people["resident"], case)
    program.begin()
    program.send(0, PARTS[0])
    program.send(PART, PARTS[1])
    perform(application=case, action="withdraw", by=people["resident"], body={})
    before = Document.objects.count()
    assert program.send(2 * PART, PARTS[2])[0] == 409
    assert Document.objects.count() == before


def test_what_nobody_goes_on_with_is_swept(
    program: Program, folder: Path, django_capture_on_commit_callbacks: Any
) -> None:
    program.begin()
    program.send(0, PARTS[0])
    assert (uploads.forget_old(), storage.remove_strays(), on_disk(folder)) == (0, 0, 1)
    Upload.objects.update(changed_at=CityNow() - timedelta(days=1, minutes=1))
    with django_capture_on_commit_callbacks(execute=True):
        assert uploads.forget_old() == 1
    assert (Upload.objects.count(), on_disk(folder)) == (0, 0)


def test_it_goes_with_its_draft(
    case: Application, program: Program, folder: Path, django_capture_on_commit_callbacks: Any
) -> None:
    program.begin()
    program.send(0, PARTS[0])
    with django_capture_on_commit_callbacks(execute=True):
        perform(application=case, action="withdraw", by=case.filed_by.user, body={})
    assert (Upload.objects.count(), on_disk(folder)) == (0, 0)


def test_a_connection_cut_in_the_middle_of_a_part_leaves_nothing_half(
    with_people: None, committed_db: str, folder: Path
) -> None:
    from tests.people import open_demonstration

    people = open_demonstration()
    case = drafts.draft(body=declaration(Kind.RESIDENTIAL), by=people["resident"])
    program = Program(again(people["resident"]), case)
    program.begin()
    program.send(0, PARTS[0])
    who = again(people["resident"])
    token, _row = issue_token(user=who, life=timedelta(hours=1), second_factor=True)
    with servers.pages() as address:
        at = urlsplit(address)
        head = (
            f"PATCH {program.at} HTTP/1.1\r\nHost: {at.netloc}\r\nUpload-Offset: {PART}\r\n"
            f"Content-Type: application/offset+octet-stream\r\nContent-Length: {PART}\r\n"
            f"Authorization: Bearer {token}\r\n"
            f"Upload-Checksum: {checksum(PARTS[1])['Upload-Checksum']}\r\n\r\n"
        )
        with socket.create_connection((at.hostname, at.port)) as line:
            line.sendall(head.encode() + PARTS[1][: PART // 2])
            line.shutdown(socket.SHUT_WR)
            assert line.recv(1000).startswith(b"HTTP/1.1 400 ")
    assert (program.offset(), on_disk(folder)) == (str(PART), 1)
    assert program.send(PART, PARTS[1]) == (204, str(2 * PART))


# --- The script of a page -------------------------------------------------------------------------


def parts(client: Client, number: str, data: bytes) -> Iterator[Any]:
    """What the script asks, and the answers."""
    at = f"/account/cases/{number}/uploads/"
    said = {"requirement": "identity", "name": "证件.pdf", "size": len(data)}
    answer = client.post(at, said)
    yield answer
    at += f"{answer.json()['id']}/"
    for offset in range(0, len(data), PART):
        part = data[offset : offset + PART]
        digest = hashlib.sha256(part).hexdigest()
        yield client.post(at, {"offset": offset, "sha256": digest, "part": _file(part)})
    yield client.get(at)


def _file(part: bytes) -> Any:
    return SimpleUploadedFile("blob", part)


def test_the_script_hands_in_a_file_in_parts(case: Application) -> None:
    client = browser(case.filed_by.user)
    answers = list(parts(client, case.number, FILE))
    assert [answer.status_code for answer in answers] == [201, 200, 200, 200, 200]
    assert [answer.json()["offset"] for answer in answers] == [0, PART, 2 * PART, *[3 * PART] * 2]
    assert answers[-1].json()["document"] == answers[-2].json()["document"] != None  # noqa: E711
    assert "文件已收到" in client.get(f"/apply/{case.number}/documents/").content.decode()


def test_the_script_is_told_what_was_wrong_as_the_api_says_it(case: Application) -> None:
    client = browser(case.filed_by.user)
    *_before, answer = [
        each for each, _ in zip(parts(client, case.number, b"x" * PART), "ab", strict=False)
    ]
    assert (answer.status_code, answer.headers["Content-Type"]) == (422, "application/problem+json")
    assert answer.json()["errors"][0]["pointer"] == "/file"
    at = f"/account/cases/{case.number}/uploads/"
    assert Client().post(at).status_code == 401
    begun = client.post(at, {"requirement": "identity", "name": "a.pdf", "size": 9}).json()["id"]
    for said in ({}, {"offset": 0}, {"offset": 0, "part": _file(b"x"), "sha256": "no"}):
        assert client.post(f"{at}{begun}/", said).status_code == 400
    assert client.post(f"{at}{begun}/", {"offset": 7, "part": _file(b"x")}).json()["offset"] == 0


def test_without_an_account_too_and_for_nobody_else(people: People, sms: At) -> None:
    client, other = entered(sms), entered(sms, OTHER)
    number = begun(client).number
    *_before, last = parts(client, number, FILE)
    assert last.json()["document"]["requirement"] == "identity"
    assert other.post(f"/account/cases/{number}/uploads/", {}).status_code == 404
