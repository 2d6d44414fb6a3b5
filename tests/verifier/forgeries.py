"""What can be done to a receipt: every way here changes what it claims.

`standing` is not here: who holds the case is for information and not proved, as the verifier says.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from tests.verifier import writer
from tests.verifier.mutations import FIELD_EDITS, dice
from tests.verifier.subjects import Subject, stranger
from tests.verifier.writer import Entry, Signer


class Edited(NamedTuple):
    """A receipt that was tampered with."""

    name: str
    receipt: Any


def forged_receipts(subject: Subject) -> Iterator[Edited]:
    """Receipts edited in every field."""
    for number, receipt in enumerate(subject.receipts):
        for name, change in _receipt_changes(subject, receipt, number):
            yield Edited(f"receipt {number}: {name}", receipt | change)
        for name in ("format", "number", "entry", "promise", "keys", "opening", "proof"):
            yield Edited(f"receipt {number}: no {name}", _without(receipt, name))


def _without(receipt: Entry, name: str) -> Entry:
    return {key: value for key, value in receipt.items() if key != name}


def _receipt_changes(subject: Subject, receipt: Entry, number: int) -> Iterator[tuple[str, Entry]]:
    entry = json.loads(receipt["entry"])
    for field, edit in FIELD_EDITS.items():
        changed = writer.text_of(entry | {field: edit(entry[field])}).decode()
        yield f"entry {field}", {"entry": changed}
    yield "entry spelled otherwise", {"entry": receipt["entry"].replace(":", ": ", 1)}
    yield "format", {"format": "tongdian-receipt/2"}
    yield "number of another case", {"number": f"X{receipt['number']}"}
    yield "number of another step", {"number": f"{receipt['number']}1"}
    yield from _text_flips("promise", receipt["promise"], number)
    nothing: list[Any] = ["", None, 7, [], receipt["promise"].partition("\n\n")[0] + "\n\n"]
    for promise in nothing:
        yield f"promise {promise!r:.9}", {"promise": promise}
    other = subject.receipts[(number + 1) % len(subject.receipts)]
    if other["entry"] != receipt["entry"]:
        yield "another promise", {"promise": other["promise"]}
        yield "another entry", {"entry": other["entry"]}
    yield "everything by own keys", _by_own_keys(subject, receipt)
    yield from _opening_changes(receipt)
    yield from _proof_changes(subject, receipt, other, number)
    for name, change in _key_list_changes(receipt["keys"]):
        yield f"keys: {name}", {"keys": change}


def _by_own_keys(subject: Subject, receipt: Entry) -> Entry:
    """Keys, promise and proof of one's own, which agree with one another."""
    log = stranger(subject)
    own = replace(subject.receipt_key, secret=writer.sha(b"my own"))
    given = writer.handover(log, own, "receipt")
    rows = [writer.key_row(log, "log"), writer.key_row(own, "receipt", given)]
    head, _, note = (receipt["proof"] or "").partition("\n\n")
    proof = f"{head}\n\n{_signed_again(note, log, *subject.witnesses)}" if note else None
    promise = _signed_again(receipt["promise"], own)
    return {"promise": promise, "proof": proof, "keys": receipt["keys"] | {"keys": rows}}


def _signed_again(note: str, *signers: Signer) -> str:
    return writer.note(note.partition("\n\n")[0] + "\n", *signers)


def _text_flips(name: str, text: str, number: int, count: int = 6) -> Iterator[tuple[str, Entry]]:
    """Letters of a text exchanged for others."""
    throw = dice(f"{name} {number}")
    for _turn in range(count):
        at = throw.randrange(len(text) - 1)
        letter = "A" if text[at] != "A" else "B"
        yield f"{name} letter {at}", {name: text[:at] + letter + text[at + 1 :]}


def _opening_changes(receipt: Entry) -> Iterator[tuple[str, Entry]]:
    opening = receipt["opening"]
    if opening is None:
        return
    data, salt = opening["data"], opening["salt"]
    for name, change in {
        "other data": {"data": data[:-1] + ',"more":1}'},
        "other spelling": {"data": f"{data} "},
        "other salt": {"salt": writer.sha(salt.encode()).hex()[:32]},
        "capital salt": {"salt": salt.upper() + " "},
        "no salt": {"salt": ""},
        "no data": {"data": ""},
        "a list": {"data": []},
    }.items():
        yield f"opening {name}", {"opening": opening | change}
    yield "opening of nothing", {"opening": {}}
    yield "opening as text", {"opening": data}


def _proof_changes(
    subject: Subject, receipt: Entry, other: Entry, number: int
) -> Iterator[tuple[str, Entry]]:
    proof = receipt["proof"]
    if proof is None:
        return
    yield from _text_flips("proof", proof, number)
    head, _, note = proof.partition("\n\n")
    first, index, *hashes = head.split("\n")
    at = int(index.removeprefix("index "))
    lines = {
        "an index more": [f"index {at + 1}", *hashes],
        "an index far out": [f"index {at + 2**40}", *hashes],
        "an index spelled otherwise": [f"index 0{at}", *hashes],
        "a hash more": [index, *hashes, writer.b64(bytes(32))],
        "a hash of nothing": [index, *hashes, ""],
        "no index": hashes,
    }
    if hashes:
        lines["a hash less"] = [index, *hashes[1:]]
        lines["hashes backwards"] = [index, *reversed([*hashes[1:], hashes[0]])]
        lines["a short hash"] = [index, *hashes[1:], writer.b64(b"short")]
    for name, changed in lines.items():
        if changed != [index, *hashes]:
            yield f"proof with {name}", {"proof": "\n".join([first, *changed]) + f"\n\n{note}"}
    text = note.partition("\n\n")[0] + "\n"
    by = writer.note(text, stranger(subject))
    yield "proof signed by another", {"proof": f"{head}\n\n{by}"}
    yield (
        "proof signed by the receipt key",
        {"proof": f"{head}\n\n{writer.note(text, subject.receipt_key)}"},
    )
    elsewhere = writer.note(text.replace("/1\n", "/2\n"), subject.log)
    yield "proof of another epoch", {"proof": f"{head}\n\n{elsewhere}"}
    if other["proof"] and other["entry"] != receipt["entry"]:
        yield "proof of another", {"proof": other["proof"]}
    others: list[Any] = ["", 7, [], head]
    for wrong in others:
        yield f"proof {wrong!r:.9}", {"proof": wrong}


def _key_list_changes(keys: Entry) -> Iterator[tuple[str, Any]]:
    rows = keys["keys"]
    yield "nothing", None
    yield "no rows", keys | {"keys": []}
    yield "another origin", keys | {"origin": "elsewhere"}
    yield "another format", keys | {"format": "x"}
    for number, row in enumerate(rows):
        fewer = [one for one in rows if one is not row]
        if row["purpose"] == "receipt":
            yield f"without {number}", keys | {"keys": fewer}
        for field, value in (("from_size", row["from_size"] + 1), ("epoch", 7), ("purpose", "x"),
                             ("vkey", "x"), ("handover", "x")):  # fmt: skip
            changed = [one | {field: value} if one is row else one for one in rows]
            yield f"{field} of {number}", keys | {"keys": changed}
