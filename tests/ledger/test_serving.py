"""What is published is served to everybody, byte for byte, and nothing beside it."""

import gzip
import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from core import demonstration as city
from ledger import folders, keys, log, sequencer
from ledger.actions import open_city
from ledger.models import Leaf
from ledger.record import CITY_REF
from tests.ledger.entries import written
from tlog import tree


@pytest.fixture
def record(committed_db: str) -> str:
    """A signed record of five entries."""
    city._known.clear()
    open_city(demonstration=True)
    written(4)
    sequencer.run()
    return committed_db


FILES = {
    "keys.json": "application/json",
    "1/checkpoint": "text/plain; charset=utf-8",
    "1/checkpoints/5": "text/plain; charset=utf-8",
    "1/tile/0/000.p/5": "application/octet-stream",
    "1/tile/entries/000.p/5": "application/octet-stream",
}


def test_every_file_is_served_as_it_lies_there(record: str, client: Client) -> None:
    for name, kind in FILES.items():
        answer = client.get(f"/record/{name}")
        assert (answer.status_code, answer["Content-Type"]) == (200, kind), name
        assert answer.content == (folders.public() / name).read_bytes(), name
        kept = "immutable" in answer["Cache-Control"]
        assert kept == ("/tile/" in name), name
        again = client.get(f"/record/{name}", headers={"If-None-Match": answer["ETag"]})
        assert (again.status_code, again.content) == (304, b""), name


def test_a_bundle_is_sent_compressed_to_who_can_read_it(record: str, client: Client) -> None:
    address = "/record/1/tile/entries/000.p/5"
    answer = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert answer["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.content) == client.get(address).content


def test_any_cache_may_share_the_files_whoever_asks(record: str, client: Client) -> None:
    client.cookies["sessionid"] = "of-a-session-that-is-gone"
    client.cookies["django_language"] = "en"
    for name in FILES:
        answer = client.get(f"/record/{name}")
        assert (answer["Vary"], dict(answer.cookies)) == ("Accept-Encoding", {}), name


NOWHERE = [
    "", "1", "1/", "2/checkpoint", "1/checkpoints/", "1/checkpoints/4", "1/checkpoints/05",
    "1/tile/0/000", "1/tile/0/000.p/0", "1/tile/0/000.p/256", "1/tile/0/0.p/5",
    "1/tile/00/000.p/5", "../keys/log/", "1/../../signed/1", "1/%2e%2e/%2e%2e/signed/1",
    "..%2fsigned%2f1", "keys/log", ".new/1", "1/.new", "/etc/passwd", "keys.json/", "keysXjson",
]  # fmt: skip


def test_nothing_else_is_served(record: str, client: Client) -> None:
    found = {name: client.get(f"/record/{name}").status_code for name in NOWHERE}
    assert found == dict.fromkeys(NOWHERE, 404)


def test_the_newest_checkpoint_is_a_note_whatever_is_accepted(record: str) -> None:
    for accept in ("text/plain", "application/json", "image/png", "*/*"):
        answer = APIClient().get("/api/v1/ledger/checkpoint", headers={"Accept": accept})
        assert answer["Content-Type"] == "text/plain; charset=utf-8"
        newest = log.latest()
        assert newest is not None
        assert answer.content.decode() == newest.note


@pytest.mark.django_db
def test_before_the_first_checkpoint_there_is_a_sentence() -> None:
    answer = APIClient().get("/api/v1/ledger/checkpoint")
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


def test_the_entries_come_in_the_order_of_the_log(record: str) -> None:
    written(1)  # it waits for its place
    rows, address = [], "/api/v1/ledger/entries/?page_size=2"
    while address:
        page = APIClient().get(address).json()
        assert len(page["results"]) <= 2
        rows += page["results"]
        address = page["next"]
    assert [row["index"] for row in rows] == [0, 1, 2, 3, 4]
    hashes = [bytes.fromhex(row["hash"]) for row in rows]
    assert hashes == [bytes(leaf.hash) for leaf in Leaf.objects.order_by("index")]
    assert hashes == [tree.leaf_hash(row["entry"].encode()) for row in rows]
    first = json.loads(rows[0]["entry"])
    assert (first["case_ref"], first["type"]) == (str(CITY_REF), "city.demonstration_opened")


@pytest.mark.parametrize("entries", [1, 3])
def test_a_page_of_entries_costs_one_query(committed_db: str, entries: int) -> None:
    city._known.clear()
    open_city(demonstration=True)
    written(entries)
    sequencer.run()
    with CaptureQueriesContext(connection) as asked:
        assert APIClient().get("/api/v1/ledger/entries/").status_code == 200
    assert len(asked) == 1


def test_the_keys_are_published_without_their_private_halves(record: str, client: Client) -> None:
    told = client.get("/record/keys.json").json()
    assert told == keys.published()
    assert [key["purpose"] for key in told["keys"]] == ["log", "receipt"]
    assert "PRIVATE" not in str(told)
