"""What the second party countersigns cannot be taken back, whatever the log sends and when."""

import json
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
import tongdian_verify as verify
import tongdian_witness as program

from tests.verifier import writer
from tests.verifier.test_golden import CONSISTENCY, ROOTS
from tests.verifier.witnessing import NAME, ORIGIN, Office, a_log
from tests.verifier.writer import Signer

CONFLICT = "text/x.tlog.size"


def stamp(office: Office, body: bytes) -> int:
    """The time at which the witness countersigned what a request carries; 200 is asserted."""
    status, _kind, line = office.post(body)
    assert (status, line.count("\n")) == (200, 1)
    note = body.partition(b"\n\n")[2] + line.encode()
    at = verify.note_of(note, "note").signed(verify.key_of(office.vkey))
    assert at
    return at


def test_the_first_checkpoint_and_its_growth_are_countersigned(witness: Office) -> None:
    log = a_log()
    assert witness.latest()[0] == 404
    first = stamp(witness, log.body(0, 3))
    assert stamp(witness, log.body(3, 8)) >= first
    assert stamp(witness, log.body(8, 8)) >= first  # again, with a new time
    assert stamp(witness, log.body(8, 33)) >= first
    status, _kind, text = witness.latest()
    note = verify.checkpoint_of(text.encode(), "latest")
    assert (status, note.size) == (200, 33)
    assert note.note.signed(verify.key_of(log.key.vkey)) == 0
    assert note.note.signed(verify.key_of(witness.vkey))
    kept = [int(path.name) for path in (witness.state / "archive").glob("*/*")]
    assert sorted(kept) == [3, 8, 33]
    assert witness.refused() == set()


def test_every_growth_of_a_small_log_and_none_with_another_proof() -> None:
    log = a_log(20).leaves
    for new in range(1, 21):
        after = writer.root_of(log[:new])
        for old in range(1, new + 1):
            before, proof = writer.root_of(log[:old]), writer.proof_of(old, log[:new])
            assert program.consistent(old, new, before, after, proof)
            assert not program.consistent(old, new, bytes(32), after, proof)
            assert not program.consistent(old, new, before, bytes(32), proof)
            assert not program.consistent(old, new, before, after, [*proof, bytes(32)])
            assert not (proof and program.consistent(old, new, before, after, proof[:-1]))
            for place in range(len(proof)):
                wrong = [*proof[:place], bytes(32), *proof[place + 1 :]]
                assert not program.consistent(old, new, before, after, wrong)


@pytest.mark.parametrize(("old", "new"), CONSISTENCY)
def test_the_known_proofs_of_consistency(old: int, new: int) -> None:
    proof = [bytes.fromhex(one) for one in CONSISTENCY[old, new]]
    before, after = bytes.fromhex(ROOTS[old]), bytes.fromhex(ROOTS[new])
    assert program.consistent(old, new, before, after, proof)


def test_a_replay_is_told_the_size_that_the_witness_has(witness: Office) -> None:
    log = a_log()
    stamp(witness, log.body(0, 3))
    stamp(witness, log.body(3, 8))
    assert witness.post(log.body(0, 3)) == (409, CONFLICT, "8\n")
    assert witness.post(log.body(3, 8)) == (409, CONFLICT, "8\n")
    assert witness.post(log.body(9, 12)) == (409, CONFLICT, "8\n")
    assert witness.post(log.body(0, 12)) == (409, CONFLICT, "8\n")
    assert witness.refused() == set()


def test_a_shortened_record_is_not_countersigned(witness: Office) -> None:
    log = a_log()
    stamp(witness, log.body(0, 8))
    assert witness.post(log.body(8, 5, proof=[]))[0] == 400
    assert witness.post(log.body(5, 5))[0] == 409
    assert "\n8\n" in witness.latest()[2]


