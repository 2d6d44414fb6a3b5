"""What a bureau may name as missing: documents of the permit's own list, each by its code or name.

An item is one such name, and after it, if need be, what is wrong with the document:
`red_line_map`, `红线图`, `红线图：比例尺不清`. What is said of it asks for no other document.
"""

import re
from collections.abc import Iterable
from functools import cache
from typing import Final
from unicodedata import category, normalize

from django.utils.translation import gettext as _

from rules.city import PermitDocument, city, city_code

BETWEEN = " \t:：,，;；、.。-–—"
#: Where one thing said ends and another may begin.
ENDS: Final = re.compile("[，,；;。、！!？?\n]")
#: In characters: what joins a second name to the first, "and " among it.
JOINED_BY: Final = 4


def named_in(text: str, documents: Iterable[PermitDocument]) -> tuple[PermitDocument, str] | None:
    """The document that a text begins with, by its longest name, and what is said of it."""
    found = _name_of(text, documents)
    return (found[0], found[1].strip(BETWEEN)) if found else None


def _name_of(text: str, documents: Iterable[PermitDocument]) -> tuple[PermitDocument, str] | None:
    """As `named_in`, with all that follows the name."""
    found: tuple[int, PermitDocument] | None = None
    for document in documents:
        for name in document.names:
            if begins(text, name) and (found is None or len(name) > found[0]):
                found = len(name), document
    return (found[1], text[found[0] :]) if found else None


def begins(text: str, name: str) -> bool:
    """A word of letters ends where the name does; Chinese has no such ends."""
    said = narrow(text)
    if not said.startswith(narrow(name)):
        return False
    after = said[len(name) : len(name) + 1]
    return not (name[-1].isascii() and after.isascii() and (after.isalnum() or after == "_"))


def narrow(text: str) -> str:
    """Wide letters and figures as plain ones, all small, each in its place."""
    plain = ((c, normalize("NFKC", c).casefold()) for c in text)
    return "".join(folded if len(folded) == 1 else c for c, folded in plain)


def mentioned(text: str) -> list[PermitDocument]:
    """Every document of the permits' lists of which a text speaks anywhere, however it is spelled:
    wide, with spaces or signs between, in capitals; the longest name counts."""
    names, pattern = _names(city_code())
    return list(dict.fromkeys(names[one.group()] for one in pattern.finditer(skeleton(text))))


def names_several(text: str) -> bool:
    """Whether a text names another document beside the one it begins with, as an item of its own:
    with hardly anything before it, and nothing behind it or a colon."""
    documents = city().permit_documents
    first = _name_of(text, documents)
    for said in ENDS.split(first[1]) if first else ():
        begun = (_name_of(said[place:], documents) for place in range(JOINED_BY + 1))
        other = next(filter(None, begun), None)
        if first and other and other[0] is not first[0]:
            behind = other[1].strip()
            if not behind or behind[0] in ":：":
                return True
    return False


def skeleton(text: str) -> str:
    """Letters and figures alone; words of letters stay apart, and so do sentences."""
    kept = (
        "|" if c == ":" or ENDS.match(c) else c if c.isalnum() else " "
        for c in normalize("NFKC", text).casefold()
        if category(c) not in ("Cf", "Mn")
    )
    return re.sub(r"(?<![a-z0-9]) +| +(?![a-z0-9])", "", "".join(kept))


@cache
def _names(code: str) -> tuple[dict[str, PermitDocument], re.Pattern[str]]:
    names = {
        skeleton(name): document
        for document in city(code).permit_documents
        for name in document.names
    }
    longest = sorted(names, key=len, reverse=True)
    whole = (rf"(?<![a-z0-9]){name}(?![a-z0-9])" if name.isascii() else name for name in longest)
    return names, re.compile("|".join(whole))


def item_words(text: str) -> str:
    """An item as the officer said it; a code by the document's name in the reader's language."""
    found = named_in(text, city().permit_documents)
    if found is None or not begins(text, found[0].code):
        return text
    document, remark = found
    values = {"document": document.name, "remark": remark}
    return _("%(document)s: %(remark)s") % values if remark else str(document.name)
