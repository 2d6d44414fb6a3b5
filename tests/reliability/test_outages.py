"""Outages as the supply company works them: every time is the record's, and what is told of a plan
is asked for before it is announced."""

from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils.translation import override

from accounts.models import User
from accounts.roles import Role
from core.clock import CITY, city_now
from core.problems import Forbidden, Invalid, WrongState
from ledger.queries import timeline
from reliability.outages.actions import enter
from reliability.outages.models import Interruption, Outage
from reliability.outages.workflow import OutageState
from rules.names import Kind
from tests.builders import People, filed
from tests.people import staff
from tests.publishing import builders
from tests.reliability.outages import FAULT, announced, at, do, grid, plan, reported
from tests.rules.in_force import let
from workflow.machine import arrows, legal_moves

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("with_people")]


@pytest.fixture
def project(people: People) -> User:
    return grid(people)


def reasons(body: dict[str, Any], by: User) -> dict[str, str]:
    """What is refused of an outage, by field, in English, with the clause in brackets."""
    with pytest.raises(Invalid) as refused, override("en"):
        enter(body=body, by=by)
    with override("en"):
        return {
            error.pointer.strip("/"): f"{error.reason} [{error.clause or ''}]"
            for error in refused.value.errors
        }


def counted(outage: Outage) -> list[tuple[Any, ...]]:
    columns = ("element", "line", "area_class", "level", "customers", "off_at", "on_at")
    return list(outage.interruptions.order_by("element", "level").values_list(*columns))


# From plan to power


def test_a_planned_outage_goes_from_its_announcement_to_its_restoration(project: User) -> None:
    one = announced(project)
    assert (one.state, one.medium, one.low, one.short_notice) == ("announced", 1, 30, False)
    assert counted(one) == [
        ("P-1", "L-1", "urban", "low", 30, None, None),
        ("P-1", "L-1", "urban", "medium", 1, None, None),
    ]
    do(one, "start", project)
    do(one, "estimate", project, expected_at=at(hours=3))
    one = do(one, "restore", project)
    entries = timeline(one.ref)
    assert [(entry.type, entry.to_state) for entry in entries] == [
        ("outage.announced", "announced"),
        ("outage.started", "off"),
        ("outage.estimated", "off"),
        ("outage.restored", "restored"),
    ]
    times = [entry.at for entry in entries]
    assert times == [one.announced_at, one.started_at, one.estimated_at, one.restored_at]
    assert counted(one) == [
        ("P-1", "L-1", "urban", "low", 30, one.started_at, one.restored_at),
        ("P-1", "L-1", "urban", "medium", 1, one.started_at, one.restored_at),
    ]


def test_a_fault_is_off_from_the_instant_at_which_it_is_reported(project: User) -> None:
    one = reported(project)
    assert (one.state, one.started_at) == ("off", one.announced_at)
    assert {row[0]: row[4] for row in counted(one) if row[3] == "low"} == {"P-1": 30, "P-2": 12}
    one = do(one, "send_crew", project)
    one = do(one, "locate", project, section="3号至5号杆之间", cause="吊车碰断导线")
    assert (one.state, one.section, one.cause) == ("crew", "3号至5号杆之间", "吊车碰断导线")
    one = do(one, "repair", project)
    one = do(one, "restore", project)
    stages = [one.started_at, one.crew_at, one.located_at, one.repairing_at, one.restored_at]
    assert [stage for stage in stages if stage] == sorted(stage for stage in stages if stage)
    assert len(set(stages)) == 5


def test_nobody_types_a_time_of_the_power(project: User) -> None:
    for name in ("started_at", "restored_at", "announced_at"):
        refused = reasons(FAULT | {name: at(hours=-5)}, project)
        assert refused == {name: "There is no such field. []"}
    one = reported(project)
    with pytest.raises(Invalid):
        do(one, "restore", project, restored_at=at(hours=-1))


