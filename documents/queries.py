"""Reads about documents, and who may open one: each app registers its own kinds of subject.

A kind that nobody registered is open to nobody.
"""

from collections.abc import Callable
from typing import TypedDict

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
    """A file as the record knows it: what it is for, and its SHA-256 in hexadecimal digits."""

    requirement: str
    sha256: str


def about(subject_kind: str, subject_id: int) -> DocumentQuerySet:
    return Document.objects.about(subject_kind, subject_id)


def met(subject_kind: str, subject_id: int) -> set[str]:
    codes = Document.objects.filter(subject_kind=subject_kind, subject_id=subject_id)
    return set(codes.values_list("requirement", flat=True).distinct())


def on_file(subject_kind: str, subject_id: int) -> list[Digest]:
    rows = Document.objects.about(subject_kind, subject_id).values_list("requirement", "sha256")
    return [{"requirement": requirement, "sha256": sha256} for requirement, sha256 in rows]
