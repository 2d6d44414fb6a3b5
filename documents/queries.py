"""Reads about documents."""

from documents.models import Document, DocumentQuerySet


def about(subject_kind: str, subject_id: int) -> DocumentQuerySet:
    """The documents of one thing, oldest first."""
    return Document.objects.about(subject_kind, subject_id)


def met(subject_kind: str, subject_id: int) -> set[str]:
    """Codes of the requirements for which there is a document."""
    codes = Document.objects.filter(subject_kind=subject_kind, subject_id=subject_id)
    return set(codes.values_list("requirement", flat=True).distinct())
