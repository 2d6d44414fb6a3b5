"""What monitoring systems tell: signed, once, row by row, and what faults follow from it."""

import json
import urllib.request
from datetime import timedelta
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection, transaction
from pytest_django import Settings

from accounts.models import User
from ledger.queries import timeline
from portal.outside import secrets_by_system
from reliability.monitoring.models import MonitoringEvent, MonitoringSystem, Suggestion
from reliability.monitoring.queries import systems
from reliability.outages.models import Outage
from tests.builders import People
from tests.grid.building import TREE
from tests.publishing import builders
from tests.reliability.monitoring import (
    SYSTEMS,
    back,
    event,
    outcomes,
    posted,
    send,
    suggested,
    when,
)
from tests.reliability.outages import grid
from tests.rules.in_force import let
from tests.servers import answering
from tools.counterparts import monitoring
from tools.counterparts.monitoring import EVENTS, messages

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("with_people", "connected")]
#: A second line of the substation, with a transformer.
WIDER = (
    TREE
    + "L-2,line,Wuxing Line 2,510302,S-1,10,8000,4000,0,no,,,,2026-11-01\n"
    + "P-3,public_transformer,Wuxing 3,510302,L-2,0.4,400,200,0,no,,,,2026-11-01\n"
)


@pytest.fixture
def connected(settings: Settings) -> None:
    settings.MONITORING_SECRETS = {system: [EVENTS] for system in SYSTEMS}


@pytest.fixture
def project(people: People) -> User:
    return grid(people)


# The door


def test_a_forged_message_is_not_heard(project: User) -> None:
    [answer] = send(event("L-1"), forged=True)
    assert (answer.status_code, answer.json()["type"]) == (401, "/problems/not-signed")
    [answer] = send(event("L-1"), late=301)
    assert answer.status_code == 401
    assert (MonitoringEvent.objects.count(), MonitoringSystem.objects.count()) == (0, 0)


def test_whoever_is_not_connected_is_not_heard(project: User) -> None:
    [answer] = send(event("L-1"), system="other")
    assert answer.status_code == 404


def test_systems_are_named_with_their_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOLD", f"scada={EVENTS}, ami={EVENTS},scada={monitoring.FORGED}")
    assert secrets_by_system("TOLD") == {"scada": [EVENTS, monitoring.FORGED], "ami": [EVENTS]}
    for said in (EVENTS, f"SCADA={EVENTS}", "scada=", "scada=whsec_c2hvcnQ="):
        monkeypatch.setenv("TOLD", said)
        with pytest.raises(ImproperlyConfigured):
            secrets_by_system("TOLD")


def test_a_replay_is_answered_as_it_was_and_changes_nothing(project: User) -> None:
    first, second = send(event("L-1"), back("P-9"), twice=True)
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json() == second.json()
    assert (MonitoringEvent.objects.count(), Suggestion.objects.count()) == (2, 1)
    assert [e.type for e in timeline(Suggestion.objects.get().ref)] == ["fault.suggested"]


def test_a_message_id_with_another_body_is_refused(project: User) -> None:
    send(event("L-1"), message="m-1")
    [answer] = send(event("P-1"), message="m-1")
    assert (answer.status_code, MonitoringEvent.objects.count()) == (422, 1)


@pytest.mark.parametrize("body", ["[]", "{}", '{"events": "x"}', '{"events": {}}', "{", '"x"', "1"])
def test_what_is_no_list_of_events_is_refused_with_the_reason(project: User, body: str) -> None:
    [message] = messages({"events": []})
    from core.webhooks import signed_headers

    at = int(message["headers"]["webhook-timestamp"])
    message |= {"body": body, "headers": signed_headers([EVENTS], "m-2", at, body.encode())}
    answer = posted(message)
    assert answer.status_code in (400, 422)
    assert answer.json()["type"] in ("/problems/malformed", "/problems/invalid")


def test_too_large_a_message_is_refused(project: User) -> None:
    [answer] = send(event("L-1", section="x" * 270_000))
    assert answer.status_code == 413


# Rows


def test_one_bad_row_never_loses_the_others(project: User) -> None:
    said = (
        event("L-1", id="e-1"),
        "nonsense",
        None,
        {"id": "e-0", "at": 7, "a\u0000b": "\ud800"},
        event("X-9", id="e-2"),
        event("P-1", "breaker.exploded", id="e-3"),
        event("P-1", id="e-4") | {"at": "soon"},
        event("P-1", at=when(-9), id="e-5"),
        event("P-2", id="e-6", phase="A"),
    )
    assert outcomes(*said) == [
        ("taken", None),
        ("to_clarify", "unreadable"),
        ("to_clarify", "unreadable"),
        ("to_clarify", "unreadable"),
        ("to_clarify", "element"),
        ("to_clarify", "word"),
        ("to_clarify", "unreadable"),
        ("to_clarify", "ahead"),
        ("taken", None),
    ]
    kept = MonitoringEvent.objects.order_by("id").values_list("raw", flat=True)
    assert [json.loads(raw) for raw in kept] == json.loads(json.dumps(said))


