"""What can be done to a record: every way here changes what is claimed.

Ways that change nothing are not here: the order of signature lines, spaces in keys.json, a partial
tile or an old checkpoint that is no longer served.
"""

import json
import random
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any, NamedTuple
from uuid import NAMESPACE_URL, uuid5

from tests.verifier import writer
from tests.verifier.subjects import Subject, parsed, published, stranger, texts
from tests.verifier.writer import Entry, Files, Signer

SEED = 20260302


class Mutation(NamedTuple):
    """A record that was tampered with.

    Attributes:
        whole: redone with the right key, in every part, so that only a kept checkpoint shows it.
    """

    name: str
    files: Files
    whole: bool = False


def dice(name: str) -> random.Random:
    """The same throws in every run."""
    return random.Random(f"{SEED} {name}")


# --- Entries ------------------------------------------------------------------------------------


def _other_hex(value: str) -> str:
    return writer.sha(value.encode()).hex()


def _other_uuid(value: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"other {value}"))


def _earlier(value: str) -> str:
    return value[:17] + ("00" if value[17:19] != "00" else "01") + value[19:]


#: How each field is edited into another value that it could have had.
FIELD_EDITS: dict[str, Callable[[Any], Any]] = {
    "actor_commit": _other_hex,
    "actor_district": lambda old: "510304" if old != "510304" else "510303",
    "actor_role": lambda old: "manager" if old != "manager" else "officer",
    "at": _earlier,
    "case_ref": _other_uuid,
    "case_seq": lambda old: old + 1,
    "clock": lambda old: "handling stopped" if old != "handling stopped" else "",
    "data_commit": _other_hex,
    "effective_at": lambda old: "" if old else "2026-01-01T00:00:00.000000Z",
    "from": lambda old: f"{old}x",
    "holder": lambda old: "applicant" if old != "applicant" else "supplier",
    "lineage": _other_uuid,
    "part": _other_uuid,
    "prev": _other_hex,
    "to": lambda old: f"{old}x",
    "type": lambda old: "case.accepted" if old != "case.accepted" else "case.withdrawn",
    "v": lambda old: old + 1,
}
#: Fields that the rules of a case decide: `chained` would put them right again.
CHAIN = {"case_ref", "case_seq", "prev", "v", "at"}


def edited(subject: Subject, count: int) -> Iterator[Mutation]:
    """Every field of some entries edited, and then more and more of the rest redone."""
    entries = parsed(subject.entries)
    for index in spread(len(entries), count):
        for field, edit in FIELD_EDITS.items():
            changed = deepcopy(entries)
            changed[index][field] = edit(changed[index][field])
            yield from _redone(subject, f"edit {field} of {index}", changed, field not in CHAIN)


def spread(size: int, count: int) -> list[int]:
    """So many places in the record, the first and the last among them."""
    return sorted({round(step * (size - 1) / (count - 1)) for step in range(count)})


def _redone(subject: Subject, name: str, entries: list[Entry], chain: bool) -> Iterator[Mutation]:
    """Tampered entries: in the bundles only, with tiles, and signed by three sorts of keys."""
    plain = texts(entries)
    tiles = writer.tiles(1, plain)
    bundles = {path: data for path, data in tiles.items() if "/entries/" in path}
    yield Mutation(f"{name}, bundles only", subject.files | bundles)
    yield Mutation(f"{name}, tiles too", subject.files | tiles)
    yield Mutation(f"{name}, wrong key", published(subject, plain, stranger(subject)))
    yield Mutation(f"{name}, right key", published(subject, plain))
    if chain:
        whole = texts(writer.chained(entries))
        yield Mutation(f"{name}, redone, right key", published(subject, whole), True)
        yield Mutation(f"{name}, redone, own key", own_key(subject, published(subject, whole)))


def own_key(subject: Subject, files: Files) -> Files:
    """The head signed by a key of one's own, and that key put in the place of the log's."""
    own, keys = stranger(subject), subject.keys
    first = keys["keys"][0]
    old = first["vkey"]
    keys["keys"] = [first | {"vkey": own.vkey, "until_size": None}]
    keys["keys"] += [_introduced(own, subject.receipt_key)]
    assert old != own.vkey
    text = files["1/checkpoint"].decode().partition("\n\n")[0] + "\n"
    head = writer.note(text, own, *subject.witnesses).encode()
    size = text.split("\n")[1]
    return files | {
        "keys.json": json.dumps(keys).encode(), "1/checkpoint": head, f"1/checkpoints/{size}": head,
    }  # fmt: skip


