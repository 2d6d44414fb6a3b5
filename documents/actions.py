"""Taking in a file: bounded while it is read, known by its digest, kept with its row."""

import hashlib
from collections.abc import Callable, Iterable
from datetime import date
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.db import transaction
from rest_framework.request import Request

from accounts.models import User
from documents import content, queries, room, scanning, storage, uploads
from documents.models import Document
from rules.city import city
from rules.registry import policy

View = TypeVar("View", bound=Callable[..., Any])


def store(
    *,
    subject_kind: str,
    subject_id: int,
    case_ref: UUID,
    requirement: str,
    upload: "UploadedFile[Any]",
    by: User,
    source: Document.Source = Document.Source.UPLOAD,
    valid_until: date | None = None,
    counted: bool = False,
) -> Document:
    """Takes in a file. The caller holds the case, has checked the right and enters the digest;
    `counted`: what came was counted before it came.

    The file is written first and the row after it, in one transaction: no row without its file,
    and no file left where the transaction fails.

    Args:
        valid_until: the last day on which it holds, where its source says one.

    Raises:
        Invalid, NoRoom, TooMany: it is not one that is taken, could not be written, or is too much.
    """
    content.check_size(upload.size or 0)
    upload.seek(0)
    data, name = upload.read(), upload.name or ""
    kept = content.taken(data, name, most_pixels=most_pixels())
    if not counted:
        room.count(len(data), by)
    with transaction.atomic():
        room.check(subject_kind, subject_id, len(kept.data))
        return Document.objects.create(
            subject_kind=subject_kind,
            subject_id=subject_id,
            case_ref=case_ref,
            requirement=requirement,
            size=len(kept.data),
            content_type=kept.type,
            sha256=storage.sha256(kept.data),
            received_sha256="" if kept.data == data else storage.sha256(data),
            original_name=content.shown(name, kept.type),
            uploaded_by=by.party,
            source=source,
            valid_until=valid_until,
            stored_name=storage.write(kept.data),
            **scanning.begin(),
        )


def store_again(document: Document, *, subject_id: int, case_ref: UUID, by: User) -> Document:
    """Keeps a file that is kept already for another case of its kind, under a name of its own, so
    that each goes with its own case. It was judged when it came, and stays byte by byte.

    Raises:
        Missing: the file is gone or changed.
        Invalid, NoRoom: it is too much, or could not be written.
    """
    named = city().requirement_names[document.requirement]
    return _stored_as_it_is(
        document,
        subject_kind=document.subject_kind,
        subject_id=subject_id,
        case_ref=case_ref,
        # For whoever works on the case; what the person called it then is not told again.
        original_name=content.shown(f"{named.zh}.", document.content_type),
        uploaded_by=by.party,
        source=Document.Source.EARLIER,
    )


def store_copy(document: Document, *, subject_kind: str, subject_id: int, by: User) -> Document:
    """Keeps a file once more for another subject of its case, which it stays with whatever becomes
    of the first. Raises as `store_again`."""
    return _stored_as_it_is(
        document,
        subject_kind=subject_kind,
        subject_id=subject_id,
        case_ref=document.case_ref,
        original_name=document.original_name,
        uploaded_by=by.party,
        source=document.source,
    )


def _stored_as_it_is(
    document: Document, *, subject_kind: str, subject_id: int, **columns: Any
) -> Document:
    data = storage.unchanged(document)
    with transaction.atomic():
        room.check(subject_kind, subject_id, len(data))
        return Document.objects.create(
            subject_kind=subject_kind,
            subject_id=subject_id,
            requirement=document.requirement,
            size=document.size,
            content_type=document.content_type,
            sha256=document.sha256,
            received_sha256=document.received_sha256,
            valid_until=document.valid_until,
            stored_name=storage.write(data),
            **columns,
            **scanning.begin(),
        )


def most_pixels() -> int:
    """Of a picture: what the rules of today say."""
    return int(policy().value("upload.picture.pixels").number)


def store_all(
    *,
    subject_kind: str,
    subject_id: int,
    case_ref: UUID,
    requirement: str,
    uploads: Iterable["UploadedFile[Any]"],
    by: User,
) -> list[queries.Digest]:
    """Takes in several files as `store` does each, and returns what their entry commits to."""
    found = [
        store(
            subject_kind=subject_kind,
            subject_id=subject_id,
            case_ref=case_ref,
            requirement=requirement,
            upload=upload,
            by=by,
        )
        for upload in uploads
    ]
    return [queries.digest_of(row) for row in found]


def discard(subject_kind: str, subject_id: int) -> None:
    """Deletes the files of what never came to be, with their rows and what came in parts; the files
    go with the commit.

    Whose files may go, the database says.
    """
    uploads.discard_of(subject_kind, subject_id)
    rows = queries.about(subject_kind, subject_id)
    names = list(rows.values_list("stored_name", flat=True))
    rows.delete()
    for name in names:
        transaction.on_commit(partial(storage.delete, name))


def delete(document: Document) -> None:
    """Deletes one file of what is not handed in yet, as `discard` does all of them."""
    name = document.stored_name
    document.delete()
    transaction.on_commit(partial(storage.delete, name))


def takes(most: Callable[[], int]) -> Callable[[View], View]:
    """A view whose files may have so many bytes, where that is not as many as documents have."""

    def decorate(view: View) -> View:
        view.most_bytes = most  # type: ignore[attr-defined]
        return view

    return decorate


class Bounded(FileUploadHandler):
    """First of FILE_UPLOAD_HANDLERS: drops the rest of a file that is too large. What passes is one
    chunk over the limit, so that it is refused, and no more is kept in memory or on the disk."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Nothing is read before it is known which view takes it."""
        super().new_file(*args, **kwargs)
        match = self.request.resolver_match if self.request else None
        most = getattr(match.func, "most_bytes", content.max_bytes) if match else content.max_bytes
        self.most_bytes: int = most()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        return raw_data if start <= self.most_bytes else None

    def file_complete(self, file_size: int) -> "UploadedFile[Any] | None":
        return None


def digest_of(upload: "UploadedFile[Any] | None") -> str:
    """Return the SHA-256 of an upload, by which a repeated request is known; empty without one."""
    if upload is None:
        return ""
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    return digest.hexdigest()


def compared(request: Request, uploads: Iterable["UploadedFile[Any]"]) -> Any:
    """Return what makes requests the same, files by their digests; None where the JSON says all."""
    if not isinstance(request.data, dict) or not request.FILES:
        return None
    said = {name: request.data[name] for name in request.data if name not in request.FILES}
    return {"said": said, "files": [digest_of(upload) for upload in uploads]}
