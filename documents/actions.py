"""Taking in a file."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from documents import content, files, names
from documents.limits import FILES_PER_SUBJECT
from documents.models import Document
from documents.queries import Digest
from documents.refusals import refused


def store(
    *,
    subject_kind: str,
    subject_id: int,
    case_ref: UUID,
    requirement: str,
    upload: "UploadedFile[Any]",
    by: User,
) -> Document:
    """Takes in a file for a requirement. The caller holds the case and has checked the right.

    The file is written first and the row after it, in one transaction: no row without its file,
    and no file left where the transaction fails. The caller enters the digest in the record.

    Args:
        upload: the file as it came.
        by: whose account it came from.

    Raises:
        Invalid: the file is not one that is taken; says why.
        NoRoom: it could not be written.
    """
    content.check_size(upload.size or 0)
    upload.seek(0)
    data, name = upload.read(), upload.name or ""
    content_type = content.recognise(data, name)
    with transaction.atomic():
        _check_count(subject_kind, subject_id)
        return Document.objects.create(
            subject_kind=subject_kind,
            subject_id=subject_id,
            case_ref=case_ref,
            requirement=requirement,
            size=len(data),
            content_type=content_type,
            sha256=files.sha256(data),
            original_name=names.shown(name, content_type),
            uploaded_by=by,
            stored_name=files.write(data),
        )


def store_all(
    *,
    subject_kind: str,
    subject_id: int,
    case_ref: UUID,
    requirement: str,
    uploads: Iterable["UploadedFile[Any]"],
    by: User,
) -> list[Digest]:
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
    return [{"requirement": row.requirement, "sha256": row.sha256} for row in found]


def _check_count(subject_kind: str, subject_id: int) -> None:
    here = Document.objects.filter(subject_kind=subject_kind, subject_id=subject_id).count()
    if here >= FILES_PER_SUBJECT:
        raise refused(
            _("There are %(count)d files here already: no more are taken.") % {"count": here}
        )
