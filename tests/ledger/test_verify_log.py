"""Whoever changes the log, what was signed or what is published is found; so is a cut tail."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command

from ledger import folders, keys, upkeep
from ledger.models import Checkpoint, Entry, Leaf
from ledger.verify import Fault, verify
from tests.ledger.entries import run, unguarded, written
from tests.ledger.records import grown, head_of, newest, put_back
from tlog.note import joined, sign
from tools.launcher.postgres import Postgres


@pytest.fixture
def signed(record: str) -> str:
    """A signed record of a full tile and a bit, with more that waits."""
    grown(3, 260, 2)
    written(2)
    assert verify() is None
    return record


def owner(sql: str, *params: object, table: str = "ledger_leaf") -> None:
    with unguarded(table):
        run(sql, list(params), "owner")


def what() -> str:
    fault = verify()
    assert fault is not None
    return fault.what


def entry_at(index: int) -> int:
    return Leaf.objects.get(index=index).entry_id


def test_a_hole_in_the_order_is_found(signed: str) -> None:
    pk = entry_at(100)
    owner("DELETE FROM ledger_leaf WHERE index = 100")
    assert what() == "leaf 101 is not at the place after the one before it"
    owner("UPDATE ledger_leaf SET index = index - 1 WHERE index > 100")
    assert verify() == Fault(pk, "it is neither in the log nor waiting for its place")


def test_a_leaf_with_another_hash_is_found(signed: str) -> None:
    owner("UPDATE ledger_leaf SET hash = sha256('x') WHERE index = 7")
    assert verify() == Fault(entry_at(7), "leaf 7 has not the hash of its entry")


def test_exchanged_leaves_are_found(signed: str) -> None:
    for new, old in ((-1, 9), (9, 8), (8, -1)):
        owner("UPDATE ledger_leaf SET index = %s WHERE index = %s", new, old)
    assert what() == "leaf 8 does not come after the entry before it in its case"


def test_an_entry_that_was_taken_off_the_queue_is_found(signed: str) -> None:
    last = Entry.objects.latest("id").pk
    run("DELETE FROM ledger_pending WHERE entry_id = %s", [last], "owner")
    assert verify() == Fault(last, "it is neither in the log nor waiting for its place")


def test_a_leaf_that_waits_again_is_found(signed: str) -> None:
    run("INSERT INTO ledger_pending VALUES (%s, now())", [entry_at(3)], "owner")
    assert verify() == Fault(entry_at(3), "leaf 3 is in the log and waits for its place too")


def test_a_checkpoint_with_another_root_is_found(signed: str) -> None:
    row = Checkpoint.objects.order_by("size")[0]
    key = keys.log_verifiers(1)[0]
    text = f"{keys.origin(1)}\n{row.size}\n{'A' * 43}=\n"
    note = joined(text, [sign(text, key.name, keys.private_half(keys.LOG, key))])
    owner("UPDATE ledger_checkpoint SET note = %s WHERE size = %s", note, row.size,
          table="ledger_checkpoint")  # fmt: skip
    assert what() == f"checkpoint {row.size} of epoch 1 does not say what its note says"
    owner("UPDATE ledger_checkpoint SET root = %s WHERE size = %s", bytes(32), row.size,
          table="ledger_checkpoint")  # fmt: skip
    path = folders.epoch_folder(1) / "checkpoints" / str(row.size)
    path.write_text(note)
    assert what() == f"checkpoint {row.size} of epoch 1 has another root than the record"


def test_a_checkpoint_by_another_key_is_found(signed: str) -> None:
    upkeep.rotate()
    size = newest().size
    written(1)
    grown(1)
    assert verify() is None
    new = keys.log_verifiers(1)[1]
    row = Checkpoint.objects.order_by("size")[0]
    text = row.note.partition("\n\n")[0] + "\n"
    note = joined(text, [sign(text, new.name, keys.private_half(keys.LOG, new))])
    owner("UPDATE ledger_checkpoint SET note = %s WHERE size = %s", note, row.size,
          table="ledger_checkpoint")  # fmt: skip
    assert row.size < size
    assert what().startswith(f"checkpoint {row.size} of epoch 1 is not by the key in force")


DAMAGES: dict[str, Callable[[Path], object]] = {
    "1/tile/0/000": lambda path: path.write_bytes(bytes(8192)),
    "1/tile/entries/000": lambda path: path.unlink(),
    "1/tile/1/000.p/1": lambda path: path.write_bytes(path.read_bytes()[::-1]),
    "1/tile/entries/001.p/10": lambda path: path.write_bytes(path.read_bytes()[:-1]),
    "1/checkpoint": lambda path: path.write_bytes(path.read_bytes()[:-2]),
    "1/checkpoints/4": lambda path: path.unlink(),
    "keys.json": lambda path: path.write_text("{}"),
}


def test_published_files_that_are_damaged_or_gone_are_named(signed: str) -> None:
    found = {}
    for name, damage in DAMAGES.items():
        path = folders.public() / name
        before = path.read_bytes()
        damage(path)
        found[name] = what()
        path.write_bytes(before)
    assert verify() is None
    assert found == {
        "1/tile/0/000": "the published 1/tile/0/000 is another",
        "1/tile/entries/000": "the published 1/tile/entries/000 is missing",
        "1/tile/1/000.p/1": "the published 1/tile/1/000.p/1 is another",
        "1/tile/entries/001.p/10": "the published 1/tile/entries/001.p/10 is another",
        "1/checkpoint": "the published checkpoint is not the newest one",
        "1/checkpoints/4": "the published checkpoints/4 is missing or another",
        "keys.json": "the published keys.json is not that of the database",
    }


def test_what_was_signed_apart_from_the_database_is_compared(signed: str) -> None:
    path = folders.signed() / "1"
    before = path.read_text()
    path.unlink()
    assert what() == "signed/1 is missing"
    path.write_text(before.replace("—", "-"))
    assert what().startswith("signed/1 is not by the keys of this record")


def test_a_cut_tail_is_found_although_nothing_else_is_left_of_it(
    signed: str, postgres: Postgres
) -> None:
    """The database as it was before, whole in itself; only the signed file knows better."""
    size = newest().size + 2 + 4  # two have waited
    with put_back(postgres, signed):
        grown(4)
    assert what() == f"{size} entries were signed, the record has {size - 6}"


def test_a_kept_checkpoint_is_a_prefix_of_the_record(signed: str, tmp_path: Path) -> None:
    kept = [Checkpoint.objects.get(size=size).note for size in (4, 264)]
    assert verify(kept) is None
    grown(5)
    assert verify(kept) is None
    file = tmp_path / "kept"
    file.write_text(kept[0], encoding="utf-8-sig")  # as an editor may have saved it
    out = io.StringIO()
    call_command("verify_ledger", "--checkpoint", str(file), stdout=out, stderr=io.StringIO())
    assert out.getvalue().startswith("The record holds: ")


def forged(head_text: str) -> str:
    key = keys.log_verifiers(1)[0]
    return joined(head_text, [sign(head_text, key.name, keys.private_half(keys.LOG, key))])


def test_a_kept_checkpoint_of_something_else_is_named(signed: str, tmp_path: Path) -> None:
    note = newest().note
    head = head_of(note)
    other_root = forged(f"{head.origin}\n{head.size}\n{'B' * 42}A=\n")
    bigger = forged(f"{head.origin}\n{head.size + 90}\n{'B' * 42}A=\n")
    other_log = note.replace(head.origin, "example.com/other/1")
    unsigned = note.replace("=\n\n", "=\nextension\n\n")
    found = [verify([text]) for text in (other_root, bigger, other_log, unsigned, "nonsense")]
    assert [fault.what if fault else "" for fault in found] == [
        f"the checkpoint given of {head.size} entries is not what the record begins with",
        f"the checkpoint given of {head.size + 90} entries was signed, the record has {head.size}",
        "the checkpoint given is of another log: example.com/other/1",
        f"the signature of {head.origin} does not verify",
        "the note has no signatures",
    ]
    file = tmp_path / "kept"
    file.write_text(bigger)
    with pytest.raises(SystemExit):
        call_command("verify_ledger", "--checkpoint", str(file), stderr=io.StringIO())


def test_a_record_rewritten_and_signed_anew_differs_from_what_was_kept(signed: str) -> None:
    """Somebody who holds everything makes a record that holds in itself: the kept root tells."""
    kept = newest().note
    key = keys.log_verifiers(1)[0]
    private = folders.private(keys.LOG) / f"{key.key_id.hex()}.pem"
    assert private.is_file()
    rewrite(signed)
    assert verify() is None
    fault = verify([kept])
    assert fault is not None
    assert fault.what.endswith("is not what the record begins with")


def rewrite(database: str) -> None:
    """Forge an entry with all hashes, leaves, checkpoints and files after it."""
    import shutil

    from ledger import sequencer
    from ledger.record import leaf_hash

    tables = ("ledger_entry", "ledger_leaf", "ledger_checkpoint")
    for table in tables:
        run(f"ALTER TABLE {table} DISABLE TRIGGER USER", alias="owner")
    victim = Entry.objects.get(pk=entry_at(6))
    victim.to_state = "granted"
    heads: dict[object, bytes] = {}
    for entry in Entry.objects.order_by("id"):
        if entry.pk == victim.pk:
            entry.to_state = "granted"
        entry.prev = heads.get(entry.case_ref, b"")
        entry.leaf = heads[entry.case_ref] = leaf_hash(entry)
        run("UPDATE ledger_entry SET to_state = %s, prev = %s, leaf = %s WHERE id = %s",
            [entry.to_state, entry.prev, entry.leaf, entry.pk], "owner")  # fmt: skip
    run("UPDATE ledger_leaf SET hash = leaf FROM ledger_entry e WHERE e.id = entry_id",
        alias="owner")  # fmt: skip
    run("DELETE FROM ledger_checkpoint", alias="owner")
    for table in tables:
        run(f"ALTER TABLE {table} ENABLE TRIGGER USER", alias="owner")
    (folders.signed() / "1").unlink()
    shutil.rmtree(folders.public())
    sequencer.run()


def test_progress_is_told_on_the_error_stream(signed: str) -> None:
    said: list[str] = []
    grown(10_300 - Entry.objects.count())
    verify([], said.append)
    assert "2000 entries" in said
    assert any(line.endswith("leaves") for line in said)
    assert json.loads((folders.public() / "keys.json").read_text())
