"""The check in the browser and the stand-alone verifier come to the same verdict on every file."""

import base64
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import tongdian_verify as verifier
from django.conf import settings

from tests.disclosure.record.mutations import Receipt, changed, mutants, without, written
from tests.verifier.writer import (
    BASE,
    Signer,
    World,
    a_record,
    handover,
    key_row,
    proof_text,
    receipt,
    text_of,
)

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

SIZE = 300
ENTRIES = [text_of(one) for one in a_record(SIZE)]
CHECK = """
async ([script, known, files]) => {
  const { check } = await import(script);
  const bytes = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  return files.map((file) => {
    const { verdict, reason } = check(bytes(file), known);
    return [verdict, reason];
  });
}
"""


def in_browser(browser: "Browser", files: list[bytes], known: Any) -> list[str]:
    """The verdicts of the script as it is shipped, on an empty page."""
    source = (Path(settings.BASE_DIR) / "static" / "js" / "record.js").read_bytes()
    script = f"data:text/javascript;base64,{base64.b64encode(source).decode()}"
    texts = [base64.b64encode(one).decode() for one in files]
    page = browser.new_page()
    found: list[list[str]] = page.evaluate(CHECK, [script, known, texts])
    page.close()
    return [verdict for verdict, _reason in found]


def by_program(raw: bytes, known: Any) -> str:
    """The verdict of the verifier."""
    try:
        trust = None if known is None else verifier.keys_of(known, "keys.json")
        read = verifier.receipt_of(raw, "receipt.json")
        verifier.check_receipt(read, verifier.Shown(trust, [], [], 0))
    except verifier.Fault:
        return "fails"
    return "recorded" if read.proof else "promised"


def agreed(browser: "Browser", files: dict[str, bytes], known: Any) -> dict[str, str]:
    """The common verdict on each file; fails naming those on which the two differ."""
    theirs = dict(zip(files, in_browser(browser, list(files.values()), known), strict=True))
    ours = {name: by_program(raw, known) for name, raw in files.items()}
    differ = {name: (theirs[name], ours[name]) for name in files if theirs[name] != ours[name]}
    assert differ == {}
    return ours


def rotated() -> World:
    """A record whose key was replaced at entry 200."""
    older = (Signer(f"{BASE}/1", "older"), 200)
    return World(ENTRIES, older=older, sizes=(150, 200, 250))


def test_good_receipts_hold_in_both(chromium: "Browser") -> None:
    plain, turned = World(ENTRIES), rotated()
    files = {
        f"{index} of {size}": written(receipt(plain, index, size))
        for index, size in [
            (0, 1),
            (0, 2),
            (1, 2),
            (4, 5),
            (6, 7),
            (255, 256),
            (299, 300),
            (7, 300),
        ]
    }
    assert set(agreed(chromium, files, None).values()) == {"recorded"}
    assert set(agreed(chromium, files, plain.keys()).values()) == {"recorded"}
    files = {str(size): written(receipt(turned, 100, size)) for size in (150, 200, 250, 300)}
    assert set(agreed(chromium, files, turned.keys()).values()) == {"recorded"}
    files = {"promise": written(receipt(plain, 17, None))}
    assert agreed(chromium, files, plain.keys()) == {"promise": "promised"}


@pytest.mark.parametrize("known", [True, False])
def test_a_receipt_changed_in_any_place_is_judged_alike(chromium: "Browser", known: bool) -> None:
    world = rotated()
    good = receipt(world, 100, SIZE)
    made = dict(mutants(good))
    assert len(made) > 300
    files = {name: written(one) for name, one in made.items()}
    verdicts = agreed(chromium, files, world.keys() if known else None)
    held = {name for name, verdict in verdicts.items() if verdict != "fails"}
    assert {name for name in held if proved(good, made[name], known=known)} == set()


def proved(good: Receipt, other: Receipt, *, known: bool) -> bool:
    """Whether two receipts differ in what a receipt proves.

    They do not where only the standing differs, where opening or proof are left out, or in the
    line of a witness, which says nothing to who does not know the witness.
    """
    mine, theirs = essence(good, other, known=known), essence(other, good, known=known)
    return bool(mine != theirs)