def test_a_fork_is_refused_and_kept_as_evidence(witness: Office) -> None:
    log, fork = a_log(), a_log(word="other")
    stamp(witness, log.body(0, 8))
    forged = [fork.body(8, 12), fork.body(8, 8), fork.body(0, 8), fork.body(8, 9, proof=[])]
    assert [witness.post(body)[0] for body in forged] == [422, 422, 409, 422]
    assert witness.refused() == set(forged)
    # Whoever signed them is named by the signature, so the evidence stands alone.
    for body in witness.refused():
        point = verify.checkpoint_of(body.partition(b"\n\n")[2], "evidence")
        assert point.note.signed(verify.key_of(log.key.vkey)) == 0
    stamp(witness, log.body(8, 12))


def test_wrong_keys_and_origins_and_bodies(witness: Office) -> None:
    log = a_log()
    other, wrong = Signer(ORIGIN, "other"), log.body(0, 8).replace(b"\n8\n", b"\n9\n")
    nowhere = replace(log, origin="record.example/elsewhere/1")
    empty = writer.note(f"{ORIGIN}\n0\n{writer.b64(bytes(32))}\n", log.key)
    found = {
        "another key": witness.post(log.body(0, 8, other))[0],
        "a wrong signature": witness.post(wrong)[0],
        "another origin": witness.post(nowhere.body(0, 8))[0],
        "a proof for the first": witness.post(log.body(0, 8, proof=[bytes(32)]))[0],
        "too many hashes": witness.post(log.body(0, 8, proof=[bytes(32)] * 64))[0],
        "a short hash": witness.post(log.body(0, 8, proof=[bytes(31)]))[0],
        "no old size": witness.post(log.body(0, 8)[6:])[0],
        "a zero too many": witness.post(log.body(0, 8).replace(b"old 0", b"old 00"))[0],
        "a carriage return": witness.post(log.body(0, 8).replace(b"old 0\n", b"old 0\r\n"))[0],
        "nothing": witness.post(b"")[0],
        "no note": witness.post(b"old 0\n\nnothing\n")[0],
        "an empty tree with a root": witness.post(b"old 0\n\n" + empty.encode())[0],
        "too large": witness.post(b"x" * (257 << 10))[0],
        "another address": witness.ask("POST", "/", log.body(0, 8))[0],
        "another page": witness.ask("GET", "/latest")[0],
    }
    assert found == {
        "another key": 403, "a wrong signature": 403, "another origin": 404,
        "a proof for the first": 422, "too many hashes": 400, "a short hash": 400,
        "no old size": 400, "a zero too many": 400, "a carriage return": 400, "nothing": 400,
        "no note": 400, "an empty tree with a root": 422, "too large": 413, "another address": 404,
        "another page": 404,
    }  # fmt: skip
    assert witness.latest()[0] == 404


def test_of_many_at_once_one_is_countersigned_and_the_rest_are_told(witness: Office) -> None:
    log = a_log()
    stamp(witness, log.body(0, 8))
    bodies = [log.body(8, size) for size in range(9, 25)]
    gate = threading.Barrier(len(bodies))

    def send(body: bytes) -> tuple[int, str]:
        gate.wait()
        status, _kind, text = witness.post(body)
        return status, text

    with ThreadPoolExecutor(len(bodies)) as pool:
        answers = list(pool.map(send, bodies))
    won = [number for number, (status, _text) in enumerate(answers) if status == 200]
    assert len(won) == 1
    size = won[0] + 9
    lost = [answer for number, answer in enumerate(answers) if number != won[0]]
    assert lost == [(409, f"{size}\n")] * 15
    assert f"\n{size}\n" in witness.latest()[2]


def test_what_was_countersigned_outlasts_a_power_cut(witness: Office) -> None:
    log, fork = a_log(), a_log(word="other")
    stamp(witness, log.body(0, 8))
    witness.kill()
    witness.start()
    assert witness.post(fork.body(0, 8)) == (409, CONFLICT, "8\n")
    assert witness.post(fork.body(8, 12))[0] == 422
    stamp(witness, log.body(8, 12))
    assert len(witness.refused()) == 2


