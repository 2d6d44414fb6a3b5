"""The one spelling by which two addresses are compared; what was typed is what is kept and shown.

Digits and what stands between them tell doors apart: `2-3-1` is not `23-1`.
"""

import re
from collections.abc import Sequence

from core.reading import canonical

DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")}
DIGITS |= {"〇": 0, "两": 2}
TENS = {"十": 10, "百": 100}
#: What a numeral counts in an address; before a road's name it is a part of the name.
UNITS = "号|栋|幢|座|单元|楼|层|室|组|户|门|社"
NUMERAL = re.compile(rf"[{''.join(DIGITS)}{''.join(TENS)}]+(?=(?:{UNITS}))")
#: 3栋, 3幢, 3号楼 and 3#楼 are one building.
BUILDING = re.compile(r"(?<=[0-9a-z])(?:幢|号楼|#楼)")
BETWEEN_DIGITS = re.compile(r"(?<=[0-9])[\W_]+(?=[0-9])")
OTHER_SIGNS = re.compile(r"(?!(?<=[0-9])-[0-9])[\W_]")


def address_key(line: str, names_before: Sequence[Sequence[str]]) -> str:
    """`names_before` are the names of the wider places that may stand in front, widest first."""
    text = canonical(line).casefold()
    text = NUMERAL.sub(lambda found: in_digits(found[0]), text)
    text = BUILDING.sub("栋", re.sub(r"\s+(?=幢|栋|号|#)", "", text))
    text = OTHER_SIGNS.sub("", BETWEEN_DIGITS.sub("-", text))
    for names in names_before:
        text = without(text, [name.casefold() for name in names])
    return text


def without(text: str, names: Sequence[str]) -> str:
    """An address without the first of the names that it begins with; never without all of it."""
    for name in names:
        rest = text.removeprefix(name)
        if rest and rest != text:
            return rest
    return text


def in_digits(numeral: str) -> str:
    """二十三 and 二三 are 23; what counts in neither way stays as it is."""
    if not any(tens in numeral for tens in TENS):
        return "".join(str(DIGITS[character]) for character in numeral)
    shape = re.fullmatch(r"(?:([^十百]?)百零?)?(?:([^十百]?)(十))?([^十百]?)", numeral)
    if shape is None:
        return numeral
    hundreds, tens, ten, ones = shape.groups()
    hundred = 0 if hundreds is None else DIGITS.get(hundreds, 1) * TENS["百"]
    return str(hundred + (DIGITS.get(tens, 1) * TENS["十"] if ten else 0) + DIGITS.get(ones, 0))
