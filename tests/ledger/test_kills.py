"""Killed at any step, the sequencer goes on where it was: no gap, no double, one root a size."""

import shutil
from collections import defaultdict
from collections.abc import Callable
from uuid import uuid4

import pytest

from ledger import folders, keys, sequencer, upkeep
from ledger.models import Checkpoint, Entry, Leaf
from ledger.record import append
from ledger.verify import verify
from tests.ledger.entries import step as entry_of
from tests.ledger.entries import written
from tests.ledger.killing import killed_at
from tests.ledger.records import assert_whole, files, grown, handover_chain, head_of
from tlog.note import parse, verified

pytestmark = pytest.mark.faults

#: Every note that was ever seen, by epoch and size.
Seen = dict[tuple[str, int], set[str]]
STEPS = 400


def observe(seen: Seen) -> None:
    """Note what anybody could have read at this moment; all of it must verify, each text once."""
    known = set().union(*seen.values())
    notes = [path.read_text() for path in folders.signed().glob("[0-9]*")]
    for epoch in folders.public().glob("[0-9]*"):
        notes += [path.read_text() for path in epoch.glob("checkpoints/*")]
        notes += [path.read_text() for path in epoch.glob("checkpoint")]
    for text in set(notes) - known:
        head = head_of(text)
        verified(parse(text), keys.log_verifiers(int(head.origin.rpartition("/")[2])))
        seen[head.origin, head.size].add(text)


def assert_holds(seen: Seen) -> None:
    """Every entry has one place, one note was signed for each size, and all of it is one tree."""
    observe(seen)
    assert [len(notes) for notes in seen.values()] == [1] * len(seen)
    placed = list(Leaf.objects.order_by("index").values_list("index", "entry_id"))
    assert [index for index, _entry in placed] == list(range(Entry.objects.count()))
    assert {entry for _index, entry in placed} == set(Entry.objects.values_list("pk", flat=True))
    assert Checkpoint.objects.count() == len(seen)
    assert_whole()
    assert verify() is None


def recover() -> None:
    """A run, once the server has noticed that the one before is dead and has let go its lock."""
    with sequencer.holding(wait=True) as held:
        assert held
        sequencer.Run().all()


def kill_at_every_step(call: Callable[[], object], seen: Seen, *, entries: int = 2) -> int:
    """Kill a call at its first step, its second … until it ends; a run in between puts it right."""
    for step in range(1, STEPS):
        case_ref = uuid4()
        append(*(entry_of(case_ref) for _ in range(entries)))
        died = killed_at(step, call)
        observe(seen)
        written(step % 2)  # what has come in the meantime changes what the next run signs
        recover()
        if step % 20 == 1:
            assert_holds(seen)
        if not died:
            return step
    raise AssertionError("it never ended")


@pytest.fixture
def seen() -> Seen:
    return defaultdict(set)


@pytest.mark.slow
def test_killed_at_each_step_of_a_run(record: str, seen: Seen) -> None:
    sequencer.run()
    assert kill_at_every_step(sequencer.run, seen) > 30
    assert_holds(seen)
    assert sequencer.run() == 0


@pytest.mark.slow
def test_killed_at_each_step_of_a_run_that_fills_a_tile(record: str, seen: Seen) -> None:
    grown(250)
    steps = kill_at_every_step(sequencer.run, seen, entries=90)
    assert steps > 30
    assert_holds(seen)


@pytest.mark.slow
def test_killed_a_step_later_each_time_from_the_very_first(record: str, seen: Seen) -> None:
    """Keys, folders, the first checkpoint: nothing puts it right in between."""
    written(3)
    step = 1
    while killed_at(step, recover):
        observe(seen)
        step += 1
    assert step > 20
    assert_holds(seen)
    assert [key["purpose"] for key in keys.published()["keys"]] == ["log", "receipt"]


@pytest.mark.slow
def test_killed_at_each_step_of_a_rotation(record: str, seen: Seen) -> None:
    sequencer.run()
    for step in range(1, STEPS, 3):
        died = killed_at(step, upkeep.rotate)
        observe(seen)
        written(1)
        recover()
        if not died:
            break
    handover_chain()
    assert_holds(seen)


@pytest.mark.slow
def test_killed_while_the_public_folder_is_written_anew(record: str, seen: Seen) -> None:
    grown(3, 260, 2, 7)
    before = files(folders.public())
    for step in range(1, STEPS, 2):
        shutil.rmtree(folders.public())
        died = killed_at(step, sequencer.run)
        recover()
        assert files(folders.public()) == before, step
        if not died:
            break
    assert_holds(seen)


def test_what_is_written_anew_is_what_was_published_after_all_kills(
    record: str, seen: Seen
) -> None:
    sequencer.run()
    for step in range(5, 60, 6):
        written(40)
        killed_at(step, sequencer.run)
        recover()
    before = files(folders.public())
    shutil.rmtree(folders.public())
    sequencer.run()
    after = files(folders.public())
    assert after.items() <= before.items()
    # A size that was never signed may have left its partial tiles behind.
    assert all(".p/" in name for name in before.keys() - after.keys())
