"""A clock explained: every interval, every day that did not count, due, clause, for everybody."""

from typing import Any

import pytest
from django.utils.translation import override

from accounts.models import User
from applications.states import State
from core.clock import city_now
from deadlines.explain import Explanation, explain
from deadlines.models import Clock
from deadlines.serializers import ExplanationSerializer
from deadlines.sweep import sweep
from rules.names import Kind
from tests.builders import case_at, do, filed, open_permits, post_works
from tests.builders import permit_step as perform
from tests.deadlines.clocks import again, at, limit_of, pause, resume, set_clock, started, stop
from tests.deadlines.test_instants import PLANNING_ONLY
from tests.people import browser

pytestmark = pytest.mark.django_db

RAN = "Ran from {} to {}: {}; the first day is not counted."


def told(clock: Clock, now: str, language: str = "en") -> list[tuple[str, str]]:
    with override(language):
        return [(line.kind, line.text) for line in explain(clock, at(now)).lines]


def clause(language: str) -> str:
    with override(language):
        return str(limit_of(6).clause)


def over_the_holiday() -> Clock:
    """Started before the National Day holiday, standing still inside it, stopped after it."""
    clock = pause(started("2026-09-29 10:00", 6), "2026-10-02 09:00")
    return resume(clock, "2026-10-06 18:00")


def test_each_line_in_english() -> None:
    assert told(over_the_holiday(), "2026-10-11 10:00") == [
        ("started", "Started 2026-09-29 10:00:00."),
        (
            "ran",
            RAN.format("2026-09-29 10:00:00", "2026-10-02 09:00:00", "1 working day"),
        ),
        ("not_counted", "Did not count: 2026-10-01 National Day, 2026-10-02 National Day."),
        ("stood_still", "Stood still from 2026-10-02 09:00:00 to 2026-10-06 18:00:00."),
        (
            "ran",
            RAN.format("2026-10-06 18:00:00", "2026-10-11 10:00:00", "3 working days"),
        ),
        ("not_counted", "Did not count: 2026-10-07 National Day, 2026-10-11 Weekend."),
        ("made_up", "Counted though a weekend: 2026-10-10 National Day."),
        ("limit", f"Limit: 6 working days ({clause('en')})."),
        ("due", "Due by the end of 2026-10-13."),
    ]


def test_each_line_in_chinese() -> None:
    lines = told(over_the_holiday(), "2026-10-11 10:00", "zh-hans")
    assert lines == [
        ("started", "2026-09-29 10:00:00 开始计时。"),
        (
            "ran",
            "2026-09-29 10:00:00 至 2026-10-02 09:00:00 计时，共 1 个工作日，起始当日不计。",
        ),
        ("not_counted", "不计入的日子：2026-10-01 国庆节、2026-10-02 国庆节。"),
        ("stood_still", "2026-10-02 09:00:00 至 2026-10-06 18:00:00 暂停计时。"),
        (
            "ran",
            "2026-10-06 18:00:00 至 2026-10-11 10:00:00 计时，共 3 个工作日，起始当日不计。",
        ),
        ("not_counted", "不计入的日子：2026-10-07 国庆节、2026-10-11 周休息日。"),
        ("made_up", "周末调休上班、计入的日子：2026-10-10 国庆节。"),
        ("limit", f"时限：6 个工作日（{clause('zh-hans')}）。"),
        ("due", "应在 2026-10-13 24:00 前办完。"),
    ]


def test_the_days_ahead_that_will_not_count_say_why_it_is_not_due_sooner() -> None:
    lines = told(started("2026-09-30 10:00", 3), "2026-09-30 10:00")
    assert lines[-3:] == [
        ("due", "Due by the end of 2026-10-10."),
        (
            "will_not_count",
            "Will not count: "
            + ", ".join(f"2026-10-0{day} National Day" for day in range(1, 8))
            + ".",
        ),
        ("will_count", "Will count though a weekend: 2026-10-10 National Day."),
    ]


def test_every_day_of_an_interval_is_either_counted_or_named() -> None:
    clock = over_the_holiday()
    found = explain(clock, at("2026-10-11 10:00"))
    named = [
        row["date"] for line in found.lines if line.kind == "not_counted" for row in line.dates
    ]
    # Two spans: 30 Sep to 2 Oct and 7 to 11 Oct.
    assert sorted(named) == ["2026-10-01", "2026-10-02", "2026-10-07", "2026-10-11"]
    assert all(row["why"] for line in found.lines for row in line.dates)


def test_late_is_said_with_its_instant(demonstration: None) -> None:
    clock = started("2026-03-02 10:00", 4)
    set_clock("2026-03-20 10:00")
    line = ("late", "Late since 2026-03-07 00:00:00.")
    assert told(clock, "2026-03-20 10:00")[-1] == line
    sweep()
    clock = stop(again(clock), "2026-03-20 11:00")
    assert told(clock, "2026-06-01 10:00")[-1] == line


