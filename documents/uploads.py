"""A file that comes in parts, so that it goes on after a cut connection (docs/decisions/0041).

What a file has to be is said before its first byte; every part is kept as a file is, with its row;
once all are here they are one upload as any other (`documents.actions.store`).
"""

import hashlib
import hmac
from datetime import timedelta
from functools import partial
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.clock import CityNow, city_now
from core.problems import Malformed, Missing, Problem
from documents import content, room, storage
from documents.models import Document, Part, Upload
from documents.refusals import refused
from rules.limits import Keeping, Quota, limits


class WrongOffset(Problem):
    """409: a part that does not begin where the last one ended; `offset` says where that is."""

    type = "wrong-offset"
    status = 409
    title = _("The file goes on elsewhere")

    def __init__(self, offset: int) -> None:
        text = _("So many bytes are here already: %(offset)d. Go on from there.")
        super().__init__(text % {"offset": offset}, extra={"offset": offset})

    @property
    def headers(self) -> dict[str, str]:
        return {"Upload-Offset": str(self.extra["offset"])}


def most_bytes() -> int:
    """Of one part."""
    return limits().quotas[Quota.PART] * room.MEGABYTE


def begin(
    *,
    subject_kind: str,
    subject_id: int,
    requirement: str,
    name: str,
    size: int,
    sha256: str,
    by: User,
) -> Upload:
    """Begin a file, or find the one with this digest that was begun before. The caller holds the
    case and has checked the right.

    Raises:
        Invalid, TooMany: by its name or size it is not one that is taken, or it is too much.
    """
    content.check_size(size)
    content.kind_named(name)
    said = {
        "party": by.party,
        "subject_kind": subject_kind,
        "subject_id": subject_id,
        "requirement": requirement,
        "size": size,
        "sha256": sha256,
    }
    begun = Upload.objects.filter(**said, document=None).first() if sha256 else None
    if begun is None:
        room.check(subject_kind, subject_id, size)
        room.count(size, by)
        begun = Upload.objects.create(**said, name=name)
    return begun


def find(subject_kind: str, subject_id: int, ref: UUID, by: User) -> Upload:
    """Raises Missing where there is none of this person."""
    mine = Upload.objects.filter(party=by.party, subject_kind=subject_kind, subject_id=subject_id)
    found = mine.select_related("document").filter(ref=ref).first()
    if found is None:
        raise Missing
    return found


def append(upload: Upload, *, offset: int, data: bytes, sha256: bytes = b"") -> None:
    """Keep one part, by its digest if one is given. The caller holds the case.

    Raises:
        WrongOffset: another part came first, or this one came already.
        Malformed: empty, too large, past the end of the file, or other than its digest says.
        NoRoom: it could not be written.
    """
    # The sweep of old ones waits for it, or is waited for.
    held = Upload.objects.select_for_update().filter(pk=upload.pk).first()
    if held is None:
        raise Missing
    if offset != held.received:
        raise WrongOffset(held.received)
    if not 0 < len(data) <= min(most_bytes(), held.size - held.received):
        raise Malformed(_("This part is empty, too large, or goes past the end of the file."))
    if sha256 and not hmac.compare_digest(hashlib.sha256(data).digest(), sha256):
        raise Malformed(_("This part did not arrive as it was sent. Send it once more."))
    Part.objects.create(upload=upload, offset=offset, stored_name=storage.write(data))
    upload.received = offset + len(data)
    upload.changed_at = CityNow()
    upload.save(update_fields=["received", "changed_at"])


def whole(upload: Upload) -> SimpleUploadedFile:
    """Return all parts as one file.

    Raises:
        Invalid: together they are not the file that was begun.
    """
    names = upload.parts.order_by("offset").values_list("stored_name", flat=True)
    data = b"".join(storage.read(name) for name in names)
    if upload.sha256 and storage.sha256(data) != upload.sha256:
        raise refused(_("The file did not arrive as it was sent. Upload it once more."))
    return SimpleUploadedFile(upload.name, data)


def finish(upload: Upload, document: Document) -> None:
    """Note what was made of it, for whoever did not hear the last answer; its parts go."""
    upload.document = document
    upload.save(update_fields=["document"])
    _delete_parts([upload.pk])


def discard(*uploads: int) -> int:
    """Delete uploads by their ids, the parts with the commit; return how many there were."""
    with transaction.atomic():
        held = Upload.objects.select_for_update().filter(pk__in=uploads)
        found = list(held.values_list("pk", flat=True))
        _delete_parts(found)
        Upload.objects.filter(pk__in=found).delete()
    return len(found)


def discard_of(subject_kind: str, subject_id: int) -> None:
    begun = Upload.objects.filter(subject_kind=subject_kind, subject_id=subject_id)
    discard(*begun.values_list("pk", flat=True))


def forget_old() -> int:
    """Delete what nobody went on with for as long as the city keeps it; return how many."""
    oldest = city_now() - timedelta(days=limits().days[Keeping.UPLOADS])
    old = Upload.objects.filter(changed_at__lt=oldest)
    return discard(*old.values_list("pk", flat=True))


def _delete_parts(uploads: list[int]) -> None:
    parts = Part.objects.filter(upload__in=uploads)
    for name in list(parts.values_list("stored_name", flat=True)):
        transaction.on_commit(partial(storage.delete, name))
    parts.delete()
