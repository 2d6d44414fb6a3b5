"""Who is told that a limit was passed, once, and where the message leads them."""

from collections import defaultdict

import pytest
from django.db.models import F

from accounts.models import User
from applications.states import State
from approvals.models import Permit
from deadlines import actions as timing
from deadlines.sweep import sweep
from notifications import outbox, texts
from notifications.models import Message, Outbox
from rules.names import Kind
from tests.builders import case_at, do, filed, permit_step, post_works
from tests.deadlines.clocks import at, set_clock
from tests.people import browser
from tools.scenarios import PLANNING_ONLY, SHORT_LINE

People = dict[str, User]
COMPANY = {"manager", "project", "supply-lead", "supply-lead-2"}
WATCHING = {"digital", "regulator"}
PLANNING = {"planning", "planning-lead"}


@pytest.fixture(autouse=True)
def early(people: People) -> None:
    """On Monday 2 November 2026."""
    set_clock("2026-11-02 09:00")


def told() -> dict[str, dict[str, set[str]]]:
    """By limit and subject, the people to whom a message of a passed limit was left."""
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in Outbox.objects.filter(kind="clock.breached").annotate(
        username=F("recipient__user__username")
    ):
        found[row.context["what"]["en"]][row.subject_kind].add(row.username)
    return {limit: dict(subjects) for limit, subjects in found.items()}


def shown_to(user: User) -> list[str]:
    outbox.deliver_all()
    return [
        texts.shown(message).body
        for message in Message.objects.to(user).filter(kind="clock.breached").order_by("id")
    ]


def test_a_late_permit_is_told_to_its_bureau_the_company_the_applicant_and_those_who_watch(
    people: People,
) -> None:
    case = case_at(people, Kind.HV_SINGLE, State.PLAN_CONFIRMED)
    case = post_works(people, case, PLANNING_ONLY)
    permit = Permit.objects.get(case_ref=case.ref)
    permit_step(permit=permit, action="accept", by=people["planning"])
    set_clock("2026-11-09 09:00")  # both were due on Friday the 6th
    sweep()
    circles = {"application": {"factory"}, "case_at_work": COMPANY, "case_watched": WATCHING}
    assert told() == {
        "Planning permit for construction works, Decision of the bureau": circles
        | {"permit_at_desk": PLANNING},
        "The whole set of permits": circles | {"desk": PLANNING},
    }
    before = Outbox.objects.count()
    set_clock("2026-11-20 09:00")
    sweep()
    assert Outbox.objects.count() == before


def test_a_set_that_waits_for_commitments_is_told_to_no_bureau(people: People) -> None:
    case = case_at(people, Kind.HV_SINGLE, State.PLAN_CONFIRMED)
    case = post_works(people, case, SHORT_LINE)
    for permit in Permit.objects.filter(case_ref=case.ref, route="review"):
        for action in ("accept", "grant"):
            permit_step(permit=permit, action=action, by=people[permit.bureau])
    set_clock("2026-11-09 09:00")
    sweep()
    assert told() == {
        "The whole set of permits": {
            "application": {"factory"}, "case_at_work": COMPANY, "case_watched": WATCHING,
        }
    }  # fmt: skip
    [body] = shown_to(people["factory"])
    assert body.endswith("最后一天为 2026-11-06。目前等待：供电公司。")


def test_a_late_case_is_told_and_a_late_home_has_only_a_target(people: People) -> None:
    case, _home = filed(people, Kind.LV_OTHER), filed(people, Kind.RESIDENTIAL)
    set_clock("2026-11-16 09:00")
    sweep()
    assert list(told().values()) == [
        {"application": {"shop"}, "case_at_work": COMPANY, "case_watched": WATCHING}
    ]
    [message] = Outbox.objects.filter(kind="clock.breached", recipient=people["shop"].party)
    assert (message.case_ref, message.context["number"], message.context["due_on"]) == (
        case.ref, case.number, "2026-11-10",
    )  # fmt: skip


def test_what_an_act_finds_late_is_told_too(people: People) -> None:
    case = case_at(people, Kind.LV_SMALL, State.WORKS)
    set_clock("2026-11-30 09:00")
    do(people, case, "energise")
    [body] = shown_to(people["shop"])
    assert body.endswith("最后一天为 2026-11-11。目前等待：供电公司。")


def test_what_ran_out_while_it_was_done_says_that_it_took_longer(people: People) -> None:
    case = case_at(people, Kind.LV_SMALL, State.WORKS)
    set_clock("2026-11-12 00:00:01")
    timing.stop(case_ref=case.ref, kinds=["whole_process"], at=at("2026-11-12 00:00"))
    [body] = shown_to(people["shop"])
    assert body.endswith("最后一天为 2026-11-11，办结时已超过。")


def test_a_bureaus_silence_is_told_to_the_bureau_the_company_and_the_applicant(
    people: People,
) -> None:
    case = case_at(people, Kind.HV_SINGLE, State.PLAN_CONFIRMED)
    case = post_works(people, case, PLANNING_ONLY)
    permit = Permit.objects.get(case_ref=case.ref)
    set_clock("2026-11-10 09:00")  # its intake ended on Monday the 9th
    sweep()
    outbox.deliver_all()
    found = Message.objects.filter(kind="permit.deemed_accepted").select_related("recipient")
    desk, work, own = (
        f"/bureau/permits/{permit.pk}/",
        f"/work/permits/{permit.pk}/",
        f"/account/cases/{case.number}/",
    )
    assert {each.recipient.user.username: texts.shown(each).url for each in found} == {
        "planning": desk, "planning-lead": desk, "manager": work, "project": work, "factory": own,
    }  # fmt: skip
    what = "建设工程规划许可"
    [to_bureau] = [
        texts.shown(each) for each in found if each.recipient == people["planning"].party
    ]
    assert to_bureau.title == f"办件 {case.number}：贵单位逾期未告知，一项许可申请即为受理"
    assert f"{what}的申请自 2026-11-02 起即为受理" in to_bureau.body
    assert to_bureau.body.endswith("请您作出决定。")
    [to_factory] = [
        texts.shown(each) for each in found if each.recipient == people["factory"].party
    ]
    assert to_factory.title == f"办件 {case.number}：审批部门逾期未告知，一项许可申请即为受理"
    assert what in to_factory.body
    for name in ("planning", "planning-lead", "manager", "project", "factory"):
        url = next(texts.shown(each).url for each in found if each.recipient == people[name].party)
        assert browser(people[name]).get(url).status_code == 200
    sweep()
    outbox.deliver_all()
    assert found.all().count() == 5


@pytest.mark.parametrize(
    "who",
    ["factory", "manager", "supply-lead", "planning", "planning-lead", "digital", "regulator"],
)
def test_each_opens_what_the_message_is_about(people: People, who: str) -> None:
    case = case_at(people, Kind.HV_SINGLE, State.PLAN_CONFIRMED)
    post_works(people, case, PLANNING_ONLY)
    permit_step(
        permit=Permit.objects.get(case_ref=case.ref), action="accept", by=people["planning"]
    )
    set_clock("2026-11-09 09:00")
    sweep()
    outbox.deliver_all()
    found = Message.objects.to(people[who]).filter(kind="clock.breached")
    client = browser(people[who])
    assert [client.get(texts.shown(each).url).status_code for each in found] == [200, 200]
    assert case.number in client.get("/account/messages/").content.decode()
