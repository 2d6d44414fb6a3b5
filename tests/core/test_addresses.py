"""One place has one key however it is written, and two doors never share one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.addresses import address_key
from rules.city import city

NAMES = city("zigong").names_before("510302")


def key(line: str) -> str:
    return address_key(line, NAMES)


@pytest.mark.parametrize(
    "line",
    [
        "解放路１２号3栋",
        "解放路12号3幢",
        "解放路12号三栋",
        "解放路十二号3号楼",
        "解放路12号 3#楼",
        "自流井区解放路12号3栋",
        "自贡市自流井区解放路12号3栋",
        "四川省自贡市自流井区 解放路12号3栋",
        "四川省自贡市高新区解放路12号3栋",
        "自贡国家高新技术产业开发区解放路12号3栋",
        "解放路\u200b12号\u00ad3栋\u2800",
    ],
)
def test_other_spellings_of_one_place(line: str) -> None:
    assert key(line) == key("解放路12号3栋") == "解放路12号3栋"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2-3-1", "23-1"),
        ("1-11", "11-1"),
        ("附1-2号", "附12号"),
        ("解放路1 2号", "解放路12号"),
        ("大安路5号", "贡井路5号"),
        ("贡井区解放路5号", "解放路5号"),
    ],
)
def test_two_doors(one: str, other: str) -> None:
    assert key(one) != key(other)


@given(st.lists(st.integers(0, 9999), min_size=1, max_size=4))
def test_each_row_of_numbers_is_a_door_of_its_own(numbers: list[int]) -> None:
    assert key("解放路" + "-".join(map(str, numbers))) == "解放路" + "-".join(map(str, numbers))


@given(st.lists(st.integers(0, 99), min_size=2, max_size=4), st.sampled_from("-—－–/ _、."))
def test_every_separator_is_the_same_one(numbers: list[int], sign: str) -> None:
    assert key(sign.join(map(str, numbers))) == key("-".join(map(str, numbers)))


@given(st.text(max_size=60))
def test_nothing_unseen_is_in_a_key(line: str) -> None:
    assert key(line).isprintable()
