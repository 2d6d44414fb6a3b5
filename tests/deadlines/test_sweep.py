"""The sweep: right whenever it runs, in batches, and no case holds up the others."""

import logging
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.clock import city_now
from deadlines import actions
from deadlines.models import Clock
from deadlines.signals import breached
from deadlines.sweep import DUE, has_passed, settle, sweep
from ledger.models import Entry
from ledger.record import NewEntry, append
from tests.deadlines.clocks import (
    again,
    at,
    breach_bytes,
    new,
    pause,
    resume,
    set_clock,
    started,
    stop,
)
from tests.ledger.entries import CLERK

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demonstration")]


def test_many_due_clocks_go_in_batches() -> None:
    set_clock("2026-04-01 10:00")
    actions.start([new(4) for _ in range(400)], at=at("2026-03-02 10:00"))
    actions.start([new(60) for _ in range(50)], at=at("2026-03-02 10:00"))
    with CaptureQueriesContext(connection) as queries:
        assert sweep(batch=100) == 400
    written = [query for query in queries if "INSERT INTO ledger_entry" in query["sql"]]
    assert len(written) == 4
    assert len(queries) <= 5 * 8
    assert Entry.objects.filter(type="clock.breached").count() == 400
    assert all(breach == effective for _kind, breach, effective in breach_bytes())
    breached_at = Clock.objects.filter(breached_at__isnull=False).values_list("breached_at")
    assert set(breached_at) == {(at("2026-03-07 00:00"),)}


def test_what_was_noticed_once_is_not_noticed_again() -> None:
    clock = started("2026-03-02 10:00", 4)
    set_clock("2026-03-07 00:00:01")
    assert [sweep(), sweep()] == [1, 0]
    noticed = again(clock).noticed_at
    set_clock("2026-06-01 10:00")
    assert sweep() == 0
    assert again(clock).noticed_at == noticed
    assert Entry.objects.filter(type="clock.breached").count() == 1


def test_neither_early_nor_paused_nor_stopped_nor_targets_nor_unlimited() -> None:
    set_clock("2026-06-01 10:00")
    started("2026-05-29 10:00", 4)
    started("2026-03-02 10:00", 4, target=True)
    started("2026-03-02 10:00", None)
    pause(started("2026-03-02 10:00", 4), "2026-03-05 10:00")
    stop(started("2026-03-02 10:00", 4), "2026-03-05 10:00")
    assert sweep() == 0
    assert breach_bytes() == []


def test_a_clock_breaks_once_though_it_is_late_twice() -> None:
    clock = started("2026-03-02 10:00", 1)
    set_clock("2026-03-20 10:00")
    sweep()
    pause(clock, "2026-03-05 10:00")
    resume(clock, "2026-03-10 10:00")
    assert again(clock).late_from == at("2026-03-11 00:00")
    assert sweep() == 0
    assert again(clock).breached_at == at("2026-03-04 00:00")
    assert again(clock).is_late(city_now())


def test_the_door_settles_one_case_only() -> None:
    mine, other = started("2026-03-02 10:00", 4), started("2026-03-02 10:00", 4)
    set_clock("2026-04-01 10:00")
    assert (has_passed(mine.case_ref), has_passed(uuid4())) == (True, False)
    settle(mine.case_ref)
    settle(uuid4())
    assert has_passed(mine.case_ref) is False
    assert again(mine).breached_at == at("2026-03-07 00:00")
    assert again(other).breached_at is None
    assert list(Clock.objects.breached({"510302"})) == [again(mine)]
    assert list(Clock.objects.breached(set())) == []
    assert list(Clock.objects.breached(None)) == [again(mine)]


def test_a_case_that_cannot_be_recorded_does_not_hold_up_the_others(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Its last entry is later than the clock, which was set back: recorded when time is there."""
    stuck = started("2026-03-02 10:00", 4)
    set_clock("2026-05-01 10:00")
    append(NewEntry(case_ref=stuck.case_ref, type="case.accepted", actor=CLERK))
    set_clock("2026-04-01 10:00")
    others = [started("2026-03-02 10:00", 4) for _ in range(7)]
    with caplog.at_level(logging.ERROR):
        assert sweep(batch=3) == 7
    assert [again(clock).breached_at for clock in others] == [at("2026-03-07 00:00")] * 7
    assert again(stuck).breached_at is None
    [line] = [record.getMessage() for record in caplog.records if record.name.startswith("tong")]
    assert str(stuck.case_ref) in line
    set_clock("2026-05-01 10:01")
    assert sweep() == 1
    assert again(stuck).breached_at == at("2026-03-07 00:00")


def test_silence_that_nobody_hears_ends_the_sweep_all_the_same(
    caplog: pytest.LogCaptureFixture,
) -> None:
    deaf = new(5, kind="intake", part=uuid4())
    actions.start([deaf], at=at("2026-03-02 10:00"))
    other = started("2026-03-02 10:00", 4)
    set_clock("2026-04-01 10:00")
    assert sweep() == 1
    assert again(other).breached_at
    assert not Entry.objects.filter(case_ref=deaf.case_ref).exists()
    assert "could not be recorded" in caplog.text


def test_who_listens_hears_of_every_breach_in_the_same_transaction() -> None:
    heard: list[tuple[int, object]] = []

    def listen(clocks: list[Clock], at: object, **_: object) -> None:
        heard.extend((clock.pk, at) for clock in clocks)

    clocks = [started("2026-03-02 10:00", 4) for _ in range(2)]
    set_clock("2026-04-01 10:00")
    breached.connect(listen)
    try:
        sweep()
    finally:
        breached.disconnect(listen)
    assert heard == [(clock.pk, again(clock).noticed_at) for clock in clocks]


def test_the_claim_reads_the_index_of_due_clocks() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT id FROM deadlines_clock WHERE state = 'running' AND noticed_at IS NULL"
            " AND NOT target AND late_from IS NOT NULL AND late_from <= %s ORDER BY late_from",
            [timezone.now()],
        )
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "clock_due_next" in plan


@pytest.mark.django_db
def test_the_sweep_finds_what_is_due_by_the_index() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            f"EXPLAIN SELECT id FROM deadlines_clock WHERE {DUE} ORDER BY late_from LIMIT 9"
        )
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "Index Scan using clock_due_next" in plan
    assert "Index Cond: (late_from <= " in plan
