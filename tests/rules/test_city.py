"""The city: its districts, townships, bureaus and names."""

import pytest
from django.utils import translation

from core.problems import Invalid
from rules.city import City, city
from rules.names import Kind, Permit


def test_every_district_has_its_code_and_its_townships(city: City) -> None:
    shown = {
        row.code: (
            row.name.zh,
            [sum(t.name.zh.endswith(end) for t in row.townships) for end in ("街道", "镇", "乡")],
        )
        for row in city.districts
    }
    assert shown == {
        "510302": ("自流井区", [9, 3, 0]),
        "510303": ("贡井区", [3, 7, 0]),
        "510304": ("大安区", [6, 9, 0]),
        "510311": ("沿滩区", [2, 9, 1]),
        "510321": ("荣县", [2, 19, 0]),
        "510322": ("富顺县", [3, 16, 1]),
        "510302-G": ("自贡国家高新技术产业开发区", [0, 0, 0]),
    }
    assert all(t.code.startswith(d.code) for d in city.districts for t in d.townships)


def test_each_permit_has_its_bureau(city: City) -> None:
    assert {row.code: row.bureau for row in city.permits} == {
        "planning": "planning",
        "construction": "housing",
        "road_occupation": "police",
        "municipal_occupation": "city-management",
        "municipal_excavation": "city-management",
        "highway_excavation": "transport",
        "greening": "city-management",
    }
    assert [row.code for row in city.kinds] == list(Kind)
    assert [row.code for row in city.permits] == list(Permit)
    assert {row.code for row in city.bureaus} == {
        row.code for row in city.organisations if row.kind == "bureau"
    }


def test_the_three_hotlines_stand_together(city: City) -> None:
    assert [row.number for row in city.hotlines] == ["12398", "95598", "96598"]


def test_words_and_clauses_follow_the_language(city: City) -> None:
    clause = city.hotlines[0].clause
    with translation.override("en"):
        assert (str(city.district("510304").name), str(clause)) == ("Da'an District", "Plan 3(5)1")
    with translation.override("zh-hans"):
        assert (str(city.district("510304").name), str(clause)) == ("大安区", "方案三(五)1")


def test_the_city_is_read_once_and_an_unknown_code_is_not_found() -> None:
    assert city() is city()
    for ask in (city().district, city().bureau, city().permit, city().kind):
        with pytest.raises(LookupError, match="nothing"):
            ask("nothing")


@pytest.mark.parametrize(
    ("district", "statutory", "town", "pointer"),
    [
        ("510302", None, None, None),
        ("510302", "510302", "510302001", None),
        ("510302", "", "", None),
        ("510302-G", "510302", "510302005", None),
        ("510302-G", "510311", None, None),
        ("510399", None, None, "/address/district"),
        ("510302-G", None, None, "/address/statutory_district"),
        ("510302-G", "510303", None, "/address/statutory_district"),
        ("510302", "510303", None, "/address/statutory_district"),
        ("510302", None, "510303001", "/address/town"),
        ("510302-G", "510302", "510311001", "/address/town"),
    ],
)
def test_the_parts_of_an_address_must_go_together(
    city: City, *, district: str, statutory: str | None, town: str | None, pointer: str | None
) -> None:
    if pointer is None:
        city.check_place(district=district, statutory=statutory, town=town)
        return
    with pytest.raises(Invalid) as refused:
        city.check_place(district=district, statutory=statutory, town=town)
    assert [error.pointer for error in refused.value.errors] == [pointer]
