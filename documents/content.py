"""What a file is, by its content, and what is kept of it.

A file is taken when it is wholly one thing: the type its name claims, with nothing of another type
inside its frame; a name without an ending claims nothing. Pictures are drawn anew, a PDF is kept
as it came; whatever it is, it is only ever handed out as an attachment that no browser runs.
"""

import io
import re
import unicodedata
import zipfile
from collections.abc import Callable
from typing import Final, NamedTuple

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core.forms import most_megabytes
from documents import pdf, pictures
from documents.models import Document
from documents.refusals import refused

Type = Document.Type


class Kind(NamedTuple):
    """A kind of file: how its name ends and its content begins, what is kept, and as what."""

    endings: tuple[str, ...]
    begins: re.Pattern[bytes]
    kept: Callable[[bytes, int], bytes]
    type: Document.Type


KINDS: Final = (
    Kind((".pdf",), pdf.HEADER, lambda data, _pixels: pdf.checked(data), Type.PDF),
    # Windows saves as .jfif and .jpe.
    Kind(
        (".jpg", ".jpeg", ".jfif", ".jpe", ".jif"),
        re.compile(rb"\xff\xd8\xff"),
        pictures.jpeg,
        Type.JPEG,
    ),
    Kind((".png",), re.compile(re.escape(pictures.PNG_MAGIC)), pictures.png, Type.PNG),
    # What an iPhone takes.
    Kind(
        (".heic", ".heif", ".hif"),
        re.compile(rb"(?s)....ftyp(?:hei[cmsx]|hev[cmsx]|mif1|msf1)"),
        pictures.heic,
        Type.JPEG,
    ),
)
ENDING: Final = {ending: kind for kind in KINDS for ending in kind.endings}
#: Endings that, inside a name, show that the file pretends to be something else. Of a document
#: that was made from another (`.docx.pdf`, `.jpg.pdf`, `.pdf.pdf`) the content decides.
OTHER_ENDINGS: Final = re.compile(
    r"\.(?:svg|html?|xhtml|xml|js|mjs|php\d?|phtml|asp|aspx|jsp|exe|com|scr|bat|cmd|ps1|vbs|msi|dll|"
    r"jar|apk|sh|py|zip|rar|7z|gz|lnk)(?=\.|$|\s)",
    re.IGNORECASE,
)
#: Control characters, marks that turn the direction of writing, and what paths are made of.
UNWANTED: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
LONGEST: Final = 120
NOT_OURS: Final = _("Only PDF, JPEG, PNG and HEIC files are taken.")


class Taken(NamedTuple):
    """A file as it is kept."""

    data: bytes
    type: Document.Type


def max_bytes() -> int:
    return int(settings.DOCUMENT_MAX_BYTES)


def taken(data: bytes, name: str, *, most_pixels: int) -> Taken:
    """Return what is kept of a file.

    Raises:
        Invalid: empty, too large, none of ours, cut off, several at once, or it could run.
    """
    check_size(len(data))
    claimed = kind_named(name)
    found = next((kind for kind in KINDS if kind.begins.match(data)), None)
    if found is None and claimed is None:
        raise refused(NOT_OURS)
    if found is None or (claimed and claimed is not found):
        raise refused(_("The content of the file is not what its name says."))
    kept = found.kept(data, most_pixels)
    if zipfile.is_zipfile(io.BytesIO(data)):
        raise refused(_("The file holds an archive. Upload the document itself."))
    return Taken(kept, found.type)


def check_size(size: int) -> None:
    if size == 0:
        raise refused(_("The file is empty."))
    if size > max_bytes():
        raise refused(_("The file is larger than %(size)d MB.") % {"size": most_megabytes()})


def kind_named(name: str) -> Kind | None:
    """Return the kind claimed, None without an ending; Invalid if not ours or made to deceive."""
    if any(unicodedata.category(character) in UNWANTED for character in name):
        raise refused(_("The file's name has hidden characters. Rename the file."))
    stem, dot, ending = name.rpartition(".")
    claimed = ENDING.get(f".{ending.lower()}") if dot else None
    if claimed is None and dot:
        raise refused(NOT_OURS)
    if dot and OTHER_ENDINGS.search(stem):
        raise refused(_("The file's name has two endings. Rename the file."))
    return claimed


def shown(name: str, content_type: str) -> str:
    """A name that is safe to save under on any system, ending as its type does."""
    base = name.replace("\\", "/").rpartition("/")[2].rpartition(".")[0]
    kept = "".join(c for c in base if unicodedata.category(c) not in UNWANTED)
    kept = re.sub(r'[<>:"|?*%;]', "", kept).strip(". ")[:LONGEST]
    endings = {Type.PDF: ".pdf", Type.JPEG: ".jpg", Type.PNG: ".png"}
    return (kept or "document") + endings[Document.Type(content_type)]
