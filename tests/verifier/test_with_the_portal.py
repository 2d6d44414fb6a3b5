"""The portal's own log, this witness and this verifier, each written without the others."""

import json
from pathlib import Path

import pytest
import tongdian_verify as verify

from tests.verifier import writer
from tests.verifier.real import files_of
from tests.verifier.witnessing import Office
from tests.verifier.writer import Signer
from tools.launcher.postgres import Postgres


def published(folder: Path) -> Path:
    """A copy of what is published now."""
    from ledger import folders

    return writer.write(files_of(folders.public()), folder)


def check(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str]:
    """Run the verifier; what it says in English."""
    status = verify.main([*map(str, arguments), "--lang", "en"])
    return status, capsys.readouterr().out


def test_a_witness_countersigns_the_portals_log(
    committed_db: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from django.core.management import call_command

    from ledger import folders, keys, witnesses
    from tests.ledger.records import grown, newest
    from tests.people import open_demonstration

    open_demonstration()
    grown(2)
    [row, *_rest] = keys.published()["keys"]
    handed = ("--keys", str(folders.public() / "keys.json"))
    with Office(tmp_path / "office", log=row["vkey"], more=handed) as office:
        url = f"http://127.0.0.1:{office.port}/"
        call_command("record", "witness", "add", "audit.example/w1", office.vkey, url)
        for _turn in range(3):
            grown(3)
            assert witnesses.ask_all() == 1
        call_command("record", "rotate")
        for _turn in range(2):  # the first is signed by both keys, the second by the new one
            grown(3)
            assert witnesses.ask_all() == 1
        folder = published(tmp_path / "one")
        status, said = check(capsys, "log", folder, "--witness", office.vkey, "--quorum", 1)
        assert (status, "Countersigned by witness" in said) == (0, True), said
        assert office.refused() == set()
        latest = verify.checkpoint_of((office.state / "latest").read_bytes(), "latest")
        assert (latest.size, latest.root) == (newest().size, newest().root)
    kept = ("--checkpoint", office.state / "latest")
    grown(2)
    status, said = check(capsys, "log", published(tmp_path / "two"), *kept)
    assert status == 0, said


def test_a_declared_gap_and_a_lost_key_are_said_and_hold(
    committed_db: str, postgres: Postgres, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from django.core.management import call_command

    from ledger import folders
    from tests.ledger.records import grown, newest, put_back
    from tests.people import open_demonstration

    open_demonstration()
    grown(3)
    first, kept = published(tmp_path / "first"), tmp_path / "kept"
    with put_back(postgres, committed_db):
        grown(4)
        kept.write_text(newest().note)
    call_command("record", "declare_gap", "--reason", "restored", "--approved-by", "regulator")
    grown(2)
    trusted = ("--keys", first / "keys.json", "--checkpoint", kept)
    gap = published(tmp_path / "gap")
    status, said = check(capsys, "log", gap, *trusted)
    assert (status, "4 were lost (declared)" in said) == (0, True), said
    status, said = check(capsys, "log", gap / "2", "--checkpoint", kept)
    assert (status, "belongs to" in said) == (1, True)

    for pem in (folders.home() / "keys/log").glob("*.pem"):
        pem.unlink()
    call_command("record", "rotate", "--lost")
    grown(2)
    lost = published(tmp_path / "lost")
    status, said = check(capsys, "log", lost, "--checkpoint", kept)
    assert (status, "began without a handover" in said) == (0, True), said
    status, said = check(capsys, "log", lost, *trusted)
    assert (status, "was not handed over by a key that you trust" in said) == (1, True), said


def test_an_epoch_that_nobody_declared_is_found(
    committed_db: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The past is edited, and the edited one goes on as a second epoch, rightly signed."""
    base = writer.BASE
    old, new = Signer(f"{base}/1"), Signer(f"{base}/2", "two")
    one = writer.World([writer.text_of(entry) for entry in writer.a_record(30)])
    edited = [entry | {"actor_role": "machine"} for entry in writer.a_record(30)]
    two = [writer.text_of(entry) for entry in writer.chained(edited)]
    keys = one.keys()
    keys["keys"][0]["until_size"] = 30
    keys["keys"].append(writer.key_row(new, "log", writer.handover(old, new)) | {"epoch": 2})
    leaves = [writer.leaf_of(text) for text in two]
    head = writer.note(writer.head_text(f"{base}/2", leaves), new).encode()
    files = one.files() | writer.tiles(2, two) | {"2/checkpoint": head}
    files["keys.json"] = json.dumps(keys).encode()
    status, said = check(capsys, "log", writer.write(files, tmp_path / "two"))
    assert (status, said) == (1, "It does not hold.\n2/: this epoch began without a declared gap\n")
