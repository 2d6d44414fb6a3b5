"""Numbers that people carry, checked by their own check digits (GB 11643, GB 32100).

The district code in an identity number is not looked up: tables refuse genuine older numbers.
"""

import re
from datetime import date

from core.reading import canonical

IDENTITY = re.compile(r"\d{17}[\dX]")
IDENTITY_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
IDENTITY_CHECKS = "10X98765432"
#: Passports and permanent residence permits of foreigners have no public check digit.
OTHER_DOCUMENT = re.compile(r"[A-Z0-9]{5,15}")

EARLIEST_BIRTH = date(1900, 1, 1)

CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)

MOBILE = re.compile(r"1[3-9]\d{9}")
LANDLINE = re.compile(r"0\d{2,3}\d{7,8}")
#: A number of another country, by E.164.
FOREIGN = re.compile(r"\+(?!86)[1-9]\d{7,14}")
#: The first generation of identity numbers: a birthday of the last century, no check digit.
FIFTEEN = re.compile(r"\d{6}(\d{2})(\d{2})(\d{2})\d{3}")
#: What people put between the groups of a long number.
BETWEEN = re.compile(r"[\s\-\u2010-\u2015\u2212]")


def plain(text: str) -> str:
    """The one spelling of a number that people carry: narrow, in capitals, without gaps."""
    return BETWEEN.sub("", canonical(text)).upper()


def plain_phone(text: str) -> str:
    """The one spelling of a phone number: digits alone, China's own without the country's code."""
    number = re.sub(r"[().]", "", plain(text))
    home = re.sub(r"^(?:\+|00)86(?=\d)", "", number)
    if home == number or MOBILE.fullmatch(home) or home.startswith("0"):
        return home
    return "0" + home


def is_identity_number(number: str) -> bool:
    """Whether it can be genuine; a birthday after today, or of nobody alive, cannot."""
    if len(number) != len("510302199003070013"):
        return _is_other_document(number)
    if not IDENTITY.fullmatch(number):
        return False
    born = _day(number[6:10], number[10:12], number[12:14])
    if born is None or not EARLIEST_BIRTH <= born <= date.today():  # noqa: DTZ011 (no event)
        return False
    total = sum(
        int(digit) * weight for digit, weight in zip(number, IDENTITY_WEIGHTS, strict=False)
    )
    return IDENTITY_CHECKS[total % 11] == number[-1]


def _is_other_document(number: str) -> bool:
    if old := FIFTEEN.fullmatch(number):
        year, month, day = old.groups()
        return _day(f"19{year}", month, day) is not None
    return bool(OTHER_DOCUMENT.fullmatch(number)) and not is_phone(number)


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def is_credit_code(code: str) -> bool:
    return len(code) == len(CREDIT_WEIGHTS) + 1 and all(char in CREDIT_ALPHABET for char in code)


def credit_code_checks(code: str) -> bool:
    """Whether it ends with the character that GB 32100 gives; some genuine codes do not."""
    values = [CREDIT_ALPHABET.index(char) for char in code]
    total = sum(value * weight for value, weight in zip(values, CREDIT_WEIGHTS, strict=False))
    return (31 - total % 31) % 31 == values[-1]


def is_mobile(number: str) -> bool:
    """Whether an SMS can reach it, of a number in its one spelling."""
    return bool(MOBILE.fullmatch(number))


def is_phone(number: str) -> bool:
    """Of a number in its one spelling."""
    return any(shape.fullmatch(number) for shape in (MOBILE, LANDLINE, FOREIGN))
