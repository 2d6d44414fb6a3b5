"""What waits for its applicant too long is reminded, then may be closed; and the way back."""

from datetime import UTC, date
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.models import User
from applications.actions import CASES
from applications.answers import case_json
from applications.begun import as_case, body_of
from applications.models import Application, Draft
from applications.states import State, waits_in
from applications.waiting.actions import remind_waiting, resume
from applications.waiting.reminding import held_before
from core.problems import Forbidden, WrongState
from documents.queries import about
from ledger.queries import timeline
from notifications.models import Outbox
from portal.invariants import broken
from rules.names import WAITING, Kind
from rules.registry import calendar
from tests.applications.waiting import REASON, closed, reminded, waiting
from tests.builders import again, case_at, do, hand_in, perform, taken_in
from tests.deadlines.clocks import at, set_clock
from tests.page import Page
from tests.people import browser
from tests.rules.in_force import let

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("with_people")]


def types(case: Application) -> list[str]:
    return [event.type for event in timeline(case.ref)]


def whole() -> None:
    """Every invariant of the database holds."""
    assert [name for name, rows in broken() if rows] == []


def told(case: Application) -> list[dict[str, Any]]:
    return [row.context for row in Outbox.objects.filter(kind="case.reminded", case_ref=case.ref)]


def test_the_rules_name_the_states_that_wait_for_an_applicant() -> None:
    assert {state.value for kind in Kind for state in waits_in(kind)} == set(WAITING)


@pytest.mark.parametrize("days", [0, 1, 5, 30])
def test_a_wait_is_over_by_the_same_count_as_a_limit(days: int) -> None:
    table, today = calendar(), date(2026, 3, 16)
    before = held_before(today, days, table).date()
    last = date.fromordinal(before.toordinal() - 1)
    assert table.due(last, days).date < today <= table.due(before, days).date


def test_the_applicant_is_reminded_by_the_day_and_once_a_wait(people: dict[str, User]) -> None:
    case = waiting(people)
    set_clock("2026-03-13 23:59")  # the fifth working day
    assert remind_waiting() == 0
    set_clock("2026-03-14 00:00")
    assert (remind_waiting(), remind_waiting()) == (1, 0)
    case = again(case)
    # 30 working days after 14 March, without Qingming: the last is 27 April.
    assert (case.state, case.closable_on) == ("supplement", date(2026, 4, 28))
    assert types(case)[-1] == "case.reminded"
    assert [(each["variant"], each["last_day"]) for each in told(case)] == [
        ("closable", "2026-04-27")
    ]
    do(people, case, "supply_supplement")
    do(people, again(case), "accept")
    set_clock("2026-03-24 00:00")  # it waits anew, for the signature
    assert remind_waiting() == 1
    assert again(case).closable_on == date(2026, 6, 23)
    whole()


def test_where_no_row_says_so_nobody_is_reminded_and_nothing_is_closed(
    people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    set_clock("2026-03-06 10:00")
    case = case_at(people, Kind.HV_SINGLE, State.PLAN_REPLIED)
    set_clock("2026-12-01 10:00")
    assert remind_waiting() == 1
    # A plan is valid for longer than any days of ours: it is reminded of, and stays open.
    case = again(case)
    assert (case.reminded_at is None, case.closable_on) == (False, None)
    assert [each.get("variant") for each in told(case)] == [None]
    with pytest.raises(WrongState):
        perform(application=case, action="close", by=people["manager"], body={"reason": REASON})


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("waiting.supplement.remind.days", (0, None)),
        ("waiting.supplement.close.days", (1, date(2026, 6, 12))),
    ],
)
def test_after_how_many_days_the_rules_say(
    people: dict[str, User], monkeypatch: pytest.MonkeyPatch, name: str, seen: tuple[int, Any]
) -> None:
    let(monkeypatch, name, 60)
    case = waiting(people)
    set_clock("2026-03-16 09:00")
    assert (remind_waiting(), again(case).closable_on) == seen


def test_a_person_closes_it_after_the_day_that_the_reminder_named(
    people: dict[str, User],
) -> None:
    case, manager, body = reminded(people), people["manager"], {"reason": REASON}
    set_clock("2026-04-27 23:59")
    with pytest.raises(WrongState, match="wrong-state"):
        perform(application=case, action="close", by=manager, body=body)
    with pytest.raises(Forbidden):
        perform(application=case, action="close", by=case.filed_by.user, body=body)
    set_clock("2026-04-28 00:01")
    case = perform(application=case, action="close", by=manager, body=body)
    assert (case.state, case.holder, case.closing_reason) == ("closed", "", REASON)
    assert [clock for clock in _clocks(case) if clock != "stopped"] == []
    whole()


def _clocks(case: Application) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT state FROM deadlines_clock WHERE case_ref = %s", [case.ref])
        return [state for (state,) in cursor.fetchall()]


