"""Entries get their place once, in the order of committing, and what is signed is published."""

import os
import shutil
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import pytest_django
from django.conf import settings
from django.core.management import call_command
from django.db import connections, transaction
from django.test import Client

from ledger import folders, keys, log, sequencer, tasks
from ledger.actions import move_clock
from ledger.models import Entry, Key, Leaf, Pending
from ledger.record import append
from ledger.trouble import NotBegun, RecordForked, RecordTrouble
from ledger.verify import verify
from tests import servers
from tests.concurrency.processes import at_once, refusals
from tests.ledger.entries import insert, refused_with, run, step, unguarded, written
from tests.ledger.records import assert_whole, files, grown, newest
from tlog import tree
from tlog.note import parse, parse_vkey, verified
from tools.launcher.postgres import Postgres

INSERT = """
INSERT INTO ledger_entry (case_ref, type, from_state, to_state, holder, clock, actor_role,
    actor_district, actor_commit, data_commit, salt_ref)
VALUES (%s, 'case.accepted', '', '', '', '', 'clerk', '', '', '', %s) RETURNING id
"""


def test_what_is_committed_is_integrated_signed_and_published(record: str) -> None:
    written(4)
    assert sequencer.run() == 5
    assert sequencer.run() == 0
    newest = log.latest()
    assert newest is not None
    assert (newest.size, newest.origin) == (5, keys.origin(1))
    assert list(Leaf.objects.order_by("index").values_list("index", flat=True)) == [0, 1, 2, 3, 4]
    leaves = [bytes(leaf.hash) for leaf in Leaf.objects.order_by("index")]
    assert newest.root == tree.root(tree.Leaves(leaves), 5)
    file = (folders.epoch_folder(1) / "checkpoint").read_text()
    assert file == newest.note
    verified(parse(file), keys.log_verifiers(1))
    assert (folders.epoch_folder(1) / "tile/0/000.p/5").read_bytes() == b"".join(leaves)
    for index, leaf in enumerate(leaves):
        assert tree.includes(leaf, index, 5, log.inclusion(index, 5), newest.root)


def test_what_commits_late_comes_later_and_is_never_skipped(record: str) -> None:
    """Two transactions: the one that drew the lower id commits last."""
    slow = connections.create_connection("default")
    with slow.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute(INSERT, [str(uuid4()), str(uuid4())])
        late = cursor.fetchone()[0]
        [quick] = append(step(uuid4()))
        assert late < quick.id
        sequencer.run()
        assert (log.position(quick.id), log.position(late)) == (1, None)
        assert late not in set(Pending.objects.values_list("pk", flat=True))
        cursor.execute("COMMIT")
    slow.close()
    assert sequencer.run() == 1
    assert log.position(late) == 2
    assert_whole()
    assert verify() is None


@pytest.mark.slow
def test_entries_from_before_the_log_are_taken_in_by_their_order(
    postgres: Postgres, committed_db: str
) -> None:
    """A city that is updated: the migration puts what there is on the queue."""
    name = f"{committed_db}_old"
    postgres.create_database(name)
    servers.use_database(name)
    call_command("migrate", "ledger", "0003", verbosity=0)
    before = [insert("owner", type="city.opened").pk, *(insert("owner").pk for _ in range(3))]
    call_command("migrate", "ledger", verbosity=0)
    assert sequencer.run() == 4
    assert list(Leaf.objects.order_by("index").values_list("entry_id", flat=True)) == before
    assert verify() is None
    connections.close_all()
    servers.use_database(committed_db)
    postgres.drop_database(name)


def test_what_keeps_it_from_signing_is_no_failed_task(record: str) -> None:
    sequencer.run()
    shutil.rmtree(folders.signed())
    written(1)
    assert tasks.integrate() is None
    assert newest().size == 1