def _introduced(giver: Signer, key: Signer) -> dict[str, Any]:
    return writer.key_row(key, "receipt", writer.handover(giver, key, "receipt"))


def deleted(subject: Subject, count: int) -> Iterator[Mutation]:
    """An entry taken out, at several places."""
    entries = parsed(subject.entries)
    for index in spread(len(entries), count):
        rest = entries[:index] + entries[index + 1 :]
        yield from _moved(subject, f"delete {index}", rest)


def swapped(subject: Subject, count: int) -> Iterator[Mutation]:
    """Two entries in each other's place."""
    entries = parsed(subject.entries)
    throw = dice("swap")
    for _turn in range(count):
        one, two = sorted(throw.sample(range(len(entries)), 2))
        mixed = list(entries)
        mixed[one], mixed[two] = entries[two], entries[one]
        yield from _moved(subject, f"swap {one} and {two}", mixed)


def repeated(subject: Subject, count: int) -> Iterator[Mutation]:
    """An entry there a second time: right after itself, or at the end.

    Not the last one after itself, properly chained: that is a record that grew by a step.
    """
    entries = parsed(subject.entries)
    for index in spread(len(entries) - 1, count):
        again = entries[: index + 1] + entries[index:]
        yield from _moved(subject, f"repeat {index}", again)
        late = [*entries, entries[index]]
        files = published(subject, texts(late))
        yield Mutation(f"repeat {index} at the end, right key", files)


def _moved(subject: Subject, name: str, entries: list[Entry]) -> Iterator[Mutation]:
    plain, whole = texts(entries), texts(writer.chained(entries))
    size = len(plain)
    if size == subject.size:
        yield Mutation(f"{name}, tiles too", subject.files | writer.tiles(1, plain))
    yield Mutation(f"{name}, right key", published(subject, plain))
    yield Mutation(f"{name}, redone, wrong key", published(subject, whole, stranger(subject)))
    yield Mutation(f"{name}, redone, own key", own_key(subject, published(subject, whole)))
    # A later step of a case may now come before an earlier one: then even that shows.
    yield Mutation(f"{name}, redone, right key", published(subject, whole))


def shortened(subject: Subject, count: int) -> Iterator[Mutation]:
    """The last entries cut off, and everything redone: the honest record of an earlier day."""
    for size in spread(subject.size - 1, count):
        rest = subject.entries[:size]
        begun = max(row["from_size"] for row in subject.keys["keys"])
        yield Mutation(f"cut to {size}, right key", published(subject, rest), size >= begun)
        yield Mutation(f"cut to {size}, wrong key", published(subject, rest, stranger(subject)))
        yield Mutation(f"cut to {size}, own key", own_key(subject, published(subject, rest)))


def rolled_back(subject: Subject) -> Iterator[Mutation]:
    """A genuine older checkpoint served as the newest."""
    for path, data in subject.files.items():
        if path.startswith("1/checkpoints/") and data != subject.files["1/checkpoint"]:
            yield Mutation(f"{path} as the newest", subject.files | {"1/checkpoint": data})


# --- Files --------------------------------------------------------------------------------------


