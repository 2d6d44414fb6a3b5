"""What a bureau may name as missing: documents of the permit's own list, each by its code or name.

An item is such a name, and after it, if need be, what is wrong with the document:
`red_line_map`, `红线图`, `红线图：比例尺不清`.
"""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from rules.city import PermitDocument, city

BETWEEN = " \t:：,，;；、.。-–—"


def named_in(text: str, documents: Iterable[PermitDocument]) -> tuple[PermitDocument, str] | None:
    """The document that a text begins with, by its longest name, and what is said of it."""
    found: tuple[int, PermitDocument] | None = None
    for document in documents:
        for name in document.names:
            if begins(text, name) and (found is None or len(name) > found[0]):
                found = len(name), document
    return (found[1], text[found[0] :].strip(BETWEEN)) if found else None


def begins(text: str, name: str) -> bool:
    """A word of letters ends where the name does; Chinese has no such ends."""
    if not text.casefold().startswith(name.casefold()):
        return False
    after = text[len(name) : len(name) + 1]
    return not (name[-1].isascii() and after.isascii() and (after.isalnum() or after == "_"))


def item_words(text: str) -> str:
    """An item as the officer said it; a code by the document's name in the reader's language."""
    found = named_in(text, city().permit_documents)
    if found is None or not begins(text, found[0].code):
        return text
    document, remark = found
    values = {"document": document.name, "remark": remark}
    return _("%(document)s: %(remark)s") % values if remark else str(document.name)
