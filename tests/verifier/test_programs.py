"""The verifier as strangers run it: from the command line, in an empty folder, over the network."""

import gzip
import json
import subprocess
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.servers import answering
from tests.verifier import writer
from tests.verifier.subjects import texts
from tests.verifier.writer import Signer, World

Run = Callable[..., "subprocess.CompletedProcess[str]"]
SIZES = (1, 100, 256, 300)
MARK = b"\xef\xbb\xbf"


@pytest.fixture
def world() -> World:
    return World(texts(writer.a_record(320)), sizes=SIZES)


@pytest.fixture
def folder(world: World, tmp_path: Path) -> Path:
    return writer.write(world.files(), tmp_path / "record")


@pytest.fixture
def receipt(world: World, tmp_path: Path) -> Path:
    path = tmp_path / "receipt.json"
    path.write_text(json.dumps(writer.receipt(world, 5, 300)))
    return path


class Compressed(SimpleHTTPRequestHandler):
    """A site that compresses whatever it serves, asked or not."""

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        if not path.is_file():
            self.send_error(404)
            return
        body = gzip.compress(path.read_bytes())
        self.send_response(200)
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_said: object) -> None:
        """Say nothing."""


class Plain(SimpleHTTPRequestHandler):
    """A site that serves files as they are."""

    def log_message(self, *_said: object) -> None:
        """Say nothing."""


@pytest.fixture(params=[Plain, Compressed])
def address(request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    """The record at an address."""
    handler = partial(request.param, directory=str(folder))
    with answering(ThreadingHTTPServer(("127.0.0.1", 0), handler)) as url:
        yield url


def test_it_needs_nothing_but_python(stranger: Run, folder: Path, world: World) -> None:
    done = stranger("log", folder, "--lang", "en", "--keys", world.log.vkey, "--checkpoint",
                    folder / "1/checkpoints/300", "--witness", world.witness.vkey)  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        "It holds.\n"
        "Epoch 1: 320 entries, 10 cases\n"
        "First 2026-03-02 09:00:00 +08:00, last 2026-03-02 09:39:52 +08:00\n"
        f"Signed by {writer.BASE}/1+{world.log.id.hex()}\n"
        "Agrees with 7 signed checkpoints\n"
        f"Countersigned by witness audit.example/w1+{world.witness.id.hex()} "
        "at 2026-05-29 04:26:40 +08:00\n"
    )


def test_it_speaks_chinese_unless_asked_otherwise(stranger: Run, folder: Path) -> None:
    done = stranger("log", folder)
    assert done.stdout.startswith("成立。\n第 1 期：320 条，10 个事项\n")
    (folder / "1/tile/0/000").unlink()
    done = stranger("log", folder)
    assert (done.returncode, done.stdout) == (1, "不成立。\n1/tile/0/000: 文件缺失\n")


def test_the_first_fault_says_where_it_is(stranger: Run, folder: Path, world: World) -> None:
    path = folder / "1/tile/entries/001.p/64"
    path.write_bytes(path.read_bytes().replace(b"510302", b"510304", 1))
    done = stranger("log", folder, "--lang", "en")
    assert done.returncode == 1
    # The next entry of the same case does not follow any more, or its tile does not.
    assert done.stdout.startswith("It does not hold.\n1/tile/")


def test_the_folder_of_one_epoch_and_a_folder_named_by_a_dot(stranger: Run, folder: Path) -> None:
    done = stranger("log", folder / "1", "--lang", "en")
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, "It holds.")
    assert stranger("log", f"{folder}/1/", "--lang", "en").returncode == 0


def test_a_record_at_an_address(stranger: Run, address: str, folder: Path) -> None:
    done = stranger("log", address, "--lang", "en", "--checkpoint", folder / "1/checkpoints/100")
    assert (done.returncode, done.stdout.splitlines()[:2]) == (
        0, ["It holds.", "Epoch 1: 320 entries, 10 cases"],
    )  # fmt: skip
    assert stranger("log", f"{address}/1/").returncode == 0
    (folder / "1/tile/0/000").unlink()
    done = stranger("log", address, "--lang", "en")
    assert (done.returncode, done.stdout.splitlines()[1]) == (
        1, "1/tile/0/000: the file is missing",
    )  # fmt: skip


def test_a_record_that_is_longer_by_now_serves_full_tiles_for_partial_ones(
    stranger: Run, folder: Path, world: World
) -> None:
    """A checkpoint of 300 is checked while 512 are there and the partial files are gone."""
    grown = World(texts(writer.a_record(512)), sizes=(300,))
    files = {path: data for path, data in grown.files().items() if ".p/" not in path}
    late = writer.tiles(1, grown.entries[:300])
    files |= {"1/checkpoint": grown.checkpoint(300).encode()}
    del files["1/checkpoints/512"]
    files |= {path: data for path, data in late.items() if "/tile/1/" in path}
    assert "1/tile/0/001.p/44" not in files
    done = stranger("log", writer.write(files, folder.parent / "grown"), "--lang", "en")
    assert (done.returncode, done.stdout.splitlines()[1]) == (0, "Epoch 1: 300 entries, 10 cases")