def test_a_target_is_called_one_and_never_late() -> None:
    lines = told(started("2026-03-02 10:00", 3, target=True), "2026-03-20 10:00")
    kinds = [kind for kind, _text in lines]
    assert ("target" in kinds, "limit" in kinds, "late" in kinds) == (True, False, False)


def test_a_provisional_day_says_why() -> None:
    lines = dict(told(started("2026-12-21 10:00", 30), "2026-12-21 10:00"))
    assert lines["due"] == (
        "Due by the end of 2027-02-01. Provisional: the holidays of that year have not been "
        "announced yet."
    )


def test_what_has_no_limit_says_that_it_is_measured() -> None:
    clock = stop(started("2026-03-02 10:00", None), "2026-03-09 10:00")
    assert told(clock, "2026-03-10 10:00")[-2:] == [
        ("ended", "Ended 2026-03-09 10:00:00 after 5 working days."),
        ("no_limit", "The rules set no limit here; it is measured."),
    ]


def test_on_the_spot_is_said_in_words() -> None:
    clock = started("2026-03-07 10:00", 0, kind="instant")
    assert told(clock, "2026-03-07 10:00")[-3:] == [
        ("limit", f"Limit: the day it comes in, or the next working day ({clause('en')})."),
        ("due", "Due by the end of 2026-03-09."),
        ("will_not_count", "Will not count: 2026-03-08 Weekend."),
    ]


def test_an_earlier_filing_counts_on() -> None:
    lines = dict(told(started("2026-03-02 10:00", 6, carried=1), "2026-03-03 10:00"))
    assert lines["continued"] == "Used in an earlier filing, and counted on: 1 working day."


def reasons(found: Explanation) -> list[str]:
    return [line.text for line in found.lines if line.kind in ("stood_still", "waiting")]


def test_a_case_says_who_had_it_while_its_clock_stood_still(people: dict[str, User]) -> None:
    set_clock("2026-03-02 10:00")
    case = do(people, filed(people, Kind.LV_OTHER), "accept")
    set_clock("2026-03-04 10:00")
    do(people, case, "sign_contract")
    case = post_works(people, case, PLANNING_ONLY)
    clock = Clock.objects.get(case_ref=case.ref, kind="handling")
    with override("en"):
        texts = reasons(explain(clock, city_now()))
    assert texts[0].endswith(": the applicant had the next move.")
    assert texts[1] == "Does not run now: the bureaus had the case. 0 working days used."


def test_a_permit_says_what_it_waited_for(people: dict[str, User]) -> None:
    set_clock("2026-03-02 10:00")
    case = post_works(people, case_at(people, Kind.LV_OTHER, State.CONTRACTED), PLANNING_ONLY)
    [permit] = open_permits(case)
    officer = people["planning"]
    perform(permit=permit, action="accept", by=officer, body={})
    body = {"ground": "hearing", "expected_days": 3}
    perform(permit=permit, action="exclude_time", by=officer, body=body)
    with override("en"):
        [text] = reasons(explain(Clock.objects.get(part=permit.ref, kind="review"), city_now()))
    assert text.startswith("Does not run now: this time is left out by law.")


def test_it_is_the_same_for_every_reader(people: dict[str, User]) -> None:
    set_clock("2026-03-02 10:00")
    case = filed(people, Kind.LV_OTHER)
    readers = [case.filed_by.user, people["manager"], people["regulator"], people["lead-agency"]]
    answers: list[Any] = []
    for reader in readers:
        url = f"/api/v1/applications/{case.number}/clocks/"
        answers.append(browser(reader).get(url, headers={"Accept-Language": "en"}).json())
    # The instant of asking is in the open interval; nothing else may differ.
    texts = [[line["kind"] for clock in _clocks(one) for line in clock["lines"]] for one in answers]
    assert texts == [texts[0]] * len(readers)
    due = [[line["text"] for clock in _clocks(one) for line in clock["lines"]
            if line["kind"] in ("started", "limit", "due")] for one in answers]  # fmt: skip
    assert due == [due[0]] * len(readers)
    assert due[0]


def _clocks(answer: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = answer["clocks"] if isinstance(answer, dict) else answer
    return rows


def test_it_names_the_versions_it_rests_on() -> None:
    clock = started("2026-03-02 10:00", 4)
    found = ExplanationSerializer(explain(clock, at("2026-03-03 10:00"))).data
    assert (found["rules_version"], found["calendar_version"]) == (
        clock.rules_version, clock.calendar_version,
    )  # fmt: skip
    assert found["text"].count("\n") == len(found["lines"])