def test_what_is_rolled_back_never_waits(record: str) -> None:
    sequencer.run()
    with transaction.atomic():
        written(3)
        transaction.set_rollback(True)
    assert not Pending.objects.exists()
    assert sequencer.run() == 0


def test_of_many_sequencers_at_once_one_works(record: str) -> None:
    written(60)
    for _round in range(3):
        outcomes = at_once(*[sequencer.run] * 4, *[writer] * 2)
        assert refusals(outcomes) == []
    with sequencer.holding(wait=True):
        sequencer.Run().all()
    assert Entry.objects.count() == log.size() == 61 + 3 * 2 * 15
    assert_whole()
    assert verify() is None


def writer() -> None:
    for _ in range(15):
        written(1)


def test_a_second_sequencer_returns_at_once(record: str) -> None:
    written(3)
    with sequencer.holding() as held:
        assert held
        assert [one.value for one in at_once(sequencer.run, sequencer.run)] == [0, 0]
    assert log.size() == 0


def test_one_on_another_host_returns_at_once_too(record: str, tmp_path: Path) -> None:
    """Another folder, the same database: the session's lock holds it off."""
    written(3)
    sequencer.run()
    written(1)

    def elsewhere() -> int:
        settings.RECORD_DIR = str(tmp_path)
        return sequencer.run()

    other = connections.create_connection("default")
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(4101, 2)")
        assert [one.value for one in at_once(elsewhere)] == [0]
    other.close()
    # And without the keys and what was signed it does nothing even when it is alone.
    [alone] = at_once(elsewhere)
    assert alone.refused == "RecordGap"
    assert not any(tmp_path.rglob("checkpoint"))
    assert log.size() == 4


def test_who_has_lost_the_lock_signs_nothing(record: str) -> None:
    """A session that was cut off may have been followed by another host's."""
    sequencer.run()
    before = files(folders.signed())
    written(1)
    with sequencer.holding() as held:
        assert held
        connections["default"].close()
        with pytest.raises(RecordTrouble, match="lock"):
            sequencer.Run().all()
    assert files(folders.signed()) == before
    sequencer.run()
    assert newest().size == 2


def test_the_function_alone_gives_way_to_another(record: str) -> None:
    written(2)
    holder = connections.create_connection("default")
    with holder.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("SELECT ledger_integrate(1)")
        assert cursor.fetchone() == (1,)
        assert run("SELECT ledger_integrate(10)") == [(None,)]
        cursor.execute("COMMIT")
    holder.close()
    assert run("SELECT ledger_integrate(10)") == [(2,)]
    assert run("SELECT ledger_integrate(10)") == [(0,)]


BAD_LEAVES = {
    "a gap": "SELECT 7, id, leaf, now() FROM ledger_entry ORDER BY id LIMIT 1",
    "twice": "SELECT 0, id, leaf, now() FROM ledger_entry ORDER BY id LIMIT 1",
    "another hash": "SELECT 1, id, sha256('x'), now() FROM ledger_entry ORDER BY id DESC LIMIT 1",
    "no entry": "SELECT 1, 999999, leaf, now() FROM ledger_entry ORDER BY id LIMIT 1",
}


@pytest.mark.parametrize("what", BAD_LEAVES)
def test_not_even_the_owner_places_a_leaf_wrongly(record: str, what: str) -> None:
    sequencer.run()
    written(1)
    sql = f"INSERT INTO ledger_leaf (index, entry_id, hash, written_at) {BAD_LEAVES[what]}"
    assert refused_with(sql, "owner") == "TD403"
    assert sequencer.run() == 1


def test_no_smaller_and_no_larger_checkpoint_is_recorded(record: str) -> None:
    written(3)
    sequencer.run()
    insert = (
        "INSERT INTO ledger_checkpoint (epoch, size, root, note, signed_at)"
        " VALUES ({}, {}, '', '', now())"
    )
    tried = {(1, 3), (1, 4), (1, 5), (0, 4)}
    refused = {pair: refused_with(insert.format(*pair)) for pair in tried}
    assert refused == dict.fromkeys(tried, "TD403")


