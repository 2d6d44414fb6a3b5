"""The pages of the record: open to all, true to what was signed, empty with a reason."""

import hashlib
import json
import re
import time
from base64 import b64decode
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as portal
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import User
from applications.models import WORKFLOWS
from approvals.models import Permit
from disclosure.record.script import events
from ledger import folders, log, sequencer
from ledger.models import Leaf
from oversight.models import Finding, RectificationOrder
from publishing.models import Kind as PublishedKind
from rules.names import Kind
from tests import builders
from tests.disclosure.test_pages import read
from tools.scenarios import PHONE, SHOP
from workflow.machine import acts_of

NAMES = ("record", "record-check", "record-checkpoints", "record-entries")
HOTLINES = ("12398", "95598", "96598")
LANGUAGES = ("zh-hans", "en")


def page(name: str, language: str = "en", *args: Any) -> str:
    return read(reverse(f"disclosure:{name}", args=args), language)


def answer(**query: str) -> Any:
    found = Client().get(reverse("api-record"), query)
    assert found.status_code == 200
    return found.json()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_every_page_is_open_to_all_before_there_is_any_entry(
    db: None, name: str, language: str
) -> None:
    found = page(name, language)
    assert all(number in found for number in HOTLINES)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_every_page_is_open_to_all_with_a_checkpoint(
    recorded: dict[str, User], name: str, language: str
) -> None:
    assert all(number in page(name, language) for number in HOTLINES)


def test_before_the_first_entry_the_page_says_so(db: None) -> None:
    found = page("record")
    assert "Nothing has been signed yet" in found
    assert "The record has no key yet" in found
    assert answer()["state"] == "empty"
    assert (answer()["origin"], answer()["size"], answer()["results"]) == (None, 0, [])


def test_the_page_shows_the_checkpoint_that_is_published(recorded: dict[str, User]) -> None:
    newest = log.latest()
    assert newest is not None
    found = page("record")
    assert newest.root.hex() in found
    published = (folders.epoch_folder(1) / "checkpoint").read_text(encoding="utf-8")
    assert read_note(reverse("disclosure:record")) == published
    assert "Every entry is under a signed checkpoint within 120 seconds." in found
    assert "None is waiting now." in found


def read_note(address: str) -> str:
    text = Client().get(address).content.decode()
    found = re.search(r'<pre[^>]*id="checkpoint"[^>]*>([^<]*)</pre>', text)
    assert found is not None
    return found.group(1).replace("&#x27;", "'")


def test_the_keys_are_shown_with_the_fingerprints_of_the_published_ones(
    recorded: dict[str, User],
) -> None:
    found = page("record")
    published = json.loads((folders.public() / "keys.json").read_text(encoding="utf-8"))
    assert len(published["keys"]) == 2
    for key in published["keys"]:
        raw = b64decode(key["vkey"].split("+", 2)[2])[1:]
        digits = hashlib.sha256(raw).hexdigest()
        assert " ".join(re.findall(".{8}", digits)) in found


def test_without_a_witness_the_page_says_what_that_means(recorded: dict[str, User]) -> None:
    assert "Nobody outside cosigns this record yet." in page("record")


def test_an_entry_that_waits_is_counted(recorded: dict[str, User]) -> None:
    builders.filed(recorded, Kind.RESIDENTIAL)
    assert "None is waiting now." not in page("record")
    time.sleep(0.1)  # its age is told in tenths of a second
    assert answer()["oldest_waiting_seconds"] > 0


def test_a_broken_promise_is_said(recorded: dict[str, User], settings: Settings) -> None:
    builders.filed(recorded, Kind.RESIDENTIAL)
    settings.RECORD_WITHIN_SECONDS = 0
    assert "The promise is not kept at the moment." in page("record")
    assert answer()["state"] == "late"


def test_a_database_behind_what_was_published_is_said(recorded: dict[str, User]) -> None:
    newest = log.latest()
    assert newest is not None
    path = folders.epoch_folder(1) / "checkpoint"
    path.write_text(newest.note.replace(f"\n{newest.size}\n", f"\n{newest.size + 9}\n"))
    assert "The record is not being signed." in page("record")
    assert answer()["state"] == "behind"


def test_the_programs_are_offered_with_their_digests(recorded: dict[str, User]) -> None:
    found = page("record")
    for name in ("tongdian_verify.py", "tongdian_witness.py"):
        content = (Path(portal.BASE_DIR) / "static" / "record" / name).read_bytes()
        assert hashlib.sha256(content).hexdigest() in found
        assert f"static/record/{name}" in found


def test_every_entry_has_words_of_its_own() -> None:
    known = set(events())
    for machine in (*WORKFLOWS.values(), Permit, Finding, RectificationOrder):
        assert {said.event for said in acts_of(machine).values()} <= known
    assert {f"{kind.value}.published" for kind in PublishedKind} <= known


