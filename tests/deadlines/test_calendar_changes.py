"""A calendar is corrected while clocks run: counted again once, the old day and the reason kept."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.db import IntegrityError, ProgrammingError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override

from accounts.roles import Role
from core import demonstration as city
from deadlines import recalculation
from deadlines.explain import explain
from deadlines.models import Clock, Recalculation
from deadlines.sweep import settle, sweep
from ledger.actions import approval, open_city
from ledger.models import Entry
from ledger.queries import timeline
from ledger.verify import verify
from portal.invariants import broken
from rules import registry
from tests.calendars import day_off, load, of_2027, read_calendars, without_off, worked
from tests.deadlines.clocks import again, at, pause, resume, set_clock, started, stop
from tests.people import staff

FIRM = ("2026-03-02 10:00", 8)  # 3, 4, 5, 6, 9, 10, 11, 12 March


@pytest.fixture(autouse=True)
def _city(committed_db: str) -> Iterator[None]:
    city._known.clear()
    open_city(demonstration=True)
    registry.forget()
    set_clock("2026-03-02 10:00")
    yield
    registry.forget()
    connections["owner"].close()


def recalculations(clock: Clock) -> list[tuple[date, date, date]]:
    return [(one.was, one.due_on, one.counted) for one in clock.recalculations.order_by("id")]


def day(number: int) -> date:
    return date(2026, 3, number)


def test_a_firm_day_moves_when_the_notice_is_corrected() -> None:
    clock = started(*FIRM)
    before = clock.calendar_version
    assert (clock.due_on, clock.provisional) == (day(12), False)
    table = load(day_off(read_calendars(), "2026-03-09"))
    assert sweep() == 0
    clock = again(clock)
    assert (clock.due_on, clock.due_before, clock.provisional) == (day(13), day(12), False)
    assert clock.late_from == at("2026-03-14 00:00")
    [one] = clock.recalculations.all()
    assert (one.version_before, one.calendar_version) == (before, table.version)
    assert recalculations(clock) == [(day(12), day(13), day(13))]
    [event] = timeline(clock.case_ref)
    assert (event.type, event.clock, event.at) == (
        "clock.recounted", "handling recounted", clock.recounted_at,
    )  # fmt: skip
    assert verify() is None
    # The clock of this test is no case's.
    stray = [clock.case_ref, "handling", "clock", "kept", "none"]
    left = [row for _name, rows in broken() for row in rows if list(row) != stray]
    assert left == []


def test_the_reason_and_the_approver_stand_with_the_clock() -> None:
    clock = started(*FIRM)
    regulator = staff(Role.REGULATOR, username="regulator-9")
    word = approval(regulator.username, "国务院办公厅更正通知")
    load(day_off(read_calendars(), "2026-03-09"), word)
    sweep()
    loaded = Entry.objects.get(type="calendar.loaded")
    recalculated = again(clock).recalculations.get()
    when = f"{timezone.localtime(recalculated.at):%Y-%m-%d %H:%M:%S}"
    assert recalculated.reason == {
        "notices": [
            {
                "zh": "国务院办公厅关于2026年部分节假日安排的通知",
                "en": "State Council General Office notice on holidays in 2026",
                "number": "",
            }
        ],
        "text": "国务院办公厅更正通知",
        "role": "regulator",
        "loaded_at": loaded.at.isoformat(),
        "entry": loaded.pk,
    }
    for language, text in {
        "en": (
            f"Counted again {when}: the last day was 2026-03-12 and is 2026-03-13. "
            "Reason: State Council General Office notice on holidays in 2026; "
            "国务院办公厅更正通知. Loaded 2026-03-02, approved by: Regulator."
        ),
        "zh-hans": (
            f"{when} 重新计算：最后一天由 2026-03-12 改为 2026-03-13。"
            "原因：国务院办公厅关于2026年部分节假日安排的通知；国务院办公厅更正通知。"
            "2026-03-02 启用，批准人：监管部门。"
        ),
    }.items():
        with override(language):
            lines = explain(again(clock), at("2026-03-02 11:00")).lines
        assert [line.text for line in lines if line.kind == "recounted"] == [text]


def test_every_change_is_kept_and_each_version_counts_once() -> None:
    clock = started(*FIRM)
    first = day_off(read_calendars(), "2026-03-09")
    load(first)
    sweep()
    load(day_off(first, "2026-03-10", "再更正"))
    sweep()
    sweep()
    assert recalculations(again(clock)) == [
        (day(12), day(13), day(13)), (day(13), day(16), day(16)),
    ]  # fmt: skip
    assert Entry.objects.filter(type="clock.recounted").count() == 2


def test_two_versions_at_once_are_one_change_with_both_reasons() -> None:
    """A sweep that did not run between two loads counts once, from the version it knew."""
    set_clock("2026-12-28 10:00")
    clock = started("2026-12-28 10:00", 4)
    assert (clock.due_on, clock.provisional) == (date(2027, 1, 1), True)
    texts = of_2027(read_calendars())
    load(texts)
    load(day_off(texts, "2026-12-30"))
    sweep()
    # 29, 31 December; 3, 4 January.
    assert recalculations(again(clock)) == [
        (date(2027, 1, 1), date(2027, 1, 4), date(2027, 1, 4)),
    ]  # fmt: skip
    reason = again(clock).recalculations.get().reason
    assert [notice["en"][-4:] for notice in reason["notices"]] == ["2026", "2027"]


def test_a_calendar_that_counts_the_same_touches_no_clock() -> None:
    clock = started(*FIRM)
    texts = read_calendars()
    load({**texts, "2026.toml": "# Read again.\n" + texts["2026.toml"]})
    sweep()
    assert again(clock).calendar_version == clock.calendar_version
    load(day_off(texts, "2026-03-16"))
    sweep()
    assert again(clock).calendar_version == clock.calendar_version
    assert not Recalculation.objects.exists()


def test_a_day_that_was_over_when_its_calendar_came_makes_nobody_late() -> None:
    """Counted: 10 March. It is the 11th: that day is the last one, and late begins after it."""
    clock = started(*FIRM)
    set_clock("2026-03-11 10:00")
    load(worked(worked(read_calendars(), "2026-03-07"), "2026-03-08"))
    assert sweep() == 0
    clock = again(clock)
    assert recalculations(clock) == [(day(12), day(11), day(10))]
    assert (clock.late_from, clock.breached_at) == (at("2026-03-12 00:00"), None)
    with override("en"):
        lines = explain(clock, at("2026-03-11 11:00")).lines
    [text] = [line.text for line in lines if line.kind == "recounted"]
    assert "By it the last day was 2026-03-10, which was over by then." in text
    set_clock("2026-03-12 00:00:01")
    assert sweep() == 1
    assert again(clock).breached_at == at("2026-03-12 00:00")


def test_a_day_that_passed_stays_where_it_was_when_the_new_one_is_earlier_still() -> None:
    """The breach is dated by the day that was in force, not by one that came afterwards."""
    clock = started(*FIRM)
    set_clock("2026-03-13 10:00")
    load(worked(read_calendars(), "2026-03-07"))
    assert sweep() == 1
    clock = again(clock)
    assert (clock.due_on, clock.breached_at) == (day(12), at("2026-03-13 00:00"))
    assert not Recalculation.objects.exists()


def test_an_action_calls_nothing_late_that_the_new_calendar_moved() -> None:
    """No sweep ran since the calendar was loaded: the action that finds the day counts it."""
    clock = started(*FIRM)
    set_clock("2026-03-13 10:00")
    load(day_off(read_calendars(), "2026-03-09"))
    settle(clock.case_ref)
    clock = again(clock)
    assert (clock.due_on, clock.breached_at) == (day(13), None)
    assert recalculations(clock) == [(day(12), day(13), day(13))]


def test_recorded_breaches_and_closed_clocks_never_change() -> None:
    late, paused, stopped = (started(*FIRM) for _ in range(3))
    pause(paused, "2026-03-03 10:00")
    stop(stopped, "2026-03-03 10:00")
    set_clock("2026-03-13 10:00")
    assert sweep() == 1
    rows = Clock.objects.order_by("id")
    before = list(rows.values())
    load(day_off(read_calendars(), "2026-03-09"))
    assert sweep() == 0
    assert list(rows.values()) == before
    assert again(late).breached_at == at("2026-03-13 00:00")
    # The 3rd is used; seven days are left.
    assert resume(paused, "2026-03-16 10:00").due_on == day(25)


def test_the_spring_festival_of_2026_when_one_of_its_days_is_taken_back() -> None:
    """The real notice: 15 to 23 February off, 14 and 28 worked. A correction works them all."""
    set_clock("2026-02-10 10:00")
    clock = started("2026-02-10 10:00", 8)
    # 11, 12, 13, 14 (a Saturday that is worked), 24, 25, 26, 27.
    assert clock.due_on == date(2026, 2, 27)
    load(without_off(read_calendars(), "2026-02-15"))
    sweep()
    # 11, 12, 13, 14, 16, 17, 18, 19.
    assert recalculations(again(clock)) == [
        (date(2026, 2, 27), date(2026, 2, 19), date(2026, 2, 19)),
    ]  # fmt: skip


def test_a_run_that_was_ended_half_way_is_finished_by_the_next() -> None:
    clocks = [started(*FIRM) for _ in range(3)]
    load(day_off(read_calendars(), "2026-03-09"))
    run = recalculation.batches(size=1)
    assert next(run) == 1
    del run
    assert sorted(recalculations(again(clock)) for clock in clocks) == [
        [], [], [(day(12), day(13), day(13))],
    ]  # fmt: skip
    sweep()
    assert [recalculations(again(clock)) for clock in clocks] == [[(day(12), day(13), day(13))]] * 3
    assert Entry.objects.filter(type="clock.recounted").count() == 3


def test_a_case_that_somebody_works_on_is_left_for_the_next_sweep() -> None:
    clock = started(*FIRM)
    load(day_off(read_calendars(), "2026-03-09"))
    key = int.from_bytes(clock.case_ref.bytes[:8], "big", signed=True)
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [key])
        sweep()
        assert recalculations(again(clock)) == []
        cursor.execute("SELECT pg_advisory_unlock(%s)", [key])
    sweep()
    assert recalculations(again(clock)) == [(day(12), day(13), day(13))]


def test_clocks_that_a_calendar_does_not_concern_cost_nothing() -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            assert sum(recalculation.batches()) == 0
        return len(found)

    load(day_off(read_calendars(), "2026-06-01"))
    sum(recalculation.batches())
    one = asked()
    for _ in range(3):
        started(*FIRM)
    assert asked() == one


def test_what_waits_is_found_by_index() -> None:
    many = [started(*FIRM)]
    clock = many[0]
    Clock.objects.bulk_create(
        [Clock(**{**_columns(clock), "part": f"00000000-0000-4000-8000-{n:012d}"})
         for n in range(3000)]
    )  # fmt: skip
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE deadlines_clock")
    table = load(day_off(read_calendars(), "2026-03-13"))
    found = recalculation._running(clock.calendar_version, table, None)
    assert "clock_to_recount" in found[:500].explain()
    later = recalculation._running(clock.calendar_version, table, (day(12), clock.pk))
    assert "clock_to_recount" in later[:500].explain()


def _columns(clock: Clock) -> dict[str, object]:
    return {
        field.attname: getattr(clock, field.attname)
        for field in Clock._meta.concrete_fields
        if not field.primary_key
    }


def test_a_recalculation_can_be_neither_changed_nor_removed() -> None:
    clock = started(*FIRM)
    load(day_off(read_calendars(), "2026-03-09"))
    sweep()
    for change in (
        "UPDATE deadlines_recount SET was = due_on",
        "DELETE FROM deadlines_recount",
    ):
        refused = pytest.raises(ProgrammingError, match="permission denied")
        with refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)
    one = again(clock).recalculations.get()
    one.pk = None
    with pytest.raises(IntegrityError, match="recounted_once"), transaction.atomic():
        one.save(force_insert=True)