def test_a_kill_at_any_instant_takes_nothing_back(tmp_path: Path) -> None:
    """It is killed while checkpoints pour in; whatever was answered with 200 must still count."""
    log = a_log(400)
    with Office(tmp_path / "office") as office:
        answered = 0
        for turn in range(4):
            sent = threading.Event()

            def pour(go: threading.Event = sent, first: int = turn) -> int:
                """Send growth after growth until the witness is gone; the last one answered."""
                size = done = int(office.post(log.body(399, 400))[2] or 0) if first else 0
                while size < 399:
                    try:
                        status, _kind, text = office.post(log.body(size, size + 1))
                    except (OSError, EOFError):
                        break
                    size = size + 1 if status == 200 else int(text)
                    done = size
                    if size >= (first + 1) * 15:
                        go.set()
                return done

            with ThreadPoolExecutor(1) as pool:
                pouring = pool.submit(pour)
                assert sent.wait(30)
                office.kill()
                answered = max(answered, pouring.result())
            office.start()
            held = int(office.post(log.body(399, 400))[2])
            assert held in {answered, answered + 1}
            archived = [int(path.name) for path in (office.state / "archive").glob("*/*")]
            assert max(archived) == held


def test_two_witnesses_on_one_folder_are_one_too_many(witness: Office) -> None:
    second = witness.run(*witness.serving())
    assert second.returncode == 1
    assert "another witness runs" in second.stderr


def test_the_key_is_made_once_and_nobody_else_may_read_it(witness: Office) -> None:
    again = witness.run("init", "--name", NAME)
    assert (again.returncode, again.stdout) == (2, "")
    assert stat.S_IMODE((witness.folder / "key").stat().st_mode) == 0o600
    assert verify.key_of(witness.vkey).name == NAME
    assert witness.run("init", "--name", "a b").returncode == 2


def test_a_key_of_another_log_is_refused_at_the_start(witness: Office) -> None:
    witness.kill()
    other = Signer("record.example/elsewhere/1").vkey
    started = witness.run("serve", "--origin", ORIGIN, "--log-vkey", other, "--port", "0")
    assert started.returncode == 1
    assert "--log-vkey" in started.stderr


def test_show_prints_what_was_countersigned(witness: Office) -> None:
    assert "nothing countersigned yet" in witness.run("show").stdout
    stamp(witness, a_log().body(0, 8))
    assert f"{ORIGIN}\n8\n" in witness.run("show").stdout


def rotated(folder: Path, old: Signer, new: Signer, giver: Signer) -> Path:
    """A keys.json in which one key took over from another."""
    rows = [
        writer.key_row(old, "log", until=8),
        writer.key_row(new, "log", writer.handover(giver, new), since=8),
    ]
    path = folder / "keys.json"
    path.write_text(json.dumps({"format": "tongdian-keys/1", "origin": writer.BASE, "keys": rows}))
    return path


def test_a_key_that_was_handed_over_to_is_believed_from_then_on(tmp_path: Path) -> None:
    log, new = a_log(), Signer(ORIGIN, "new")
    office = Office(tmp_path / "office", more=("--keys", str(tmp_path / "keys.json")))
    with office:
        stamp(office, log.body(0, 8))
        rotated(tmp_path, log.key, new, log.key)
        stamp(office, log.body(8, 12, new))
        (tmp_path / "keys.json").unlink()
        office.kill()
        office.start()
        stamp(office, log.body(12, 13, new))
        stamp(office, log.body(13, 14, log.key, new))


def test_a_key_that_handed_over_to_itself_is_not_believed(tmp_path: Path) -> None:
    log, new = a_log(), Signer(ORIGIN, "new")
    rotated(tmp_path, log.key, new, new)
    office = Office(tmp_path / "office", more=("--keys", str(tmp_path / "keys.json")))
    with office:
        stamp(office, log.body(0, 8))
        assert office.post(log.body(8, 12, new))[0] == 403
        stamp(office, log.body(8, 12))


def test_a_second_key_may_be_named_at_the_start(tmp_path: Path) -> None:
    log, new = a_log(), Signer(ORIGIN, "new")
    with Office(tmp_path / "office", more=("--log-vkey", new.vkey)) as office:
        stamp(office, log.body(0, 8))
        stamp(office, log.body(8, 12, new))
