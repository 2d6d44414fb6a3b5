"""Files on their way in: bounded while they are read, known by their digest."""

import hashlib
from collections.abc import Iterable
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from rest_framework.request import Request

from documents.limits import max_bytes


class Bounded(FileUploadHandler):
    """First of FILE_UPLOAD_HANDLERS: drops the rest of a file that is too large. What passes is one
    chunk over the limit, so that it is refused, and no more is kept in memory or on the disk."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        return raw_data if start <= max_bytes() else None

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
    """Return what makes a request the same as another one: files count by their digests.

    Returns:
        None where the request is JSON and says it all itself (`core.api.answer_once`).
    """
    if not isinstance(request.data, dict) or not request.FILES:
        return None
    said = {name: request.data[name] for name in request.data if name not in request.FILES}
    return {"said": said, "files": [digest_of(upload) for upload in uploads]}