def test_the_times_are_corrected_once_and_both_stay(project: User) -> None:
    one = do(reported(project), "restore", project)
    said = {"started_at": at(hours=-2), "restored_at": at(minutes=-5), "reason": "调度日志"}
    was = (one.started_at, one.restored_at)
    one = do(one, "correct", project, **said)
    assert (one.started_at, one.restored_at) == was
    corrected = [one.off_at, one.on_at]
    assert [local.astimezone(CITY).isoformat() for local in corrected if local] == [
        said["started_at"], said["restored_at"],
    ]  # fmt: skip
    rows = Interruption.objects.filter(outage=one)
    assert set(rows.values_list("off_at", "on_at", "recorded_off_at", "recorded_on_at")) == {
        (one.off_at, one.on_at, *was)
    }
    with pytest.raises(WrongState):
        do(one, "correct", project, **said)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"started_at": -1, "restored_at": -2}, "/restored_at"),
        ({"started_at": -1, "restored_at": 1}, "/restored_at"),
        # A year that is mistyped: it is corrected once.
        ({"started_at": -24 * 1097, "restored_at": -1}, "/started_at"),
    ],
)
def test_a_correction_that_cannot_be_is_refused(
    project: User, said: dict[str, int], field: str
) -> None:
    one = do(reported(project), "restore", project)
    times = {name: at(hours=hours) for name, hours in said.items()}
    with pytest.raises(Invalid) as refused:
        do(one, "correct", project, reason="调度日志", **times)
    assert [error.pointer for error in refused.value.errors] == [field]


def test_a_cancelled_outage_interrupts_nobody_and_says_why(project: User) -> None:
    one = do(announced(project), "cancel", project, reason="改为带电作业")
    assert (one.state, one.ending, one.started_at) == ("cancelled", "改为带电作业", None)
    assert not Interruption.objects.filter(off_at__isnull=False).exists()


def test_whoever_is_connected_since_the_announcement_counts_when_it_begins(
    people: People, project: User
) -> None:
    one = announced(project)
    more = "code,district,town,area,element,area_class,level,customers,data_date\n"
    more += "M-4,510302,,五星街,P-1,urban,low,5,2026-11-02\n"
    builders.published("points", more, people["supply-lead"])
    one = do(one, "start", project)
    assert (one.medium, one.low) == (1, 35)
    with pytest.raises(DatabaseError), transaction.atomic():
        one.interruptions.all().delete()


# What is asked before


def test_a_time_of_another_year_is_refused_wherever_it_is_typed(project: User) -> None:
    far = at(days=1097)
    body = plan(20) | {"planned_until": far}
    assert reasons(body, project) == {"planned_until": "Is more than 1096 days from today. []"}
    one = reported(project)
    with pytest.raises(Invalid) as refused:
        do(one, "estimate", project, expected_at=far)
    assert [error.pointer for error in refused.value.errors] == ["/expected_at"]
    assert do(one, "estimate", project, expected_at=at(days=1095)).state == one.state


@pytest.mark.parametrize(("days", "short"), [(6, True), (7, False), (30, False)])
def test_a_plan_announced_too_late_says_why(project: User, days: int, short: bool) -> None:
    body = plan(days)
    if short:
        assert reasons(body, project) == {
            "short_notice_reason": (
                "This is announced less than 7 days ahead: say why so late. "
                "[Regulations on Power Supply and Use 28]"
            )
        }
        body |= {"short_notice_reason": "道路塌陷"}
    assert enter(body=body, by=project).short_notice is short


@pytest.mark.parametrize(("hours", "short"), [(23, True), (25, False)])
@pytest.mark.parametrize(
    "said",
    [
        {"kind": "temporary", "nature": "switching"},
        {
            "kind": "safety", "nature": "safety", "regulation": "森林防火条例", "important": True,
        },
    ],
)  # fmt: skip
def test_repairs_and_important_customers_are_told_a_day_ahead(
    project: User, said: dict[str, Any], hours: int, short: bool
) -> None:
    body = plan(**said) | {"planned_from": at(hours=hours), "planned_until": at(hours=30)}
    if short:
        assert [*reasons(body, project)] == ["short_notice_reason"]
        body |= {"short_notice_reason": "线路险情"}
    assert enter(body=body, by=project).short_notice is short


