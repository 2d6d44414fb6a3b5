"""Reads about documents, and who may open one: each app registers its own kinds of subject.

A kind that nobody registered is open to nobody.
"""

from collections.abc import Callable
from typing import NotRequired, TypedDict

from accounts.models import User
from accounts.roles import Role
from documents.models import Document, DocumentQuerySet

OpensAs = Callable[[int, User], Role | None]

OpensOne = Callable[[Document, User], Role | None]

_rules: dict[str, OpensAs] = {}
_single: dict[str, OpensOne] = {}


def register(subject_kind: str, opens_as: OpensAs, *, single: OpensOne | None = None) -> None:
    """Says by which role a person may open the documents of a subject, by its id, if at all; that
    of an applicant is for one's own. Asked at every opening.

    Args:
        single: asked where that says no, of one file: for those who may see some of them.
    """
    _rules[subject_kind] = opens_as
    if single:
        _single[subject_kind] = single


def opens_as(document: Document, user: User) -> Role | None:
    rule, single = _rules.get(document.subject_kind), _single.get(document.subject_kind)
    if rule is None or not user.is_active:
        return None
    return rule(document.subject_id, user) or (single(document, user) if single else None)


class Digest(TypedDict):
    """A file as the record knows it: what it is for, and its SHA-256 in hexadecimal digits.

    `sha256` is of what is kept and handed on. A picture is drawn anew before it is kept, so
    `received_sha256` is of the file as it came: it proves the one that the person has. `source`
    is said where nobody uploaded it.
    """

    requirement: str
    sha256: str
    received_sha256: NotRequired[str]
    source: NotRequired[str]


def about(subject_kind: str, subject_id: int) -> DocumentQuerySet:
    return Document.objects.about(subject_kind, subject_id)


def on_file(subject_kind: str, subject_id: int) -> list[Digest]:
    return [digest_of(row) for row in Document.objects.about(subject_kind, subject_id)]


def digest_of(document: Document) -> Digest:
    found: Digest = {"requirement": document.requirement, "sha256": document.sha256}
    if document.received_sha256:
        found["received_sha256"] = document.received_sha256
    if document.source != Document.Source.UPLOAD:
        found["source"] = document.source
    return found
