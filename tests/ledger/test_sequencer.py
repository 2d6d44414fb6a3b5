"""Entries get their place once, in the order of committing, and what is signed is published."""

import pytest

from core import demonstration as city
from ledger import folders, keys, log, merkle, sequencer
from ledger.actions import open_city
from ledger.models import Leaf
from ledger.note import parse, verified
from tests.ledger.entries import written


@pytest.fixture
def record(committed_db: str) -> str:
    """An open city whose record may be signed."""
    city._known.clear()
    open_city(demonstration=True)
    return committed_db


def test_what_is_committed_is_integrated_signed_and_published(record: str) -> None:
    written(4)
    assert sequencer.run() == 5
    assert sequencer.run() == 0
    newest = log.latest()
    assert newest is not None
    assert (newest.size, newest.origin) == (5, keys.origin(1))
    assert list(Leaf.objects.order_by("index").values_list("index", flat=True)) == [0, 1, 2, 3, 4]
    leaves = [bytes(leaf.hash) for leaf in Leaf.objects.order_by("index")]
    assert newest.root == merkle.root(merkle.Leaves(leaves), 5)
    file = (folders.epoch_folder(1) / "checkpoint").read_text()
    assert file == newest.note
    verified(parse(file), keys.log_verifiers(1))
    assert (folders.epoch_folder(1) / "tile/0/000.p/5").read_bytes() == b"".join(leaves)
    for index, leaf in enumerate(leaves):
        assert merkle.includes(leaf, index, 5, log.inclusion(index, 5), newest.root)
