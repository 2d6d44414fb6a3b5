"""Warnings as they arrive: thirty days of a late permit, counted at the counterpart server."""

from collections import Counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from applications.enquiries.actions import ask
from applications.states import State
from approvals.models import Permit
from deadlines.sweep import sweep
from deadlines.warnings import warn
from notifications import outbox
from notifications.models import Outbox, Preference
from rules.names import Kind
from tests.applications.follow_ups import rated_low
from tests.builders import case_at, filed, permit_step, post_works
from tests.deadlines.clocks import set_clock
from tests.notifications.counterpart import At
from tests.notifications.test_outside import confirm
from tests.oversight.orders import issue
from tests.page import Page
from tests.people import browser
from tools.scenarios import PLANNING_ONLY

People = dict[str, User]
#: Who has a part in the case, and some who have none.
HEARERS = (
    "planning", "planning-lead", "housing", "digital", "regulator", "manager", "project",
    "supply-lead", "supply-lead-2", "factory", "shop",
)  # fmt: skip
#: Nothing runs on these days of November 2026: the last two days of the permit, and a Saturday.
BEAT_OFF = (5, 6, 7)
TITLES = {
    "half": "{number}：2026-11-04 时限过半",
    "day_left": "{number}：2026-11-05 还剩 1 个工作日",
    "due": "{number}：2026-11-06 为最后一天",
    "late_1": "办件 {number}：已超过时限",
    "late_3": "{number}：2026-11-11 已超期 3 个工作日",
    "late_5": "{number}：2026-11-13 已超期 5 个工作日",
}
BUREAU, COMPANY = {"planning", "planning-lead"}, {"manager", "project"}
LEADS = {"supply-lead", "supply-lead-2"}
EVERYBODY = BUREAU | COMPANY | LEADS | {"digital", "regulator", "factory"}
#: Of the permit's decision, as the table of the rules says (rules/cities/zigong/warnings.toml).
TOLD = {
    "half": {"planning"},
    "day_left": BUREAU,
    "due": BUREAU,
    "late_1": EVERYBODY,
    "late_3": BUREAU | COMPANY | {"digital"},
    "late_5": EVERYBODY,
}


@pytest.fixture
def waiting(people: People) -> Permit:
    """Accepted on Monday 2 November, with four working days for its decision."""
    set_clock("2026-11-02 09:00")
    case = post_works(people, case_at(people, Kind.HV_SINGLE, State.PLAN_CONFIRMED), PLANNING_ONLY)
    permit = Permit.objects.get(case_ref=case.ref)
    permit_step(permit=permit, action="accept", by=people["planning"])
    return permit


def test_thirty_days_of_which_nothing_ran_on_three(
    people: People, waiting: Permit, outside: At
) -> None:
    for place, name in enumerate(HEARERS):
        confirm(people[name], "sms", f"138900{place:05}")
        confirm(people[name], "email", f"{name}@example.cn")
        Preference.objects.create(party=people[name].party, channel="email", wanted=True)
    # Whoever declined a channel is told over the other alone.
    Preference.objects.create(party=people["digital"].party, channel="sms", wanted=False)
    for day in [day for day in range(2, 31) if day not in BEAT_OFF]:
        set_clock(f"2026-11-{day:02} 09:00")
        sweep()
        warn()
        warn()
        outbox.deliver_all()
    number = waiting.line_works.application
    arrived = Counter(
        (each["channel"], name, mark)
        for each in outside.messages()
        for mark, title in TITLES.items()
        for place, name in enumerate(HEARERS)
        if title.format(number=number) in each["text"]
        and "建设工程规划许可" in each["text"]
        and each["to"] in (f"138900{place:05}", f"{name}@example.cn")
    )
    due = {("email", name, mark): 1 for mark, names in TOLD.items() for name in names}
    due |= {
        ("sms", name, mark): 1
        for mark, names in TOLD.items()
        for name in names - {"digital"}
        if mark != "half"
    }
    assert arrived == due
    every = Counter((each["to"], each["text"]) for each in outside.messages())
    assert set(every.values()) == {1}
    who_was_warned(people, waiting)