def test_kept_tables_are_changed_by_nobody(record: str) -> None:
    sequencer.run()
    for table in ("leaf", "checkpoint", "key"):
        for sql in (f"DELETE FROM ledger_{table}", f"TRUNCATE ledger_{table}"):
            assert refused_with(sql, "owner") == "TD403", sql
    assert refused_with("UPDATE ledger_checkpoint SET note = ''", "owner") == "TD403"
    assert verify() is None


def test_it_refuses_to_work_inside_a_transaction(record: str) -> None:
    with transaction.atomic(), pytest.raises(RuntimeError, match="outside a transaction"):
        sequencer.run()


def test_a_record_that_has_not_begun_signs_nothing(committed_db: str) -> None:
    assert sequencer.run() == 0
    assert log.latest() is None
    assert not (folders.public() / "keys.json").exists()
    with pytest.raises(NotBegun):
        keys.sign_receipt("tongdian-receipt/1\n")


def test_a_receipt_is_signed_before_the_first_run_too(record: str) -> None:
    outcomes = at_once(*[lambda: keys.sign_receipt("tongdian-receipt/1\n")] * 3)
    assert refusals(outcomes) == []
    assert len({one.value for one in outcomes}) == 1
    assert [key.purpose for key in Key.objects.order_by("id")] == ["log", "receipt"]
    verified(parse(outcomes[0].value), [parse_vkey(Key.objects.get(purpose="receipt").vkey)])


def test_the_name_is_that_of_the_setting_and_stays(
    record: str, settings: pytest_django.Settings
) -> None:
    settings.RECORD_ORIGIN = "record.example.gov.cn/zigong"
    sequencer.run()
    assert newest().origin == "record.example.gov.cn/zigong/1"
    settings.RECORD_ORIGIN = "elsewhere.example"
    grown(1)
    assert newest().origin == "record.example.gov.cn/zigong/1"


def test_nothing_changes_where_nothing_was_written(record: str) -> None:
    grown(5, 260)
    before = files(folders.home())
    for _ in range(3):
        assert sequencer.run() == 0
    assert files(folders.home()) == before


def test_a_large_log_is_compared_as_a_whole_now_and_then(
    record: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sequencer, "READ_WHOLE", 2)
    grown(5, 5)
    with unguarded("ledger_leaf"):
        run("UPDATE ledger_leaf SET hash = sha256('x') WHERE index = 1", alias="owner")
    written(1)
    stamp = folders.signed() / ".compared-1"
    os.utime(stamp, (0, 0))
    with pytest.raises(RecordForked):
        sequencer.run()


# --- health --------------------------------------------------------------------------------------


def test_health_counts_what_waits_by_the_real_clock(record: str) -> None:
    written(2)
    move_clock(offset=timedelta(days=400))
    found = log.health()
    assert (found.size, found.signed_size, found.behind) == (0, 0, False)
    assert 0 < found.oldest_seconds < 60
    assert found.ok
    sequencer.run()
    found = log.health()
    assert (found.size, found.signed_size, found.oldest_seconds) == (4, 4, 0)


def test_an_entry_without_a_checkpoint_in_time_is_seen(
    record: str, settings: pytest_django.Settings, client: Client
) -> None:
    settings.RECORD_WITHIN_SECONDS = 0
    assert not log.health().ok
    answer = client.get("/healthz").json()
    assert answer["record"] is False
    metrics = client.get("/metrics").content.decode()
    assert "\ntongdian_record_ok 0\n" in metrics
    assert "\ntongdian_record_size 0\n" in metrics
    assert "\ntongdian_record_oldest_pending_seconds " in metrics
    run("SELECT ledger_integrate(10)")  # integrated and not signed: it still waits
    assert not log.health().ok
    sequencer.run()
    assert log.health().ok
    assert client.get("/healthz").json()["record"] is True