def test_a_plan_that_is_moved_is_announced_anew(project: User) -> None:
    one = announced(project, 30)
    moved = {"planned_from": at(days=3), "planned_until": at(days=3, hours=2)}
    body = {name: value for name, value in plan(**moved).items() if name in CHANGE}
    with pytest.raises(Invalid) as refused:
        do(one, "change", project, **body)
    assert [error.pointer for error in refused.value.errors] == ["/short_notice_reason"]
    one = do(one, "change", project, **body, short_notice_reason="配合抢险")
    assert (one.short_notice, one.version) == (True, 2)


CHANGE = {"area", "elements", "planned_from", "planned_until", "not_live_reason"}


def test_the_same_people_again_soon_is_asked_about(project: User) -> None:
    first = announced(project, 20, elements=["L-1"])
    body = plan(25)
    assert reasons(body, project) == {
        "again_reason": (
            "Others take the power from the same people within 30 days: "
            f"{first.number}. Say why again. [Plan 3(4)2]"
        )
    }
    assert enter(body=body | {"again_reason": "两段电缆"}, by=project).again_reason == "两段电缆"
    # Nobody of the other transformer is hit again by the second one.
    do(first, "cancel", project, reason="不需要")
    assert announced(project, 26, elements=["P-2"]).again_reason == ""


def test_within_how_many_days_the_rules_say(project: User, monkeypatch: pytest.MonkeyPatch) -> None:
    announced(project, 20)
    let(monkeypatch, "outage.again_days", 4)
    assert announced(project, 25).again_reason == ""
    let(monkeypatch, "outage.again_days", 5)
    assert [*reasons(plan(29), project)] == ["again_reason"]


def test_what_could_be_done_live_says_why_it_is_not(
    project: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert reasons(plan(not_live_reason=""), project) == {
        "not_live_reason": "Works of this kind can be done live. Say why they are not. [Plan 3(4)2]"
    }
    let(monkeypatch, "outage.live_natures", ("grid_works",))
    assert announced(project, not_live_reason="").not_live_reason == ""


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"planned_from": -1, "planned_until": 5}, "planned_from"),
        ({"planned_from": 200, "planned_until": 200}, "planned_until"),
        ({"planned_from": 200, "planned_until": 190}, "planned_until"),
    ],
)
def test_a_plan_is_ahead_and_runs_forward(project: User, said: dict[str, int], field: str) -> None:
    times = {name: at(hours=hours) for name, hours in said.items()}
    body = plan(**times, short_notice_reason="抢修")
    assert [*reasons(body, project)] == [field]


@pytest.mark.parametrize(
    ("said", "fields"),
    [
        ({"kind": "storm"}, ["kind"]),
        ({"kind": "planned"}, ["planned_from", "nature"]),
        ({"planned_from": "2036-01-01T08:00", "planned_until": "2036-01-01T09:00"},
         ["planned_from"]),
        ({"kind": "safety", "nature": "safety"}, ["regulation"]),
        ({"excluded_by_policy": True}, ["excluded_by_policy"]),
        ({"elements": ["P-9"]}, ["elements/0"]),
        ({"elements": []}, ["customers"]),
        ({"elements": [], "customers": 12}, ["area_class", "level"]),
        ({"area": ""}, ["area"]),
        ({"cause": "x" * 301}, ["cause"]),
        ({"number_of_case": "20260101000001"}, ["number_of_case"]),
    ],
)  # fmt: skip
def test_an_outage_that_cannot_be_is_refused_at_its_fields(
    project: User, said: dict[str, Any], fields: list[str]
) -> None:
    assert [*reasons(FAULT | said, project)] == fields


