"""Opening a document: only who may, only as an attachment, only unchanged."""

import re
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.roles import Role
from documents import content, queries
from documents.models import Document
from tests import people
from tests.documents.samples import pdf
from tests.documents.test_store import take, upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> User:
    """The owner of subject 7, which nobody else may see."""
    user = people.applicant("owner")
    queries.register(
        "application",
        lambda subject, who: Role.APPLICANT if (subject, who.pk) == (7, user.pk) else None,
    )
    return user


def fetch(user: User | None, document: Document) -> Any:
    """The answer; None where it is the refusal for what is not there."""
    answer = people.browser(user).get(f"/documents/{document.ref}/")
    return None if answer.status_code == 404 else answer


def test_the_owner_gets_the_file_as_an_attachment(owner: User) -> None:
    answer = fetch(owner, take(owner, upload=upload(pdf(), "营业执照.pdf")))
    assert answer is not None
    assert answer.content == pdf()
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer.headers["Cache-Control"]
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Content-Disposition"] == (
        "attachment; filename*=utf-8''%E8%90%A5%E4%B8%9A%E6%89%A7%E7%85%A7.pdf"
    )


def test_nobody_else_gets_it(owner: User) -> None:
    document = take(owner)
    assert fetch(people.applicant("stranger"), document) is None
    anonymous = Client().get(f"/documents/{document.ref}/")
    assert anonymous.headers["Location"].startswith("/account/sign-in/")


def test_a_kind_that_nobody_answers_for_is_closed_to_all(owner: User) -> None:
    assert fetch(owner, take(owner, subject_kind="something")) is None


def test_a_document_that_is_not_there_is_answered_alike(owner: User) -> None:
    client, hidden = people.browser(owner), take(owner, subject_id=8)
    answers = [client.get(f"/documents/{ref}/") for ref in (uuid4(), hidden.ref)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert len({re.sub(r'value="[^"]*"', "", answer.content.decode()) for answer in answers}) == 1


def test_a_changed_or_lost_file_is_not_handed_out(owner: User, folder: Path) -> None:
    changed, lost = take(owner), take(owner)
    (folder / changed.stored_name).write_bytes(b"something else")
    (folder / lost.stored_name).unlink()
    assert fetch(owner, changed) is None
    assert fetch(owner, lost) is None


@pytest.mark.parametrize("name", ['a";x=".pdf', "a%22b.pdf", "../../x.pdf", "a;b=c.pdf"])
def test_no_name_breaks_out_of_its_header(
    owner: User, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(content, "shown", lambda _name, _type: name)
    document = take(owner, upload=upload(pdf(), "a.pdf"))
    answer = fetch(owner, document)
    assert answer is not None
    header = answer.headers["Content-Disposition"]
    quoted = re.fullmatch(r'attachment; filename="((?:[^"\\]|\\.)*)"', header)
    assert quoted or re.fullmatch(r"attachment; filename\*=utf-8''[A-Za-z0-9%._~-]+", header)


def test_opening_costs_session_person_and_document(owner: User) -> None:
    document = take(owner)
    client = people.browser(owner)
    client.get(f"/documents/{document.ref}/")
    with CaptureQueriesContext(connection) as queries:
        client.get(f"/documents/{document.ref}/")
    asked = [q["sql"] for q in queries if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert len(asked) <= 5, asked
