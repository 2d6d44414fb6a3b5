"""What a file is, by its content. Nothing is decoded or rendered here, only its frame is walked.

A file is taken when it is wholly one thing: the type its name claims, from the first byte to the
last, with nothing of another type inside its frame; a name without an ending claims nothing. What
an attacker hides in nested encodings can pass; such a file is still only ever handed out as an
attachment that no browser runs.
"""

import io
import zipfile

import puremagic
from django.utils.translation import gettext_lazy as _

from documents import images, pdf
from documents.limits import max_bytes
from documents.models import Document
from documents.names import type_named
from documents.refusals import refused

CHECKS = {
    Document.Type.PDF: pdf.check,
    Document.Type.JPEG: images.check_jpeg,
    Document.Type.PNG: images.check_png,
}


def recognise(data: bytes, name: str) -> Document.Type:
    """The type of a file.

    Args:
        data: the whole file.
        name: what it was called.

    Raises:
        Invalid: empty, too large, not one of our types, cut off, or several things at once.
    """
    check_size(len(data))
    claimed, found = type_named(name), _sniffed(data)
    kind = claimed or next((ours for ours in CHECKS if ours in found), None)
    if kind is None:
        raise refused(_("Only PDF, JPEG and PNG files are taken."))
    if kind not in found:
        raise refused(_("The content of the file is not what its name says."))
    CHECKS[kind](data)
    if zipfile.is_zipfile(io.BytesIO(data)):
        raise refused(_("The file holds an archive. Upload the document itself."))
    return kind


def check_size(size: int) -> None:
    """Refuses an empty file and one that is too large.

    Raises:
        Invalid: it is.
    """
    if size == 0:
        raise refused(_("The file is empty."))
    if size > max_bytes():
        raise refused(
            _("The file is larger than %(size)d MB.") % {"size": max_bytes() // 1024 // 1024}
        )


def _sniffed(data: bytes) -> set[str]:
    try:
        return {match.mime_type for match in puremagic.magic_string(data)}
    except (puremagic.PureError, ValueError):
        return set()
