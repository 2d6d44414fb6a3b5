"""A demonstration has published tables, made up and marked so; a real city has none of them."""

import io
from datetime import date

import pytest
from django.core.management import call_command
from django.test import Client

from accounts.models import User
from core import demonstration as city
from core.problems import Forbidden
from ledger.models import Entry
from publishing import demonstration
from publishing.models import Kind, Publication
from publishing.tables import tables
from tests.people import open_real_city

pytestmark = pytest.mark.django_db

#: Of tables that are divided among those who keep them: each bureau published its own.
PUBLICATIONS = {Kind.POLICIES: 5}


def test_the_command_publishes_every_table_once() -> None:
    city._known.clear()
    for _time in range(2):
        call_command("demonstration", stdout=io.StringIO())
    made = list(Publication.objects.order_by("id").values_list("kind", "number", "source"))
    assert made == [
        (kind.value, number, demonstration.SOURCE)
        for kind in Kind
        for number in range(1, PUBLICATIONS.get(kind, 1) + 1)
    ]
    for publication in Publication.objects.all():
        entry = Entry.objects.get(pk=publication.entry)
        others = {
            Kind.ROADS: "bureau_lead", Kind.POLICIES: "bureau_lead",
            Kind.PRICES: "price_authority",
            **dict.fromkeys(
                (Kind.GROUP, Kind.PROJECTS, Kind.TRAINING, Kind.PRACTICES), "lead_agency"
            ),
        }  # fmt: skip
        keeper = others.get(Kind(publication.kind), "supply_lead")
        assert (entry.type, entry.actor_role) == (f"{publication.kind}.published", keeper)


def test_public_pages_show_what_they_are_for(people: dict[str, User]) -> None:
    demonstration.publish(by=people.values())
    browser = Client()
    for name in ("fees", "prices", "capacity", "outages/earlier", "roads", "policies", "group",
                 "projects", "training", "practices"):  # fmt: skip
        page = browser.get(f"/disclosure/{name}/").content.decode()
        assert "演示数据（虚构）" in page
        assert "YS-" in page or "演示" in page
    assert "演示：" in browser.get("/disclosure/news/").content.decode()
    figures = browser.get("/api/v1/disclosure/reliability/").json()["figures"]
    urban = next(row for row in figures if (row["district"], row["area_class"]) == (None, "urban"))
    assert (urban["districts_without_data"], urban["by_plan"]["saidi_hours"] is None) == (0, False)


def test_every_row_says_that_it_is_made_up(people: dict[str, User]) -> None:
    demonstration.publish(by=people.values())
    for table in tables():
        assert {row.source for row in table.rows.standing()} == {demonstration.SOURCE}


def test_a_real_city_gets_none_of_it() -> None:
    open_real_city()
    with pytest.raises(Forbidden):
        demonstration.publish(by=[User()])
    assert Publication.objects.count() == 0


@pytest.mark.parametrize("today", [date(2026, 1, 1), date(2024, 2, 29), date(2026, 12, 31)])
def test_the_days_are_those_around_today(today: date) -> None:
    text = city.dated("{-1} {+9} {year-1}-03-01", today)
    expected = {
        date(2026, 1, 1): "2025-12-31 2026-01-10 2025-03-01",
        date(2024, 2, 29): "2024-02-28 2024-03-09 2023-03-01",
        date(2026, 12, 31): "2026-12-30 2027-01-09 2025-03-01",
    }
    assert text == expected[today]
