"""Time left and the sentence of the header: what is said, at each side of each boundary."""

from datetime import date, datetime
from uuid import uuid4

import pytest
from django.utils.translation import override

from accounts.models import User
from applications.header import header, sentence
from applications.models import Application
from applications.states import State
from core.clock import CITY, end_of
from deadlines.models import Clock
from deadlines.timeleft import TimeLeft, time_left
from rules.names import Kind
from tests.builders import Ready, drafted

pytestmark = pytest.mark.django_db

DUE = date(2026, 11, 27)


def at(month: int, day: int, hour: int = 9, minute: int = 0, second: int = 0) -> datetime:
    """An instant of 2026 in the city."""
    return datetime(2026, month, day, hour, minute, second, tzinfo=CITY)


def clock(*, target: bool = False, due_on: date | None = DUE, **more: object) -> Clock:
    """A clock of seven working days, due on a Friday."""
    values = {
        "case_ref": uuid4(),
        "kind": Clock.Kind.WHOLE_PROCESS,
        "limit_days": 7,
        "target": target,
        "due_on": due_on,
        "late_from": end_of(due_on) if due_on else None,
        "started_at": at(11, 18),
        "state": Clock.State.RUNNING if due_on else Clock.State.PAUSED,
    }
    return Clock(**values | more)


def case(state: State = State.SUBMITTED, kind: Kind = Kind.LV_SMALL) -> Application:
    """A case in a state, as far as its sentence reads it."""
    return Application(kind=kind, state=state, holder="supplier")


@pytest.mark.parametrize(
    ("now", "word", "tone", "days_late"),
    [
        (at(11, 23), "4 working days left", "", 0),
        (at(11, 26), "1 working day left", "soon", 0),
        (at(11, 27), "today until 24:00", "soon", 0),
        (at(11, 27, 23, 59, 59), "today until 24:00", "soon", 0),
        (at(11, 28, 0), "late by 1 day", "late", 1),
        (at(11, 30), "late by 3 days", "late", 3),
    ],
)
def test_the_words_change_at_midnight_of_the_last_day(
    now: datetime, word: str, tone: str, days_late: int
) -> None:
    with override("en"):
        left = time_left(clock(), 3, now)
        assert (left.word, left.tone, left.days_late) == (word, tone, days_late)


def test_a_target_is_never_late() -> None:
    with override("en"):
        left = time_left(clock(target=True), 3, at(12, 1))
        assert (left.late, left.past_target, left.word) == (False, True, "target day passed")


def test_a_clock_that_stands_still_keeps_what_is_left() -> None:
    with override("en"):
        left = time_left(clock(due_on=None), 3, at(11, 23))
        assert left.word == "4 working days left, standing still"
        assert (left.due_on, left.share) == (None, 43)


def test_nothing_filed_has_nothing_left() -> None:
    left = TimeLeft()
    assert (left.word, left.share, left.tone) == ("", 0, "")


def test_the_sentence_says_who_does_what_how_long_yet_and_until_when() -> None:
    now = at(11, 23)
    left = time_left(clock(), 3, now)
    with override("zh-hans"):
        said = "供电公司正在审核申请，还有 4 个工作日，11月27日（周五）24:00 前。"
        assert sentence(case(), left, now) == said
    with override("en"):
        doing = "The supply company is checking the application"
        said = f"{doing}; 4 working days left, by the end of Fri 27 Nov."
        assert sentence(case(), left, now) == said


def test_the_sentence_of_a_late_case_counts_the_days_in_both_languages() -> None:
    now = at(11, 30)
    left = time_left(clock(), 8, now)
    with override("en"):
        assert sentence(case(), left, now).endswith("the last day was Fri 27 Nov: 3 days late.")
    with override("zh-hans"):
        assert "已超期" in sentence(case(), left, now)


def test_a_draft_has_no_time_and_the_progress_page_no_address_line(
    people: dict[str, User],
) -> None:
    draft = drafted(people, Kind.RESIDENTIAL)
    head = header(draft, draft.filed_by.user)
    assert (head.left, draft.address_line in head.place) == (TimeLeft(), True)
    assert draft.address_line not in header(draft, None).place


@pytest.mark.parametrize(
    ("kind", "state", "holder"),
    [
        (Kind.RESIDENTIAL, State.ACCEPTED, "applicant"),
        (Kind.HV_SINGLE, State.ACCEPTED, "supplier"),
        (Kind.HV_DUAL, State.PERMITS, "government"),
        (Kind.HV_DUAL, State.WORKS, "applicant"),
        (Kind.LV_OTHER, State.ENERGISED, ""),
    ],
)
def test_the_header_names_the_holder_whose_turn_it_is(
    people: dict[str, User], ready: Ready, kind: Kind, state: State, holder: str
) -> None:
    found = ready(kind, state)
    with override("en"):
        head = header(found, found.filed_by.user)
    subject = {
        "applicant": "Please",
        "supplier": "The supply company",
        "government": "The bureaus",
        "": "The power is on",
    }[holder]
    assert (head.holder, head.sentence.startswith(subject)) == (holder, True)
    assert bool(head.timeline.spans)