def essence(one: Receipt, beside: Receipt, *, known: bool) -> Any:
    """What is left of a receipt without what is for information."""
    rest = {name: part for name, part in one.items() if name not in {"standing", "opening"}}
    whole = one.get("proof") and beside.get("proof")
    rest["proof"] = one["proof"].partition("— audit.example")[0] if whole else None
    if not known:
        # On their own word keys say themselves who introduced them and since when they are used.
        rest["keys"] = [row["vkey"] for row in one["keys"]["keys"]]
    return rest


def test_receipts_put_together_from_others_are_judged_alike(chromium: "Browser") -> None:
    world, other = World(ENTRIES), World(ENTRIES, log=Signer(f"{BASE}/1", "thief"))
    good, second = receipt(world, 10, SIZE), receipt(world, 11, SIZE)
    files: dict[str, Receipt] = {
        "another promise": changed(good, ("promise",), second["promise"]),
        "another proof": changed(good, ("proof",), second["proof"]),
        "another entry": changed(good, ("entry",), second["entry"]),
        "another opening": changed(good, ("opening",), second["opening"]),
        "another number": changed(good, ("number",), second["number"]),
        "the thief's keys": receipt(other, 10, SIZE),
        "the thief's proof": changed(good, ("proof",), proof_text(other, 10, SIZE)),
        "a longer proof": changed(good, ("proof",), longer(good["proof"])),
        "another format": changed(good, ("format",), "tongdian-receipt/2"),
        "no keys": without(good, ("keys",)),
    }
    verdicts = agreed(chromium, {n: written(one) for n, one in files.items()}, world.keys())
    assert set(verdicts.values()) == {"fails"}


def longer(proof: str) -> str:
    """A proof with one hash too many."""
    head, _blank, note = proof.partition("\n\n")
    return f"{head}\n{head.splitlines()[-1]}\n\n{note}"


def test_a_key_that_nobody_introduced_is_not_believed(chromium: "Browser") -> None:
    world = World(ENTRIES)
    thief = Signer(f"{BASE}/receipts", "thief")
    forged = receipt(World(ENTRIES, receipts=thief), 10, SIZE)
    keys = world.keys()
    given = handover(Signer(f"{BASE}/1", "thief"), thief, "receipt")
    forged["keys"] = {**keys, "keys": [*keys["keys"], key_row(thief, "receipt", given)]}
    alone = {**keys, "keys": [keys["keys"][0], key_row(thief, "receipt")]}
    files = {"slipped in": written(forged), "alone": written({**forged, "keys": alone})}
    assert set(agreed(chromium, files, keys).values()) == {"fails"}
    assert set(agreed(chromium, files, None).values()) == {"fails"}


def test_a_list_of_keys_whose_last_key_for_receipts_has_ended_is_none(chromium: "Browser") -> None:
    good = receipt(World(ENTRIES), 10, SIZE)
    ended = changed(good, ("keys", "keys", 1, "until_size"), 300)
    assert agreed(chromium, {"ended": written(ended)}, None) == {"ended": "fails"}


def test_what_is_no_receipt_at_all_is_judged_alike(chromium: "Browser") -> None:
    good = written(receipt(World(ENTRIES), 10, SIZE))
    doubled = good.replace(b'"format":', b'"format": "tongdian-receipt/1", "format":', 1)
    files = {
        "nothing": b"",
        "a list": b"[]",
        "a number": b"7",
        "null": b"null",
        "cut off": good[:-20],
        "with more behind it": good + b"{}",
        "twice the same name": doubled,
        "not UTF-8": good[:40] + b"\xff" + good[40:],
        "UTF-16": good.decode().encode("utf-16"),
        "half a sign": good.replace(b'"number": "', b'"number": "\\ud800', 1),
    }
    assert set(agreed(chromium, files, None).values()) == {"fails"}


def test_the_script_is_the_one_that_was_built_from_the_sources() -> None:
    """The committed result names the packages that the lock file pins."""
    built = (Path(settings.BASE_DIR) / "static" / "js" / "record.js").read_text(encoding="utf-8")
    lock = json.loads(
        (Path(settings.BASE_DIR) / "assets" / "package-lock.json").read_text(encoding="utf-8")
    )
    for name in ("@noble/ed25519", "@noble/hashes"):
        version = lock["packages"][f"node_modules/{name}"]["version"]
        assert f"{name} {version}" in built.splitlines()[0]
