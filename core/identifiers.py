"""Numbers that people carry, checked by their own check digits (GB 11643, GB 32100).

The district code in an identity number is not looked up: tables refuse genuine older numbers.
"""

import re
from datetime import date

IDENTITY = re.compile(r"\d{17}[\dX]")
IDENTITY_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
IDENTITY_CHECKS = "10X98765432"
#: Passports and permanent residence permits of foreigners have no public check digit.
OTHER_DOCUMENT = re.compile(r"[A-Z0-9]{5,15}")

CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)

MOBILE = re.compile(r"1[3-9]\d{9}")
LANDLINE = re.compile(r"0\d{2,3}-?\d{7,8}")


def plain(text: str) -> str:
    return re.sub(r"\s", "", text).upper()


def is_identity_number(number: str) -> bool:
    if len(number) != len("510302199003070013"):
        return bool(OTHER_DOCUMENT.fullmatch(number))
    if not IDENTITY.fullmatch(number):
        return False
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    total = sum(
        int(digit) * weight for digit, weight in zip(number, IDENTITY_WEIGHTS, strict=False)
    )
    return IDENTITY_CHECKS[total % 11] == number[-1]


def is_credit_code(code: str) -> bool:
    if len(code) != len(CREDIT_WEIGHTS) + 1 or any(char not in CREDIT_ALPHABET for char in code):
        return False
    values = [CREDIT_ALPHABET.index(char) for char in code]
    total = sum(value * weight for value, weight in zip(values, CREDIT_WEIGHTS, strict=False))
    return (31 - total % 31) % 31 == values[-1]


def is_phone(number: str) -> bool:
    return bool(MOBILE.fullmatch(number) or LANDLINE.fullmatch(number))
