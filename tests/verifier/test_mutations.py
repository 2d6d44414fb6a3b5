"""Every mutation of a record is found, and no clean record is accused."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.verifier import forgeries, mutations, writer
from tests.verifier.real import Real
from tests.verifier.subjects import Checker, Subject, of_real, of_world, texts
from tests.verifier.writer import Signer, World

AT_LEAST = 500


def _changed_key() -> World:
    """700 entries of forty cases; the log's key was changed at 400, and a witness countersigns."""
    old, new = Signer(f"{writer.BASE}/1", "old"), Signer(f"{writer.BASE}/1", "new")
    entries = writer.a_record(700)
    change = {"type": "key.rotated", "from": old.fingerprint, "to": new.fingerprint,
              "case_ref": writer.CITY_REF, "holder": "", "clock": "", "part": ""}  # fmt: skip
    entries[400] |= change
    return World(
        texts(writer.chained(entries)), log=new, older=(old, 400),
        sizes=(1, 100, 256, 300, 400, 401, 511, 512, 600),
    )  # fmt: skip


@pytest.fixture(scope="module")
def large() -> Subject:
    """A record of the tests' own writer, of three bundles."""
    return of_world(_changed_key(), (100, 300, 700))


@pytest.fixture(scope="module")
def made(real_record: Real) -> Subject:
    """The record that the portal itself made, at its last state."""
    return of_real(real_record)


def survivors(subject: Subject, folder: Path, count: int) -> tuple[list[str], int]:
    """The mutations that were not found, and how many there were."""
    checker, seen, missed = Checker(subject, folder), Counter[str](), []
    assert checker.log(subject.files) == ""
    for name, files, whole in mutations.all_of(subject, count):
        seen[name] += 1
        missed += [] if checker.log(files) else [name]
        if whole and checker.log(files, kept=False):
            missed.append(f"{name}: not redone as a whole, it shows without a kept checkpoint")
    assert checker.log(subject.files) == "", "what one mutation left made the next ones show"
    assert max(seen.values()) == 1, seen.most_common(3)
    return missed, len(seen)


def test_every_mutation_of_a_real_record_is_found(made: Subject, tmp_path: Path) -> None:
    missed, count = survivors(made, tmp_path, 6)
    assert missed == []
    assert count >= AT_LEAST


def test_every_mutation_of_a_large_record_is_found(large: Subject, tmp_path: Path) -> None:
    missed, count = survivors(large, tmp_path, 3)
    assert missed == []
    assert count >= AT_LEAST


@pytest.mark.parametrize("subject", ["large", "made"])
def test_every_edit_of_a_receipt_is_found(
    subject: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    record: Subject = request.getfixturevalue(subject)
    record = replace(record, receipts=record.receipts[:: len(record.receipts) // 5])
    checker = Checker(record, tmp_path)
    assert [checker.receipt(one) for one in record.receipts] == [""] * len(record.receipts)
    found = {name: checker.receipt(one) for name, one in forgeries.forged_receipts(record)}
    assert [name for name, code in found.items() if not code] == []
    assert len(found) >= 300


def _clean(real: Real) -> Iterator[tuple[str, Subject]]:
    """Every published state, against whatever somebody may have kept at every state before it."""
    for now in range(len(real.states)):
        for then in range(now + 1):
            kept = real.states[then]
            points = tuple(data for path, data in kept.items() if path.startswith("1/checkpoints/"))
            subject = replace(
                of_real(real), files=real.states[now], kept_keys=kept["keys.json"], kept=points
            )
            yield f"state {now}, kept since {then}", subject


def test_no_published_state_of_a_real_record_is_accused(real_record: Real, tmp_path: Path) -> None:
    accused, count = [], 0
    for name, subject in _clean(real_record):
        checker = Checker(subject, tmp_path, there=real_record.states[0] if count else {})
        for kept, keys in ((True, True), (False, True), (True, False)):
            code = checker.log(subject.files, kept=kept, keys=keys)
            accused += [f"{name}, {kept}, {keys}: {code}"] if code else []
            count += 1
        checker.put(real_record.states[0])
    assert accused == []
    assert count >= 300


def test_no_receipt_of_a_real_record_is_accused(real_record: Real, tmp_path: Path) -> None:
    accused, count = [], 0
    for state in (0, len(real_record.states) // 2, -1):
        keys = real_record.states[state]["keys.json"]
        checker = Checker(replace(of_real(real_record), kept_keys=keys), tmp_path)
        for at, receipt in real_record.receipts:
            code = checker.receipt(receipt)
            accused += [f"receipt of {at}, keys of {state}: {code}"] if code else []
            count += 1
    assert accused == []
    assert count >= 370  # a draft has no entries


def test_no_size_of_a_record_is_accused(tmp_path: Path) -> None:
    world, accused = _changed_key(), []
    sizes = [0, 1, 2, 3, 7, 8, 63, 64, 255, 256, 257, 399, 400, 401, 402, 511, 512, 513, 699]
    for size in sizes:
        older = world.older if size >= 400 else None
        signer = world.log if older else Signer(f"{writer.BASE}/1", "old")
        signed = tuple(one for one in world.sizes if one <= size)
        part = replace(world, entries=world.entries[:size], sizes=signed, older=older, log=signer)
        checker = Checker(of_world(part, signed), tmp_path / str(size))
        code = checker.log(part.files())
        accused += [f"{size}: {code}"] if code else []
    assert accused == []
