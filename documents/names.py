"""The names that files come with: refused where they deceive, cleaned before they are shown."""

import re
import unicodedata

from django.utils.translation import gettext_lazy as _

from documents.models import Document
from documents.refusals import refused

Type = Document.Type

EXTENSIONS = {".pdf": Type.PDF, ".jpg": Type.JPEG, ".jpeg": Type.JPEG, ".png": Type.PNG}
#: Endings that, inside a name, show that the file pretends to be something else.
OTHER_ENDINGS = re.compile(
    r"\.(?:pdf|jpe?g|png|gif|bmp|tiff?|svg|webp|html?|xhtml|xml|js|mjs|php\d?|phtml|asp|aspx|jsp|"
    r"exe|com|scr|bat|cmd|ps1|vbs|msi|dll|jar|apk|sh|py|docx?|xlsx?|pptx?|zip|rar|7z|gz|lnk)"
    r"(?=\.|$|\s)",
    re.IGNORECASE,
)
#: Control characters, marks that turn the direction of writing, and what paths are made of.
UNWANTED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
LONGEST = 120


def type_named(name: str) -> Document.Type | None:
    """The type that a file's name claims; None where it has no ending and claims nothing.

    Raises:
        Invalid: a type we do not take, or a name made to deceive.
    """
    if any(unicodedata.category(character) in UNWANTED for character in name):
        raise refused(_("The file's name has hidden characters. Rename the file."))
    stem, dot, ending = name.rpartition(".")
    claimed = EXTENSIONS.get(f".{ending.lower()}") if dot else None
    if claimed is None and dot:
        raise refused(_("Only PDF, JPEG and PNG files are taken."))
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
