"""The files themselves, under random names outside the web root; whether they fit their rows."""

import hashlib
import logging
import os
import secrets
import weakref
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, Storage, default_storage
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.problems import Busy, Missing, Problem
from documents.models import Document, Part

log = logging.getLogger("tongdian.documents")

#: A file this young may belong to a transaction that has not committed yet.
YOUNG = timedelta(hours=1)


class NoRoom(Problem):
    """507: the file could not be written to the end; nothing of it is kept."""

    type = "no-room"
    status = 507
    title = _("The file could not be kept")

    def __init__(self) -> None:
        super().__init__(
            _("There is no room for the file at the moment. Nothing was changed; try again later.")
        )


class Unreachable(Busy):
    """503: the storage does not answer; whether the file is there, nobody knows."""

    type = "file-unreachable"
    title = _("The file cannot be reached at the moment")


def storage() -> Storage:
    return default_storage


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def write(data: bytes) -> str:
    """Writes a file under a new random name, on the disk before it is named anywhere.

    It goes again if the transaction does not commit, and if it cannot be written whole (NoRoom)."""
    token = secrets.token_hex(20)
    name = f"{token[:2]}/{token}"
    try:
        storage().save(name, ContentFile(data))
        _sync(name)
    except BaseException as error:
        delete(name)
        if isinstance(error, OSError):
            raise NoRoom from error
        raise
    transaction.on_commit(_Kept(name))
    return name


def _sync(name: str) -> None:
    """Waits for the disk: a row must not outlive its file in a power cut."""
    if not isinstance(storage(), FileSystemStorage):
        return
    path = Path(storage().path(name))
    for place in (path, path.parent):
        handle = os.open(place, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


class _Kept:
    """Called at the commit. Django drops it, uncalled, at a rollback, and with it goes the file.

    There is no hook for a rollback, and the caller's transaction may fail long after the file was
    written. Where the connection broke during the commit nobody knows how that ended: the file
    then stays, and `check_documents` tells what became of it.
    """

    def __init__(self, name: str) -> None:
        self._undo = weakref.finalize(self, _undo, name)

    def __call__(self) -> None:
        self._undo.detach()


def _undo(name: str) -> None:
    session = connection.connection
    if session is not None and not session.closed:
        delete(name)


def read(name: str) -> bytes:
    """Raises FileNotFoundError where there is none, Unreachable where nobody knows."""
    try:
        with storage().open(name) as file:
            data: bytes = file.read()
    except FileNotFoundError:
        raise
    except OSError as error:
        raise Unreachable from error
    return data


def unchanged(document: Document) -> bytes:
    """The content of a file, as it was when it was kept.

    Raises:
        Missing: it is gone or changed.
    """
    try:
        data = read(document.stored_name)
    except FileNotFoundError:
        data = b""
    if sha256(data) != document.sha256:
        log.error("document %s: its file is missing or changed", document.ref)
        raise Missing(_("This file cannot be opened. Please tell us its case number."))
    return data


def delete(name: str) -> None:
    """What cannot be deleted now stays without a row: `check_documents` finds it."""
    try:
        storage().delete(name)
    except OSError as error:
        log.warning("a file stays until it is found without a row: %s", error)


def stored_names() -> Iterator[tuple[str, datetime]]:
    listing = getattr(storage(), "stored", None)
    yield from listing() if listing else _on_disk()


def _on_disk() -> Iterator[tuple[str, datetime]]:
    if not storage().exists(""):
        return
    folders, _loose = storage().listdir("")
    for folder in folders:
        for file in storage().listdir(folder)[1]:
            name = f"{folder}/{file}"
            yield name, storage().get_modified_time(name)


@dataclass(frozen=True, slots=True)
class Finding:
    what: str
    name: str


def findings() -> Iterator[Finding]:
    """Rows without their file, files that changed, files without a row; parts of a file that is
    still coming in have theirs."""
    named = set(Part.objects.values_list("stored_name", flat=True))
    kept = Document.objects.filter(erased_at=None)
    rows = kept.order_by("id").values_list("stored_name", "sha256")
    for name, digest in rows.iterator(chunk_size=500):
        named.add(name)
        try:
            found = sha256(read(name))
        except FileNotFoundError:
            yield Finding("row without file", name)
            continue
        if found != digest:
            yield Finding("wrong digest", name)
    yield from _without_row(named)


def _without_row(named: set[str]) -> Iterator[Finding]:
    limit = timezone.now() - YOUNG
    for name, changed_at in stored_names():
        if name not in named and changed_at < limit:
            yield Finding("file without row", name)


def remove_strays() -> int:
    kept = Document.objects.filter(erased_at=None)
    parts = Part.objects.values_list("stored_name", flat=True)
    named = {*kept.values_list("stored_name", flat=True), *parts}
    strays = list(_without_row(named))
    for stray in strays:
        delete(stray.name)
    return len(strays)
