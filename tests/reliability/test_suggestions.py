"""Suggested faults at the desk: outages made of them, joined, set aside; and what outages that are
known already make of events."""

from datetime import timedelta
from typing import Any

import pytest
from pytest_django import Settings

from accounts.models import User
from accounts.roles import Role
from core.problems import Faster, Forbidden, Invalid
from desk.suggestions import Suggestions
from ledger.actions import move_clock
from ledger.queries import timeline
from reliability.indices import counting
from reliability.indices.models import CountedInterruption
from reliability.monitoring import placing
from reliability.monitoring.actions import SUGGESTIONS
from reliability.monitoring.models import MonitoringEvent, Suggestion
from reliability.outages.actions import enter
from reliability.outages.models import Outage
from reliability.tasks import link_known_faults
from tests.applications.rentals.renting import api
from tests.builders import People
from tests.page import Page
from tests.people import browser, staff
from tests.reliability.monitoring import SYSTEMS, back, event, outcomes, suggested, when
from tests.reliability.outages import FAULT, announced, do, grid, reported
from tests.rules.in_force import let
from tools.counterparts.monitoring import EVENTS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("with_people", "connected")]


@pytest.fixture
def connected(settings: Settings) -> None:
    settings.MONITORING_SECRETS = {system: [EVENTS] for system in SYSTEMS}


@pytest.fixture
def project(people: People) -> User:
    return grid(people)


def wrong(problem: "pytest.ExceptionInfo[Invalid]") -> list[str]:
    return [error.pointer for error in problem.value.errors]


def made_of(one: Suggestion, by: User, **said: Any) -> Outage:
    return enter(body=FAULT | {"number_of_suggestion": one.number} | said, by=by)


# Deciding


def test_an_outage_is_reported_from_a_suggestion_with_its_form_filled_in(project: User) -> None:
    one = suggested(event("P-1", at=when(9)), event("P-2", at=when(9), section="3号杆—7号杆"))
    desk = browser(project)
    page = Page(desk.get(f"/work/fault-suggestions/{one.pk}/"))
    address = page.link("登记停电")
    form = desk.get(address).context["form"]
    assert [form[name].value() for name in ("kind", "district", "elements")] == [
        "fault", "510302", "P-1\nP-2",
    ]  # fmt: skip
    said = {
        **{name: form[name].value() for name in ("kind", "district", "elements", "important")},
        **{name: form[name].value() for name in ("excluded_by_policy", "number_of_suggestion")},
        **Page(desk.get(address)).carried(), "nature": "internal_fault", "area": "五星街",
        "cause": "原因待查",
    }  # fmt: skip
    assert desk.post(address, said).status_code == 302
    outage = Outage.objects.get()
    one.refresh_from_db()
    assert (one.state, one.outage, one.ended_at) == (
        "reported", outage, timeline(one.ref)[-1].at,
    )  # fmt: skip
    assert [e.type for e in timeline(one.ref)] == ["fault.suggested", "fault.reported"]
    assert outage.started_at == timeline(outage.ref)[0].at
    assert set(outage.told.values_list("element__code", flat=True)) == {"P-1", "P-2"}
    for address, number in (
        (f"/work/fault-suggestions/{one.pk}/", outage.number),
        (f"/work/outages/{outage.number}/", "3号杆—7号杆"),
    ):
        assert number in Page(desk.get(address)).text
    locate = desk.get(f"/work/outages/{outage.number}/locate/").context["form"]
    assert locate["section"].value() == "3号杆—7号杆"


def test_a_suggestion_is_asked_at_the_desk_until_it_is_decided(project: User) -> None:
    one = suggested(event("L-1"))
    [stream] = Suggestions().streams(project)
    assert list(stream) == [one]
    [todo] = Suggestions().rows([one.pk], project, when())
    assert (todo.number, todo.place, todo.since) == (
        one.number, "自流井区 · Wuxing Line 1", one.suggested_at,
    )  # fmt: skip
    [elsewhere] = Suggestions().streams(staff(Role.PROJECT, district="510304"))
    assert list(elsewhere) == []
    SUGGESTIONS.perform(one, "set_aside", by=project, body={"reason": "tested"})
    assert list(stream.all()) == []


def test_a_suggestion_becomes_one_outage(project: User) -> None:
    one = suggested(event("L-1"))
    made_of(one, project)
    with pytest.raises(Faster):
        made_of(one, staff(Role.PROJECT, district="510302"))
    assert Outage.objects.count() == 1


