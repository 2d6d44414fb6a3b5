"""Beat off for three days, the broker emptied: the same breaches at the same instants."""

from datetime import date

import redis
from django.conf import settings

from accounts.models import User
from applications.models import Application
from applications.states import State
from core import demonstration as city
from core.clock import local_date
from deadlines.sweep import sweep
from deadlines.tasks import sweep as poke
from ledger.queries import timeline
from ledger.verify import verify
from portal.invariants import broken
from rules.names import Kind
from tests.builders import case_at, filed, open_permits, post_works
from tests.builders import permit_step as perform
from tests.deadlines.clocks import breach_bytes, rolled_back, set_clock
from tests.people import open_demonstration
from tools.scenarios import FOUR_REVIEWS

#: From Friday to Monday and on: three days without a poke.
TICKS = [f"2026-03-{day:02} {hour:02}:00:30" for day in range(6, 14) for hour in (0, 8, 16)]
Late = tuple[list[tuple[str, str, str]], list[tuple[str, date, str]]]
OFF = range(TICKS.index("2026-03-06 00:00:30"), TICKS.index("2026-03-09 00:00:30"))


def city_at_work() -> dict[str, User]:
    """Cases of every kind, and permits in every kind of waiting, begun on Monday the 2nd."""
    city._known.clear()
    people = open_demonstration()
    set_clock("2026-03-02 09:00")
    for kind in Kind:
        filed(people, kind)
    silent, reviewed = (
        post_works(people, case_at(people, Kind.LV_OTHER, State.CONTRACTED), FOUR_REVIEWS)
        for _ in range(2)
    )
    assert len(open_permits(silent)) == 4
    for permit in open_permits(reviewed):
        perform(permit=permit, action="accept", by=people[permit.bureau], body={})
    set_clock("2026-03-03 15:00")
    for kind in (Kind.LV_SMALL, Kind.LV_OTHER):
        filed(people, kind)
    [permit, *_others] = open_permits(silent)
    body = {"items": ["红线图"]}
    perform(permit=permit, action="request_supplement", by=people[permit.bureau], body=body)
    return people


def what_was_late() -> Late:
    """Breaches to the microsecond, and every step with the day that it is dated at.

    Two runs receive their papers some milliseconds apart, so a silence is compared by its day.
    """
    steps = [
        (event.type, local_date(event.at), event.clock)
        for case in Application.objects.order_by("id")
        for event in timeline(case.ref)
    ]
    return breach_bytes(), sorted(steps)


def run(missed: range) -> Late:
    """Sweep at every tick but the missed ones."""
    with rolled_back():
        city_at_work()
        for number, tick in enumerate(TICKS):
            if number in missed:
                continue
            set_clock(tick)
            sweep()
        found = what_was_late()
        assert [(name, rows) for name, rows in broken() if rows] == []
        assert verify() is None
        return found


def test_three_days_without_a_sweep_change_no_instant(db: None) -> None:
    uninterrupted = run(missed=range(0))
    assert len(uninterrupted[0]) >= 11
    assert len({instant for _kind, instant, _entry in uninterrupted[0]}) >= 4
    assert run(missed=OFF) == uninterrupted
    assert run(missed=range(len(TICKS) - 1)) == uninterrupted


def test_an_emptied_broker_loses_no_breach(committed_db: str) -> None:
    """The pokes that wait in the broker are lost with it; the deadlines are in the database."""
    uninterrupted = run(missed=range(0))
    city_at_work()
    broker = redis.Redis.from_url(settings.REDIS_URL)
    for _ in range(20):
        poke.delay()
    assert broker.llen("celery") >= 20
    broker.flushdb()
    assert broker.llen("celery") == 0
    set_clock(TICKS[-1])
    poke.apply()
    assert what_was_late() == uninterrupted
    assert [(name, rows) for name, rows in broken() if rows] == []
    assert verify() is None
