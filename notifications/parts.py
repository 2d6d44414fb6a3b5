"""How many parts an SMS takes: what the networks carry, not what a vendor bills."""

from math import ceil

#: UTF-16 units of an SMS of one part, and of each part of a longer one.
ALONE, EACH = 70, 67


def units(text: str) -> int:
    return len(text.encode("utf-16-be")) // 2


def parts(text: str) -> int:
    """The signature counts as it stands in the text; a surrogate pair is not split."""
    size = units(text)
    if size <= ALONE:
        return 1
    if size == len(text):
        return ceil(size / EACH)
    found, room = 1, EACH
    for char in text:
        size = units(char)
        if size > room:
            found, room = found + 1, EACH
        room -= size
    return found