def test_only_a_suggestion_that_there_is_becomes_an_outage_without_a_plan(
    project: User, people: People
) -> None:
    one = suggested(event("L-1"))
    with pytest.raises(Invalid) as refused:
        made_of(one, project, number_of_suggestion="JC0")
    assert wrong(refused) == ["/number_of_suggestion"]
    plan = {"kind": "planned", "nature": "maintenance", "planned_from": when(-99999).isoformat()}
    with pytest.raises(Invalid) as refused:
        made_of(one, project, **plan)
    assert "/planned_from" in wrong(refused)
    with pytest.raises(Invalid):
        made_of(one, staff(Role.PROJECT, district="510304"), district="510304")
    one.refresh_from_db()
    assert (one.state, Outage.objects.count()) == ("waiting", 0)


def test_a_suggestion_is_set_aside_for_a_reason(project: User, people: People) -> None:
    one = suggested(event("L-1", at=when(1)))
    with pytest.raises(Forbidden):
        SUGGESTIONS.perform(one, "set_aside", by=people["regulator"], body={"reason": "tested"})
    with pytest.raises(Invalid) as refused:
        SUGGESTIONS.perform(one, "set_aside", by=project, body={"reason": "dull"})
    assert wrong(refused) == ["/reason"]
    one = SUGGESTIONS.perform(
        one, "set_aside", by=project, body={"reason": "tested", "note": "对点"}
    )
    assert (one.state, one.reason, one.note) == ("aside", "tested", "对点")
    assert outcomes(event("L-1", at=when(1)), system="ami") == [("taken", None)]
    assert Suggestion.objects.get().events.count() == 2
    outcomes(event("L-1"), system="scada")
    assert Suggestion.objects.count() == 2


def test_a_suggestion_is_joined_to_an_outage(project: User) -> None:
    outage = reported(project, elements=["P-1"])
    one = suggested(event("P-2", at=when(1)))
    plan = announced(project, again_reason="同一处")
    cancelled = do(plan, "cancel", project, reason="改期")
    for number in ("TD0", cancelled.number):
        with pytest.raises(Invalid) as refused:
            SUGGESTIONS.perform(one, "join", by=project, body={"outage": number})
        assert wrong(refused) == ["/outage"]
    one = SUGGESTIONS.perform(one, "join", by=project, body={"outage": outage.number})
    assert (one.state, one.outage, one.events.get().outage) == ("joined", outage, outage)
    outcomes(back("P-2"))
    assert outage.told.count() == 2


# What is known already


def test_what_is_in_an_outage_asks_for_no_other(project: User) -> None:
    outage = reported(project)
    assert outcomes(event("P-1", at=when(2)), event("L-1")) == [("taken", None)] * 2
    assert (Suggestion.objects.count(), outage.told.count()) == (0, 2)


def test_planned_works_make_no_alarm(project: User, monkeypatch: pytest.MonkeyPatch) -> None:
    let(monkeypatch, "monitoring.margin_minutes", 60)
    announced(project, 8)
    outcomes(event("P-1"))
    early = Suggestion.objects.get()
    SUGGESTIONS.perform(early, "set_aside", by=project, body={"reason": "false_alarm"})
    soon = announced(project, 1 / 48, short_notice_reason="抢修", again_reason="同一处")
    outcomes(event("P-1", at=when(-1)))
    assert (Suggestion.objects.count(), soon.told.count()) == (1, 1)


@pytest.mark.parametrize(("margin", "waits"), [(5, True), (15, False)])
def test_how_long_before_a_plan_the_rules_say(
    project: User, monkeypatch: pytest.MonkeyPatch, margin: int, waits: bool
) -> None:
    let(monkeypatch, "monitoring.margin_minutes", margin)
    announced(project, 10 / 24 / 60, short_notice_reason="抢修")
    outcomes(event("P-1"))
    assert Suggestion.objects.exists() is waits


def test_a_late_loss_belongs_to_the_outage_that_is_over(project: User) -> None:
    outage = do(reported(project), "restore", project)
    assert outcomes(event("L-1", at=when(3))) == [("taken", None)]
    assert (Suggestion.objects.count(), outage.told.count()) == (0, 1)


def test_what_is_lost_anew_where_power_was_back_is_another_fault(project: User) -> None:
    """An outage whose power is back in part explains only what is still off."""
    outage = reported(project)
    move_clock(offset=timedelta(minutes=10))
    do(outage, "restore_part", project, elements=["P-2"])
    move_clock(offset=timedelta(minutes=20))
    one = suggested(event("P-2", at=when(5)), event("P-1", at=when(5)))
    assert (one.state, one.elements) == ("waiting", ["P-2"])
    assert [told.element.code for told in outage.told.all() if told.element] == ["P-1"]
    link_known_faults()
    one.refresh_from_db()
    assert one.state == "waiting"


def test_an_outage_that_was_entered_by_hand_closes_what_waits(project: User) -> None:
    one = suggested(event("P-1", at=when(2)))
    assert link_known_faults() == 0
    outage = reported(project)
    assert link_known_faults() == 1
    one.refresh_from_db()
    assert (one.state, one.outage) == ("joined", outage)
    assert timeline(one.ref)[-1].type == "fault.known"
    assert placing.link_known() == 0


