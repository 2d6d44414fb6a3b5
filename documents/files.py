"""The files themselves, under random names outside the web root."""

import hashlib
import os
import secrets
import weakref
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, Storage, default_storage
from django.db import connection, transaction

from documents.refusals import NoRoom


def storage() -> Storage:
    """Where documents are kept: the place that STORAGE_URL names."""
    return default_storage


def sha256(data: bytes) -> str:
    """The digest by which a file is known again."""
    return hashlib.sha256(data).hexdigest()


def write(data: bytes) -> str:
    """Writes a file under a new random name, on the disk before it is named anywhere.

    The file goes again if the transaction does not commit.

    Returns:
        Its stored name.

    Raises:
        NoRoom: it could not be written to the end; nothing is left of it.
    """
    name = _new_name()
    try:
        storage().save(name, ContentFile(data))
        _sync(name)
    except BaseException as error:
        storage().delete(name)
        if isinstance(error, OSError):
            raise NoRoom from error
        raise
    transaction.on_commit(_Kept(name))
    return name


def _new_name() -> str:
    token = secrets.token_hex(20)
    return f"{token[:2]}/{token}"


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
        storage().delete(name)


def read(name: str) -> bytes:
    """The content of a file.

    Raises:
        FileNotFoundError: it is gone.
    """
    with storage().open(name) as file:
        data: bytes = file.read()
    return data


def stored_names() -> Iterator[tuple[str, datetime]]:
    """The name and age of every file that is there."""
    if not storage().exists(""):
        return
    folders, _loose = storage().listdir("")
    for folder in folders:
        for file in storage().listdir(folder)[1]:
            name = f"{folder}/{file}"
            yield name, storage().get_modified_time(name)
