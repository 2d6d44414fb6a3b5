"""Every mutation of a record is found, and no clean record is accused."""

from collections import Counter
from pathlib import Path

import pytest

from tests.verifier import mutations, writer
from tests.verifier.subjects import Checker, Subject, of_world, texts
from tests.verifier.writer import Signer, World

AT_LEAST = 500


@pytest.fixture(scope="module")
def rotated() -> Subject:
    """700 entries of forty cases; the log's key was changed at 400, and a witness countersigns."""
    old, new = Signer(f"{writer.BASE}/1", "old"), Signer(f"{writer.BASE}/1", "new")
    entries = writer.a_record(700)
    change = {"type": "key.rotated", "from": old.fingerprint, "to": new.fingerprint,
              "case_ref": writer.CITY_REF, "holder": "", "clock": "", "part": ""}  # fmt: skip
    entries[400] |= change
    world = World(
        texts(writer.chained(entries)), log=new, older=(old, 400),
        sizes=(1, 100, 256, 300, 400, 401, 511, 512, 600),
    )  # fmt: skip
    return of_world(world, (100, 300, 700))


def survivors(subject: Subject, folder: Path, count: int) -> tuple[list[str], int]:
    """The mutations that were not found, and how many there were."""
    checker, seen, missed = Checker(subject, folder), Counter[str](), []
    assert checker.log(subject.files) == ""
    for name, files, whole in mutations.all_of(subject, count):
        seen[name] += 1
        missed += [] if checker.log(files) else [name]
        if whole and checker.log(files, kept=False):
            missed.append(
                f"{name}: found without a kept checkpoint, so it is not redone as a whole"
            )
    assert max(seen.values()) == 1, seen.most_common(3)
    return missed, len(seen)


def test_every_mutation_of_a_large_record_is_found(rotated: Subject, tmp_path: Path) -> None:
    missed, count = survivors(rotated, tmp_path, 6)
    print(count)
    print("\n".join(missed))
    assert missed == []
    assert count >= AT_LEAST


def test_every_edit_of_a_receipt_is_found(rotated: Subject, tmp_path: Path) -> None:
    checker = Checker(rotated, tmp_path)
    assert [checker.receipt(one) for one in rotated.receipts] == [""] * len(rotated.receipts)
    found = {name: checker.receipt(one) for name, one in mutations.forged_receipts(rotated)}
    print(len(found))
    assert [name for name, code in found.items() if not code] == []
    assert len(found) >= 200
