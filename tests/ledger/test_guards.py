"""The web role can only add; the owner is stopped by triggers; a city is opened once, for good."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connections, transaction
from django.utils import timezone

from core import demonstration as city
from core.clock import city_now
from core.demonstration import is_demonstration
from core.problems import Forbidden
from ledger.actions import move_clock, open_city
from ledger.models import Entry
from ledger.verify import TRIGGERS, verify
from tests.ledger.entries import insert, refused_with, run, written

NO_RIGHT, APPEND_ONLY = "42501", "TD403"

BY_THE_WEB_ROLE = [
    "UPDATE ledger_entry SET type = 'case.granted'",
    "UPDATE ledger_entry SET at = now()",
    "DELETE FROM ledger_entry",
    "TRUNCATE ledger_entry",
    "UPDATE ledger_salt SET actor_id = 1",
    "DELETE FROM ledger_salt",
    "TRUNCATE ledger_salt",
    "ALTER TABLE ledger_entry DISABLE TRIGGER ALL",
    "ALTER TABLE ledger_entry DISABLE TRIGGER ledger_entry_seal",
    "DROP TRIGGER ledger_entry_keep ON ledger_entry",
    "DROP TABLE ledger_entry",
    "SET session_replication_role = replica",
    "SELECT set_config('session_replication_role', 'replica', false)",
    "CREATE OR REPLACE FUNCTION city_now() RETURNS timestamptz LANGUAGE sql AS 'SELECT now()'",
    "ALTER FUNCTION ledger_refuse_change() RENAME TO another",
    "CREATE TEMP TABLE core_cityclock (id int, \"offset\" interval)",
    "CREATE TEMP TABLE ledger_entry (id int, type text)",
    "CREATE SCHEMA mine",
    "UPDATE core_cityclock SET \"offset\" = interval '1 day'",
    "INSERT INTO core_cityclock VALUES (2, interval '0')",
    "SELECT setval('ledger_entry_id_seq', 1)",
    "ALTER SEQUENCE ledger_entry_id_seq RESTART",
    "SET ROLE tongdian_owner",
    "INSERT INTO ledger_pending VALUES (1, now())",
    "DELETE FROM ledger_pending",
    "UPDATE ledger_pending SET written_at = now()",
    r"INSERT INTO ledger_leaf VALUES (0, '\x00', now(), 1)",
    "UPDATE ledger_leaf SET index = 7",
    "DELETE FROM ledger_leaf",
    "DELETE FROM ledger_checkpoint",
    "UPDATE ledger_key SET vkey = ''",
    "DELETE FROM ledger_key",
    "DELETE FROM ledger_witness",
    "UPDATE ledger_cosignature SET line = ''",
    "ALTER TABLE ledger_leaf DISABLE TRIGGER USER",
]  # fmt: skip

BY_THE_OWNER = [
    "UPDATE ledger_entry SET type = 'case.granted'",
    "UPDATE ledger_entry SET salt_ref = gen_random_uuid()",
    "DELETE FROM ledger_entry",
    "TRUNCATE ledger_entry",
    "TRUNCATE ledger_entry CASCADE",
    "UPDATE ledger_salt SET actor_id = 1",
    "TRUNCATE ledger_salt",
]


@pytest.mark.django_db
@pytest.mark.parametrize("statement", BY_THE_WEB_ROLE)
def test_the_web_role_has_no_right(demonstration: None, statement: str) -> None:
    written(2)
    assert refused_with(statement) == NO_RIGHT
    assert verify() is None


def test_the_owner_is_stopped_by_triggers(committed_db: str) -> None:
    city._known.clear()
    open_city(demonstration=True)
    written(2)
    before = list(Entry.objects.order_by("id").values())
    refused = {statement: refused_with(statement, "owner") for statement in BY_THE_OWNER}
    assert refused == dict.fromkeys(BY_THE_OWNER, APPEND_ONLY)
    assert refused_with("SET session_replication_role = replica", "owner") == NO_RIGHT
    assert list(Entry.objects.order_by("id").values()) == before
    assert verify() is None


@pytest.mark.django_db
def test_the_guards_are_those_that_the_verifier_looks_for() -> None:
    rows = run(
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
        " AND tgrelid::regclass::text LIKE 'ledger_%'"
    )
    # By this one the desk of oversight hears of entries; it guards nothing.
    assert {name for (name,) in rows} == TRIGGERS | {"late_step_taken"}


OPENINGS = ("city.opened", "city.demonstration_opened")


@pytest.mark.django_db
@pytest.mark.parametrize("demonstrates", [True, False])
@pytest.mark.parametrize("again", OPENINGS)
def test_a_city_is_opened_once(demonstrates: bool, again: str) -> None:
    city._known.clear()
    assert run("SELECT city_is_demonstration()") == [(None,)]
    assert open_city(demonstration=demonstrates) is True
    assert open_city(demonstration=not demonstrates) is False
    with pytest.raises(DatabaseError, match="opened by its first entry"), transaction.atomic():
        insert(type=again)
    city._known.clear()
    assert is_demonstration() is demonstrates


@pytest.mark.django_db
def test_a_record_that_has_begun_can_no_longer_be_opened() -> None:
    city._known.clear()
    insert()
    with pytest.raises(DatabaseError, match="opened by its first entry"), transaction.atomic():
        insert(type="city.demonstration_opened")
    assert is_demonstration() is False


def test_the_owner_cannot_open_it_again_either(committed_db: str) -> None:
    city._known.clear()
    open_city(demonstration=False)
    for kind in OPENINGS:
        with pytest.raises(DatabaseError), transaction.atomic(using="owner"):
            insert("owner", type=kind)
    connections["owner"].close()


@pytest.mark.django_db
def test_the_clock_of_a_real_city_does_not_move() -> None:
    city._known.clear()
    open_city(demonstration=False)
    with pytest.raises(Forbidden):
        move_clock(offset=timedelta(days=1))
    assert refused_with("SELECT city_clock_move(interval '1 day')") == APPEND_ONLY
    assert run('SELECT "offset" FROM core_cityclock') == [(timedelta(),)]
    assert not Entry.objects.filter(type="city.clock_moved").exists()


@pytest.mark.django_db
def test_before_it_is_opened_its_clock_does_not_move() -> None:
    city._known.clear()
    assert refused_with("SELECT city_clock_move(interval '1 day')") == APPEND_ONLY


@pytest.mark.django_db
def test_the_clock_of_a_demonstration_moves_and_runs_on(demonstration: None) -> None:
    now = move_clock(offset=timedelta(days=3))
    assert timedelta(days=3) <= now - timezone.now() + timedelta(seconds=5)
    assert now <= city_now() <= now + timedelta(seconds=5)
    moved = Entry.objects.latest("id")
    assert (moved.type, moved.actor_role, moved.case_seq) == ("city.clock_moved", "system", 2)
