"""What a receipt proves of a picture, which is kept drawn anew."""

import hashlib
import json
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from accounts.models import User
from documents.models import Document
from rules.names import Kind
from tests.builders import do, drafted
from tests.documents.samples import drawn
from tests.people import browser
from tests.receipts.reading import entries, got, opened, program

pytestmark = pytest.mark.django_db


def test_a_receipt_proves_the_photograph_that_came_and_the_one_that_is_kept(
    people: dict[str, User], tmp_path: Path
) -> None:
    case = drafted(people, Kind.RESIDENTIAL)
    client = APIClient()
    client.force_authenticate(case.filed_by.user)
    url = f"/api/v1/applications/{case.number}/documents/"
    photo = drawn("JPEG", (40, 30), comment=b"29.33 N, 104.77 E")
    upload = SimpleUploadedFile("照片.jpg", photo)
    answer = client.post(url, {"requirement": "identity", "file": upload}, format="multipart")
    assert answer.status_code == 201, answer.content
    document = Document.objects.get(pk=answer.json()["id"])
    copy = browser(case.filed_by.user).get(f"/documents/{document.ref}/").content
    came, kept = (hashlib.sha256(data).hexdigest() for data in (photo, copy))
    assert came != kept
    assert b"104.77" not in copy
    digests = {"sha256": kept, "received_sha256": came}
    assert {name: answer.json()[name] for name in digests} == digests
    entry = entries(do(people, case, "submit"))[-1]
    receipt = got(browser(case.filed_by.user), case, entry)
    assert opened(receipt)["documents"][-1] == {"requirement": "identity", **digests}
    paper = tmp_path / "receipt.json"
    paper.write_text(json.dumps(receipt))
    files = {"photo.jpg": photo, "kept.jpg": copy, "other.jpg": photo + b"\0"}
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    said = {
        name: program().main(["receipt", str(paper), "--document", str(tmp_path / name)])
        for name in files
    }
    assert said == {"photo.jpg": 0, "kept.jpg": 0, "other.jpg": 1}
    page = browser(case.filed_by.user).get(
        f"/account/cases/{case.number}/receipts/{entry.case_seq}/"
    )
    for name in ("（提交时的文件）", "（保存的文件）"):
        assert f"用电人有效身份证件（单位为营业执照）{name}" in page.content.decode()
