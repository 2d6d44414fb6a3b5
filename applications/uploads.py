"""A file of a case in parts: begun by name and size, gone on with after a cut, kept when whole."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import User
from applications.actions import CASES
from applications.answers import DocumentAnswer
from applications.checklist import SUBJECT
from applications.documents import OfChecklist, add, held_for_files
from applications.models import Application
from core.answers import Count
from core.bodies import WholeField, WordsField, read
from core.problems import Invalid
from deadlines.sweep import settle
from documents import uploads
from documents.models import Upload

NO_DIGEST = _("This is no SHA-256: 64 hexadecimal digits.")


class Begun(OfChecklist):
    """A file that comes in parts, before its first byte. With the SHA-256 of all of it, in
    hexadecimal digits, the same file goes on where it was, and is checked at its end."""

    name = WordsField(one_line=True, max_length=255)
    size = WholeField()
    sha256 = WordsField(one_line=True, required=False, max_length=64)

    def validate_sha256(self, sha256: str) -> str:
        if sha256 and not (len(sha256) == 64 and set(sha256.lower()) <= set("0123456789abcdef")):
            raise serializers.ValidationError(NO_DIGEST)
        return sha256.lower()


class UploadAnswer(serializers.Serializer[Any]):
    """A file that comes in parts: `offset` bytes of it are here; `document` once it is whole."""

    id = serializers.UUIDField(source="ref")
    requirement = serializers.CharField()
    size = Count()
    offset = Count(source="received")
    largest_part = serializers.SerializerMethodField()
    document = serializers.SerializerMethodField()

    def get_largest_part(self, _upload: Upload) -> int:
        return uploads.most_bytes()

    @extend_schema_field(DocumentAnswer(allow_null=True))
    def get_document(self, upload: Upload) -> Any:
        return DocumentAnswer(upload.document).data if upload.document else None


def begin(*, application: Application, body: dict[str, Any], by: User) -> Upload:
    """Begin a file that the checklist of the case has, or find it as it was begun.

    Raises:
        Missing, Forbidden, WrongState, Invalid, TooMany: as `documents.add`, by name and size.
    """
    settle(application.ref)
    with transaction.atomic():
        case, _role = held_for_files(application, by)
        said = read(Begun, body, thing=case)
        return uploads.begin(subject_kind=SUBJECT, subject_id=case.pk, by=by, **said)


def find(*, application: Application, ref: UUID, by: User) -> Upload:
    """Raises Missing where there is none of this person in the case."""
    return uploads.find(SUBJECT, application.pk, ref, by)


def append(
    *,
    application: Application,
    ref: UUID,
    offset: int,
    data: bytes,
    sha256: bytes = b"",
    by: User,
) -> Upload:
    """Keep the next part; with the last one the file becomes a document of the case, or nothing.

    Raises:
        Missing, WrongOffset, Malformed, NoRoom: the part is not taken, and what is here stays.
        Forbidden, WrongState: the case takes no file any more.
        Invalid: the whole file is not one that is taken; nothing of it is left.
    """
    settle(application.ref)
    upload = find(application=application, ref=ref, by=by)
    try:
        with transaction.atomic():
            case = CASES.hold_seen(application, by)
            uploads.append(upload, offset=offset, data=data, sha256=sha256)
            if upload.received == upload.size:
                document = add(
                    application=case,
                    requirement=upload.requirement,
                    upload=uploads.whole(upload),
                    by=by,
                    counted=True,
                )
                uploads.finish(upload, document)
    except Invalid:
        uploads.discard(upload.pk)
        raise
    return upload
