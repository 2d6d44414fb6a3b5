"""Files that are not what they should be, through the doors by which people hand them in."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from documents.models import Document
from tests.security.asking import changes, send
from tests.security.city import City
from tools.scenarios import PDF

HTML = b"<!DOCTYPE html><script>alert(1)</script>"
#: (name, content, the type that the browser claims)
BAD: Mapping[str, tuple[str, bytes, str]] = {
    "HTML as JPEG": ("photo.jpg", HTML, "image/jpeg"),
    "HTML as PDF": ("paper.pdf", HTML, "application/pdf"),
    "HTML after PDF": ("paper.pdf", PDF + HTML * 100, "application/pdf"),
    "SVG": ("drawing.svg", b'<svg onload="alert(1)"/>', "image/svg+xml"),
    "a program": ("setup.exe", b"MZ" + bytes(200), "application/pdf"),
    "an archive": ("papers.zip", b"PK\x03\x04" + bytes(200), "application/zip"),
    "PDF as PNG": ("photo.png", PDF, "image/png"),
    "two endings": ("paper.php.pdf", PDF, "application/pdf"),
    "turned name": ("paper\u202efdp.exe", PDF, "application/pdf"),
    "empty": ("paper.pdf", b"", "application/pdf"),
    "21 MB": ("paper.pdf", PDF + b" " * (21 * 1024 * 1024), "application/pdf"),
    "half a JPEG": ("photo.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00", "image/jpeg"),
}  # fmt: skip


def hand_in(city: City, upload: Any, requirement: str = "identity") -> Any:
    address = f"/api/v1/applications/{city.things['draft']}/documents/"
    return send(city, "owner", "POST", address, {"requirement": requirement, "file": upload})


@pytest.mark.parametrize("case", BAD)
def test_a_file_that_is_no_document_is_refused(city: City, case: str) -> None:
    name, content, claimed = BAD[case]
    kept, before = Document.objects.count(), changes()
    answer = hand_in(city, SimpleUploadedFile(name, content, content_type=claimed))
    assert answer.status_code in (400, 413, 422), answer.content
    assert answer["Content-Type"] == "application/problem+json"
    assert (Document.objects.count(), changes()) == (kept, before)


@pytest.mark.parametrize("case", ["HTML as JPEG", "21 MB", "empty", "turned name"])
def test_the_page_refuses_it_too_and_says_why(city: City, case: str) -> None:
    name, content, claimed = BAD[case]
    address = f"/account/cases/{city.things['draft']}/documents/identity/"
    upload = SimpleUploadedFile(name, content, content_type=claimed)
    body = city.body("document-page") | {"file": upload}
    kept = Document.objects.count()
    answer = send(city, "owner", "POST", address, body)
    assert (answer.status_code, Document.objects.count()) == (422, kept)
    assert "td-error" in answer.content.decode()


PATHS = ("../../../etc/cron.d/x.pdf", "..\\..\\x.pdf", "/etc/x.pdf", "a/b.pdf", "%2e%2e%2fx.pdf")


@pytest.mark.parametrize("name", PATHS)
def test_a_path_in_the_name_leads_nowhere(city: City, name: str) -> None:
    # Written out, because Django's own client cuts the path off before it is sent.
    head = 'Content-Disposition: form-data; name="requirement"\r\n\r\nidentity\r\n--b\r\n'
    head += f'Content-Disposition: form-data; name="file"; filename="{name}"\r\n'
    sent = f"--b\r\n{head}Content-Type: application/pdf\r\n\r\n".encode() + PDF + b"\r\n--b--\r\n"
    address = f"/api/v1/applications/{city.things['draft']}/documents/"
    kind = "multipart/form-data; boundary=b"
    answer = city.browsers["owner"].generic("POST", address, sent, content_type=kind)
    assert answer.status_code == 201
    document = Document.objects.order_by("-pk")[0]
    assert not {"/", "\\"} & set(document.original_name)
    stored = (Path(settings.MEDIA_ROOT) / document.stored_name).resolve()
    assert stored.is_relative_to(Path(settings.MEDIA_ROOT).resolve())
    assert stored.name not in name


@pytest.mark.parametrize("requirement", ["", "diary", "../identity", "identity\0", "x" * 3000])
def test_only_what_is_asked_for_is_taken(city: City, requirement: str) -> None:
    upload = SimpleUploadedFile("paper.pdf", PDF, content_type="application/pdf")
    assert hand_in(city, upload, requirement).status_code in (409, 422)


def test_a_form_with_thousands_of_fields_is_refused(city: City) -> None:
    answer = send(city, "owner", "POST", "/apply/", {f"f{n}": "1" for n in range(2000)})
    assert answer.status_code == 400


def test_what_was_handed_in_is_never_run(city: City) -> None:
    answer = send(city, "owner", "GET", f"/documents/{city.things['document']}/")
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
