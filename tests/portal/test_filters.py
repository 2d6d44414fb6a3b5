"""A value that a list cannot be narrowed by is refused alike on every page, and named."""

import pytest
from django.test import Client

from core.filters import NO_CHOICE
from rules.names import Kind
from tests.builders import People, filed
from tests.page import Page
from tests.people import browser

#: The cast member, and the lists it narrows by choices: path and names.
LISTS = [
    ("manager", "/desk/", ("asked", "late")),
    ("manager", "/work/", ("state", "kind", "district", "town", "holder", "late")),
    ("planning", "/bureau/", ("show", "permit", "district", "late")),
    ("digital", "/bureau/", ("bureau",)),
    ("digital", "/bureau/sets/", ("party", "time")),
    ("regulator", "/oversight/", ("district", "party")),
    ("regulator", "/oversight/homes/", ("district",)),
    ("regulator", "/oversight/figures/", ("days",)),
    ("regulator", "/oversight/cases/", ("show", "kind", "state")),
    ("regulator", "/oversight/permits/", ("show", "bureau", "permit")),
    ("regulator", "/oversight/rules/", ("of",)),
    ("regulator", "/oversight/orders/", ("state", "party", "district")),
    ("regulator", "/oversight/signals/", ("sign", "state", "party", "district")),
    ("supply-lead", "/orders/", ("state", "district")),
    ("supply-lead", "/signals/", ("sign", "state", "district")),
    ("", "/disclosure/capacity/", ("district",)),
    ("", "/disclosure/outages/", ("district",)),
    ("", "/disclosure/standards/", ("place",)),
    ("", "/disclosure/standards/permits/", ("place",)),
]


@pytest.mark.parametrize(
    ("who", "path", "name"), [(who, path, name) for who, path, names in LISTS for name in names]
)
def test_a_choice_that_does_not_exist_is_refused_and_named(
    people: People, who: str, path: str, name: str
) -> None:
    client = browser(people[who]) if who else Client()
    assert client.get(path).status_code == 200
    answer = client.get(f"{path}?{name}=<nonsense>")
    assert answer.status_code == 422
    assert str(NO_CHOICE) % {"value": "<nonsense>"} in Page(answer).text


@pytest.mark.parametrize("path", ["/work/", "/work/cases/{}/"])
def test_nothing_is_listed_where_a_value_does_not_exist(people: People, path: str) -> None:
    number = filed(people, Kind.LV_OTHER).number
    client, path = browser(people["manager"]), path.format(number)
    assert [row.number for row in client.get(path).context["rows"]] == [number]
    answer = client.get(f"{path}?kind=nonsense")
    assert (answer.status_code, list(answer.context["rows"])) == (422, [])


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("regulator", "/oversight/late.csv?party=nonsense"),
        ("", "/disclosure/capacity.csv?district=nonsense"),
        ("", "/disclosure/standards.csv?place=nonsense"),
        ("", "/disclosure/standards.csv?on=nonsense"),
        ("", "/api/v1/disclosure/capacity/?district=nonsense"),
        ("", "/api/v1/disclosure/outages.csv?district=nonsense"),
        ("", "/api/v1/disclosure/standards/?district=nonsense"),
    ],
)
def test_files_and_open_data_refuse_it_too(people: People, who: str, path: str) -> None:
    client = browser(people[who]) if who else Client()
    assert client.get(path).status_code == 422
