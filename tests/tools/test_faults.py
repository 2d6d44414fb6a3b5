"""The campaign would notice: what is counted, what is checked, and that its traps go off."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from ledger.actions import open_city
from portal.places import ROOT
from tests.ledger.entries import run, written
from tools.faults.campaign import SHARES
from tools.faults.checks import footprint, grown, violations


def test_what_is_added_is_named_by_table() -> None:
    before, after = Counter({"a": 1, "b": 2}), Counter({"a": 1, "b": 4})
    assert grown(before, after) == {"b": 2}


@pytest.mark.django_db
def test_an_act_leaves_its_footprint() -> None:
    before = footprint()
    written(2)
    assert grown(before, footprint()) == {"ledger_entry": 2, "ledger_salt": 2}


def test_a_tampered_record_is_a_violation(committed_db: str) -> None:
    open_city(demonstration=True)
    written(1)
    assert violations() == []
    run("ALTER TABLE ledger_entry DISABLE TRIGGER ledger_entry_keep", alias="owner")
    run("UPDATE ledger_entry SET to_state = 'granted' WHERE case_seq = 1", alias="owner")
    assert [found.split(":")[0] for found in violations()][-1] == "record"


def test_every_hundred_injections_have_every_kind() -> None:
    assert sum(SHARES.values()) == 100
    assert min(SHARES.values()) >= 3


TRAPPED = """
from pathlib import Path
from tools.faults.traps import trap
trap.arm("{mode}", {at}, Path("{sign}"))
for number in range(1, 6):
    trap.point()
    print(number, flush=True)
"""


@pytest.fixture
def sign(tmp_path: Path) -> Path:
    """The file by which a process says that it holds."""
    return tmp_path / "held"


def trapped(mode: str, at: int, sign: Path) -> "subprocess.CompletedProcess[str]":
    """A process that passes five points with a trap armed."""
    code = TRAPPED.format(mode=mode, at=at, sign=sign)
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_a_process_is_killed_at_exactly_its_point(sign: Path) -> None:
    found = trapped("kill", 4, sign)
    assert (found.returncode, found.stdout.split()) == (-9, ["1", "2", "3"])


def test_counting_harms_nobody(sign: Path) -> None:
    found = trapped("count", 0, sign)
    assert (found.returncode, found.stdout.split()) == (0, ["1", "2", "3", "4", "5"])
