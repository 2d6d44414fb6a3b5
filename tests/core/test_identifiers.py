"""Numbers that people carry, in the spellings in which people and programs write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.identifiers import is_identity_number, is_phone, plain, plain_phone


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("13800001234", "13800001234"),
        ("+86 138 0000 1234", "13800001234"),
        ("0086-138-0000-1234", "13800001234"),
        ("１３８００００１２３４\u200b", "13800001234"),
        ("0813-8123456", "08138123456"),
        ("（0813）812 3456", "08138123456"),
        ("+86 813 8123456", "08138123456"),
        ("+1 202 555 0100", "+12025550100"),
    ],
)
def test_a_phone_has_one_spelling(written: str, kept: str) -> None:
    assert (plain_phone(written), is_phone(kept)) == (kept, True)


@pytest.mark.parametrize("written", ["1380000123", "23800001234", "8123456", "", "+8612345"])
def test_what_is_no_phone(written: str) -> None:
    assert not is_phone(plain_phone(written))


@given(st.text(alphabet="0123456789+-() \u200b０１８", max_size=20))
def test_the_spelling_of_a_phone_is_its_own(text: str) -> None:
    once = plain_phone(text)
    if is_phone(once):
        assert plain_phone(once) == once


@pytest.mark.parametrize(
    "written",
    [
        "510302199003070013",
        "510302 19900307 0013",
        "510302-19900307-0013",
        "５１０３０２１９９００３０７００１３",
        "510302199003070013\u202c\u200b",
    ],
)
def test_an_identity_number_has_one_spelling(written: str) -> None:
    assert plain(written) == "510302199003070013"


@pytest.mark.parametrize(
    ("number", "genuine"),
    [
        ("510302199003070013", True),
        ("510302900307001", True),  # of the first generation
        ("E12345678", True),
        ("810000199408230021", True),  # residence permits of Hong Kong, Macao and Taiwan
        ("820000196606060033", True),
        ("830000199408230025", True),
        ("911336197906070014", True),  # foreigners' permanent residence, of 2023 and before
        ("USA110123456789", True),
        ("H12345678", True),  # mainland travel permits
        ("12345678", True),
        ("830000199408230026", False),  # another check digit
        ("13800001234", False),  # a phone
        ("510302901307001", False),  # month 13
        ("510302199003070", False),  # three digits lost
        ("510302209003070014", False),  # born in 2090
        ("510302209003070013", False),
        ("51030219900307001", False),
    ],
)
def test_what_cannot_be_an_identity_number(number: str, genuine: bool) -> None:
    assert is_identity_number(number) is genuine
