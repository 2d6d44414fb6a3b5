"""A copy of everything that is kept of one person, as a ZIP that is written while it is sent."""

import io
import json
import logging
from collections.abc import Iterable, Iterator
from itertools import count, islice
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from rest_framework.utils.encoders import JSONEncoder

from accounts.models import User
from applications.models import Application, Draft
from applications.owncase import own_case_json
from applications.owndata import (
    MessageAnswer,
    begun_by,
    cases_of,
    files_of,
    own_data_json,
    path_of,
)
from applications.personal import documents_of
from documents import storage
from documents.models import Document
from notifications.models import Message

log = logging.getLogger("tongdian.documents")
#: Rows read at one time.
CHUNK = 500


class Sink(io.RawIOBase):
    """What was written since it was last taken; it cannot go back."""

    def __init__(self) -> None:
        self.held = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.held += data
        return len(data)

    def take(self) -> bytes:
        found = bytes(self.held)
        self.held.clear()
        return found


def pieces(user: User) -> Iterator[bytes]:
    """Yield the ZIP piece by piece, never more than one file at a time: `account.json`,
    `messages/1.json`, `applications/<number>.json`, `documents/<number>/…`."""
    return zipped(members(user))


def zipped(members: Iterable[tuple[str, bytes | str]]) -> Iterator[bytes]:
    """Yield a ZIP piece by piece, a piece for each member, by its name."""
    sink = Sink()
    with ZipFile(sink, "w", ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
            yield sink.take()
    yield sink.take()


def members(user: User) -> Iterator[tuple[str, bytes | str]]:
    yield "account.json", text_of(own_data_json(user))
    messages = Message.objects.to(user).order_by("id").iterator(chunk_size=CHUNK)
    for part in count(1):
        if not (some := list(islice(messages, CHUNK))):
            break
        yield f"messages/{part}.json", text_of(MessageAnswer(some, many=True).data)
    for number, documents in documents_of(user):
        yield from contents(documents.filter(erased_at=None), number)
    for draft in begun_by(user):
        yield from files(user, draft)
    for case in cases_of(user).iterator(chunk_size=CHUNK):
        yield f"applications/{case.number}.json", text_of(own_case_json(case, user))
        yield from files(user, case)


def files(user: User, thing: Application | Draft) -> Iterator[tuple[str, bytes]]:
    own = (
        document
        for document in files_of(user, thing).filter(erased_at=None)
        if document.opens_for_owner or not has_it_already(user, document)
    )
    return contents(own, thing.number)


def contents(documents: Iterable[Document], number: str) -> Iterator[tuple[str, bytes]]:
    """The files of what has a number, by their paths in a ZIP. What is not scanned yet, holds a
    virus or is missing is left out: its row in the JSON says that there was one."""
    for document in documents:
        if not document.is_open:
            continue
        try:
            yield path_of(document, number), storage.read(document.stored_name)
        except FileNotFoundError:
            log.error("document %s: its file is missing", document.ref)  # noqa: TRY400


def has_it_already(user: User, document: Document) -> bool:
    """Whether a file that was used again is in the copy as it was handed in first."""
    first = Document.objects.filter(
        uploaded_by=user.party_id, sha256=document.sha256, erased_at=None
    )
    return first.exclude(source=Document.Source.EARLIER).exists()


def text_of(answer: Any) -> str:
    return json.dumps(answer, cls=JSONEncoder, ensure_ascii=False, indent=2)
