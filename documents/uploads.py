"""Stops taking in a file once it is too large: the rest is read from the line and dropped."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from documents.limits import max_bytes


class Bounded(FileUploadHandler):
    """First of FILE_UPLOAD_HANDLERS. What passes is one chunk over the limit, so that it is
    refused as too large, and no more than that is kept in memory or on the disk."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        return raw_data if start <= max_bytes() else None

    def file_complete(self, file_size: int) -> "UploadedFile[Any] | None":
        return None
