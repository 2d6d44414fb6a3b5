"""A site that publishes another record than the one it gave receipts for is found out."""

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.disclosure.record.test_browser import CHECK, as_file, lines, verdict
from tests.look import DESK, visit
from tests.verifier.writer import (
    BASE,
    Files,
    Signer,
    World,
    a_record,
    handover,
    head_text,
    key_row,
    leaf_of,
    note,
    receipt,
    text_of,
    tiles,
)

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

pytestmark = pytest.mark.browser

SIZE = 700
ENTRIES = [text_of(one) for one in a_record(SIZE)]
OTHERS = [*ENTRIES[:400], *(text_of(one) for one in a_record(SIZE, cases=7)[400:])]
KEYS = re.compile(r'(<script id="record-keys"[^>]*>).*?(</script>)', re.DOTALL)


@pytest.fixture
def desk(chromium: "Browser", site: str) -> "Page":
    """The page that checks, of a site whose record the test makes up."""
    return visit(chromium, site, width=DESK, language="en").page


def publish(page: "Page", files: Files, keys: Any) -> None:
    """Let the page see this record and these keys in the place of the site's own."""

    def give(route: "Route") -> None:
        content = files.get(route.request.url.partition("/record/")[2])
        status = 404 if content is None else 200
        route.fulfill(status=status, body=content or b"")

    def with_keys(route: "Route") -> None:
        text = route.fetch().text()
        block = json.dumps(keys).replace("<", "\\u003C")
        text = KEYS.sub(lambda found: found.group(1) + block + found.group(2), text)
        route.fulfill(body=text, content_type="text/html; charset=utf-8")

    page.route(re.compile(r"//[^/]+/record/"), give)
    page.route(re.compile(rf"//[^/]+{CHECK}"), with_keys)


def checked(page: "Page", content: bytes | dict[str, Any]) -> str:
    """The headline on one file."""
    page.goto(CHECK)
    page.set_input_files("input[type=file]", [as_file("kept.json", content)])
    return verdict(page)


CONTRADICTED = "The record published now contradicts this receipt"


@pytest.mark.parametrize(("index", "size"), [(0, 1), (255, 256), (300, 301), (511, 512), (3, 700)])
def test_an_honest_record_of_many_tiles_agrees(desk: "Page", index: int, size: int) -> None:
    world = World(ENTRIES)
    publish(desk, world.files(), world.keys())
    assert checked(desk, receipt(world, index, size)) == "The receipt holds"
    assert "The record published now, 700 entries" in lines(desk)[-1]


def test_a_rewritten_record_contradicts_the_receipt(desk: "Page") -> None:
    given, shown = World(ENTRIES), World(OTHERS)
    publish(desk, shown.files(), shown.keys())
    assert checked(desk, receipt(given, 10, 600)) == CONTRADICTED
    assert "is another one than that in the receipt" in lines(desk)[-1]
    # Before the place of the change the two records are one.
    assert checked(desk, receipt(given, 10, 400)) == "The receipt holds"


def test_a_shortened_record_contradicts_the_receipt(desk: "Page") -> None:
    given, shown = World(ENTRIES), World(ENTRIES[:500])
    publish(desk, shown.files(), shown.keys())
    assert checked(desk, receipt(given, 10, 600)) == CONTRADICTED
    assert "is shorter than the one in the receipt" in lines(desk)[-1]


def test_tiles_that_do_not_give_the_signed_root_are_found(desk: "Page") -> None:
    world = World(ENTRIES)
    files = world.files()
    tile = files["1/tile/0/000"]
    files["1/tile/0/000"] = tile[:64] + b"\0" * 32 + tile[96:]
    publish(desk, files, world.keys())
    assert checked(desk, receipt(world, 10, 600)) == CONTRADICTED


def test_a_checkpoint_by_a_stranger_is_not_believed(desk: "Page") -> None:
    world = World(ENTRIES)
    thief = World(ENTRIES, log=Signer(f"{BASE}/1", "thief"))
    publish(desk, world.files() | {"1/checkpoint": thief.checkpoint(SIZE).encode()}, world.keys())
    assert checked(desk, receipt(world, 10, 600)) == CONTRADICTED
    assert "is not signed by a key of the record" in lines(desk)[-1]


def test_keys_of_another_record_are_no_reason_to_believe(desk: "Page") -> None:
    world, thief = World(ENTRIES), World(ENTRIES, log=Signer(f"{BASE}/1", "thief"))
    publish(desk, world.files(), world.keys())
    assert checked(desk, receipt(thief, 10, 600)) == "The receipt does not hold"


def test_a_kept_checkpoint_shows_that_the_past_was_changed(desk: "Page") -> None:
    given, shown = World(ENTRIES), World(OTHERS)
    publish(desk, shown.files(), shown.keys())
    assert checked(desk, given.checkpoint(600).encode()) == (
        "The checkpoint that you kept does not hold"
    )
    text = desk.locator("[data-record-results]").inner_text()
    assert "the past was changed" in text
    assert checked(desk, given.checkpoint(399).encode()) == (
        "The checkpoint that you kept still holds"
    )


def second_epoch(world: World, entries: list[bytes]) -> tuple[Files, Any]:
    """The record after a declared gap: it goes on under another key with these entries."""
    log = Signer(f"{BASE}/2", "second")
    leaves = [leaf_of(one) for one in entries]
    head = note(head_text(log.name, leaves), log).encode()
    keys = world.keys()
    keys["keys"][0]["until_size"] = len(world.entries)
    given = handover(world.log, log)
    keys["keys"].append({**key_row(log, "log", given), "epoch": 2})
    return world.files() | tiles(2, entries) | {"2/checkpoint": head}, keys


def test_what_a_gap_lost_is_said_and_what_it_left_holds(desk: "Page") -> None:
    world = World(ENTRIES)
    publish(desk, *second_epoch(world, ENTRIES[:500]))
    assert checked(desk, receipt(world, 10, 600)) == "The receipt holds"
    lost = "The receipt holds, and the record that goes on has lost its entry"
    assert checked(desk, receipt(world, 550, 600)) == lost
    assert "ended with a declared gap at 700 entries" in lines(desk)[-1]


def test_a_code_on_paper_is_found_in_a_record_of_many_tiles(desk: "Page") -> None:
    world = World(ENTRIES)
    publish(desk, world.files(), world.keys())
    number = json.loads(ENTRIES[300])["case_seq"]
    for index, found in ((300, "The record has this entry"), (301, "does not have this entry")):
        desk.goto("about:blank")
        desk.goto(f"{CHECK}#ZG-26-000007-{number}.{index}.{leaf_of(ENTRIES[300]).hex()}")
        assert found in verdict(desk)


def test_the_receipt_of_a_world_is_read_as_a_file(desk: "Page") -> None:
    """Spaces and line ends of the file are no part of what it says."""
    world = World(ENTRIES)
    publish(desk, world.files(), world.keys())
    spread = json.dumps(receipt(world, 5, 600), indent=4, ensure_ascii=False)
    assert checked(desk, spread.replace("\n", "\r\n").encode()) == "The receipt holds"