def test_what_cannot_be_read_is_not_called_false(stranger: Run, folder: Path) -> None:
    nothing = {
        "no folder": stranger("log", folder / "nothing"),
        "no address": stranger("receipt", folder / "nothing.json"),
        "no key": stranger("log", folder, "--keys", "nothing"),
        "no list of keys": stranger("log", folder, "--keys", folder / "1/checkpoint"),
        "no checkpoint": stranger("log", folder, "--checkpoint", folder / "keys.json"),
        "no witness": stranger("log", folder, "--witness", "x+00000000+AAAA"),
        "no command": stranger(),
        "no port": stranger("log", "http://127.0.0.1:1/"),
    }
    assert {name: done.returncode for name, done in nothing.items()} == dict.fromkeys(nothing, 2)
    assert [name for name, done in nothing.items() if done.stdout or not done.stderr] == []


def test_a_receipt_says_what_it_proves(stranger: Run, receipt: Path, folder: Path) -> None:
    done = stranger("receipt", receipt, "--keys", folder / "keys.json", "--lang", "en")
    assert done.returncode == 0
    assert done.stdout == (
        "Recorded: this step is in the record.\n"
        "Number ZG-26-000007-1, step case.drafted, 2026-03-02 09:00:37 +08:00\n"
        "Entry 5 of a record of 300\n"
        "The content shown is what was recorded\n"
        "Note: who holds the case and what is due is for information, not proved\n"
    )


def test_what_an_editor_saved_with_a_byte_order_mark_holds(
    stranger: Run, receipt: Path, folder: Path
) -> None:
    kept = receipt.with_name("kept")
    kept.write_bytes(MARK + (folder / "1/checkpoints/100").read_bytes())
    for path in (receipt, folder / "keys.json"):
        path.with_name("marked").write_bytes(MARK + path.read_bytes())
    marked, keys = receipt.with_name("marked"), folder / "marked"
    done = [
        stranger("receipt", marked, "--keys", keys, "--lang", "en"),
        stranger("log", folder, "--receipt", marked, "--checkpoint", kept, "--lang", "en"),
        stranger("log", folder, "--checkpoint", marked, "--lang", "en"),
    ]
    assert [(one.returncode, one.stdout.splitlines()[0]) for one in done] == [
        (0, "Recorded: this step is in the record."),
        (0, "It holds."),
        (0, "It holds."),
    ]


def test_a_receipt_without_proof_is_a_promise(
    stranger: Run, receipt: Path, folder: Path, world: World
) -> None:
    receipt.write_text(json.dumps(writer.receipt(world, 5, None)))
    done = stranger("receipt", receipt, "--lang", "en")
    assert (done.returncode, done.stdout.splitlines()[0].partition(":")[0]) == (0, "Promised")
    assert "the key came from what was checked" in done.stdout
    asked = stranger("receipt", receipt, "--witness", world.witness.vkey, "--quorum", "1")
    assert asked.returncode == 1


def test_a_promise_that_was_not_kept_is_found(
    stranger: Run, receipt: Path, folder: Path, world: World
) -> None:
    """Its entry was left out, and the record without it is whole in itself."""
    done = stranger("log", folder, "--receipt", receipt, "--lang", "en")
    assert (done.returncode, "is entry 5" in done.stdout) == (0, True)
    entries = writer.a_record(320)
    rest = World(texts(writer.chained([*entries[:5], *entries[6:]])), sizes=())
    without = writer.write(rest.files(), folder.parent / "without")
    done = stranger("log", without, "--receipt", receipt, "--lang", "en")
    assert done.returncode == 1
    assert "is not in the record" in done.stdout
    # The same shows by the checkpoint within the receipt.
    done = stranger("log", without, "--checkpoint", receipt, "--lang", "en")
    assert (done.returncode, "the root over 300" in done.stdout) == (1, True)


def test_documents_are_compared_with_those_of_the_receipt(
    stranger: Run, receipt: Path, tmp_path: Path
) -> None:
    right, wrong = tmp_path / "identity.pdf", tmp_path / "other.pdf"
    right.write_bytes(b"document 5")
    wrong.write_bytes(b"document 6")
    done = stranger("receipt", receipt, "--document", right, "--lang", "en")
    assert (done.returncode, "1 documents are those recorded" in done.stdout) == (0, True)
    done = stranger("receipt", receipt, "--document", right, "--document", wrong, "--lang", "en")
    assert (done.returncode, done.stdout.splitlines()[1]) == (
        1, f"{wrong}: not a document of the receipt ({writer.sha(b'document 6').hex()})",
    )  # fmt: skip


