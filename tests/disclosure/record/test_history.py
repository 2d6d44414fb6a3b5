"""What the page says of keys that were replaced, of witnesses, and of a gap."""

import hashlib

from accounts.models import User
from disclosure.record.views import grouped
from ledger import keys, sequencer, upkeep, witnesses
from rules.names import Kind
from tests import builders
from tests.disclosure.record.test_pages import answer, page
from tests.ledger.records import put_back
from tests.ledger.witnessing import witnessing
from tlog.note import parse_vkey
from tools.launcher.postgres import Postgres


def test_a_replaced_key_stays_on_the_page_with_its_end(recorded: dict[str, User]) -> None:
    before = keys.log_verifiers(1)[-1]
    upkeep.rotate()
    builders.filed(recorded, Kind.RESIDENTIAL)
    sequencer.run()
    found, after = page("record"), keys.log_verifiers(1)[-1]
    for key in (before, after):
        assert grouped(hashlib.sha256(key.public).hexdigest()) in found
    old, _receipt, new = answer()["keys"]
    assert old["until_size"] == new["from_size"]
    assert f"from entry 0 to {old['until_size']}" in found
    assert f"from entry {new['from_size']}, in use" in found
    assert "Key of the record replaced" in page("record-entries")


def test_a_witness_is_shown_with_what_it_cosigned(recorded: dict[str, User]) -> None:
    with witnessing(*keys.log_verifiers(1)) as witness:
        witnesses.add("Audit office", witness.vkey, witness.address)
        assert "nothing yet" in page("record")
        witnesses.ask_all()
        first = answer()["size"]
        builders.filed(recorded, Kind.RESIDENTIAL)
        sequencer.run()
        witnesses.ask_all()
        digest = hashlib.sha256(parse_vkey(witness.vkey).public).hexdigest()
    found = page("record")
    assert "Nobody outside cosigns" not in found
    assert all(words in found for words in ("Audit office", grouped(digest)))
    [row] = answer()["witnesses"]
    assert (row["name"], row["active"], row["fingerprint"]) == ("Audit office", True, digest)
    assert row["cosigned_size"] == answer()["size"] > first


def test_a_witness_who_is_asked_no_more_is_still_named(recorded: dict[str, User]) -> None:
    with witnessing(*keys.log_verifiers(1)) as witness:
        witnesses.add("Audit office", witness.vkey, witness.address)
        witnesses.ask_all()
    witnesses.remove("Audit office")
    assert "no longer asked" in page("record")
    assert answer()["witnesses"][0]["active"] is False


def test_a_declared_gap_is_said(
    recorded: dict[str, User], committed_db: str, postgres: Postgres
) -> None:
    with put_back(postgres, committed_db):
        builders.filed(recorded, Kind.RESIDENTIAL)
        sequencer.run()
        size = answer()["size"]
    assert "The record is not being signed." in page("record")
    upkeep.declare_gap(reason="drill", by=recorded["regulator"])
    found = page("record")
    assert "This record has a declared gap." in found
    assert f"Epoch 1 ended with {size} entries; its end was lost." in found
    assert "The record is not being signed." not in found
    assert answer()["results"][0]["epoch"] == 2
    assert "Gap of the record declared after a restore" in page("record-entries")