def test_the_database_lets_nothing_be_closed_without_a_reminder(people: dict[str, User]) -> None:
    case = waiting(people)
    for columns in (
        "closable_on = '2026-03-01'",
        "reminded_at = held_since - interval '1 day', closable_on = '2026-03-01'",
        "reminded_at = held_since, closable_on = '2027-01-01'",
    ):
        statement = (
            f"UPDATE applications_application SET {columns} WHERE id = %s;"
            " UPDATE applications_application SET state = 'closed', holder = '',"
            " ended_at = city_now() WHERE id = %s"
        )
        with (
            pytest.raises(DatabaseError, match="reminded"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement, [case.pk, case.pk])


def test_one_click_begins_anew_with_what_was_typed_and_handed_in(
    people: dict[str, User],
) -> None:
    case = closed(people)
    owner = case.filed_by.user
    page = browser(owner)
    shown = Page(page.get(f"/account/cases/{case.number}/"))
    assert REASON in shown.text
    address = f"/account/cases/{case.number}/again/"
    first = page.post(address, {"version": case.version, "idempotency_key": "k"})
    second = page.post(address, {"version": case.version, "idempotency_key": "other"})
    draft = Draft.objects.get(resumes=case)
    assert [answer["Location"] for answer in (first, second)] == [f"/apply/{draft.number}/"] * 2
    begun = as_case(draft)
    assert not begun.refusals
    assert (begun.applicant_name, begun.address_line, begun.phone) == (
        case.applicant_name,
        case.address_line,
        case.phone,
    )
    # What was asked for anew and never came is to be handed in; the other document is here.
    asked = {item["requirement"] for item in case.supplement_items}
    here = {file.requirement for file in about("application", draft.pk)}
    assert here == {"identity", "property"} - asked
    hand_in(begun, "submit")
    do(people, begun, "submit")
    filed = again(Application.objects.get(number=draft.number))
    assert (filed.continues, filed.first_filed_at) == (case, case.first_filed_at)
    told = case_json(filed, owner)
    # From 6 March to 28 April: the company's days go on from what they were, the whole never stops.
    assert (told["whole_process_days"], told["handling_days"]) == (36, 0)
    with pytest.raises(WrongState):
        resume(application=case, by=owner)
    assert filed.number in Page(page.get(f"/account/cases/{case.number}/")).text


def test_a_clerk_begins_anew_for_the_customer_of_the_counter(people: dict[str, User]) -> None:
    case = taken_in(people)
    perform(
        application=case,
        action="request_supplement",
        by=people["manager"],
        body={"items": [{"requirement": "identity", "reason": "照片不清"}]},
    )
    for instant in ("2027-03-01 10:00", "2027-09-01 10:00"):
        set_clock(instant)
        remind_waiting()
    perform(application=again(case), action="close", by=people["manager"], body={"reason": REASON})
    with pytest.raises(Forbidden):
        resume(application=again(case), by=people["project"])
    draft = resume(application=again(case), by=people["clerk"])
    assert (draft.channel, draft.office_id) == ("counter", case.office_id)
    assert body_of(draft)["applicant"]["name"] == case.applicant_name


def test_programs_close_and_begin_anew(people: dict[str, User]) -> None:
    case = reminded(people)
    set_clock("2026-04-28 10:00")
    manager, owner = browser(people["manager"]), browser(case.filed_by.user)
    api = f"/api/v1/applications/{case.number}"
    assert {
        name: manager.get(f"{api}/").json()[name]
        for name in ("reminded_at", "closable_on", "closing_reason")
    } == {"reminded_at": _iso("2026-03-14 09:00", case), "closable_on": "2026-04-28",
          "closing_reason": None}  # fmt: skip
    done = manager.post(
        f"{api}/actions/close/", {"reason": REASON}, content_type="application/json"
    )
    assert (done.status_code, done.json()["state"]) == (200, "closed")
    again_ = [owner.post(f"{api}/resume/", content_type="application/json") for _ in range(2)]
    assert {(each.status_code, each.json()["state"]) for each in again_} == {(201, "draft")}
    assert len({each.json()["number"] for each in again_}) == 1


def _iso(text: str, case: Application) -> str:
    """The instant of the reminder as the API writes it, at about this time."""
    instant = case.reminded_at
    assert instant is not None
    assert (instant - at(text)).total_seconds() < 60
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def test_the_regulator_reads_what_was_closed_and_why(people: dict[str, User]) -> None:
    case = closed(people)
    page = Page(browser(people["regulator"]).get("/oversight/closings/"))
    [row] = page.rows()
    assert case.number in row
    assert REASON in row
    assert "已终止办理 1 件" in page.text


def closable_in(people: dict[str, User]) -> dict[str, list[str]]:
    """The numbers of what may be closed, where the desk and its programs read them; each row of the
    pages leads to the form."""
    client, found = browser(people["manager"]), dict[str, list[str]]()
    for query in ("/desk/?all=1", "/desk/?asked=cases.close", "/work/?closable=1"):
        links = Page(client.get(query)).tree.xpath("//tbody//a/@href")
        found[query] = [link.split("/")[3] for link in links if link.endswith("/close/")]
    for query in ("/api/v1/applications/?closable=true", "/api/v1/desk/?asked=cases.close"):
        found[query] = [row["number"] for row in client.get(query).json()["results"]]
    return found


def test_the_desk_sees_the_reminder_and_closes_on_a_page(people: dict[str, User]) -> None:
    case = reminded(people)
    desk = browser(people["manager"])
    page = Page(desk.get(f"/work/cases/{case.number}/"))
    assert "4月27日" in page.text
    assert set(map(tuple, closable_in(people).values())) == {()}
    set_clock("2026-04-28 10:00")
    assert (
        f"/work/cases/{case.number}/close/"
        in desk.get(f"/work/cases/{case.number}/").content.decode()
    )
    assert set(map(tuple, closable_in(people).values())) == {(case.number,)}
    body = {"version": case.version, "idempotency_key": "k", "reason": REASON}
    for _ in range(2):
        assert desk.post(f"/work/cases/{case.number}/close/", body).status_code == 302
    assert again(case).state == "closed"
    assert types(again(case)).count("case.closed") == 1
    assert set(map(tuple, closable_in(people).values())) == {()}
    late = CASES.why_not(again(case), "close")
    assert late
