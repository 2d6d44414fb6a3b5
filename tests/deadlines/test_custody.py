"""Who held a case, to the day, and whose its delay was: against a slow count by hand."""

from datetime import date, datetime, timedelta
from itertools import pairwise
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from core.clock import CITY, local_date
from deadlines.custody import (
    HOLDERS,
    Span,
    Step,
    custody_spans,
    is_filed,
    phases,
    running_totals,
    totals,
)
from deadlines.delay import Days, Part, delay
from deadlines.timeline import groups
from ledger.queries import Event
from rules.calendar import Calendar
from tests.rules.test_calendar import works

TABLE = Calendar.from_files("zigong")
DAY = timedelta(days=1)
NOBODY = "nobody"


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=CITY)


def event(
    when: datetime,
    kind: str,
    holder: str,
    *,
    to: str = "",
    part: UUID | None = None,
    effective: datetime | None = None,
) -> Event:
    return Event(1, effective or when, when, kind, "manager", "", to, holder, "", part)


FILED = event(at("02-12 10:00"), "case.submitted", "supplier")
REPLIED = event(at("02-14 16:00"), "case.plan_replied", "applicant", to="plan_replied")
ANSWERED = event(at("02-24 09:00"), "case.plan_answered", "supplier", to="plan_confirmed")
POSTED = event(at("02-27 11:00"), "case.line_works_posted", "government", to="permits")
NOW = at("03-02 10:00")


def told(held: list[Span]) -> list[tuple[str, int]]:
    return [(one.holder, one.working_days(TABLE)) for one in held]


def test_the_spring_festival_and_both_its_make_up_days() -> None:
    held = custody_spans([[FILED, REPLIED, ANSWERED, POSTED]], NOW)
    assert told(held) == [("supplier", 2), ("applicant", 1), ("supplier", 3), ("government", 2)]
    assert [str(day.date) for day in held[0].make_up(TABLE)] == ["2026-02-14"]
    assert [str(day.date) for day in held[3].make_up(TABLE)] == ["2026-02-28"]
    assert len(list(groups(held[1].days_off(TABLE)))) == 1
    assert [day.date.day for day in held[1].days_off(TABLE)] == list(range(15, 24))
    found = totals(held, TABLE)
    assert (found.gross, found.net) == (8, 5)
    assert found.gross == TABLE.used(held[0].start, NOW)


def test_each_stretch_says_which_steps_stand_at_its_ends() -> None:
    held = custody_spans([[FILED, REPLIED, ANSWERED]], NOW)
    assert held[1].began == Step("case.plan_replied", "plan_replied")
    assert held[1].ended == held[2].began == Step("case.plan_answered", "plan_confirmed")
    assert held[2].open
    assert held[2].ended is None


def test_hands_that_change_within_a_day_leave_the_day_to_who_had_it_at_midnight() -> None:
    back = event(at("02-14 17:00"), "case.plan_answered", "supplier")
    held = custody_spans([[FILED, REPLIED, back]], at("02-24 10:00"))
    assert told(held) == [("supplier", 2), ("applicant", 0), ("supplier", 1)]


def test_two_steps_of_one_instant_hold_the_case_for_no_moment_between_them() -> None:
    flash = event(REPLIED.at, "permit.granted", "government", part=uuid4())
    held = custody_spans([[FILED, flash, REPLIED]], NOW)
    assert [one.holder for one in held] == ["supplier", "applicant"]
    undone = event(REPLIED.at, "case.inspected", "supplier")
    held = custody_spans([[FILED, REPLIED, undone]], NOW)
    assert [(one.holder, one.open, one.ended) for one in held] == [("supplier", True, None)]


def test_what_the_last_decision_came_to_names_the_change() -> None:
    granted = event(NOW, "permit.granted", "supplier", part=uuid4())
    joined = event(NOW + MINUTE, "case.permits_joined", "supplier", to="permits_granted")
    held = custody_spans([[FILED, POSTED, granted, joined]], at("03-03 10:00"))
    assert held[1].ended == held[2].began == Step("case.permits_joined", "permits_granted")


def test_a_step_that_takes_effect_earlier_moves_no_time_to_another_party() -> None:
    silence = event(
        at("02-24 09:00"), "permit.deemed_accepted", "government",
        effective=at("02-13 09:00"), part=uuid4(),
    )  # fmt: skip
    held = custody_spans([[FILED, silence]], NOW)
    assert [(one.holder, one.start) for one in held][1] == ("government", at("02-24 09:00"))


