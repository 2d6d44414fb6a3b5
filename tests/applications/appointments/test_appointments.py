"""Appointments on site (预约上门): booked, moved and ended by either side."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.actor import SYSTEM
from accounts.models import User
from accounts.roles import Role
from applications.appointments import actions, ics
from applications.appointments.models import Appointment
from applications.appointments.queries import of_today
from applications.assignments.models import Absence
from applications.contracts.models import PAPER
from applications.models import Application
from applications.owncase import own_case_json
from applications.states import State
from core.clock import CITY, city_now
from core.events import EVERYWHERE
from core.ics import folded
from core.problems import Problem
from documents.models import Document
from ledger.queries import timeline
from ledger.record import NewEntry, append
from notifications.models import Outbox
from portal.invariants import broken
from rules.names import Kind
from rules.registry import policy
from tests.applications.appointments.booking import (
    REMARK,
    WHY,
    booked,
    go_to,
    moved,
    step,
    times,
)
from tests.applications.pages import of, press
from tests.builders import People, Ready, again, do, pdf
from tests.page import Page
from tests.people import again as the_account
from tests.people import staff
from workflow.machine import legal_moves

pytestmark = pytest.mark.django_db


def found() -> dict[str, Any]:
    return {name: rows for name, rows in broken() if rows}


def api(user: User) -> APIClient:
    client = APIClient()
    client.force_authenticate(user)
    return client


@pytest.fixture
def case(people: People, ready: Ready) -> Application:
    """Of a factory, accepted: `manager` has it, and a survey on site can be booked."""
    return ready(Kind.HV_SINGLE, State.ACCEPTED)


@pytest.fixture
def passed(people: People, ready: Ready) -> Application:
    """Of a factory, its works inspected: the contract is to be signed."""
    return ready(Kind.HV_SINGLE, State.COMPLETION_PASSED)


def refusal(*args: Any, **more: Any) -> str:
    """What a step is refused with."""
    with pytest.raises(Problem) as caught:
        step(*args, **more)
    return caught.value.type


# What moves, and what does not


def test_it_is_booked_moved_and_held_and_changes_nothing_of_the_case(
    people: People, case: Application
) -> None:
    before = {**again(case).__dict__}
    one = moved(booked(case, people["factory"]), people["manager"])
    assert [one] == list(of_today(people["manager"], one.begins_at))
    go_to(one)
    one = step(one, "record_held", people["manager"])
    assert (one.state, one.sequence, one.staff, one.booked_by) == (
        "held", 1, people["manager"], "applicant",
    )  # fmt: skip
    after = again(case).__dict__
    assert {name for name in before if before[name] != after[name]} <= {"_state"}
    events = [(event.type, event.role) for event in timeline(case.ref) if event.part == one.ref]
    assert events == [
        ("appointment.booked", "applicant"), ("appointment.moved", "manager"),
        ("appointment.held", "manager"),
    ]  # fmt: skip
    assert found() == {}


def test_the_database_has_the_moves_of_the_machine() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT from_state, to_state FROM appointment_moves()")
        kept = set(cursor.fetchall())
    assert kept == legal_moves(Appointment) - {("new", "booked")}


def test_each_side_ends_it_before_it_begins_or_says_afterwards_what_came_of_it(
    people: People, case: Application
) -> None:
    one, factory, manager = booked(case, people["factory"]), people["factory"], people["manager"]
    assert refusal(one, "record_held", manager) == refusal(one, "record_not_held", factory)
    assert refusal(one, "cancel", people["resident"]) == "forbidden"
    assert refusal(one, "cancel", people["clerk"]) == "forbidden"
    go_to(one)
    assert refusal(one, "cancel", factory) == refusal(one, "move", manager, begins_at="x")
    assert refusal(one, "record_held", factory) == "forbidden"
    assert step(one, "record_not_held", factory).state == "not_held"
    assert refusal(one, "record_held", manager) == "somebody-was-faster"
    second = booked(again(case), manager)
    assert (second.booked_by, step(second, "cancel", factory).words) == ("supplier", WHY)
    assert found() == {}


def test_it_lapses_where_the_case_goes_on_before_it(people: People, case: Application) -> None:
    one = booked(case, people["factory"])
    do(people, again(case), "reply_plan")
    one = Appointment.objects.get(pk=one.pk)
    assert (one.state, one.sequence) == ("cancelled", 1)
    assert Outbox.objects.filter(kind="appointment.lapsed").count() == 2
    assert found() == {}


def test_nothing_is_booked_for_what_the_case_does_not_ask_for(
    people: People, case: Application
) -> None:
    for purpose in ("inspection", "completion", "contract"):
        with pytest.raises(Problem, match="wrong-state"):
            booked(case, people["factory"], purpose=purpose)


# Times


def test_the_rules_say_which_times_are_free(people: People, case: Application) -> None:
    slots = times(case)
    assert len(slots) == 60
    assert {f"{slot.begins_at:%H:%M}" for slot in slots} == {
        "09:00", "10:00", "11:00", "14:00", "15:00", "16:00",
    }  # fmt: skip
    assert {slot.ends_at - slot.begins_at for slot in slots} == {timedelta(hours=1)}
    assert slots[0].begins_at > city_now()


def test_what_is_booked_blocked_or_away_is_not_free(
    people: People, case: Application, ready: Ready
) -> None:
    manager, slots = people["manager"], times(case)
    first, last = slots[0].begins_at.date(), slots[-1].begins_at.date()
    booked(case, people["factory"])
    actions.block(manager, slots[1].begins_at, slots[2].ends_at)
    deputy = staff(Role.MANAGER, username="deputy")
    Absence.objects.create(user=manager, deputy=deputy, days=(last, last + timedelta(days=1)))
    other = ready(Kind.HV_DUAL, State.ACCEPTED)
    free = times(other)
    assert free == [slot for slot in slots[3:] if slot.begins_at.date() != last]
    assert free[0].begins_at.date() == first
    with pytest.raises(Problem):  # an appointment stands in it
        actions.block(manager, slots[0].begins_at, slots[1].ends_at)


def test_two_customers_choose_one_time_and_one_gets_it(
    people: People, case: Application, ready: Ready
) -> None:
    wanted, *others = [slot.begins_at.isoformat() for slot in times(case)[:7]]
    body = {"purpose": "survey", "begins_at": wanted}
    there = f"/api/v1/applications/{ready(Kind.HV_DUAL, State.ACCEPTED).number}/appointments/"
    here = f"/api/v1/applications/{case.number}/appointments/"
    client = api(people["factory"])
    first = client.post(here, body, format="json", headers={"Idempotency-Key": "a"})
    again_ = client.post(here, body, format="json", headers={"Idempotency-Key": "a"})
    second = client.post(there, body, format="json")
    assert (first.status_code, again_.json(), second.status_code) == (201, first.json(), 409)
    assert second.json()["type"].endswith("/time-taken")
    assert second.json()["free"] == others
    off = client.post(there, body | {"begins_at": "2026-01-01T03:00:00+08:00"}, format="json")
    assert off.json()["errors"][0]["pointer"] == "/begins_at"


# Telling


def test_the_other_side_is_told_and_both_are_reminded_once(
    people: People, case: Application
) -> None:
    one = booked(case, people["factory"], time=6)
    assert one.remind_at == one.begins_at - timedelta(days=1)
    go_to(one, after=timedelta(minutes=5) - timedelta(days=1))
    assert (actions.remind_due(), actions.remind_due()) == (1, 0)
    parties = {people["factory"].party_id: "factory", people["manager"].party_id: "manager"}
    rows = Outbox.objects.filter(kind__startswith="appointment.").order_by("id")
    told = {(row.kind, parties[row.recipient_id or 0], *row.channels) for row in rows}
    assert told == {
        ("appointment.booked", "manager", *EVERYWHERE),
        ("appointment.booked", "factory", *EVERYWHERE[1:]),
        ("appointment.reminded", "factory", *EVERYWHERE),
        ("appointment.reminded", "manager", *EVERYWHERE),
    }
    assert len(rows) == len(told)
    assert REMARK not in str(list(rows.values_list("context", flat=True)))


def test_the_file_of_a_calendar_keeps_its_name_and_folds_by_octets(
    people: People, case: Application
) -> None:
    one = step(
        moved(booked(case, people["factory"]), people["factory"]), "cancel", people["manager"]
    )
    whole = ics.appointments_file([one])
    lines = whole.split("\r\n")
    assert max(len(line.encode()) for line in lines) <= 75
    text = whole.replace("\r\n ", "")
    assert f"UID:{one.ref}@zigong.tongdian\r\nDTSTAMP:" in text
    assert "SEQUENCE:2\r\n" in text
    assert "STATUS:CANCELLED\r\n" in text
    assert "SUMMARY:现场勘查" in text
    for secret in (case.applicant_name, case.phone, REMARK, WHY, case.address_line):
        assert secret not in text
    broken = folded("自" * 60)
    assert broken.replace("\r\n ", "") == "自" * 60


# The contract, signed there


def test_the_contract_is_signed_at_the_appointment_only_while_it_is_held(
    people: People, passed: Application
) -> None:
    one = booked(passed, people["factory"], purpose="contract")
    address = f"/api/v1/applications/{passed.number}/appointments/{one.pk}/contract/"
    early = api(people["manager"]).post(address, {"files": pdf()})
    go_to(one)
    other = api(people["project"]).post(address, {"files": pdf()})
    bare = api(people["manager"]).post(address, {})
    done = api(people["manager"]).post(address, {"files": pdf()})
    assert [answer.status_code for answer in (early, other, bare, done)] == [409, 403, 422, 200]
    case, one = again(passed), Appointment.objects.get(pk=one.pk)
    assert (case.state, case.holder, one.state) == (State.CONTRACTED, "supplier", "held")
    paper = Document.objects.filter(case_ref=case.ref).latest("id")
    code = policy().signed_papers()["sign_contract"].code
    [signed] = [event for event in timeline(case.ref) if event.type == "case.contract_signed"]
    number = f"{case.number}-{signed.seq}"
    receipt = api(people["factory"]).get(f"/api/v1/ledger/receipts/{number}/")
    said = receipt.content.decode().replace("\\", "")
    assert (paper.requirement, signed.role) == (code, "manager")
    for part in (paper.sha256, f'"consent":"{PAPER}"', '"represents":"applicant"'):
        assert part in said
    assert found() == {}


# Pages


def test_the_applicant_chooses_a_day_and_a_time_and_books(
    people: People, case: Application
) -> None:
    browser = of(people, "factory")
    page = Page(browser.get(f"/account/cases/{case.number}/"))
    assert "预约上门：现场勘查" in page.text
    address = f"/account/cases/{case.number}/appointments/new/survey/"
    slot = times(case)[0]
    assert "6个空闲时段" in Page(browser.get(address)).text
    day = browser.get(address, {"day": f"{slot.begins_at:%Y-%m-%d}"})
    assert "09:00至10:00" in Page(day).text
    check = f"{address}?at={slot.begins_at.isoformat().replace('+', '%2B')}"
    assert "供电公司客户经理" in Page(browser.get(check)).text
    sent = press(browser, check, begins_at=slot.begins_at.isoformat(), remark=REMARK)
    one = Appointment.objects.get()
    assert sent["Location"] == f"/account/cases/{case.number}/appointments/{one.pk}/"
    shown = Page(browser.get(sent["Location"]))
    assert "供电公司客户经理将于" in shown.text
    assert REMARK in shown.text
    assert browser.get(address)["Location"] == sent["Location"]


def test_who_is_too_late_keeps_what_was_typed_and_is_offered_the_next_times(
    people: People, case: Application, ready: Ready
) -> None:
    slot = times(case)[0].begins_at.isoformat()
    booked(ready(Kind.HV_DUAL, State.ACCEPTED), people["factory"])
    address = f"/account/cases/{case.number}/appointments/new/survey/"
    check = f"{address}?at={times(case)[0].begins_at.isoformat().replace('+', '%2B')}"
    answer = press(of(people, "factory"), check, begins_at=slot, remark=REMARK)
    assert answer.status_code == 422
    page = Page(answer)
    assert "这个时段刚被约走，请另选一个。" in page.text
    assert REMARK in page.text
    assert page.text.count("10:00至11:00") == 1


def test_a_manager_reads_the_week_blocks_a_time_and_prints_it_as_a_file(
    people: People, case: Application
) -> None:
    slot = times(case)[6]
    one = booked(case, people["factory"], time=6)
    browser, week = of(people, "manager"), f"?week={slot.begins_at.astimezone(CITY):%Y-%m-%d}"
    said = {"day": f"{slot.begins_at:%Y-%m-%d}", "begins": "10:00", "until": "11:30"}
    assert press(browser, "/work/appointments/blocked/", **said).status_code == 302
    refused = press(browser, "/work/appointments/blocked/", **said | {"begins": "09:30"})
    assert "您在这段时间有预约，请先改期。" in Page(refused).text
    text = Page(browser.get(f"/work/appointments/{week}")).text
    assert f"09:00–10:00 · 现场勘查 · {case.number}" in text
    assert "不可预约" in text
    assert f"UID:{one.ref}@" in browser.get(f"/work/appointments/week.ics{week}").content.decode()
    assert press(browser, f"/work/appointments/{one.pk}/cancel/", reason=WHY).status_code == 302
    assert WHY in Page(of(people, "factory").get(
        f"/account/cases/{case.number}/appointments/{one.pk}/"
    )).text  # fmt: skip


def test_a_week_costs_the_same_with_one_and_three_appointments(
    people: People, case: Application, ready: Ready
) -> None:
    def queries() -> int:
        client = of(people, "manager")
        with CaptureQueriesContext(
            connection,
        ) as seen:
            client.get(f"/work/appointments/?week={one.begins_at.astimezone(CITY):%Y-%m-%d}")
        return len(seen)

    one = booked(case, people["factory"])
    queries()
    before = queries()
    booked(ready(Kind.HV_DUAL, State.ACCEPTED), people["factory"])
    step(one, "cancel", people["factory"])
    booked(again(case), people["factory"], time=1)
    assert queries() == before


# One's own data


def test_the_person_has_all_of_it_and_others_read_no_words(
    people: People, case: Application
) -> None:
    one = booked(case, people["factory"])
    owner = the_account(people["factory"])
    [told] = own_case_json(again(case), owner)["appointments"]
    assert (told["id"], told["remark"]) == (one.pk, REMARK)
    address = f"/api/v1/applications/{case.number}/appointments/{one.pk}/"
    assert api(people["manager"]).get(address).json()["remark"] == REMARK
    assert api(people["regulator"]).get(address).json()["remark"] is None


def test_what_was_said_is_erased_with_its_case(people: People, case: Application) -> None:
    one = step(booked(case, people["factory"]), "cancel", people["manager"])
    do(people, again(case), "withdraw")
    append(NewEntry(case.ref, "case.erased", SYSTEM, data={"number": case.number}))
    with connection.cursor() as cursor:
        cursor.execute("SELECT erase_case(%s)", [case.ref])
    one = Appointment.objects.get(pk=one.pk)
    assert (one.remark, one.words) == ("", "")
    assert "what a row says of an act is what its entry says" not in found()
