"""Each rule finds its own fault by itself, with nothing kept, and says which it is."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.verifier import writer
from tests.verifier.subjects import Checker, Subject, of_world, parsed, published, texts
from tests.verifier.writer import BASE, CITY_REF, Entry, Files, Signer, World

Change = Callable[[list[Entry]], None]


@pytest.fixture(scope="module")
def subject() -> Subject:
    """A record without witnesses; entry 40 is neither the first nor the last of its case."""
    world = World(texts(writer.a_record(300)), sizes=(100, 256))
    return replace(of_world(world, ()), witnesses=())


@pytest.fixture
def checker(subject: Subject, tmp_path: Path) -> Checker:
    return Checker(subject, tmp_path)


def case_of(entries: list[Entry], index: int) -> list[int]:
    """Where the entries of the same case are."""
    ref = entries[index]["case_ref"]
    return [at for at, entry in enumerate(entries) if entry["case_ref"] == ref]


def edit(**fields: Any) -> Change:
    """Entry 40 with other fields."""
    return lambda entries: entries[40].update(fields)


def move_before(entries: list[Entry]) -> None:
    """Entry 40 is of a time before the one before it in its case."""
    places = case_of(entries, 40)
    before = entries[places[places.index(40) - 1]]
    entries[40]["at"] = (
        before["at"][:-2] + "0Z" if before["at"][-2] != "0" else "2026-01-01T" + (before["at"][11:])
    )
    entries[40]["effective_at"] = ""


def swap_in_case(entries: list[Entry]) -> None:
    """Entry 40 and the next of its case in each other's place."""
    places = case_of(entries, 40)
    other = places[places.index(40) + 1]
    entries[40], entries[other] = entries[other], entries[40]


#: What is changed, whether the chain of the case is put right again, and what must be found.
#: All is signed with the right key and every tile is right: only the rule itself can find it.
IN_THE_CASE: dict[str, tuple[Change, bool, str]] = {
    "an edited field": (edit(actor_role="machine"), False, "case_prev"),
    "an edited prev": (edit(prev="00" * 32), False, "case_prev"),
    "no prev": (edit(prev=""), False, "case_prev"),
    "a number too high": (edit(case_seq=99), False, "case_seq"),
    "a deleted entry": (lambda entries: entries.__delitem__(40), False, "case_seq"),
    "a repeated entry": (lambda entries: entries.insert(40, entries[40]), False, "case_seq"),
    "swapped entries": (swap_in_case, False, "case_seq"),
    "swapped entries, chained": (swap_in_case, True, "case_time"),
    "a time before the last": (move_before, True, "case_time"),
    "an effect after the writing": (
        edit(effective_at="2027-01-01T00:00:00.000000Z"), True, "effect",
    ),
    "another version": (edit(v=2), True, "entry"),
    "a number as text": (edit(case_seq="1"), False, "entry"),
    "a further field": (edit(more=""), True, "entry"),
    "capital letters in a digest": (edit(data_commit="AB" * 32), True, "entry"),
    "a month that is none": (edit(at="2026-13-02T01:00:00.000000Z"), True, "entry"),
    "a time without microseconds": (edit(at="2026-03-02T01:00:00Z"), True, "entry"),
    "a time in another zone": (edit(at="2026-03-02T09:00:00.000000+08:00"), True, "entry"),
    "letters that need escaping": (edit(holder='"'), True, "entry"),
    "letters beyond ASCII": (edit(holder="供"), True, "entry"),
    "a type of one word": (edit(type="accepted"), True, "entry"),
    "no case": (edit(case_ref=""), True, "entry"),
}  # fmt: skip


@pytest.mark.parametrize("name", IN_THE_CASE)
def test_the_rules_of_an_entry_and_its_case(name: str, subject: Subject, checker: Checker) -> None:
    change, chain, code = IN_THE_CASE[name]
    entries = parsed(subject.entries)
    change(entries)
    entries = writer.chained(entries) if chain else entries
    found = checker.log(published(subject, texts(entries)), kept=False, keys=False)
    assert found == code


def test_another_spelling_of_the_same_entry_is_not_canonical(
    subject: Subject, checker: Checker
) -> None:
    plain = subject.entries
    plain[299] = plain[299].replace(b'"v":1', b'"v": 1')
    assert checker.log(published(subject, plain), kept=False) == "entry"


def test_facts_of_the_city_need_not_come_in_the_order_of_time(
    subject: Subject, checker: Checker
) -> None:
    entries = parsed(subject.entries)
    for at in (40, 60):
        entries[at] |= {"case_ref": CITY_REF, "effective_at": ""}
    entries[60]["at"] = entries[0]["at"].replace("2026", "2025")
    whole = texts(writer.chained(entries))
    assert checker.log(published(subject, whole), kept=False) == ""


