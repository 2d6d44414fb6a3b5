"""The running portal gives its entries their checkpoint by itself, within the promised time."""

import json
import time
import urllib.request

import pytest

from tests.servers import answers_well
from tlog import tree
from tlog.checkpoint import parse_head
from tlog.note import parse, parse_vkey, verified
from tlog.tiles import path_of, unbundle

PROMISED = 120.0  # settings.RECORD_WITHIN_SECONDS


def fetched(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return bytes(answer.read())


@pytest.mark.slow
def test_the_record_of_a_running_city_is_signed_and_served(live_city: str) -> None:
    deadline = time.monotonic() + PROMISED
    while not answers_well(f"{live_city}/record/1/checkpoint"):
        assert time.monotonic() < deadline
        time.sleep(0.2)
    note = parse(fetched(f"{live_city}/record/1/checkpoint").decode())
    told = json.loads(fetched(f"{live_city}/record/keys.json"))
    [key] = [parse_vkey(key["vkey"]) for key in told["keys"] if key["purpose"] == "log"]
    assert verified(note, [key]) == [key]
    head, grown = parse_head(note.text), tree.Growing()
    assert head.size > 0
    for number in range(-(-head.size // 256)):
        width = min(256, head.size - number * 256)
        name = path_of("entries", number, width)
        entries = unbundle(fetched(f"{live_city}/record/1/{name}"))
        grown.extend(tree.leaf_hash(entry) for entry in entries)
    assert (grown.size, grown.root()) == (head.size, head.root)
    health = json.loads(fetched(f"{live_city}/healthz"))
    assert health["record"] is True
