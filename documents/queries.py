"""Reads about documents, and who may open one: each app registers its own kinds of subject.

A kind that nobody registered is open to nobody.
"""

from collections.abc import Callable
from typing import NotRequired, TypedDict

from accounts.models import User
from documents.models import Document, DocumentQuerySet

MaySee = Callable[[int, User], bool]

_rules: dict[str, MaySee] = {}


def register(subject_kind: str, may_see: MaySee) -> None:
    """Says who may open the documents of a subject, by its id; asked at every opening."""
    _rules[subject_kind] = may_see


def may_open(document: Document, user: User) -> bool:
    rule = _rules.get(document.subject_kind)
    return rule is not None and user.is_active and rule(document.subject_id, user)


class Digest(TypedDict):
    """A file as the record knows it: what it is for, and its SHA-256 in hexadecimal digits.

    `sha256` is of what is kept and handed on. A picture is drawn anew before it is kept, so
    `received_sha256` is of the file as it came: it proves the one that the person has.
    """

    requirement: str
    sha256: str
    received_sha256: NotRequired[str]


def about(subject_kind: str, subject_id: int) -> DocumentQuerySet:
    return Document.objects.about(subject_kind, subject_id)


def on_file(subject_kind: str, subject_id: int) -> list[Digest]:
    return [digest_of(row) for row in Document.objects.about(subject_kind, subject_id)]


def digest_of(document: Document) -> Digest:
    found: Digest = {"requirement": document.requirement, "sha256": document.sha256}
    if document.received_sha256:
        found["received_sha256"] = document.received_sha256
    return found