def test_a_witness_that_is_asked_for_must_have_signed(
    stranger: Run, folder: Path, world: World
) -> None:
    other = Signer("audit.example/w2", "another", 4)
    done = stranger("log", folder, "--witness", other.vkey, "--lang", "en")
    assert (done.returncode, "Not countersigned by witness" in done.stdout) == (0, True)
    assert stranger("log", folder, "--witness", other.vkey, "--quorum", "1").returncode == 1
    twice = ("--witness", world.witness.vkey) * 2
    assert stranger("log", folder, *twice, "--quorum", "1").returncode == 0
    assert stranger("log", folder, *twice, "--quorum", "2").returncode == 1


def test_a_single_key_leads_to_those_after_it_and_not_to_strangers(
    stranger: Run, tmp_path: Path
) -> None:
    old, new = Signer(f"{writer.BASE}/1", "old"), Signer(f"{writer.BASE}/1", "new")
    entries = writer.a_record(60)
    entries[40] |= {"type": "key.rotated", "from": old.fingerprint, "to": new.fingerprint}
    world = World(texts(writer.chained(entries)), log=new, older=(old, 40), sizes=(30, 40, 41))
    folder = writer.write(world.files(), tmp_path / "rotated")
    stranger_key = Signer(f"{writer.BASE}/1", "somebody")
    found = {
        word: stranger("log", folder, "--keys", key.vkey).returncode
        for word, key in (("old", old), ("new", new), ("stranger", stranger_key))
    }
    assert found == {"old": 0, "new": 0, "stranger": 1}


def test_a_change_of_key_that_is_not_in_the_record_is_found(stranger: Run, tmp_path: Path) -> None:
    old, new = Signer(f"{writer.BASE}/1", "old"), Signer(f"{writer.BASE}/1", "new")
    world = World(texts(writer.a_record(60)), log=new, older=(old, 40), sizes=(40,))
    done = stranger("log", writer.write(world.files(), tmp_path / "quiet"), "--lang", "en")
    assert (done.returncode, "is not in the record" in done.stdout) == (1, True)


def test_a_recorded_change_to_a_key_that_is_not_listed_is_found(
    stranger: Run, tmp_path: Path
) -> None:
    entries = writer.a_record(60)
    entries[40] |= {"type": "key.rotated", "from": "0" * 32, "to": "1" * 32}
    world = World(texts(writer.chained(entries)))
    done = stranger("log", writer.write(world.files(), tmp_path / "hidden"), "--lang", "en")
    assert (done.returncode, "entry 40 changes to a key not listed" in done.stdout) == (1, True)


def test_a_record_of_nothing_and_one_of_one(stranger: Run, tmp_path: Path) -> None:
    for size in (0, 1):
        world = World(texts(writer.a_record(size)))
        folder = writer.write(world.files(), tmp_path / str(size))
        done = stranger("log", folder, "--lang", "en")
        assert (done.returncode, f"Epoch 1: {size} entries" in done.stdout) == (0, True)


class CutOff(Plain):
    """A site whose connection breaks in the middle of what it sends."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "100")
        self.end_headers()
        self.wfile.write(b"half")
        self.close_connection = True


@pytest.mark.parametrize("address", [CutOff], indirect=True)
def test_a_broken_connection_is_no_fault_of_the_record(stranger: Run, address: str) -> None:
    done = stranger("log", address, "--lang", "en")
    assert (done.returncode, done.stdout, "cannot be read" in done.stderr) == (2, "", True)


class Bomb(Plain):
    """A site that answers with a little that unfolds into very much."""

    def do_GET(self) -> None:
        body = gzip.compress(bytes(200 << 20))
        self.send_response(200)
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.mark.parametrize("address", [Bomb], indirect=True)
def test_what_unfolds_into_very_much_is_not_unfolded(stranger: Run, address: str) -> None:
    assert stranger("log", address, "--lang", "en").returncode == 1


def test_what_a_file_says_does_not_reach_the_screen_as_commands(
    stranger: Run, receipt: Path
) -> None:
    forged = json.loads(receipt.read_text()) | {"number": "\x1b[2J\x9b1m\nIt holds.\ud800-1"}
    receipt.write_text(json.dumps(forged))
    done = stranger("receipt", receipt, "--lang", "en")
    assert done.returncode == 1
    assert done.stdout.count("\n") == 2
    assert not {"\x1b", "\x9b"} & set(done.stdout)


def test_a_time_beyond_the_calendar_is_said_as_it_stands(stranger: Run, tmp_path: Path) -> None:
    entries = writer.a_record(3)
    entries[2]["at"] = "9999-12-31T23:59:59.999999Z"
    world = World(texts(writer.chained(entries)))
    done = stranger("log", writer.write(world.files(), tmp_path / "late"), "--lang", "en")
    assert (done.returncode, "last 9999-12-31T23" in done.stdout) == (0, True)


def test_a_pdf_is_told_where_its_receipt_is(stranger: Run, tmp_path: Path) -> None:
    paper = tmp_path / "receipt.pdf"
    paper.write_bytes(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    found = stranger("receipt", paper, "--lang", "en")
    assert found.returncode == 2
    assert "save its attachment receipt.json" in found.stdout + found.stderr
