"""Reads about documents."""

from typing import TypedDict

from documents.models import Document, DocumentQuerySet


class Digest(TypedDict):
    """A file as the record knows it: what it is for, and its SHA-256 in hexadecimal digits."""

    requirement: str
    sha256: str


def about(subject_kind: str, subject_id: int) -> DocumentQuerySet:
    """The documents of one thing, oldest first."""
    return Document.objects.about(subject_kind, subject_id)


def met(subject_kind: str, subject_id: int) -> set[str]:
    """Codes of the requirements for which there is a document."""
    codes = Document.objects.filter(subject_kind=subject_kind, subject_id=subject_id)
    return set(codes.values_list("requirement", flat=True).distinct())


def on_file(subject_kind: str, subject_id: int) -> list[Digest]:
    """The digests of everything that is here for one thing, oldest first."""
    rows = Document.objects.about(subject_kind, subject_id).values_list("requirement", "sha256")
    return [{"requirement": requirement, "sha256": sha256} for requirement, sha256 in rows]
