"""Limits of single steps, where the rules set one: counted, noticed, told, kept."""

from datetime import date

import pytest

from accounts.models import User
from applications.case_facts import CaseFacts
from applications.facts import count_facts
from applications.models import Application
from core.clock import city_now
from deadlines.models import Clock
from deadlines.queries import days_used
from deadlines.sweep import sweep
from deadlines.timeleft import times_left
from ledger.queries import timeline
from notifications.models import Outbox
from portal import compare
from rules.names import Kind
from tests.builders import do, filed
from tests.deadlines.clocks import at, set_clock
from tests.page import Page
from tests.people import browser
from tests.rules.in_force import let

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("with_people")]
NAME = "step.hv_single.supply_plan.days"


def clocks(case: Application) -> list[tuple[str, str, int, date | None, bool]]:
    """Of the steps with a limit, oldest first: state, days used, last day, whether it was late."""
    found = list(Clock.objects.filter(case_ref=case.ref, kind="step").order_by("id"))
    used = days_used(found, city_now())
    return [
        (each.step, str(each.state), used[each.pk], each.due_on, each.breached_at is not None)
        for each in found
    ]


def differences() -> list[object]:
    return [*compare.differences(), *compare.facts()]


def test_a_step_is_counted_while_the_supply_company_has_the_case(
    people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    set_clock("2026-03-02 10:00")  # a Monday
    let(monkeypatch, NAME, 3)
    assert clocks(filed(people, Kind.HV_DUAL)) == []  # no rule limits a step of it
    case = filed(people, Kind.HV_SINGLE)
    set_clock("2026-03-04 10:00")
    case = do(people, case, "accept")
    set_clock("2026-03-06 10:00")
    case = do(people, case, "reply_plan")
    set_clock("2026-03-12 10:00")  # the applicant's days are none of them
    assert clocks(case) == [("supply_plan", "paused", 2, None, False)]
    case = do(people, case, "confirm_plan", agree=False, reason="请换一处接入")
    assert clocks(case) == [("supply_plan", "running", 2, date(2026, 3, 13), False)]
    assert times_left([case.ref], city_now())[case.ref].word == "还有 1 个工作日"
    set_clock("2026-03-13 11:00")
    case = do(people, do(people, case, "reply_plan"), "confirm_plan", agree=True)
    # It is left in time, and what is left runs no more.
    assert clocks(case) == [("supply_plan", "stopped", 3, None, False)]
    assert differences() == []


def test_a_passed_limit_is_recorded_once_told_and_listed(
    people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    let(monkeypatch, NAME, 3)
    set_clock("2026-03-02 10:00")
    case = do(people, filed(people, Kind.HV_SINGLE), "accept")
    in_time = do(people, filed(people, Kind.HV_SINGLE), "accept")
    do(people, in_time, "reply_plan")
    set_clock("2026-03-06 00:00")
    assert (sweep(), sweep()) == (1, 0)
    late = [event for event in timeline(case.ref) if event.type == "clock.breached"]
    assert [(event.clock, event.at) for event in late] == [("step late", at("2026-03-06 00:00"))]
    told = Outbox.objects.filter(kind="clock.breached", case_ref=case.ref)
    names = ("factory", "manager", "project", "supply-lead", "regulator")
    parties = {people[name].party_id for name in names}
    assert parties <= set(told.values_list("recipient_id", flat=True))
    manager, regulator = browser(people["manager"]), browser(people["regulator"])
    rows = manager.get("/api/v1/desk/?late=1").json()["results"]
    assert [(row["number"], row["left"]) for row in rows] == [(case.number, "超期 1 天")]
    assert case.number in Page(manager.get("/work/?late=1")).text
    page = Page(manager.get(f"/work/cases/{case.number}/")).text
    assert "环节“供电方案答复”超期" in page
    assert "如何计算：环节“供电方案答复”，3 个工作日" in page
    [row] = regulator.get("/api/v1/oversight/late/").json()["results"]
    told_of = {name: row[name] for name in ("application", "clock", "step", "party", "days_late")}
    assert told_of == {
        "application": case.number,
        "clock": "step",
        "step": "supply_plan",
        "party": "supplier",
        "days_late": 1,
    }
    assert "环节“供电方案答复”" in Page(regulator.get("/oversight/")).text
    # Filing again begins no step anew, and what was late stays so.
    do(people, case, "withdraw")
    count_facts()
    assert CaseFacts.objects.get(application_id=case.pk).limits[-1] == {
        "measure": "step",
        "step": "supply_plan",
        "statistic": "cap",
        "days": 3,
        "used": 4,
        "met": False,
    }
    assert differences() == []


def test_the_guide_and_the_standards_say_it(
    people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    let(monkeypatch, NAME, 3)
    pages = [
        Page(browser().get(path)).text
        for path in ("/disclosure/guides/hv_single/", "/disclosure/standards/hv_single/")
    ]
    assert ["供电方案答复：供电公司用时 3 个工作日内" in text for text in pages] == [True, True]
