"""Reads about documents."""

from collections.abc import Mapping

from documents.models import Document, DocumentQuerySet


def about(subject_kind: str, subject_id: int) -> DocumentQuerySet:
    """The documents of one thing, oldest first."""
    return Document.objects.about(subject_kind, subject_id)


def met(subject_kind: str, subject_id: int) -> set[str]:
    """Codes of the requirements for which there is a document."""
    codes = Document.objects.filter(subject_kind=subject_kind, subject_id=subject_id)
    return set(codes.values_list("requirement", flat=True).distinct())


def digests(subject_kind: str, subject_id: int) -> Mapping[str, list[str]]:
    """The SHA-256 of every document by requirement, oldest first: what the record commits to."""
    found: dict[str, list[str]] = {}
    rows = about(subject_kind, subject_id).values_list("requirement", "sha256")
    for requirement, sha256 in rows:
        found.setdefault(requirement, []).append(sha256)
    return found