def who_was_warned(people: People, permit: Permit) -> None:
    """After the thirty days: the same on the page of the permit and to programs, by circles."""
    client = browser(people["regulator"])
    found = client.get(f"/api/v1/permits/{permit.pk}/clocks/").json()["warnings"]
    told = {
        one["mark"]: {each["circle"]: each["persons"] for each in one["circles"]}
        for one in found
        if one["clock"] == "review"
    }
    assert told == {mark: counted(names) for mark, names in TOLD.items()}
    [half] = [one for one in found if (one["clock"], one["mark"]) == ("review", "half")]
    assert (half["on"], half["told_at"][:16]) == ("2026-11-04", "2026-11-04T01:00")
    # On the site and by e-mail, of which the counterpart may have told the fate already.
    [officer] = half["circles"]
    assert officer.pop("arrived") + officer.pop("sent") == 2
    assert officer == {
        "circle": "officer", "persons": 1, "waiting": 0, "unknown": 0, "given_up": 0,
    }  # fmt: skip
    rows = Page(client.get(f"/oversight/permits/{permit.pk}/")).rows("何时提醒了谁")
    row = "部门审批 时限过半 11月4日（周三） 2026年11月4日（周三）09:00 部门经办人 1 人（已送达 "
    assert rows[0].startswith(row)
    assert len(rows) == len(TOLD)


def counted(names: set[str]) -> dict[str, int]:
    """People by the circle as which they are told."""
    circles = {
        "planning": "officer", "planning-lead": "bureau_lead", "digital": "digital",
        "regulator": "regulator", "manager": "company", "project": "company",
        **dict.fromkeys(LEADS, "company_lead"), "factory": "applicant",
    }  # fmt: skip
    return dict(Counter(circles[name] for name in names))


def test_a_decision_ends_the_warnings(people: People, waiting: Permit) -> None:
    permit_step(permit=waiting, action="grant", by=people["planning"])
    set_clock("2026-11-13 09:00")
    sweep()
    warn()
    told = Outbox.objects.filter(kind="clock.warned", context__what__en__contains="Planning")
    assert not told.exists()


def test_what_has_a_clock_of_its_own_is_told_of_where_it_is_answered(people: People) -> None:
    """At the last mark; in time each is told by whoever answers it alone."""
    set_clock("2026-03-02 10:00")
    filed_case = filed(people, Kind.LV_OTHER)
    ask(application=filed_case, body={"text": "多久？"}, by=people["shop"])
    follow_up = rated_low(people, case_at(people, Kind.RESIDENTIAL, State.ENERGISED))
    issue(people)
    set_clock("2026-04-20 09:00")
    warn()
    lead, regulator = {("supply-lead", "half")}, {("regulator", "after")}
    assert told_of("enquiry") >= {("manager", "half"), ("supply-lead", "after")}
    assert told_of("follow_up", follow_up.pk) >= lead
    assert told_of("follow_up_watched", follow_up.pk) == regulator
    assert told_of("order_counted") >= lead
    assert told_of("order_watched") == regulator


def told_of(subject: str, pk: int | None = None) -> set[tuple[str, str]]:
    """Who is told of a subject, each with what makes the mark."""
    rows = Outbox.objects.filter(kind="clock.warned", subject_kind=subject)
    rows = rows.filter(subject_id=pk) if pk else rows
    found = rows.values_list("recipient__user__username", "context__variant")
    return {(str(name), str(variant)) for name, variant in found}


def test_a_run_asks_as_much_for_one_case_as_for_three(people: People) -> None:
    counts = []
    for cases in (1, 3):
        set_clock("2026-11-02 09:00")
        for _ in range(cases):
            filed(people, Kind.LV_OTHER)
        set_clock("2026-11-10 09:00")
        with CaptureQueriesContext(connection) as queries:
            assert warn() > 0
        counts.append(len(queries))
    assert counts[0] == counts[1]
