"""Clocks for tests: started, paused and stopped at instants of one's choice."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4

from django.db import connection, connections
from django.utils import timezone

from core.clock import CITY, local_date
from deadlines import actions
from deadlines.models import Clock
from ledger.actions import move_clock
from rules import registry
from rules.names import Statistic
from rules.policy import Limit

HANDLING, WHOLE, REVIEW = "handling", "whole_process", "review"


def at(text: str) -> datetime:
    """The instant of a text such as `2026-03-02 10:00`, in the city."""
    return datetime.fromisoformat(text).replace(tzinfo=CITY)


def set_clock(text: str) -> None:
    """Move the demonstration's clock to an instant in the city; it runs on from there."""
    move_clock(offset=at(text) - timezone.now())


def limit_of(days: int, *, target: bool = False) -> Limit:
    """A limit of so many working days, with the clause of the set of permits."""
    policy = registry.current().in_force(on=local_date(at("2026-03-02")), district="510302")
    statistic = Statistic.AVERAGE if target else Statistic.CAP
    return replace(policy.set_limit(), days=days, statistic=statistic)


def new(
    days: int | None,
    *,
    kind: str = HANDLING,
    case_ref: UUID | None = None,
    target: bool = False,
    carried: int = 0,
    part: UUID | None = None,
) -> actions.NewClock:
    """A clock to start; without days it only measures."""
    return actions.NewClock(
        case_ref=case_ref or uuid4(),
        part=part,
        kind=kind,
        limit=None if days is None else limit_of(days, target=target),
        district="510302",
        rules_version=registry.current().version,
        carried_days=carried,
    )


def started(text: str, days: int | None, **more: object) -> Clock:
    """A clock that started at an instant."""
    clock = new(days, **more)  # type: ignore[arg-type]
    actions.start([clock], at=at(text))
    return Clock.objects.get(case_ref=clock.case_ref, part=clock.part, kind=clock.kind)


def pause(clock: Clock, text: str) -> Clock:
    actions.pause(case_ref=clock.case_ref, part=clock.part, kinds=[clock.kind], at=at(text))
    return again(clock)


def resume(clock: Clock, text: str) -> Clock:
    actions.resume(case_ref=clock.case_ref, part=clock.part, kinds=[clock.kind], at=at(text))
    return again(clock)


def stop(clock: Clock, text: str) -> Clock:
    actions.stop(case_ref=clock.case_ref, part=clock.part, kinds=[clock.kind], at=at(text))
    return again(clock)


def again(clock: Clock) -> Clock:
    """The clock as it stands now."""
    return Clock.objects.get(pk=clock.pk)


def freeze(text: str) -> None:
    """Let the city's clock stand still at an instant, as the owner of a database of one's own.

    So that an act can fall on the last microsecond of a day, or on the first of the next.
    """
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "CREATE OR REPLACE FUNCTION city_now() RETURNS timestamptz LANGUAGE sql VOLATILE"
            f" AS $$ SELECT timestamptz '{at(text).isoformat()}' $$"
        )


@contextmanager
def rolled_back() -> Iterator[None]:
    """What is done inside leaves no trace."""
    from django.db import transaction

    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def breach_bytes() -> list[tuple[str, str, str]]:
    """Every breach as the database writes it: kind, instant, and the entry's own instant."""
    utc = "({} AT TIME ZONE 'UTC')::text"
    breached, effective = utc.format("c.breached_at"), utc.format("e.effective_at")
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT c.kind, {breached}, {effective} FROM deadlines_clock c"
            " JOIN ledger_entry e ON e.case_ref = c.case_ref AND e.type = 'clock.breached'"
            " AND e.part IS NOT DISTINCT FROM c.part AND e.clock = c.kind || ' late'"
            " WHERE c.breached_at IS NOT NULL ORDER BY 2, 1, c.id"
        )
        return list(cursor.fetchall())