def test_the_end_ends_it_and_what_follows_adds_nothing() -> None:
    ended = event(at("02-13 10:00"), "case.energised", NOBODY)
    rated = event(at("02-26 10:00"), "case.rated", NOBODY)
    late = event(at("02-26 10:00"), "clock.breached", "")
    held = custody_spans([[FILED, ended, rated, late]], NOW)
    assert [(one.end, one.open) for one in held] == [(ended.at, False)]


def test_a_draft_is_held_but_counts_for_nothing() -> None:
    draft = event(at("02-10 10:00"), "case.drafted", "applicant", to="draft")
    assert not is_filed(custody_spans([[draft]], NOW))
    assert is_filed(custody_spans([[draft, FILED]], NOW))
    assert custody_spans([[draft, FILED]], NOW)[0].start == FILED.at
    assert custody_spans([[]], NOW) == []


def test_the_time_between_two_filings_is_the_applicants_own_and_shows() -> None:
    gone = event(at("02-13 10:00"), "case.withdrawn", NOBODY, to="withdrawn")
    again = event(at("02-26 10:00"), "case.submitted", "supplier")
    held = custody_spans([[FILED, gone], [again]], NOW)
    assert [(one.holder, one.gap, one.earlier) for one in held] == [
        ("supplier", False, True),
        ("applicant", True, True),
        ("supplier", False, False),
    ]
    assert told(held) == [("supplier", 1), ("applicant", 4), ("supplier", 3)]
    assert totals(held, TABLE).gross == TABLE.used(FILED.at, NOW)


def test_a_limit_fills_up_row_by_row_and_stands_still_where_it_does_not_run() -> None:
    held = custody_spans([[FILED, REPLIED, ANSWERED, POSTED]], NOW)
    spans = [(one.start, one.end) for one in held if one.holder == "supplier"]
    assert running_totals(held, spans, TABLE) == [2, None, 5, None]


def permit_phases(*steps: tuple[str, str]) -> list[Span]:
    turns = dict.fromkeys(("received", "accepted", "suspended"), "government")
    turns["awaiting_supplement"] = "supplier"
    events = [event(at(when), f"permit.{state}", "", to=state) for when, state in steps]
    return phases(events, turns, ["granted", "refused", "withdrawn"], NOW)


def test_a_permit_stands_in_one_state_at_a_time_until_it_is_decided() -> None:
    found = permit_phases(
        ("02-12 10:00", "received"),
        ("02-13 10:00", "awaiting_supplement"),
        ("02-24 10:00", "received"),
        ("02-25 10:00", "accepted"),
        ("02-25 12:00", "suspended"),
        ("02-27 10:00", "accepted"),
        ("02-28 10:00", "granted"),
    )
    assert [(one.phase, one.holder, one.working_days(TABLE)) for one in found] == [
        ("received", "government", 1),
        ("awaiting_supplement", "supplier", 2),
        ("received", "government", 1),
        ("accepted", "government", 0),
        ("suspended", "government", 2),
        ("accepted", "government", 1),
    ]
    assert not found[-1].open
    assert permit_phases(("02-12 10:00", "received"))[0].open


def test_each_day_past_the_last_day_is_one_holders_and_no_day_is_two() -> None:
    held = custody_spans([[FILED, REPLIED, ANSWERED, POSTED]], NOW)
    found = delay(held, date(2026, 2, 20), local_date(NOW), TABLE)
    assert found.total == Days(10, 6)
    assert found.by_holder == {
        "applicant": Days(4, 1),
        "supplier": Days(3, 3),
        "government": Days(3, 2),
    }


def test_of_the_governments_days_that_permit_is_named_that_was_decided_last() -> None:
    held = custody_spans([[FILED, POSTED]], at("03-06 10:00"))
    planning = permit_phases(("02-27 11:00", "received"), ("03-02 09:00", "granted"))
    housing = permit_phases(("02-27 11:00", "received"))
    parts = [Part("planning", "planning", planning), Part("greening", "housing", housing)]
    found = delay(held, date(2026, 2, 26), date(2026, 3, 2), TABLE, parts)
    assert found.by_holder == {"supplier": Days(1, 1), "government": Days(3, 2)}
    assert found.waited == {("greening",): Days(3, 2)}