def test_each_refused_row_says_which_member_and_why(project: User) -> None:
    [answer] = send(event("X-9", id="e-1"), event("L-1", id="e-2") | {"at": None})
    found = [(r["id"], r["field"], r["reason"]) for r in answer.json()["results"]]
    assert found == [
        ("e-1", "element", "电网中没有该编号的线路或变压器。"),
        ("e-2", "at", "此项必填。"),
    ]


def test_an_id_told_again_is_known_and_with_other_content_set_aside(project: User) -> None:
    said = event("L-1", id="e-1")
    assert outcomes(said) == [("taken", None)]
    assert outcomes(said, event("P-1", id="e-1"), said) == [
        ("repeated", None), ("to_clarify", "other_content"), ("repeated", None),
    ]  # fmt: skip
    assert outcomes(event("P-1", id="e-1", at=when(1))) == [("to_clarify", "other_content")]
    assert outcomes(said, system="ami") == [("taken", None)]
    assert Suggestion.objects.get().elements == ["L-1"]


def test_a_row_that_could_not_be_read_is_mended_under_its_id(project: User) -> None:
    assert outcomes(event("X-9", id="e-1")) == [("to_clarify", "element")]
    assert outcomes(event("L-1", id="e-1")) == [("taken", None)]


def test_wide_letters_of_a_code_are_read(project: User) -> None:
    assert suggested(event("Ｌ-１")).elements == ["L-1"]


# Faults


def test_a_fault_lies_at_the_lowest_element_above_all_that_lost_voltage(project: User) -> None:
    one = suggested(event("P-1"), event("P-2"))
    assert (one.elements, one.located.code, one.low, one.medium) == (["P-1", "P-2"], "L-1", 42, 1)
    assert (one.district, one.state) == ("510302", "waiting")
    one = suggested(event("L-1"))
    assert (one.elements, one.located.code, one.low) == (["L-1"], "L-1", 42)


def test_lines_of_one_substation_are_one_fault_where_they_go_together(people: People) -> None:
    builders.published("capacity", WIDER, people["supply-lead"])
    one = suggested(event("P-1", at=when(2)), event("P-3", at=when(1)))
    assert (one.elements, one.located.code) == (["P-1", "P-3"], "S-1")


def test_what_is_lost_long_after_is_another_fault(people: People) -> None:
    builders.published("capacity", WIDER, people["supply-lead"])
    outcomes(event("P-1", at=when(10)), event("P-3", at=when(1)))
    found = Suggestion.objects.order_by("id").values_list("elements", flat=True)
    assert list(found) == [["P-1"], ["P-3"]]


def test_what_hangs_below_what_is_dark_is_no_other_fault(project: User) -> None:
    one = suggested(event("L-1", at=when(90)), event("P-1", at=when(5)))
    assert (one.elements, MonitoringEvent.objects.filter(suggestion=one).count()) == (["L-1"], 2)


def test_doubles_of_two_systems_are_one_fault(project: User) -> None:
    suggested(event("L-1", at=when(1)))
    one = suggested(event("L-1", "switch.tripped", at=when(1)), system="ami")
    assert one.elements == ["L-1"]
    assert list(one.events.order_by("id").values_list("system", flat=True)) == ["scada", "ami"]


@pytest.mark.parametrize("reverse", [False, True])
def test_a_reclose_is_one_momentary_interruption_in_any_order(project: User, reverse: bool) -> None:
    at = when(5)
    said = [
        event("L-1", "switch.tripped", at),
        event("L-1", "switch.reclosed", at + timedelta(seconds=2)),
        event("L-1", "switch.tripped", at + timedelta(seconds=3)),
        event("L-1", "switch.reclosed", at + timedelta(seconds=40)),
    ]
    for answer in send(*said, reversed=reverse):
        assert answer.status_code == 200
    one = Suggestion.objects.exclude(state="merged").get()
    assert (one.first_lost_at, one.back_at) == (at, at + timedelta(seconds=40))
    assert one.events.count() == 4
    assert not Outage.objects.exists()


