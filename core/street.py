"""Addresses of the city as far as their street, for lists that need no more."""

import re
from typing import Final

#: Where the number of a house, or of what is in it, begins.
HOUSE: Final = re.compile(
    r"\d|[一二三四五六七八九十百千零〇]+(?=[号弄栋幢座组单楼层室])|附|No\.", re.IGNORECASE
)


def street_of(line: str) -> str:
    """What stands before the first number of a house; empty where the number comes first."""
    return HOUSE.split(line, maxsplit=1)[0].strip()
