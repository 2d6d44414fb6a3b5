"""New rules and calendars come into force on somebody's word, and the record keeps whose."""

import io
from collections.abc import Iterator

import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from django.utils import timezone

from accounts.actions import end_role
from accounts.models import RoleGrant, User
from accounts.roles import Role
from core import demonstration as city
from ledger.actions import REASON_MAX, NotApproved, approval, open_city
from ledger.models import Entry, Salt
from ledger.record import CITY_REF
from ledger.verify import verify
from rules import registry
from rules.models import CalendarVersion, RulesVersion
from tests.calendars import day_off, files, of_2027, read_calendars
from tests.people import open_real_city, staff

LOADED = ("calendar.loaded", "rules.loaded")


@pytest.fixture(autouse=True)
def _fresh(committed_db: str) -> Iterator[None]:
    city._known.clear()
    registry.forget()
    yield
    city._known.clear()
    registry.forget()
    connections["owner"].close()


def load(texts: dict[str, str], *options: str) -> str:
    out = io.StringIO()
    with files(texts):
        call_command("load_rules", *options, stdout=out)
    return out.getvalue()


def entries() -> list[Entry]:
    return list(Entry.objects.filter(type__in=LOADED).order_by("id"))


@pytest.fixture
def regulator() -> User:
    open_real_city()
    return staff(Role.REGULATOR)


def test_a_real_city_loads_nothing_new_without_an_approver(regulator: User) -> None:
    before = CalendarVersion.objects.count()
    with pytest.raises(CommandError, match="Nothing was loaded: this is a real city, and zigong-"):
        load(of_2027(read_calendars()))
    assert (CalendarVersion.objects.count(), entries()) == (before, [])


def test_the_record_keeps_who_let_a_calendar_in_and_why(regulator: User) -> None:
    old = CalendarVersion.objects.get()
    texts = of_2027(read_calendars())
    said = load(texts, "--approved-by", regulator.username, "--reason", "2027年放假安排")
    new = CalendarVersion.objects.latest("id")
    assert said.splitlines()[1] == f"calendar {new.label}: loaded"
    [entry] = entries()
    assert (entry.case_ref, entry.type, entry.actor_role, entry.actor_district) == (
        CITY_REF, "calendar.loaded", "regulator", "",
    )  # fmt: skip
    assert (entry.from_state, entry.to_state) == (old.hash[:12], new.hash[:12])
    assert Salt.objects.get(ref=entry.salt_ref).actor_id == regulator.pk
    assert (new.reason, new.approved_role, new.entry) == (
        "2027年放假安排", "regulator", entry.pk,
    )  # fmt: skip
    assert new.changes == [
        {
            "file": "2027.toml",
            "title": {
                "zh": "国务院办公厅关于2027年部分节假日安排的通知",
                "en": "State Council General Office notice on holidays in 2027",
            },
            "number": "",
        }
    ]
    assert verify() is None


def test_loading_it_again_writes_nothing_and_asks_nobody(regulator: User) -> None:
    texts = of_2027(read_calendars())
    load(texts, "--approved-by", regulator.username)
    assert "already loaded" in load(texts)
    assert len(entries()) == 1


def test_the_approver_is_an_administrator_or_regulator_of_the_whole_city(regulator: User) -> None:
    officer = staff(Role.OFFICER)
    local = staff(Role.REGULATOR, username="regulator-local", district="510302")
    for username in (officer.username, local.username):
        with pytest.raises(NotApproved, match="is neither administrator nor regulator of the"):
            approval(username)
    with pytest.raises(NotApproved, match="there is no account nobody"):
        approval("nobody")
    assert approval(staff(Role.ADMINISTRATOR).username).by is not None
    [grant] = RoleGrant.objects.filter(user=regulator, to_at=None)
    end_role(grant=grant, by=regulator.acting_as(Role.REGULATOR))
    with pytest.raises(NotApproved, match="is neither"):
        approval(regulator.username)


def test_a_reason_has_an_end() -> None:
    with pytest.raises(NotApproved, match="the reason may have 500 characters"):
        approval("", "x" * (REASON_MAX + 1))
    assert approval("", "two\n lines").reason == "two lines"


def test_what_a_release_brings_at_start_up_is_the_systems(regulator: User) -> None:
    load(of_2027(read_calendars()), "--shipped")
    [entry] = entries()
    new = CalendarVersion.objects.latest("id")
    assert (entry.actor_role, new.approved_role, new.entry) == ("system", "", entry.pk)
    assert new.changes[0]["file"] == "2027.toml"


def test_a_demonstration_needs_nobodys_word() -> None:
    open_city(demonstration=True)
    load(of_2027(read_calendars()))
    assert [entry.type for entry in entries()] == ["calendar.loaded"]


def test_before_the_record_begins_there_is_nothing_to_write_to() -> None:
    load(of_2027(read_calendars()))
    assert CalendarVersion.objects.latest("id").entry is None
    assert not Entry.objects.exists()


def test_a_start_writes_down_the_first_rules_too() -> None:
    """Only a portal's own start opens the record before it loads; the tests' template did not."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE rules_version DISABLE TRIGGER USER")
        cursor.execute("ALTER TABLE rules_calendar DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM rules_version")
        cursor.execute("DELETE FROM rules_calendar")
    call_command("prepare", stdout=io.StringIO())
    assert [(entry.type, entry.from_state, entry.actor_role) for entry in entries()] == [
        ("rules.loaded", "", "system"), ("calendar.loaded", "", "system"),
    ]  # fmt: skip
    assert RulesVersion.objects.get().entry == entries()[0].pk
    assert CalendarVersion.objects.get().loaded_at <= timezone.now()


def test_every_version_wants_a_word_of_its_own(regulator: User) -> None:
    texts = of_2027(read_calendars())
    load(texts, "--approved-by", regulator.username)
    with pytest.raises(CommandError, match="Nothing was loaded"):
        load(day_off(texts, "2026-12-30"))
    assert CalendarVersion.objects.count() == 2
    assert len(entries()) == 1
