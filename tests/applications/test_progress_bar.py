"""Who held a case when: a reading of the record, over days."""

from datetime import date, datetime
from uuid import UUID, uuid4

from applications.timeline import Span, spans, timeline
from core.clock import CITY
from ledger.queries import Event
from rules.calendar import Calendar

TABLE = Calendar.from_files("zigong")
NOW = datetime(2026, 10, 12, 9, tzinfo=CITY)


def at(month: int, day: int, hour: int = 9) -> datetime:
    """An instant of 2026 in the city."""
    return datetime(2026, month, day, hour, tzinfo=CITY)


def event(
    when: datetime,
    kind: str,
    to: str,
    holder: str,
    *,
    effective: datetime | None = None,
    part: UUID | None = None,
) -> Event:
    """One entry of the record."""
    dated = effective or when
    return Event(1, dated, when, kind, "manager", "", to, holder, "", part)


FILED = event(at(9, 24), "case.submitted", "submitted", "supplier")
ACCEPTED = event(at(9, 25), "case.accepted", "accepted", "supplier")
REPLIED = event(at(9, 28), "case.plan_replied", "plan_replied", "applicant")
CONFIRMED = event(at(10, 9), "case.plan_answered", "plan_confirmed", "supplier")


def test_the_bar_begins_with_the_filing_and_joins_steps_of_one_holder() -> None:
    draft = event(at(9, 1), "case.drafted", "draft", "applicant")
    found = spans([draft, FILED, ACCEPTED, REPLIED, CONFIRMED], now=NOW, table=TABLE)
    assert found == [
        Span("supplier", at(9, 24), at(9, 28), ("submitted", "accepted"), 1),
        Span("applicant", at(9, 28), at(10, 9), ("plan_replied",), 4),
        Span("supplier", at(10, 9), None, ("plan_confirmed",), 2),
    ]


def test_a_draft_has_its_own_stretch() -> None:
    draft = event(at(9, 24), "case.drafted", "draft", "applicant")
    assert spans([draft], now=at(9, 25), table=TABLE) == [
        Span("applicant", at(9, 24), None, ("draft",), 0)
    ]


def test_nothing_begun_is_an_empty_bar() -> None:
    found = timeline([], now=NOW, table=TABLE)
    assert (found.spans, found.days_off, found.make_up) == ([], [], [])


def test_the_bar_ends_when_nobody_holds_the_case_and_what_follows_adds_nothing() -> None:
    ended = event(at(10, 10), "case.energised", "energised", "nobody")
    rated = event(at(10, 12), "case.rated", "energised", "nobody")
    found = timeline([FILED, ended, rated], now=NOW, table=TABLE)
    assert found.spans == [Span("supplier", at(9, 24), at(10, 10), ("submitted",), 6)]
    assert found.now is None


def test_a_step_that_takes_effect_earlier_moves_no_time_to_another_party() -> None:
    silence = event(
        at(10, 9), "permit.deemed_accepted", "accepted", "government",
        effective=at(9, 28), part=uuid4(),
    )  # fmt: skip
    found = spans([FILED, silence], now=NOW, table=TABLE)
    assert [(span.holder, span.start) for span in found] == [
        ("supplier", at(9, 24)),
        ("government", at(10, 9)),
    ]
    assert found[1].states == ()


def test_entries_without_a_holder_change_nothing() -> None:
    late = event(at(9, 29), "clock.breached", "", "")
    assert spans([FILED, late], now=NOW, table=TABLE) == spans([FILED], now=NOW, table=TABLE)


def test_holidays_and_make_up_days_of_the_whole_bar_are_marked() -> None:
    found = timeline([FILED], now=at(9, 25), table=TABLE, due_on=date(2026, 10, 12))
    assert [row.date for row in found.make_up] == [date(2026, 10, 10)]
    off = [row.date for row in found.days_off]
    assert off[0] == date(2026, 9, 25)
    assert {date(2026, 10, day) for day in range(1, 8)} <= set(off)
    assert date(2026, 10, 10) not in off