def test_permits_decided_on_the_same_day_are_waited_for_together_and_counted_once() -> None:
    held = custody_spans([[FILED, POSTED]], at("03-06 10:00"))
    one = permit_phases(("02-27 11:00", "received"), ("02-28 09:00", "granted"))
    other = permit_phases(("02-27 11:00", "received"), ("02-28 16:00", "refused"))
    parts = [Part("planning", "planning", one), Part("greening", "housing", other)]
    found = delay(held, date(2026, 2, 27), date(2026, 2, 28), TABLE, parts)
    assert found.waited == {("planning", "greening"): Days(1, 1)}


def test_neighbouring_days_off_of_one_reason_stand_together() -> None:
    off = TABLE.days_off(date(2026, 2, 13), date(2026, 3, 8))
    said = list(groups(off))
    assert len(said) == 3
    assert len(off) == 12


# --- against a slow reference ------------------------------------------------------------------

MINUTE = timedelta(minutes=1)
FIRST = at("01-05 09:00")
#: Mostly short steps, so that many fall on one day, one instant, or on midnight itself.
gaps = st.one_of(
    st.sampled_from([0, 1, 15 * 60, 24 * 60]), st.integers(min_value=0, max_value=60 * 24 * 20)
)
hands = st.lists(st.tuples(gaps, st.sampled_from([*HOLDERS, ""])), max_size=12)
filings_of = st.lists(st.tuples(hands, gaps, gaps), min_size=1, max_size=3)
# Beside many others on a small machine the first draws may take their time.


def records(
    found: list[tuple[list[tuple[int, str]], int, int]],
) -> tuple[list[list[Event]], datetime]:
    """Filings as the record would hold them, one after the other, and the instant after them."""
    instant, filings = FIRST, []
    for index, (steps, more, pause) in enumerate(found):
        rows = [event(instant, "case.submitted", "supplier")]
        for gap, holder in steps:
            instant += gap * MINUTE
            rows.append(event(instant, "case.step", holder))
        instant += more * MINUTE
        if index < len(found) - 1:
            rows.append(event(instant, "case.withdrawn", NOBODY))
            instant += pause * MINUTE
        filings.append(rows)
    return filings, instant


def holder_of(day: date, filings: list[list[Event]]) -> str:
    """Who had the case when the day began, by looking at every entry."""
    midnight = datetime.combine(day, datetime.min.time(), CITY)
    rows = [row for rows in filings for row in rows if row.holder and row.at < midnight]
    last = rows[-1].holder
    return "applicant" if last == NOBODY else last


@given(filings_of)
def test_every_day_is_one_holders_as_a_slow_count_says(
    found: list[tuple[list[tuple[int, str]], int, int]],
) -> None:
    filings, now = records(found)
    held = custody_spans(filings, now)
    slow = dict.fromkeys(HOLDERS, 0)
    days = [
        local_date(FIRST) + DAY * n
        for n in range(1, (local_date(now) - local_date(FIRST)).days + 1)
    ]
    for day in days:
        slow[holder_of(day, filings)] += works(day)
    assert totals(held, TABLE).by_holder == slow
    assert totals(held, TABLE).gross == TABLE.used(FIRST, now)
    named = [day.date for one in held for day in one.days_off(TABLE)]
    assert named == [day for day in days if not works(day)]


@given(filings_of)
def test_stretches_meet_without_gap_or_overlap(
    found: list[tuple[list[tuple[int, str]], int, int]],
) -> None:
    filings, now = records(found)
    held = custody_spans(filings, now)
    assert held[0].start == FIRST
    assert held[-1].end == now
    for one, following in pairwise(held):
        assert one.end == following.start
        assert one.start <= one.end
    own = [one for one in held if not one.earlier]
    assert all(a.holder != b.holder for a, b in pairwise(own))


@given(filings_of, st.integers(min_value=0, max_value=60), st.integers(min_value=0, max_value=60))
def test_a_delay_adds_up_as_a_slow_count_says(
    found: list[tuple[list[tuple[int, str]], int, int]], after: int, length: int
) -> None:
    filings, now = records(found)
    last_day = local_date(FIRST) + DAY * after
    until = min(last_day + DAY * length, local_date(now))
    slow: dict[str, Days] = {}
    for n in range(1, max((until - last_day).days, 0) + 1):
        day = last_day + DAY * n
        holder = holder_of(day, filings)
        slow[holder] = slow.get(holder, Days()) + Days(1, works(day))
    parts = [Part("planning", "planning", permit_phases(("02-02 10:00", "received")))]
    counted = delay(custody_spans(filings, now), last_day, until, TABLE, parts)
    assert counted.by_holder == slow
    assert counted.total == sum(slow.values(), Days())
    assert sum(counted.waited.values(), Days()) == slow.get("government", Days())
