"""A newer calendar moves the last day of an order, and its addressee is told, once."""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from accounts.models import User


@pytest.fixture
def people(with_people: None, committed_db: str) -> "Iterator[dict[str, User]]":
    """The demonstration's people in a database whose calendar the test changes."""
    from django.db import connections

    from rules import registry
    from tests.people import open_demonstration

    registry.forget()
    yield open_demonstration()
    registry.forget()
    connections["owner"].close()


def test_the_addressee_is_told_of_a_moved_last_day(people: "dict[str, User]") -> None:
    from deadlines.models import Clock
    from deadlines.sweep import sweep
    from notifications import outbox, texts
    from notifications.models import Message
    from tests.calendars import day_off, load, read_calendars
    from tests.concurrency.test_races import nothing_broken
    from tests.deadlines.clocks import set_clock
    from tests.oversight.orders import PLANNERS, do, issue

    set_clock("2026-11-02 10:00")
    order, paused = issue(people, PLANNERS), do(people, issue(people), "answer")
    load(day_off(read_calendars(), "2026-11-04"))
    sweep()
    sweep()
    outbox.deliver_all()
    assert Clock.objects.get(case_ref=order.ref).due_on == date(2026, 11, 17)
    [message] = Message.objects.filter(kind="clock.recounted")
    shown = texts.shown(message)
    assert message.recipient == people["planning-lead"].party
    assert shown.url == f"/orders/{order.number}/"
    assert "完成整改：最后一天由 2026-11-16 改为 2026-11-17" in shown.body
    set_clock("2026-11-06 10:00")
    do(people, paused, "return")
    assert Clock.objects.get(case_ref=paused.ref).due_on == date(2026, 11, 20)
    nothing_broken()