def test_voltage_that_is_back_is_said_and_restores_nothing(project: User) -> None:
    outage = made_of(suggested(event("L-1", at=when(40))), project)
    page = f"/work/outages/{outage.number}/"
    desk = browser(project)
    assert desk.get(page).context["told"]["back"] == ""
    outcomes(back("L-1", when(4)))
    outage.refresh_from_db()
    assert (outage.state, outage.restored_at) == ("off", None)
    whole = api(project).get(f"/api/v1/outages/{outage.number}/").json()
    assert [row["type"] for row in whole["told"]] == ["voltage.lost", "voltage.back"]
    assert desk.get(page).context["told"]["back"]
    do(outage, "restore", project)
    assert not desk.get(page).context["told"]["back"]


def test_a_momentary_one_reaches_maifi_by_an_outage_alone(project: User) -> None:
    at = when(9)
    one = suggested(event("L-1", at=at), back("L-1", at + timedelta(seconds=50)))
    counting.run()
    assert not CountedInterruption.objects.exists()
    outage = do(made_of(one, project), "restore", project)
    desk = browser(project)
    form = desk.get(f"/work/outages/{outage.number}/correct/").context["form"]
    assert (form["started_at"].value(), form["restored_at"].value()) == (
        at.replace(tzinfo=None), (at + timedelta(seconds=50)).replace(tzinfo=None),
    )  # fmt: skip
    times = {"started_at": at.isoformat(), "restored_at": (at + timedelta(seconds=50)).isoformat()}
    do(outage, "correct", project, **times, reason="按监测记录")
    counting.run()
    assert {row.momentary for row in CountedInterruption.objects.all()} == {True}


# Pages and programs


def test_the_outages_page_counts_what_waits(project: User) -> None:
    desk = browser(project)
    assert desk.get("/work/outages/").context["suggested"] == 0
    suggested(event("L-1"))
    assert desk.get("/work/outages/").context["suggested"] == 1
    elsewhere = browser(staff(Role.PROJECT, district="510304"))
    assert elsewhere.get("/work/outages/").context["suggested"] == 0
    assert "JC" not in Page(elsewhere.get("/work/fault-suggestions/")).text


def test_what_is_unclear_is_listed_as_it_came(project: User) -> None:
    outcomes(event("X-9", id="e-1"), {"a\u0000": "\ud800<b>"}, event("L-1", "黑了"))
    desk = browser(project)
    said = Page(desk.get("/work/fault-suggestions/unclear/")).text
    assert all(words in said for words in ("X-9", "\\ud800<b>", "黑了"))
    said = Page(desk.get("/work/fault-suggestions/unclear/?problem=word&system=scada")).text
    assert ("黑了" in said, "X-9" in said) == (True, False)
    found = api(project).get("/api/v1/monitoring/unclear/?problem=element").json()["results"]
    assert [row["event_id"] for row in found] == ["e-1"]


def test_a_program_reads_and_decides(project: User, people: People) -> None:
    one = suggested(event("L-1", at=when(1)))
    asked = api(project)
    whole = asked.get(f"/api/v1/fault-suggestions/{one.pk}/").json()
    assert (whole["elements"], whole["momentary"], len(whole["events"])) == (["L-1"], False, 1)
    step = f"/api/v1/fault-suggestions/{one.pk}/actions/set_aside/"
    assert (
        api(people["regulator"]).post(step, {"reason": "tested"}, format="json").status_code == 403
    )
    assert asked.post(step, {"reason": "tested"}, format="json").json()["state"] == "aside"
    listed = asked.get("/api/v1/fault-suggestions/?state=aside").json()["results"]
    assert [row["number"] for row in listed] == [one.number]
    heard = asked.get("/api/v1/monitoring/systems/").json()
    assert [(row["system"], row["silent"]) for row in heard] == [("ami", None), ("scada", None)]


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("path", ["/work/fault-suggestions/", "/work/fault-suggestions/unclear/"])
def test_a_list_asks_no_more_of_three_than_of_one(
    project: User, path: str, rows: int, django_assert_max_num_queries: Any
) -> None:
    for index in range(rows):
        outcomes(event("P-1", at=when(100 * index)), back("P-1", when(100 * index)), event("X-9"))
    assert Suggestion.objects.count() == rows
    desk = browser(project)
    with django_assert_max_num_queries(13):
        desk.get(path)


def test_a_message_asks_no_more_for_many_events_than_for_few(
    project: User, django_assert_max_num_queries: Any
) -> None:
    told = [event("P-1", id=f"e-{each}") for each in range(100)]
    with django_assert_max_num_queries(40):
        outcomes(*told)
    assert MonitoringEvent.objects.filter(suggestion__isnull=False).count() == 100
