"""A key can be replaced: what was signed before still verifies, and who trusts one trusts all."""

import hashlib

import pytest
from django.core.management import CommandError, call_command

from ledger import folders, keys, sequencer, upkeep
from ledger.models import Entry
from ledger.record import CITY_REF
from ledger.trouble import KeyLost, RecordTrouble
from tests.ledger.entries import written
from tests.ledger.records import (
    assert_whole,
    grown,
    handover_chain,
    newest,
    published_notes,
    signed_by,
)
from tlog.note import NoteError, parse, parse_vkey, verified


def log_keys() -> list[str]:
    return [key["vkey"] for key in keys.published()["keys"] if key["purpose"] == "log"]


def test_the_first_run_makes_a_log_key_and_a_receipt_key_that_it_introduces(record: str) -> None:
    sequencer.run()
    log, receipt = keys.published()["keys"]
    assert (log["purpose"], log["epoch"], log["from_size"], log["until_size"]) == (
        "log",
        1,
        0,
        None,
    )
    assert log["handover"] is None
    assert parse_vkey(log["vkey"]).name == keys.origin(1)
    assert parse_vkey(receipt["vkey"]).name == f"{keys.base()}/receipts"
    assert handover_chain()[-1] == parse_vkey(receipt["vkey"])


def test_private_halves_are_readable_to_us_only_and_in_no_table(record: str) -> None:
    sequencer.run()
    files = list((folders.home() / "keys").rglob("*.pem"))
    assert len(files) == 2
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    assert {path.parent.stat().st_mode & 0o777 for path in files} == {0o700}


def test_the_first_checkpoint_after_a_rotation_bears_both_keys(record: str) -> None:
    grown(3)
    [old] = log_keys()
    before = newest()
    new = upkeep.rotate()
    after = newest()
    grown(2)
    assert signed_by(before.note) == [old]
    assert signed_by(after.note) == [old, str(new)]
    assert signed_by(newest().note) == [str(new)]
    [first, second] = [key for key in keys.published()["keys"] if key["purpose"] == "log"]
    assert first["until_size"] == second["from_size"] == before.size < after.size
    handover_chain()
    assert_whole()


def test_old_checkpoints_verify_by_the_old_key_alone(record: str) -> None:
    grown(3)
    old = parse_vkey(log_keys()[0])
    size = newest().size
    upkeep.rotate()
    grown(1)
    notes = published_notes()
    assert verified(parse(notes[size]), [old]) == [old]
    with pytest.raises(NoteError):
        verified(parse(notes[newest().size]), [old])


def test_a_rotation_is_in_the_record_by_the_digests_of_both_keys(record: str) -> None:
    sequencer.run()
    upkeep.rotate()
    entry = Entry.objects.get(type="key.rotated")
    told = [hashlib.sha256(parse_vkey(key).public).hexdigest()[:32] for key in log_keys()]
    assert (entry.case_ref, entry.from_state, entry.to_state) == (CITY_REF, *told)


def test_the_private_half_that_signs_no_more_is_destroyed(record: str) -> None:
    sequencer.run()
    old = keys.log_verifiers(1)[0]
    upkeep.rotate()
    assert not keys.has_private_half(keys.LOG, old)
    assert keys.has_private_half(keys.LOG, keys.log_verifiers(1)[1])


def test_keys_can_be_rotated_again_and_again(record: str) -> None:
    sequencer.run()
    for _ in range(3):
        upkeep.rotate()
    assert len(handover_chain()) == 5
    assert_whole()


def test_the_receipt_key_is_introduced_by_the_log_key_in_force(record: str) -> None:
    sequencer.run()
    promise = keys.sign_receipt("tongdian-receipt/1\nfirst\n")
    upkeep.rotate()
    new = upkeep.rotate(keys.RECEIPT)
    again = keys.sign_receipt("tongdian-receipt/1\nsecond\n")
    old = handover_chain()[1]
    assert verified(parse(promise), [old]) == [old]
    assert verified(parse(again), [new]) == [new]
    with pytest.raises(KeyLost):
        keys.private_half(keys.RECEIPT, old)


def test_a_lost_key_signs_nothing_until_it_is_replaced(record: str) -> None:
    grown(2)
    [old] = keys.log_verifiers(1)
    keys._file(keys.LOG, old).unlink()
    written(1)
    with pytest.raises(KeyLost):
        sequencer.run()
    with pytest.raises(KeyLost):
        upkeep.rotate()
    new = upkeep.rotate(lost=True)
    assert signed_by(newest().note) == [str(new)]
    assert keys.published()["keys"][-1]["handover"] is None
    assert_whole()


def test_a_key_that_is_there_is_not_called_lost(record: str) -> None:
    sequencer.run()
    with pytest.raises(RecordTrouble, match="not lost"):
        upkeep.rotate(lost=True)


def test_the_operator_rotates_and_lists_by_command(
    record: str, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("record", "keys")
    assert capsys.readouterr().out.startswith("No key yet")
    sequencer.run()
    call_command("record", "rotate")
    call_command("record", "rotate", "--receipt")
    capsys.readouterr()
    call_command("record", "keys")
    listed = capsys.readouterr().out
    assert [key["vkey"] in listed for key in keys.published()["keys"]] == [True] * 4
    with pytest.raises(CommandError):
        call_command("record", "rotate", "--lost")
