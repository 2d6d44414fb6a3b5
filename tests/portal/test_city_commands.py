"""The commands of the city: sweep, clock, the record's verification, invariants, demonstration."""

import io
import re
import subprocess
import sys
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from django.utils import timezone

from accounts.models import User
from applications.documents import add
from applications.models import Application
from core import demonstration
from core.clock import city_now
from deadlines.models import Clock
from ledger import log
from ledger.models import Entry, Leaf
from ledger.record import CITY_REF
from notifications.models import Message
from portal.invariants import CHECKS, INVARIANTS
from portal.places import ROOT
from rules.names import Kind
from tests.builders import do, filed, pdf
from tests.people import PASSWORD, open_demonstration, open_real_city

DAY = timedelta(days=1)


def said(*command: str) -> str:
    out = io.StringIO()
    call_command(*command, stdout=out, stderr=out)
    return out.getvalue()


def failed(*command: str) -> tuple[object, str]:
    """The exit code and the output of a command that says no."""
    out = io.StringIO()
    with pytest.raises(SystemExit) as exited:
        call_command(*command, stdout=out, stderr=out)
    return exited.value.code, out.getvalue()


def as_owner(sql: str) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(sql)


@pytest.fixture
def people(with_people: None, db: None) -> dict[str, User]:
    return open_demonstration()


# --- sweep ---------------------------------------------------------------------------------------


def test_sweep_records_what_is_late_delivers_what_waits_and_signs(committed_db: str) -> None:
    people = open_demonstration()
    said("clock", "--set", "2026-03-02T10:00")
    cases = [filed(people, Kind.LV_OTHER) for _ in range(2)]
    do(people, filed(people, Kind.LV_SMALL), "accept")
    assert said("sweep").startswith("0 clocks recorded, ")
    said("clock", "--set", "2026-03-11T00:00:01")
    do(people, cases[0], "accept")  # its own clock was recorded by the action itself
    entries = Entry.objects.count()
    # And the breach and the reminder that this sweep records.
    signed = entries - Leaf.objects.count() + 2
    done = f"recorded, 1 applicants reminded, 16 messages delivered, {signed} entries signed"
    assert said("sweep").startswith(f"1 clocks {done}")
    done = "recorded, 0 applicants reminded, 0 messages delivered, 0 entries signed"
    assert said("sweep").startswith(f"0 clocks {done}")
    newest = log.latest()
    assert newest is not None
    assert newest.size == Entry.objects.count() == entries + 2
    assert Clock.objects.filter(breached_at__isnull=False).count() == 2
    assert Message.objects.filter(kind="case.accepted").count() == 2


# --- clock ---------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_clock_is_set_and_runs_on(people: dict[str, User]) -> None:
    assert said("clock", "--set", "2026-03-02T10:00:00") == "2026-03-02T10:00:00+08:00\n"
    first = city_now()
    assert timedelta() <= city_now() - first < timedelta(seconds=5)
    assert said("clock").startswith("2026-03-02T10:00:0")
    assert said("clock", "--set", "2026-03-02T02:00:00Z").startswith("2026-03-02T10:00:00+08:00")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("span", "shift"),
    [
        ("3d4h", timedelta(days=3, hours=4)),
        ("1w", timedelta(weeks=1)),
        ("90m", timedelta(minutes=90)),
        ("1d2h3m4s", timedelta(days=1, hours=2, minutes=3, seconds=4)),
        ("-2h", timedelta(hours=-2)),
    ],
)
def test_the_clock_is_advanced(people: dict[str, User], span: str, shift: timedelta) -> None:
    call_command("clock", f"--advance={span}", stdout=io.StringIO())
    assert abs(city_now() - timezone.now() - shift) < timedelta(seconds=5)


@pytest.mark.django_db
def test_the_clock_does_not_stand_before_the_calendar(people: dict[str, User]) -> None:
    assert said("clock", "--set", "2021-01-01").startswith("2021-01-01T00:00:00")
    with pytest.raises(CommandError, match="begins on 2021-01-01"):
        said("clock", "--advance=-1s")


@pytest.mark.django_db
def test_the_clock_goes_back_to_the_real_one(people: dict[str, User]) -> None:
    said("clock", "--advance", "400d")
    said("clock", "--real")
    assert abs(city_now() - timezone.now()) < timedelta(seconds=5)


@pytest.mark.django_db
def test_every_move_is_an_entry_and_none_sweeps(people: dict[str, User]) -> None:
    said("clock", "--set", "2026-03-02T10:00")
    filed(people, Kind.LV_OTHER)
    said("clock", "--advance", "30d")
    said("clock")
    said("clock", "--real")
    moves = Entry.objects.filter(case_ref=CITY_REF, type="city.clock_moved")
    assert moves.count() == 3
    assert not Clock.objects.filter(breached_at__isnull=False).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("wrong", [["--set", "tomorrow"], ["--advance", "3"], ["--advance", "3y"]])
def test_what_is_no_time_is_refused(people: dict[str, User], wrong: list[str]) -> None:
    with pytest.raises(CommandError):
        said("clock", *wrong)
    assert not Entry.objects.filter(type="city.clock_moved").exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "way", [[], ["--set", "2026-03-02T10:00"], ["--advance", "1d"], ["--real"]]
)
def test_a_real_city_s_clock_is_refused(way: list[str]) -> None:
    open_real_city()
    with pytest.raises(CommandError, match="Only the clock of a demonstration"):
        said("clock", *way)
    assert abs(city_now() - timezone.now()) < timedelta(seconds=5)


