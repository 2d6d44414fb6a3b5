"""Checkpoints are shown to witnesses, their lines verified and published; none can delay us."""

import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from django.core.management import CommandError, call_command

from ledger import folders, keys, sequencer, upkeep, witnesses
from ledger.models import Cosignature
from tests.ledger.records import grown, newest, published_notes
from tests.ledger.witnessing import Witness, witnessing
from tlog.note import holds, parse, parse_vkey


@pytest.fixture
def witness(record: str) -> Iterator[Witness]:
    """A witness that is asked about a signed record."""
    grown(2)
    with witnessing(*keys.log_verifiers(1)) as found:
        witnesses.add("audit office", found.vkey, found.address)
        yield found


def cosigned(note: str, witness: Witness) -> bool:
    key, read = parse_vkey(witness.vkey), parse(note)
    lines = [line for line in read.signatures if line.key_id == key.key_id]
    return bool(lines) and all(holds(read.text, line, key) for line in lines)


def test_the_newest_checkpoint_is_published_with_the_cosignature(witness: Witness) -> None:
    assert witnesses.ask_all() == 1
    assert witnesses.ask_all() == 0
    assert len(witness.requests) == 1
    file = (folders.epoch_folder(1) / "checkpoint").read_text()
    assert file == newest().note == published_notes()[newest().size]
    assert cosigned(file, witness)


def test_the_next_one_begins_where_the_witness_stands(witness: Witness) -> None:
    witnesses.ask_all()
    size = newest().size
    grown(5)
    assert not cosigned(newest().note, witness)
    assert witnesses.ask_all() == 1
    assert cosigned(newest().note, witness)
    assert witness.requests[-1].startswith(f"old {size}\n")
    assert len(witness.requests) == 2


def test_a_witness_that_knows_more_than_we_remember_says_where_it_stands(
    witness: Witness,
) -> None:
    """Its answer was lost on the way: the 409 tells the size, and we go on from there."""
    from ledger.models import Checkpoint

    row = Checkpoint.objects.get()
    witnesses.ask(witnesses.asked()[0], row)
    grown(3)
    assert witnesses.ask_all() == 1
    assert [text.split("\n")[0] for text in witness.requests] == [
        "old 0",
        "old 0",
        f"old {row.size}",
    ]
    assert cosigned(newest().note, witness)


def test_a_witness_that_has_seen_more_than_there_is_is_not_answered(witness: Witness) -> None:
    from tlog.checkpoint import Head

    witness.seen = Head(newest().origin, newest().size + 7, b"\0" * 32)
    assert witnesses.ask_all() == 0
    assert not Cosignature.objects.exists()


@pytest.mark.parametrize("lie", ["wrong key", "other text", "fault"])
def test_what_does_not_verify_is_not_kept(witness: Witness, lie: str) -> None:
    witness.lie = lie
    assert witnesses.ask_all() == 0
    assert not Cosignature.objects.exists()
    assert not cosigned(newest().note, witness)


def test_a_witness_that_is_away_delays_nothing(
    witness: Witness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(witnesses, "SECONDS", 0.2)
    with witnessing(*keys.log_verifiers(1)) as other:
        witnesses.add("second", other.vkey, other.address)
        witness.lie = "no answer"
        begun = time.monotonic()
        assert witnesses.ask_all() == 1
        grown(1)
        assert time.monotonic() - begun < 5
        assert newest().size == 4
        assert not cosigned(newest().note, other)
        assert cosigned(published_notes()[3], other)


def test_a_checkpoint_after_a_rotation_is_cosigned_by_who_trusts_the_old_key(
    witness: Witness,
) -> None:
    witnesses.ask_all()
    upkeep.rotate()
    assert witnesses.ask_all() == 1


def test_a_lost_public_folder_comes_back_with_the_cosignatures(witness: Witness) -> None:
    import shutil

    witnesses.ask_all()
    grown(1)
    before = published_notes()
    shutil.rmtree(folders.public())
    sequencer.run()
    assert published_notes() == before


def test_nobody_is_asked_by_default(record: str) -> None:
    grown(1)
    assert witnesses.ask_all() == 0


def test_the_operator_adds_and_removes_witnesses_by_command(
    witness: Witness, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("record", "witness", "list")
    assert witness.address in capsys.readouterr().out
    call_command("record", "witness", "remove", "audit office")
    assert capsys.readouterr().out == ""
    call_command("record", "witness", "add", "again", witness.vkey, witness.address)
    assert [one.name for one in witnesses.asked()] == ["again"]
    log_key = str(keys.log_verifiers(1)[0])
    for vkey, url in (
        (log_key, witness.address),
        ("x", witness.address),
        (witness.vkey, "ftp://a"),
    ):
        with pytest.raises(CommandError):
            call_command("record", "witness", "add", "bad", vkey, url)


def test_an_answer_byte_by_byte_holds_up_nobody(witness: Witness) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, ThreadPoolExecutor(1) as pool:
        pool.submit(_drip, server)
        port = server.getsockname()[1]
        witnesses.add("a slow one", Witness([]).vkey, f"http://127.0.0.1:{port}")
        started = time.monotonic()
        assert witnesses.ask_all() == 1
        assert time.monotonic() - started < 3 * witnesses.SECONDS


def _drip(server: socket.socket) -> None:
    line, _address = server.accept()
    with line, suppress(OSError):
        line.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        for _turn in range(40):
            time.sleep(0.5)
            line.sendall(b"x")
