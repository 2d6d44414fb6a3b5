"""Loaded versions: stored once, never changed, readable for ever, and seen without a restart."""

import io
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, InternalError, ProgrammingError, connections, transaction
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from rules import registry
from rules.book import Book
from rules.calendar import Calendar
from rules.models import CalendarVersion, RulesVersion, Version
from rules.registry import NotLoaded, load
from tests.rules.conftest import Change
from tests.rules.decisions import decision, row

pytestmark = [pytest.mark.usefixtures("committed_db", "fresh_registry")]
TABLES: list[type[Version]] = [RulesVersion, CalendarVersion]


def add(book: Book) -> RulesVersion:
    """Loads a book as the owner would."""
    return RulesVersion.objects.using("owner").create(
        hash=book.hash, label=book.version, city="zigong", document=dict(book.document)
    )


def counted() -> list[int]:
    return [table.objects.count() for table in TABLES]


@pytest.fixture
def tighter(changed: Change) -> Book:
    text = decision("city", row("limit.lv_other.handling", "5", unit="working_day"))
    return changed("tighter.toml", text=text)


def test_loading_again_stores_nothing_new(book: Book, calendar: Calendar) -> None:
    out = io.StringIO()
    call_command("load_rules", stdout=out)
    assert out.getvalue().splitlines() == [
        f"rules {book.version}: already loaded",
        f"calendar {calendar.version}: already loaded",
    ]
    assert counted() == [1, 1]


def test_many_loads_at_once_store_one_version(
    changed: Change, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer = changed("plan-2021.toml", "# The plan of the city", "# The plan of this city")
    monkeypatch.setattr(Book, "from_files", lambda *_: newer)

    def once(_: int) -> str:
        try:
            return load("zigong")[0].label
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        labels = set(pool.map(once, range(16)))
    assert labels == {newer.version}
    assert counted() == [2, 1]


def test_a_refused_file_loads_nothing(monkeypatch: pytest.MonkeyPatch, changed: Change) -> None:
    def refused(*_: object) -> Book:
        return changed("bad.toml", text="[[")

    monkeypatch.setattr(Book, "from_files", refused)
    with pytest.raises(CommandError, match=r"The rules of zigong were refused: bad\.toml"):
        call_command("load_rules")
    assert counted() == [1, 1]


def test_going_back_to_an_old_text_is_pointed_out(tighter: Book) -> None:
    add(tighter)
    err = io.StringIO()
    call_command("load_rules", stdout=io.StringIO(), stderr=err)
    assert "a later version is in force" in err.getvalue()


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(
    "statement", ["UPDATE {} SET label = 'x'", "DELETE FROM {}", "TRUNCATE {}"]
)
def test_nobody_can_change_a_loaded_version(table: type[Version], statement: str) -> None:
    name = table._meta.db_table
    refused_to_web = pytest.raises((ProgrammingError, InternalError, IntegrityError))
    with refused_to_web, transaction.atomic(), connections["default"].cursor() as cursor:
        cursor.execute(statement.format(name))
    by_trigger = pytest.raises((InternalError, IntegrityError), match="never changed or removed")
    with by_trigger, transaction.atomic("owner"), connections["owner"].cursor() as cursor:
        cursor.execute(statement.format(name))


@pytest.mark.parametrize("table", TABLES)
def test_the_web_role_cannot_load(table: type[Version]) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        table.objects.create(hash="0" * 64, label="x", city="zigong", document={})


def test_the_registry_gives_what_the_files_say(book: Book, calendar: Calendar) -> None:
    assert registry.current().version == book.version
    assert registry.current().document == book.document
    assert registry.calendar().version == calendar.version
    assert registry.calendar(calendar.version) is registry.calendar()


def test_a_newer_version_is_seen_without_a_restart(tighter: Book, settings: Settings) -> None:
    settings.RULES_RECHECK_SECONDS = 3600
    before = registry.current().version
    add(tighter)
    assert registry.current().version == before
    settings.RULES_RECHECK_SECONDS = 0
    assert registry.current().version == tighter.version


def test_an_old_version_stays_readable(book: Book, tighter: Book, settings: Settings) -> None:
    settings.RULES_RECHECK_SECONDS = 0
    add(tighter)
    registry.forget()
    old, new = registry.book(book.version), registry.current()
    days = [b.in_force(on=book.turns[-1]).limit("lv_other").days for b in (old, new)]
    assert (old.version, days) == (book.version, [6, 5])


def test_no_question_is_asked_twice(
    django_assert_num_queries: DjangoAssertNumQueries, settings: Settings
) -> None:
    settings.RULES_RECHECK_SECONDS = 3600
    registry.current()
    registry.calendar()
    with django_assert_num_queries(0):
        assert [registry.current() is registry.current(), registry.calendar().known(2026)]


def test_an_unknown_version_and_an_empty_city_say_so(settings: Settings) -> None:
    with pytest.raises(NotLoaded, match="no RulesVersion zigong-0 in this database"):
        registry.book("zigong-0")
    settings.CITY = "elsewhere"
    with pytest.raises(NotLoaded, match=r"of elsewhere: run manage\.py load_rules"):
        registry.calendar()


def test_a_rule_that_is_decided_shows_in_public_as_a_difference(tighter: Book) -> None:
    add(tighter)
    registry.forget()
    answer = Client(headers={"accept-language": "en"}).get("/api/v1/disclosure/standards/versions/")
    changed = {
        (change["old"]["value"], change["new"]["value"])
        for version in answer.json()["results"]
        for change in version["changes"] or []
        if change["new"]["key"] == "limit.lv_other.handling"
    }
    assert changed == {("6 working days", "5 working days")}
