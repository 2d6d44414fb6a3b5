"""A database that was put back, or has another past, is not signed until people have said so."""

import shutil
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from core.problems import Forbidden
from ledger import ended, folders, keys, log, merkle, rotation, sequencer
from ledger.models import Entry
from ledger.note import parse, parse_vkey, verified
from ledger.trouble import RecordForked, RecordGap, RecordTrouble
from ledger.verify_log import first_fault
from tests.ledger.entries import run, unguarded, written
from tests.ledger.records import (
    assert_whole,
    files,
    grown,
    handover_chain,
    head_of,
    newest,
    put_back,
    signed_by,
)
from tests.people import open_demonstration
from tools.launcher.postgres import Postgres


@pytest.fixture
def signed(record: str) -> str:
    """A signed record of a few entries, and the people of the city."""
    open_demonstration()
    grown(3)
    return record


def regulator() -> User:
    return User.objects.get(username="regulator")


def test_a_restored_database_is_not_signed(signed: str, postgres: Postgres) -> None:
    size = newest().size
    with put_back(postgres, signed):
        grown(4)
    before = files(folders.home())
    for more in (0, 1, 9):  # also when it has grown past what was signed
        written(more)
        with pytest.raises(RecordGap, match=f"{size + 4} entries were signed, the database has"):
            sequencer.run()
    assert files(folders.home()) == before
    assert newest().size == size
    assert log.health().behind
    assert not log.health().ok


def test_a_tail_that_was_cut_off_shows_at_once(signed: str) -> None:
    assert log.health().ok
    with unguarded("ledger_leaf"):
        run("DELETE FROM ledger_leaf WHERE index >= %s", [newest().size - 1], alias="owner")
    assert log.health().behind
    with pytest.raises(RecordGap):
        sequencer.run()


def test_a_gap_is_declared_and_what_was_handed_out_still_verifies(
    signed: str, postgres: Postgres
) -> None:
    with put_back(postgres, signed):
        grown(4)
        kept = newest()
    old_files = files(folders.epoch_folder(1))
    lost_size = kept.size
    assert rotation.declare_gap(reason="restored from the backup of the night", by=regulator()) == 2
    entry = Entry.objects.get(type="record.gap_declared")
    assert (entry.from_state, entry.to_state) == (f"epoch_1_size_{lost_size}", "epoch_2")
    assert entry.actor_role == "regulator"
    assert newest().origin == f"{keys.base()}/2"
    assert files(folders.epoch_folder(1)) == old_files
    assert_whole(epoch=2)
    # A receipt of before holds a checkpoint of the old epoch, and keys.json still has its key.
    [old] = [
        key for key in keys.published()["keys"] if key["epoch"] == 1 and key["purpose"] == "log"
    ]
    assert signed_by(kept.note) == [old["vkey"]]
    assert old["until_size"] == lost_size
    handover_chain()
    grown(2)
    assert_whole(epoch=2)
    assert log.health().ok


def test_the_files_of_an_ended_epoch_are_missed(signed: str, postgres: Postgres) -> None:
    with put_back(postgres, signed):
        grown(4)
    rotation.declare_gap(reason="restored", by=regulator())
    old = folders.epoch_folder(1)
    tile = max((old / "tile/0/000.p").iterdir(), key=lambda path: int(path.name))
    kept = tile.read_bytes()
    assert (list(ended.missing()), first_fault()) == ([], None)
    tile.write_bytes(bytes(len(kept)))
    assert list(ended.missing()) == [
        "public/1: its tiles are not those of its checkpoint; put it back from a copy"
    ]
    shutil.rmtree(folders.public())
    fault = first_fault()
    assert fault is not None
    with pytest.raises(CommandError, match="public/1: its checkpoint is missing; put it back"):
        call_command("record", "rebuild")
    assert (folders.epoch_folder(2) / "checkpoint").exists()
    fault = first_fault()
    assert fault is not None
    assert fault.what.startswith("public/1: its checkpoint is missing")


def test_nobody_declares_a_gap_where_there_is_none(signed: str) -> None:
    with pytest.raises(RecordTrouble, match="no gap"):
        rotation.declare_gap(reason="-", by=regulator())
    assert not Entry.objects.filter(type="record.gap_declared").exists()


def test_who_runs_the_machines_cannot_approve_a_gap(signed: str, postgres: Postgres) -> None:
    with put_back(postgres, signed):
        grown(1)
    for username in ("clerk", "resident", "supply-lead"):
        with pytest.raises(Forbidden):
            rotation.declare_gap(reason="-", by=User.objects.get(username=username))
    with pytest.raises(CommandError, match="no such account"):
        call_command("record", "declare_gap", "--reason", "x", "--approved-by", "nobody-here")
    call_command("record", "declare_gap", "--reason", "x", "--approved-by", "regulator")
    assert newest().epoch == 2


