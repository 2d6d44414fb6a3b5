"""A newer calendar moves the last day of a follow-up: lead and applicant are told, once."""

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


def test_lead_and_applicant_are_told_of_a_moved_last_day(people: "dict[str, User]") -> None:
    from applications.states import State
    from deadlines.models import Clock
    from deadlines.sweep import sweep
    from notifications import outbox, texts
    from notifications.models import Message
    from rules.names import Kind
    from tests.applications.follow_ups import rated_low
    from tests.builders import case_at
    from tests.calendars import day_off, load, read_calendars
    from tests.concurrency.test_races import nothing_broken
    from tests.deadlines.clocks import set_clock

    set_clock("2026-11-02 10:00")
    case = case_at(people, Kind.RESIDENTIAL, State.ENERGISED)
    follow_up = rated_low(people, case)
    load(day_off(read_calendars(), "2026-11-04"))
    sweep()
    sweep()
    outbox.deliver_all()
    assert Clock.objects.get(case_ref=follow_up.ref).due_on == date(2026, 11, 24)
    moved = Message.objects.filter(kind="clock.recounted").order_by("id")
    told = {row.recipient_id: texts.shown(row) for row in moved}
    assert {party: shown.url for party, shown in told.items()} == {
        people["supply-lead"].party_id: f"/work/follow-ups/{follow_up.pk}/",
        people["supply-lead-2"].party_id: f"/work/follow-ups/{follow_up.pk}/",
        people["resident"].party_id: f"/account/cases/{case.number}/",
    }
    for shown in told.values():
        assert "差评回访：最后一天由 2026-11-23 改为 2026-11-24" in shown.body
    nothing_broken()