def flipped(subject: Subject, each: int) -> Iterator[Mutation]:
    """Single bits of every file turned, at several places."""
    for path, data in sorted(subject.files.items()):
        for _turn in range(each):
            bit = dice(f"{path} {_turn}").randrange(len(data) * 8)
            if not _in_a_double_signature(data, bit // 8):
                changed = bytearray(data)
                changed[bit // 8] ^= 1 << bit % 8
                name = f"bit {bit} of {path}"
                yield Mutation(name, subject.files | {path: bytes(changed)})


def _in_a_double_signature(data: bytes, at: int) -> bool:
    """Of a checkpoint with two signatures of the log one may become unknown: the other stands."""
    text, _, lines = data.partition(b"\n\n")
    twice = lines.count("—".encode()) > 1
    return twice and at > len(text)


def missing(subject: Subject) -> Iterator[Mutation]:
    """Every file that must be there taken away."""
    needed = {"keys.json", "1/checkpoint", *writer.tiles(1, subject.entries)}
    for path in sorted(needed):
        rest = {name: data for name, data in subject.files.items() if name != path}
        yield Mutation(f"no {path}", rest)


def exchanged(subject: Subject) -> Iterator[Mutation]:
    """Tiles and bundles in each other's place, too long, too short, empty."""
    tiles = sorted(path for path in subject.files if "/tile/" in path)
    for number, path in enumerate(tiles):
        data = subject.files[path]
        other = subject.files[tiles[(number + 1) % len(tiles)]]
        if other != data:
            yield Mutation(f"another file as {path}", subject.files | {path: other})
        yield Mutation(f"a byte more in {path}", subject.files | {path: data + b"\x00"})
        yield Mutation(f"a byte less in {path}", subject.files | {path: data[:-1]})
        yield Mutation(f"empty {path}", subject.files | {path: b""})


# --- Heads and keys -----------------------------------------------------------------------------


def lying_heads(subject: Subject) -> Iterator[Mutation]:
    """Checkpoints that say something else, signed by the right key."""
    leaves = [writer.leaf_of(one) for one in subject.entries]
    size, root = len(leaves), writer.b64(writer.root_of(leaves))
    origin = f"{subject.base}/1"
    sizes = [size + by for by in (-9, -2, -1, 1, 2, 9, 300)]
    heads = {f"size {other}": (origin, str(other), root) for other in sizes}
    heads |= {f"root {n}": (origin, str(size), writer.b64(writer.sha(b"%d" % n))) for n in range(9)}
    heads |= {
        f"origin {other}": (other, str(size), root)
        for other in (subject.base, f"{subject.base}/2", f"{subject.base}/01", f"{origin}/",
                      f"{origin} ", f"x{origin}", origin.upper(), "x")
    }  # fmt: skip
    heads |= {"size 0": (origin, "0", writer.b64(writer.sha(b"")))}
    heads |= {f"size spelled {n}": (origin, n, root) for n in (f"0{size}", f"+{size}", f"{size} ")}
    for name, lines in heads.items():
        head = writer.note("\n".join([*lines, ""]), subject.log, *subject.witnesses).encode()
        yield Mutation(f"head with {name}", subject.files | {"1/checkpoint": head})
    yield Mutation("unsigned head", subject.files | {"1/checkpoint": _signed_by(subject)})
    for name in ("other/1", origin, f"{subject.base}/receipts"):
        head = _signed_by(subject, Signer(name, "somebody"))
        yield Mutation(f"head signed by {name}", subject.files | {"1/checkpoint": head})
    receipt = _signed_by(subject, subject.receipt_key)
    yield Mutation("head signed by the receipt key", subject.files | {"1/checkpoint": receipt})
    for path in ("1/checkpoint", "keys.json"):
        yield Mutation(f"{path} of another epoch", renamed(subject, path))


def _signed_by(subject: Subject, *signers: Signer) -> bytes:
    text = subject.files["1/checkpoint"].decode().partition("\n\n")[0] + "\n"
    return writer.note(text, *signers, *subject.witnesses).encode()


def renamed(subject: Subject, path: str) -> Files:
    """The record of epoch 1 shown as epoch 2."""
    files = {name.replace("1/", "2/", 1) if name.startswith("1/") else name: data
             for name, data in subject.files.items()}  # fmt: skip
    if path == "keys.json":
        keys = subject.keys
        keys["keys"] = [row | {"epoch": 2} for row in keys["keys"]]
        files["keys.json"] = json.dumps(keys).encode()
    return files


def forged_keys(subject: Subject) -> Iterator[Mutation]:
    """keys.json edited in every field of every row, and keys brought in by nobody."""
    rows = subject.keys["keys"]
    for number, row in enumerate(rows):
        for name, change in _row_changes(row, subject):
            keys = subject.keys
            keys["keys"][number] = row | change
            yield _with_keys(subject, f"key {number}: {name}", keys)
        keys = subject.keys
        del keys["keys"][number]
        yield _with_keys(subject, f"no key {number}", keys)
        yield _with_keys(subject, f"key {number} twice", keys | {"keys": [*rows, row]})
    yield _with_keys(subject, "no keys", subject.keys | {"keys": []})
    yield _with_keys(subject, "another format", subject.keys | {"format": "tongdian-keys/2"})
    yield _with_keys(subject, "another origin", subject.keys | {"origin": "x"})
    yield Mutation("keys that are no JSON", subject.files | {"keys.json": b"{"})
    for name, given in _handovers(subject):
        yield _taken_over(subject, name, given)


def _row_changes(row: dict[str, Any], subject: Subject) -> Iterator[tuple[str, dict[str, Any]]]:
    own = Signer(row["vkey"].partition("+")[0], "own")
    yield "another key", {"vkey": own.vkey}
    yield "another key and handover", {"vkey": own.vkey, "handover": writer.handover(own, own)}
    other = "receipt" if row["purpose"] == "log" else "log"
    for purpose in (other, "", None, "Log"):
        yield f"purpose {purpose}", {"purpose": purpose}
    for epoch in (0, 2, "1", None, 1.5):
        yield f"epoch {epoch}", {"epoch": epoch}
    for since in (row["from_size"] + 1, -1, "0", None, 10**9):
        yield f"from {since}", {"from_size": since}
    for until in ((row["until_size"] or 0) + 1, -1, "9", 0):
        yield f"until {until}", {"until_size": until}
    wrong = ("", "x", f"{row['handover']} ", writer.handover(own, own), 7)
    for number, text in enumerate(wrong):
        yield f"handover {number}", {"handover": text}
    if row["handover"] is not None:
        yield "handover by the wrong key", {"handover": writer.handover(own, subject.log)}
        yield "no handover", {"handover": None}


def _with_keys(subject: Subject, name: str, keys: dict[str, Any]) -> Mutation:
    return Mutation(name, subject.files | {"keys.json": json.dumps(keys).encode()})


def _handovers(subject: Subject) -> Iterator[tuple[str, str | None]]:
    own, body = _own(subject), f"\n{_own(subject).name}\nlog\n{_own(subject).vkey}\n"
    yield "lost key", None
    yield "by itself", writer.handover(own, own)
    yield "by the receipt key", writer.handover(subject.receipt_key, own)
    yield "to another purpose", writer.handover(subject.log, own, "receipt")
    yield "to another key", writer.handover(subject.log, subject.receipt_key)
    yield "of another format", writer.note(f"tongdian-key/2{body}", subject.log)
    yield "with more", writer.note(f"tongdian-key/1{body}more\n", subject.log)
    head = subject.files["1/checkpoint"].decode()
    yield "by a signature from elsewhere", f"tongdian-key/1{body}\n{head.partition(chr(10) * 2)[2]}"


def _own(subject: Subject) -> Signer:
    return Signer(f"{subject.base}/1", "own")


def _taken_over(subject: Subject, name: str, given: str | None) -> Mutation:
    """A key of one's own follows the right one, and signs from now on."""
    keys, size = subject.keys, subject.size
    last = [row for row in keys["keys"] if row["purpose"] == "log"][-1]
    last["until_size"] = size
    keys["keys"].append(writer.key_row(_own(subject), "log", given, since=size))
    head = _signed_by(subject, _own(subject))
    files = subject.files | {"1/checkpoint": head, f"1/checkpoints/{size}": head}
    return Mutation(f"handover {name}", files | {"keys.json": json.dumps(keys).encode()})


def all_of(subject: Subject, count: int) -> Iterator[Mutation]:
    """Every mutation of a record; `count` says at how many places each way is tried."""
    yield from edited(subject, count)
    yield from deleted(subject, count)
    yield from swapped(subject, count)
    yield from repeated(subject, count)
    yield from shortened(subject, count)
    yield from rolled_back(subject)
    yield from flipped(subject, 4)
    yield from missing(subject)
    yield from exchanged(subject)
    yield from lying_heads(subject)
    yield from forged_keys(subject)