def test_a_key_that_the_restore_has_lost_comes_back(signed: str, postgres: Postgres) -> None:
    with put_back(postgres, signed):
        new = rotation.rotate()
        grown(2)
        kept = newest()
    with pytest.raises(RecordGap):
        sequencer.run()
    rotation.declare_gap(reason="-", by=regulator())
    assert signed_by(kept.note) == [str(new)]
    handover_chain()


def test_two_gaps_make_three_epochs(signed: str, postgres: Postgres) -> None:
    with put_back(postgres, signed):
        with put_back(postgres, signed):
            grown(1)
        rotation.declare_gap(reason="first", by=regulator())
        grown(1)
    # The database knows nothing of the second epoch any more.
    with pytest.raises(RecordGap, match="epoch 2 was signed, the database knows 1"):
        sequencer.run()
    assert rotation.declare_gap(reason="second", by=regulator()) == 3
    handover_chain()
    assert_whole(epoch=3)


def test_a_database_of_before_the_first_key_makes_no_second_first_key(
    record: str, postgres: Postgres
) -> None:
    open_demonstration()
    with put_back(postgres, record):
        grown(2)
        first = keys.published()["keys"][0]
    with pytest.raises(RecordGap):
        sequencer.run()
    with pytest.raises(RecordGap):
        keys.sign_receipt("tongdian-receipt/1\n")
    rotation.declare_gap(reason="-", by=regulator())
    assert keys.published()["keys"][0] | {"until_size": None} == first
    handover_chain()


def test_an_edited_past_is_not_signed(signed: str) -> None:
    before = files(folders.home())
    third = Entry.objects.order_by("id")[2]
    with unguarded("ledger_leaf"):
        run("UPDATE ledger_leaf SET hash = sha256('x') WHERE entry_id = %s", [third.pk], "owner")
    written(1)
    with pytest.raises(RecordForked, match="not those that were signed"):
        sequencer.run()
    assert files(folders.home()) == before


def test_an_entry_that_its_leaf_does_not_hold_is_not_signed(signed: str) -> None:
    third = Entry.objects.order_by("id")[2]
    with unguarded():
        run("UPDATE ledger_entry SET to_state = 'granted' WHERE id = %s", [third.pk], "owner")
    written(1)
    with pytest.raises(RecordForked, match="is not what its hash says"):
        sequencer.run()


def test_what_was_signed_is_never_forgotten_with_its_folder(signed: str) -> None:
    shutil.rmtree(folders.signed())
    written(1)
    with pytest.raises(RecordGap, match="is lost"):
        sequencer.run()
    size = newest().size
    assert rotation.declare_gap(reason="the disk died", by=regulator()) == 2
    entry = Entry.objects.get(type="record.gap_declared")
    assert entry.from_state == f"epoch_1_size_{size}"
    assert_whole(epoch=2)


def test_a_folder_put_back_from_an_older_copy_signs_on_consistently(
    signed: str, tmp_path: Path
) -> None:
    shutil.copy(folders.signed() / "1", tmp_path / "1")
    grown(2)
    kept = newest()
    shutil.copy(tmp_path / "1", folders.signed() / "1")
    grown(3)
    tree = merkle.Leaves([bytes(row) for row in log.hashes_between(0, newest().size)])
    proof = merkle.consistency(tree, kept.size, newest().size)
    assert merkle.extends(kept.size, newest().size, kept.root, newest().root, proof)
    assert head_of((folders.signed() / "1").read_text()).size == newest().size


def test_a_signed_file_by_another_key_is_not_believed(signed: str) -> None:
    path = folders.signed() / "1"
    path.write_text(path.read_text().replace(" ", "  ", 1))
    with pytest.raises(RecordForked):
        sequencer.run()


def test_a_lost_public_folder_is_written_anew_byte_for_byte(signed: str) -> None:
    grown(1, 300, 2)
    before = files(folders.public())
    shutil.rmtree(folders.public())
    sequencer.run()
    assert files(folders.public()) == before


def test_damaged_tiles_are_rebuilt_byte_for_byte(signed: str) -> None:
    grown(260, 1)
    before = files(folders.public())
    (folders.epoch_folder(1) / "tile/0/000").write_bytes(b"damaged")
    (folders.epoch_folder(1) / "tile/entries/000").unlink()
    (folders.epoch_folder(1) / "checkpoints/5").unlink(missing_ok=True)
    call_command("record", "rebuild")
    assert files(folders.public()) == before


def test_the_keys_of_the_first_epoch_verify_without_the_database(signed: str) -> None:
    import json

    told = json.loads((folders.public() / "keys.json").read_text())
    key = parse_vkey(told["keys"][0]["vkey"])
    note = (folders.epoch_folder(1) / "checkpoint").read_text()
    assert verified(parse(note), [key]) == [key]