# --- verify_ledger -------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_record_that_holds_says_how_long_it_is(people: dict[str, User]) -> None:
    filed(people, Kind.LV_OTHER)
    assert said("verify_ledger") == f"The record holds: {Entry.objects.count()} entries\n"


def test_a_record_that_was_touched_exits_1_with_the_first_bad_entry(committed_db: str) -> None:
    case = filed(open_demonstration(), Kind.LV_OTHER)
    first = Entry.objects.get(case_ref=case.ref)
    as_owner("ALTER TABLE ledger_entry DISABLE TRIGGER ledger_entry_keep")
    as_owner(f"UPDATE ledger_entry SET actor_role = 'clerk' WHERE id >= {first.pk}")
    code, text = failed("verify_ledger")
    assert (code, text) == (
        1,
        "The record does not hold: guards missing or off: ledger_entry_keep\n",
    )
    as_owner("ALTER TABLE ledger_entry ENABLE TRIGGER ledger_entry_keep")
    code, text = failed("verify_ledger")
    assert (code, text) == (
        1,
        f"The record does not hold: entry {first.pk}: its content does not match its hash\n",
    )


# --- invariants ----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_every_invariant_is_named_and_holds(people: dict[str, User]) -> None:
    filed(people, Kind.LV_OTHER)
    *found, counted = said("invariants").splitlines()
    assert found == [f"holds  {name}" for name in [*CHECKS, *INVARIANTS]]
    waiting = "0 pending, 0 leased, 0 unknown, 0 parked"
    assert counted == f"messages on their way: {waiting}"


HOLDER = "a case is in the state and with the holder that its last entry says"
HANDLING = "the handling clock runs exactly while the supply company holds the case"
CLOCKS = "every clock is as the record has it"
GONE = (
    "ALTER TABLE ledger_entry DISABLE TRIGGER USER; DELETE FROM ledger_entry WHERE case_ref IN"
    " (SELECT ref FROM applications_application)"
)
BREAKS = {
    "UPDATE applications_application SET holder = 'government'": [HOLDER, HANDLING],
    "UPDATE deadlines_clock SET breached_at = '2026-01-01', noticed_at = '2026-01-02'"
    " WHERE kind = 'handling'": ["a breach is dated at its deadline and recorded once", CLOCKS],
    f"{GONE} AND case_seq = 2": [
        "entries of a case are numbered without a gap",
        "every salt belongs to an entry",
    ],
    GONE: [
        "every case has a record",
        "every salt belongs to an entry",
        CLOCKS,
        "what a row says of an act is what its entry says",
        "every file handed in is in the record and has its row",
        "a case is held since its holder last changed",
    ],
    "DELETE FROM deadlines_clock WHERE kind = 'whole_process'": [
        "every filed case has its two clocks",
        CLOCKS,
    ],
}  # fmt: skip


@pytest.mark.parametrize("sql", BREAKS)
def test_a_broken_invariant_exits_1_with_the_rows(committed_db: str, sql: str) -> None:
    people = open_demonstration()
    case = filed(people, Kind.LV_OTHER)
    for _number in range(2):
        add(application=case, requirement="identity", upload=pdf(), by=people["shop"])
    before = Application.objects.get(pk=case.pk).number
    as_owner(sql)
    code, text = failed("invariants")
    broken = re.findall(r"^BROKEN (.*)$", text, re.MULTILINE)
    assert (code, set(broken)) == (1, set(BREAKS[sql]))
    assert re.search(r"^BROKEN .*\n    \(", text, re.MULTILINE)
    if HOLDER in broken:
        assert before in text


# --- demonstration -------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_demonstration_can_be_made_again_and_again() -> None:
    demonstration._known.clear()
    first = said("demonstration")
    people = set(User.objects.values_list("username", flat=True))
    entries = Entry.objects.count()
    assert said("demonstration") == first
    assert set(User.objects.values_list("username", flat=True)) == people
    assert Entry.objects.count() == entries
    assert User.objects.get(username="resident").check_password(PASSWORD)


@pytest.mark.django_db
def test_a_real_city_does_not_become_a_demonstration() -> None:
    open_real_city()
    with pytest.raises(CommandError, match="real city"):
        said("demonstration")
    assert not User.objects.exists()


# --- as people run them --------------------------------------------------------------------------


def manage(*command: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "manage.py", *command], cwd=ROOT, capture_output=True, text=True,
        check=False, timeout=60,
    )  # fmt: skip
    return done.returncode, done.stdout


def test_exit_codes_reach_the_shell(committed_db: str) -> None:
    filed(open_demonstration(), Kind.LV_OTHER)
    assert manage("verify_ledger")[0] == 0
    as_owner("UPDATE applications_application SET holder = 'government'")
    code, text = manage("invariants")
    assert (code, "BROKEN" in text) == (1, True)
    as_owner("DROP TRIGGER ledger_entry_keep ON ledger_entry")
    assert manage("verify_ledger") == (
        1, "The record does not hold: guards missing or off: ledger_entry_keep\n",
    )  # fmt: skip
