"""Power that is back for some before it is for all: each counts for as long as it was without."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils.translation import override

from accounts.models import User
from core.problems import Invalid, WrongState
from ledger.actions import move_clock
from ledger.models import Entry, Salt
from ledger.queries import timeline
from notifications.bulk.sending import send_broadcasts
from portal.invariants import broken
from reliability.indices import counting
from reliability.indices.models import CountedInterruption
from reliability.outages.models import Outage
from reliability.outages.queries import of_customer
from reliability.outages.reading import stages
from tests import people as cast
from tests.builders import People
from tests.notifications.counterpart import At
from tests.page import Page
from tests.reliability.followers import follows, phone, told, visitor
from tests.reliability.outages import at, do, grid, reported
from tests.reliability.repairs import registered

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("with_people")]


@pytest.fixture
def project(people: People) -> User:
    return grid(people)


def part(one: Outage, by: User, *codes: str) -> Outage:
    return do(one, "restore_part", by, elements=list(codes))


def rows(one: Outage) -> list[tuple[Any, ...]]:
    columns = ("element", "level", "customers", "off_at", "on_at", "recorded_on_at")
    return list(one.interruptions.order_by("element", "level").values_list(*columns))


def refused(one: Outage, by: User, act: str, **body: Any) -> dict[str, str]:
    with pytest.raises(Invalid) as found, override("en"):
        do(one, act, by, **body)
    with override("en"):
        return {error.pointer.strip("/"): str(error.reason) for error in found.value.errors}


def test_each_is_without_power_until_it_is_back_there(project: User) -> None:
    one = part(reported(project), project, "P-2")
    off, first = one.started_at, one.part_restored_at
    assert (one.state, one.restored_at) == ("off", None)
    assert rows(one) == [
        ("P-1", "low", 30, off, None, None),
        ("P-1", "medium", 1, off, None, None),
        ("P-2", "low", 12, off, first, first),
    ]
    one = do(one, "restore", project)
    last = one.restored_at
    assert rows(one) == [
        ("P-1", "low", 30, off, last, last),
        ("P-1", "medium", 1, off, last, last),
        ("P-2", "low", 12, off, first, first),
    ]
    entries = timeline(one.ref)
    assert [entry.type for entry in entries] == [
        "outage.reported", "outage.part_restored", "outage.restored",
    ]  # fmt: skip
    assert [entry.at for entry in entries] == [off, first, last]
    told = Entry.objects.get(case_ref=one.ref, type="outage.part_restored")
    said = json.loads(Salt.objects.get(ref=told.salt_ref).data)
    assert said == {
        "number": one.number, "elements": ["P-2"], "customers": {"medium": 0, "low": 12},
    }  # fmt: skip
    with override("en"):
        assert [(stage.words, stage.note) for stage in stages(one)] == [
            ("Power off", ""),
            ("Power back in part", "12 of low voltage"),
            ("Power back", ""),
        ]
    assert {name: found for name, found in broken() if found} == {}


def test_the_indices_count_each_for_as_long_as_it_was_without(project: User) -> None:
    one = reported(project)
    move_clock(offset=timedelta(hours=1))
    one = part(one, project, "P-2")
    move_clock(offset=timedelta(hours=3))
    one = do(one, "restore", project)
    counting.run()
    assert one.started_at is not None
    assert one.part_restored_at is not None
    assert one.restored_at is not None
    found = CountedInterruption.objects.filter(level="low").order_by("element")
    times = {each.element: (each.begun_at, each.ended_at) for each in found}
    assert times == {
        "P-1": (one.started_at, one.restored_at),
        "P-2": (one.started_at, one.part_restored_at),
    }


def test_what_cannot_be_back_in_part_is_refused_with_its_place(project: User) -> None:
    one = reported(project)
    nobody = "Nobody whom this outage interrupts is without power there."
    everybody = "That is everybody who is without power: say that power is back."
    # Those at the transformers below a line are not connected to the line.
    assert refused(one, project, "restore_part", elements=["P-2", "X-9", "L-1"]) == {
        "elements/1": nobody, "elements/2": nobody,
    }  # fmt: skip
    assert refused(one, project, "restore_part", elements=["P-2", "P-1"]) == {"elements": everybody}
    assert set(refused(one, project, "restore_part", elements=[])) == {"elements"}
    small = reported(project, elements=["P-1"], again_reason="另一处故障")
    with pytest.raises(WrongState):
        part(small, project, "P-1")
    done = part(one, project, "P-2")
    # One transformer is left: it comes back as a whole.
    with pytest.raises(WrongState):
        part(done, project, "P-2")


def test_a_correction_leaves_the_part_its_own_time(project: User) -> None:
    one = do(part(reported(project), project, "P-2"), "restore", project)
    back = one.part_restored_at
    late = {"started_at": at(hours=1), "restored_at": at(hours=2), "reason": "调度日志"}
    move_clock(offset=timedelta(hours=4))
    assert refused(one, project, "correct", **late) == {
        "started_at": "Some had power back before that."
    }
    early = {"started_at": at(hours=-9), "restored_at": at(hours=-8), "reason": "调度日志"}
    assert refused(one, project, "correct", **early) == {
        "restored_at": "Power came back in part only after that."
    }
    one = do(
        one, "correct", project,
        started_at=at(hours=-9), restored_at=at(hours=-1), reason="调度日志",
    )  # fmt: skip
    assert [(row[0], row[1], row[3], row[4]) for row in rows(one)] == [
        ("P-1", "low", one.off_at, one.on_at),
        ("P-1", "medium", one.off_at, one.on_at),
        ("P-2", "low", one.off_at, back),
    ]
    assert {name: found for name, found in broken() if found} == {}


def test_followers_hear_of_it_and_then_that_it_is_back_for_all(project: User, outside: At) -> None:
    follows(visitor(1), "element", customer_number="M-1")
    follows(visitor(2), "element", customer_number="M-3")
    one = reported(project)
    send_broadcasts()
    one = part(one, project, "P-2")
    send_broadcasts()
    do(one, "restore", project)
    send_broadcasts()
    for number in (1, 2):
        heard = [words for to, words in told(outside) if to == phone(number)]
        assert heard == ["自流井区停电", "自流井区部分来电", "自流井区来电"]


def test_who_has_power_again_reads_of_no_outage_by_his_number(project: User) -> None:
    one = part(reported(project), project, "P-2")
    assert list(of_customer("M-1")) == [one]
    assert list(of_customer("M-3")) == []


def test_the_database_keeps_what_came_back_and_who_went(project: User, people: People) -> None:
    first, other = (registered(people["supply-lead"], code=code) for code in ("QX-1", "QX-2"))
    one = do(part(reported(project), project, "P-2"), "send_crew", project, crew=first.code)
    for wrong in (
        {"part_restored_at": None},
        {"part_restored_at": "2026-01-01T00:00:00Z"},
        {"crew": other},
        {"crew": None},
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            Outage.objects.filter(pk=one.pk).update(**wrong)


def test_at_the_desk_one_ticks_where_it_is_back(project: User) -> None:
    one, client = reported(project), cast.browser(project)
    page = Page(client.get(f"/work/outages/{one.number}/restore_part/"))
    assert "12 户" in page.text
    address = f"/work/outages/{one.number}/restore_part/"
    assert client.post(address, page.carried()).status_code == 422
    done = client.post(address, {**page.carried(), "elements": ["P-2"]})
    assert (done.status_code, rows(one)[2][4] is not None) == (302, True)
    public = Page(Client().get(f"/disclosure/outages/{one.number}/")).text
    assert "部分恢复送电" in public