def test_an_entry_is_shown_as_it_was_hashed_with_a_proof_that_holds(
    recorded: dict[str, User],
) -> None:
    newest = log.latest()
    assert newest is not None
    for index in (0, newest.size // 2, newest.size - 1):
        content = Client().get(reverse("disclosure:record-entry", args=[index])).context
        leaf = hashlib.sha256(b"\x00" + content["text"].encode()).digest()
        assert leaf.hex() == content["hash"]
        assert climbed(leaf, index, newest.size, content["proof"]) == newest.root


def climbed(leaf: bytes, index: int, size: int, proof: list[str]) -> bytes:
    """The root by RFC 9162, 2.1.3.2, written once more."""
    node, at, last = leaf, index, size - 1
    for step in map(b64decode, proof):
        left = at % 2 == 1 or at == last
        node = hashlib.sha256(b"\x01" + (step + node if left else node + step)).digest()
        while left and at % 2 == 0 and at:
            at, last = at // 2, last // 2
        at, last = at // 2, last // 2
    assert last == 0
    return node


def test_an_entry_that_is_not_there_is_missing(recorded: dict[str, User]) -> None:
    assert Client().get(reverse("disclosure:record-entry", args=[10**6])).status_code == 404
    assert Client().get(reverse("disclosure:record-entry", args=[10**15])).status_code == 404


def test_an_entry_is_found_by_its_hash(recorded: dict[str, User]) -> None:
    leaf = Leaf.objects.get(index=3)
    address = reverse("disclosure:record-entries")
    found = Client().get(address, {"hash": bytes(leaf.hash).hex().upper()})
    assert (found.status_code, found["Location"]) == (302, f"{address}3/")
    missing = Client().get(address, {"hash": "ab" * 32})
    assert missing.status_code == 404
    assert Client().get(address, {"hash": "小"}).status_code == 404


def test_programs_find_the_place_of_a_leaf_once_it_is_under_a_checkpoint(
    recorded: dict[str, User],
) -> None:
    def place(leaf: Leaf) -> Any:
        return Client().get(reverse("api-record-leaf", args=[bytes(leaf.hash).hex()]))

    assert place(Leaf.objects.get(index=3)).json() == {"epoch": 1, "index": 3}
    builders.filed(recorded, Kind.RESIDENTIAL)
    sequencer.integrate()
    waiting = Leaf.objects.latest("index")
    assert place(waiting).status_code == 404
    sequencer.run()
    assert place(waiting).json() == {"epoch": 1, "index": waiting.index}
    assert Client().get(reverse("api-record-leaf", args=["nothing"])).status_code == 404


def test_the_entries_name_nobody(recorded: dict[str, User]) -> None:
    case = builders.filed(recorded, Kind.LV_SMALL)
    sequencer.run()
    for found in (page("record-entries"), page("record")):
        assert "Application filed" in found
        for secret in (case.number, SHOP["name"], PHONE, str(case.ref)):
            assert secret not in found


def test_the_answer_for_programs_says_what_was_signed(recorded: dict[str, User]) -> None:
    newest = log.latest()
    assert newest is not None
    found = answer()
    assert found["state"] == "ok"
    assert (found["origin"], found["size"]) == (newest.origin, newest.size)
    assert b64decode(found["root"]) == newest.root
    assert [(row["epoch"], row["size"]) for row in found["results"]] == [(1, newest.size)]
    assert [key["purpose"] for key in found["keys"]] == ["log", "receipt"]
    assert found["witnesses"] == []
    assert [line["number"] for line in found["hotlines"]] == list(HOTLINES)


def test_only_the_last_checkpoint_of_each_day_is_listed(recorded: dict[str, User]) -> None:
    builders.filed(recorded, Kind.RESIDENTIAL)
    sequencer.run()
    first_day = Leaf.objects.count()
    for _time in range(2):
        call_command("clock", "--advance=1d", stdout=StringIO())
        builders.filed(recorded, Kind.RESIDENTIAL)
        sequencer.run()
    sizes = [row["size"] for row in answer()["results"]]
    assert sizes[0] == Leaf.objects.count()
    assert (len(sizes), sizes[-1]) == (3, first_day)
    found = page("record-checkpoints")
    assert all(f"/record/1/checkpoints/{size}" in found for size in sizes)
    assert answer(page_size="1")["results"] == answer()["results"][:1]
    assert answer(page_size="1")["next"]


@pytest.mark.parametrize("name", ["record-entries", "record-checkpoints", "record"])
def test_a_list_costs_the_same_for_one_row_and_for_three(
    recorded: dict[str, User], django_assert_num_queries: DjangoAssertNumQueries, name: str
) -> None:
    address = reverse(f"disclosure:{name}")
    Client().get(address)  # what is remembered for the process is not the list's
    with CaptureQueriesContext(connection) as first:
        Client().get(address)
    builders.filed(recorded, Kind.RESIDENTIAL)
    sequencer.run()
    with django_assert_num_queries(len(first.captured_queries)):
        Client().get(address)