def test_the_order_in_which_events_come_changes_nothing(project: User) -> None:
    at = when(30)
    told = [
        event("P-1", at=at),
        event("P-2", at=at + timedelta(seconds=30)),
        back("L-1", at + timedelta(seconds=60)),
        event("P-1", "switch.tripped", at + timedelta(seconds=90)),
    ]
    found = set()
    for order in permutations(told):
        with transaction.atomic():
            for each in order:
                send(each)
            one = Suggestion.objects.exclude(state="merged").get()
            said = (*one.elements, one.located.code, one.first_lost_at, one.back_at, one.low)
            found.add((*said, one.events.count()))
            transaction.set_rollback(True)
    assert found == {("P-1", "P-1", at, None, 30, 4)}


def test_an_event_that_comes_last_joins_two_suggestions(people: People) -> None:
    builders.published("capacity", WIDER, people["supply-lead"])
    at = when(20)
    outcomes(event("P-1", at=at), event("P-3", at=at + timedelta(minutes=5)))
    oldest, other = Suggestion.objects.order_by("id")
    assert outcomes(event("S-1", at=at + timedelta(minutes=2.5))) == [("taken", None)]
    oldest.refresh_from_db()
    other.refresh_from_db()
    assert (oldest.elements, oldest.located.code, oldest.events.count()) == (["S-1"], "S-1", 3)
    assert (other.state, other.into) == ("merged", oldest)
    assert [e.type for e in timeline(other.ref)] == ["fault.suggested", "fault.merged"]


def test_voltage_that_nobody_missed_waits_for_its_loss(project: User) -> None:
    at = when(30)
    assert outcomes(back("L-1", at + timedelta(minutes=10))) == [("taken", None)]
    assert not Suggestion.objects.exists()
    one = suggested(event("P-1", at=at))
    assert one.back_at == at + timedelta(minutes=10)


def test_part_that_is_back_is_taken_off_what_is_without_voltage(project: User) -> None:
    at = when(9)
    one = suggested(
        event("P-1", at=at), event("P-2", at=at), back("P-1", at + timedelta(minutes=2))
    )
    assert (one.elements, one.located.code, one.back_at, one.low) == (["P-2"], "P-2", None, 12)


def test_other_rules_join_other_times(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    builders.published("capacity", WIDER, people["supply-lead"])
    let(monkeypatch, "reliability.joined_minutes", 30)
    assert suggested(event("P-1", at=when(20)), event("P-3", at=when(1))).located.code == "S-1"


# The record, the database, health


def test_the_database_keeps_what_was_told_and_decided(project: User) -> None:
    suggested(event("L-1"), event("P-1"))
    outcomes(event("X-9"))
    for statement in (
        "UPDATE reliability_monitoringevent SET reported_at = now()",
        "UPDATE reliability_monitoringevent SET suggestion_id = NULL WHERE problem = ''",
        "UPDATE reliability_monitoringevent SET outage_id = 1 WHERE problem <> ''",
        "DELETE FROM reliability_monitoringevent",
        "DELETE FROM reliability_suggestion",
        "UPDATE reliability_suggestion SET state = 'reported', ended_at = now()",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_a_fault_is_dated_by_our_record_and_keeps_what_was_reported(project: User) -> None:
    one = suggested(event("L-1", at=when(90)))
    [entry] = timeline(one.ref)
    assert (entry.type, entry.at, entry.role) == ("fault.suggested", one.suggested_at, "system")
    assert one.first_lost_at < one.suggested_at - timedelta(minutes=89)
    assert one.events.get().received_at <= one.suggested_at


def test_a_system_is_silent_after_so_long_as_the_rules_say(
    project: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    send()
    assert [(each.system, each.silent) for each in systems()] == [("ami", None), ("scada", None)]
    let(monkeypatch, "monitoring.silent_minutes", 10)
    assert [(each.system, each.silent) for each in systems()] == [("ami", True), ("scada", False)]
    longer = MonitoringSystem.objects.get(code="scada").heard_at - timedelta(minutes=11)
    MonitoringSystem.objects.update(heard_at=longer)
    assert {each.silent for each in systems()} == {True}


def test_the_counterpart_tells_the_portal(project: User, tmp_path: Path) -> None:
    with answering(monitoring.serving(0, tmp_path)) as url:
        said = {"system": "ami", "events": [{"type": "voltage.lost", "element": "P-1"}]}
        data = json.dumps(said | {"twice": True}).encode()
        asked = urllib.request.Request(
            f"{url}/tell", data=data, headers={"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(asked, timeout=10) as answer:
            found: list[Any] = json.loads(answer.read())
        with urllib.request.urlopen(f"{url}/", timeout=10) as page:
            assert "voltage.lost" in page.read().decode()
    assert [posted(each).status_code for each in found] == [200, 200]
    assert Suggestion.objects.get().elements == ["P-1"]
