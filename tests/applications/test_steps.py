"""Limits of single steps, where the rules set one: shown, counted, kept with what a case was."""

import pytest

from accounts.models import User
from applications.case_facts import CaseFacts
from applications.custody import earlier_filings
from applications.facts import count_facts
from applications.models import Application
from applications.steps import step_times
from core.clock import city_now
from ledger.queries import timeline
from rules.names import Kind
from rules.registry import calendar
from tests.builders import do, filed
from tests.deadlines.clocks import set_clock
from tests.page import Page
from tests.people import browser
from tests.rules.in_force import let

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("with_people")]
NAME = "step.hv_single.supply_plan.days"


def times(case: Application) -> list[tuple[str, int, bool]]:
    now = city_now()
    filings = [*earlier_filings(case), timeline(case.ref)]
    found = step_times(case, case.rules(now), filings, case.ended_at or now, calendar())
    return [(one.step.code, one.used, one.passed) for one in found]


def test_a_step_without_a_limit_of_its_own_is_not_counted(people: dict[str, User]) -> None:
    assert times(filed(people, Kind.HV_SINGLE)) == []


def test_a_step_is_counted_while_the_supply_company_has_the_case(
    people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    let(monkeypatch, NAME, 3)
    set_clock("2026-03-02 10:00")  # a Monday
    case = filed(people, Kind.HV_SINGLE)
    set_clock("2026-03-04 10:00")
    assert times(case) == [("supply_plan", 0, False)]
    case = do(people, case, "accept")
    set_clock("2026-03-06 10:00")
    case = do(people, case, "reply_plan")
    set_clock("2026-03-12 10:00")  # the applicant's days are none of them
    assert times(case) == [("supply_plan", 2, False)]
    case = do(people, case, "confirm_plan", agree=False, reason="请换一处接入")
    set_clock("2026-03-13 23:59")
    assert times(case) == [("supply_plan", 3, False)]
    set_clock("2026-03-14 00:00")  # a Saturday: late by the instant, no further day used
    assert times(case) == [("supply_plan", 3, True)]
    page = Page(browser(people["manager"]).get(f"/work/cases/{case.number}/"))
    assert "环节“供电方案答复”：已用 3 个工作日，时限 3 个工作日" in page.text
    assert "本环节已超过时限" in page.text
    do(people, case, "withdraw")
    count_facts()
    facts = CaseFacts.objects.get(application_id=case.pk)
    assert facts.limits[-1] == {
        "measure": "step",
        "step": "supply_plan",
        "statistic": "cap",
        "days": 3,
        "used": 3,
        "met": False,
    }


def test_the_guide_and_the_standards_say_it(
    people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    let(monkeypatch, NAME, 3)
    pages = [
        Page(browser().get(path)).text
        for path in ("/disclosure/guides/hv_single/", "/disclosure/standards/hv_single/")
    ]
    assert ["供电方案答复：供电公司用时 3 个工作日内" in text for text in pages] == [True, True]