def in_files(subject: Subject) -> dict[str, tuple[Files, str]]:
    """Files that are not what they should be, and what must be found."""
    files = subject.files
    tile, bundle = files["1/tile/0/000"], files["1/tile/entries/000"]
    keys = subject.keys
    later = writer.head_text(f"{BASE}/1", [writer.leaf_of(one) for one in subject.entries])
    lie = later.replace(later.split("\n")[2], writer.b64(bytes(32)))
    head = writer.note(later.replace("/1\n", "/2\n", 1), subject.log).encode()
    own = Signer(f"{BASE}/1", "own")
    rows = keys["keys"]
    closed = [rows[0] | {"until_size": 200}, *rows[1:]]
    second = writer.key_row(own, "log", writer.handover(own, own), since=200)
    gap = writer.key_row(own, "log", writer.handover(subject.log, own), since=100)
    between = writer.key_row(own, "log", writer.handover(subject.log, own), since=250)
    ended = [rows[0], rows[1] | {"until_size": 1}]
    lost = writer.key_row(Signer(f"{BASE}/1", "unnamed"), "log", None, since=200)
    return {
        "a tile": ({"1/tile/0/000": tile[:-1] + b"\x00"}, "tile"),
        "a short tile": ({"1/tile/0/000": tile[:-32]}, "bytes"),
        "an upper tile": ({"1/tile/1/000.p/1": bytes(32)}, "tile"),
        "an older partial tile": ({"1/tile/0/000.p/100": bytes(3200)}, "leftover"),
        "an older partial bundle": ({"1/tile/entries/000.p/100": b""}, "leftover"),
        "a short bundle": ({"1/tile/entries/000": bundle[:-1]}, "bundle"),
        "a long bundle": ({"1/tile/entries/000": bundle + b"\x00\x00"}, "bundle"),
        "a lying root": ({"1/checkpoint": writer.note(lie, subject.log).encode()}, "root"),
        "another epoch": ({"1/checkpoint": head}, "origin"),
        "an own key": ({"1/checkpoint": writer.note(later, own).encode()}, "unsigned"),
        "no signature": ({"1/checkpoint": later.encode()}, "not_text"),
        "a named size": ({"1/checkpoints/99": files["1/checkpoints/100"]}, "name_size"),
        "an older head": ({"1/checkpoint": files["1/checkpoints/100"]}, "shortened"),
        "another epoch's folder": ({"7/checkpoint": b""}, "epoch"),
        "keys that end": ({"keys.json": listed(keys, closed)}, "unsigned"),
        "keys that overlap": ({"keys.json": listed(keys, [*closed, gap])}, "key_range"),
        "keys with a gap": ({"keys.json": listed(keys, [*closed, between])}, "key_range"),
        "an ended key for receipts": ({"keys.json": listed(keys, ended)}, "not_keys"),
        "a key by itself": ({"keys.json": listed(keys, [*closed, second])}, "handover"),
        "a lost key that signs nothing": ({"keys.json": listed(keys, [*closed, lost])}, "unsigned"),
        "a name of another": ({"keys.json": listed(keys | {"origin": "x"}, rows)}, "key_name"),
        "a key twice": ({"keys.json": listed(keys, [*rows, rows[0]])}, "not_keys"),
        "a name twice": ({"keys.json": b'{"keys":[],' + files["keys.json"][1:]}, "not_keys"),
    }


def listed(keys: dict[str, Any], rows: list[dict[str, Any]]) -> bytes:
    """A keys.json of these rows."""
    return json.dumps(keys | {"keys": rows}).encode()


def test_the_rules_of_files_and_keys(subject: Subject, checker: Checker) -> None:
    cases = in_files(subject)
    found = {
        name: checker.log(subject.files | change, kept=False, keys=False)
        for name, (change, _code) in cases.items()
    }
    assert found == {name: code for name, (_change, code) in cases.items()}


def test_what_was_kept_of_the_keys_must_still_be_there(subject: Subject, checker: Checker) -> None:
    keys, rows = subject.keys, subject.keys["keys"]
    other = Signer(f"{BASE}/1", "other")
    new = writer.key_row(other, "log", None, since=300)
    given = writer.handover(other, subject.receipt_key, "receipt")
    receipts = writer.key_row(subject.receipt_key, "receipt", given)
    found = {
        "another first key": [writer.key_row(other, "log"), receipts],
        "no receipt key": rows[:1],
        "a key that nobody handed over to": [rows[0] | {"until_size": 300}, rows[1], new],
        "a receipt key of another epoch": [rows[0], rows[1] | {"epoch": 5}],
    }  # fmt: skip
    codes = {
        name: checker.log(subject.files | {"keys.json": listed(keys, changed)}, kept=False)
        for name, changed in found.items()
    }
    assert codes == {
        "another first key": "key_gone",
        "no receipt key": "key_gone",
        "a key that nobody handed over to": "key_unlinked",
        "a receipt key of another epoch": "key_changed",
    }


RECEIPTS: dict[str, tuple[Callable[[Entry], Entry], str]] = {
    "other content": (lambda r: {"opening": r["opening"] | {"salt": "00" * 16}}, "opening"),
    "another number": (lambda r: {"number": f"X{r['number']}"}, "number"),
    "another promise": (lambda r: {"promise": r["other"]["promise"]}, "promise"),
    "another proof": (lambda r: {"proof": r["other"]["proof"]}, "inclusion"),
    "another entry": (lambda r: {"entry": r["other"]["entry"], "opening": None,
                                 "number": r["other"]["number"]},
                      "promise"),
    "no promise": (lambda _r: {"promise": ""}, "not_text"),
    "no proof of the form": (lambda r: {"proof": r["proof"].replace("index", "inde")}, "not_proof"),
    "another format": (lambda _r: {"format": "x"}, "not_receipt"),
}  # fmt: skip


@pytest.mark.parametrize("name", RECEIPTS)
def test_the_rules_of_a_receipt(name: str, subject: Subject, checker: Checker) -> None:
    change, code = RECEIPTS[name]
    receipt, other = subject.receipts[0], subject.receipts[1]
    assert checker.receipt(receipt) == ""
    assert checker.receipt(receipt | change(receipt | {"other": other})) == code


def test_a_promise_by_a_key_of_the_log_is_none(subject: Subject, checker: Checker) -> None:
    receipt = subject.receipts[0]
    text = receipt["promise"].partition("\n\n")[0] + "\n"
    assert checker.receipt(receipt | {"promise": writer.note(text, subject.log)}) == "unsigned"
