"""What an entry commits to can be opened again by those who hold the keys, and by nobody else."""

from uuid import uuid4

import pytest

from core.place import acting_from, place_of
from ledger.models import Entry, Salt
from ledger.record import append, commit_to_text
from tests.ledger.entries import run, step

pytestmark = pytest.mark.django_db


def opening(entry_id: int) -> tuple[Entry, Salt]:
    """An entry and what opens it."""
    entry = Entry.objects.get(pk=entry_id)
    return entry, Salt.objects.get(ref=entry.salt_ref)


def test_the_kept_text_opens_the_commitment() -> None:
    [written] = append(step(uuid4(), data={"reason": "缺一页", "number": "ZG1"}))
    entry, salt = opening(written.id)
    assert salt.data == '{"number":"ZG1","reason":"缺一页"}'
    assert commit_to_text(bytes(salt.data_salt), salt.data) == bytes(entry.data_commit)


def test_the_text_is_sealed_in_the_database() -> None:
    [written] = append(step(uuid4(), data={"reason": "缺一页"}))
    _entry, salt = opening(written.id)
    [(stored,)] = run("SELECT data FROM ledger_salt WHERE ref = %s", [salt.ref])
    assert "缺一页" not in stored
    assert stored.count(":") == 1


def test_a_step_knows_its_place_without_its_address() -> None:
    with acting_from("192.0.2.7"):
        [near] = append(step(uuid4()))
    [nowhere] = append(step(uuid4()))
    assert bytes(opening(near.id)[1].place) == place_of("192.0.2.200") != place_of("198.51.100.7")
    assert bytes(opening(nowhere.id)[1].place) == b""


@pytest.mark.parametrize("address", ["", "unix", "300.1.1.1"])
def test_no_address_is_no_place(address: str) -> None:
    assert place_of(address) == b""