def test_where_the_grid_knows_nobody_somebody_counts(project: User) -> None:
    said = {"elements": [], "customers": 12, "area_class": "rural", "level": "low"}
    one = reported(project, **said)
    assert counted(one) == [("", "", "rural", "low", 12, one.started_at, None)]


def test_works_of_a_connection_name_their_case(people: People, project: User) -> None:
    case = filed(people, Kind.HV_DUAL)
    one = announced(project, nature="connection_works", number_of_case=case.number)
    assert (one.number_of_case, one.case_ref) == (case.number, case.ref)


# Who and when


def test_only_the_company_of_the_district_works_outages(people: People, project: User) -> None:
    neighbour = staff(Role.PROJECT, username="gongjing", district="510303")
    for person in ("clerk", "manager", "regulator", "planning", "resident"):
        with pytest.raises(Forbidden):
            enter(body=FAULT, by=people[person])
    with pytest.raises(Forbidden):
        enter(body=FAULT, by=neighbour)
    assert enter(body=FAULT, by=people["supply-lead"]).state == "off"


def test_the_database_holds_the_moves_of_the_machine() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT from_state, to_state FROM outage_moves()")
        kept = set(cursor.fetchall())
    assert kept == {move for move in legal_moves(Outage) if move[0] != OutageState.NEW}


ACTS = {arrow.action for arrow in arrows(Outage)} - {"announce", "report"}
BODIES: dict[str, dict[str, Any]] = {
    "cancel": {"reason": "不需要"},
    "locate": {"section": "3号杆"},
    "estimate": {"expected_at": "2036-01-01T08:00"},
}


@pytest.mark.parametrize("way", [(), ("locate",), ("send_crew",), ("repair",), ("restore",)])
def test_each_act_is_refused_where_its_state_does_not_allow_it(
    project: User, way: tuple[str, ...]
) -> None:
    one = reported(project)
    for act in way:
        one = do(one, act, project, **BODIES.get(act, {}))
    allowed = {arrow.action for arrow in arrows(Outage) if arrow.source == one.state}
    for act in sorted(ACTS - allowed):
        with pytest.raises(WrongState):
            do(one, act, project, **BODIES.get(act, {}))


@pytest.mark.parametrize(
    ("source", "target"),
    sorted(
        set(product(OutageState.values, OutageState.values))
        - legal_moves(Outage)
        - {(state, state) for state in OutageState.values}
        - {(state, "new") for state in OutageState.values}
        - {("new", state) for state in OutageState.values}
    ),
)
def test_the_database_refuses_every_other_move(project: User, source: str, target: str) -> None:
    ways = {
        "announced": (), "off": (), "located": ("locate",), "crew": ("send_crew",),
        "repairing": ("repair",), "restored": ("restore",), "cancelled": ("cancel",),
    }  # fmt: skip
    one = announced(project) if source in ("announced", "cancelled") else reported(project)
    for act in ways[source]:
        do(one, act, project, **BODIES.get(act, {}))
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE reliability_outage SET state = %s WHERE id = %s", [target, one.pk])


@pytest.mark.parametrize("column", ["started_at", "restored_at"])
def test_the_database_keeps_what_was_told(project: User, column: str) -> None:
    one = do(reported(project), "restore", project)
    with pytest.raises(DatabaseError), transaction.atomic():
        Outage.objects.filter(pk=one.pk).update(**{column: city_now() - timedelta(hours=1)})


def test_history_ends_where_the_record_begins(people: People, project: User) -> None:
    reported(project)
    now = city_now() + timedelta(hours=8, minutes=1)
    late = f"{now:%Y-%m-%d %H:%M}"
    refusals = builders.refusals(
        "outages", builders.outage(kind="fault", off=late, on=late), people["supply-lead"]
    )
    assert any("none is typed afterwards" in each for each in refusals)
