"""Questions about a case: asked, answered by their day, late where they are not, and erased."""

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from accounts.models import User
from applications.enquiries.actions import ENQUIRIES, ask
from applications.enquiries.models import Enquiry
from applications.erasure import erase_ended
from applications.facts import count_facts
from applications.models import Application
from core.problems import Forbidden, Missing, QuotaReached, WrongState
from deadlines.models import Clock
from deadlines.sweep import sweep
from ledger.models import Salt
from ledger.queries import timeline
from notifications.models import Outbox
from portal.invariants import broken
from rules.names import Kind
from tests.builders import do, drafted, filed, taken_in
from tests.deadlines.clocks import set_clock
from tests.page import Page
from tests.people import browser
from tests.rules.in_force import let

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("with_people")]
TEXT, ANSWER = "验收要等多久？", "报验后两个工作日内到场。"


def asked(people: dict[str, User], kind: Kind = Kind.LV_OTHER) -> Enquiry:
    """A question asked on Friday 6 March 2026, 10:00, to be answered by Friday the 13th."""
    set_clock("2026-03-06 10:00")
    case = filed(people, kind)
    return ask(application=case, body={"text": TEXT}, by=case.filed_by.user)


def case_of(one: Enquiry) -> Application:
    assert one.application is not None
    return one.application


def answer(one: Enquiry, by: User) -> Enquiry:
    return ENQUIRIES.perform(one, "answer", by=by, body={"answer": ANSWER})


def whole() -> None:
    """Every invariant of the database holds."""
    assert [name for name, rows in broken() if rows] == []


def test_it_is_answered_once_and_its_clock_stops(people: dict[str, User]) -> None:
    one = asked(people)
    clock = Clock.objects.get(case_ref=one.ref)
    assert (clock.kind, str(clock.due_on), clock.state) == ("enquiry", "2026-03-13", "running")
    set_clock("2026-03-10 10:00")
    done = answer(one, people["manager"])
    assert (done.state, done.text, done.answer_text) == ("answered", TEXT, ANSWER)
    with pytest.raises(WrongState):
        answer(one, people["supply-lead"])
    assert [(step.type, step.role) for step in timeline(one.ref)] == [
        ("enquiry.asked", "applicant"),
        ("enquiry.answered", "manager"),
    ]
    assert not [step for step in timeline(case_of(one).ref) if "enquiry" in step.type]
    whole()


def test_an_unanswered_one_is_late_and_stands_with_the_regulator(people: dict[str, User]) -> None:
    one = asked(people)
    do(people, case_of(one), "withdraw")  # the case's end does not stop its clock
    set_clock("2026-03-14 00:01")
    sweep()
    watching = browser(people["regulator"])
    rows = Page(watching.get("/oversight/")).rows()
    assert [row for row in rows if case_of(one).number in row and "咨询答复" in row]
    late = watching.get("/api/v1/oversight/late/").json()["results"]
    assert [(each["clock"], each["enquiry_id"], each["party"]) for each in late] == [
        ("enquiry", one.pk, "supplier")
    ]
    page = Page(watching.get(f"/oversight/enquiries/{one.pk}/"))
    assert TEXT in page.text
    whole()


def test_how_many_days_the_rules_say(
    people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    let(monkeypatch, "enquiry.answer.days", 2)
    assert str(Clock.objects.get(case_ref=asked(people).ref).due_on) == "2026-03-10"


def test_who_may_ask_and_who_may_answer(people: dict[str, User]) -> None:
    one = asked(people)
    case, owner = case_of(one), case_of(one).filed_by.user
    for by, refusal in (
        (people["manager"], Forbidden),
        (people["resident"], Missing),
        (people["regulator"], Forbidden),
    ):
        with pytest.raises(refusal):
            ask(application=case, body={"text": TEXT}, by=by)
    for by in (owner, people["regulator"], people["planning"]):
        with pytest.raises(Forbidden):
            answer(one, by)
    begun = drafted(people, Kind.LV_OTHER)
    with pytest.raises(WrongState):
        ask(application=begun, body={"text": TEXT}, by=begun.filed_by.user)
    at_counter = taken_in(people)
    assert ask(application=at_counter, body={"text": TEXT}, by=people["clerk"]).pk
    for _ in range(4):
        ask(application=case, body={"text": TEXT}, by=owner)
    with pytest.raises(QuotaReached):
        ask(application=case, body={"text": TEXT}, by=owner)


def test_the_applicant_asks_on_the_page_of_the_case_and_reads_the_answer(
    people: dict[str, User],
) -> None:
    set_clock("2026-03-06 10:00")
    case = filed(people, Kind.LV_OTHER)
    mine = browser(case.filed_by.user)
    address = f"/account/cases/{case.number}/"
    page = Page(mine.get(f"{address}enquiries/"))
    assert "5 个工作日内" in page.text
    body = {"text": TEXT, "version": case.version, "idempotency_key": "k"}
    for _ in range(2):
        assert mine.post(f"{address}enquiries/", body).status_code == 302
    one = Enquiry.objects.get()
    assert "3月13日" in Page(mine.get(address)).text
    desk = browser(people["manager"])
    assert case.number in Page(desk.get("/work/enquiries/")).rows()[0]
    assert TEXT in Page(desk.get(f"/work/cases/{case.number}/")).text
    form = {"answer": ANSWER, "version": one.version, "idempotency_key": "a"}
    assert desk.post(f"/work/enquiries/{one.pk}/answer/", form).status_code == 302
    assert ANSWER in Page(mine.get(address)).text
    late = browser(people["supply-lead"]).post(f"/work/enquiries/{one.pk}/answer/", form)
    assert (late.status_code, ANSWER in late.content.decode()) == (409, True)
    empty = mine.post(f"{address}enquiries/", body | {"text": "", "idempotency_key": "e"})
    assert empty.status_code == 422


def test_programs_ask_read_and_answer(people: dict[str, User]) -> None:
    set_clock("2026-03-06 10:00")
    case = filed(people, Kind.LV_OTHER)
    mine, desk = browser(case.filed_by.user), browser(people["manager"])

    def post(client: Client, path: str, body: Any, key: str) -> Any:
        return client.post(
            f"/api/v1{path}",
            body,
            content_type="application/json",
            headers={"Idempotency-Key": key},
        )

    asking = f"/applications/{case.number}/enquiries/"
    first, second = (post(mine, asking, {"text": TEXT}, "k") for _ in range(2))
    assert (first.status_code, first.json()) == (201, second.json())
    one = first.json()
    assert (one["due_on"], one["state"], one["late"]) == ("2026-03-13", "open", False)
    done = post(desk, f"/enquiries/{one['id']}/actions/answer/", {"answer": ANSWER}, "a")
    assert (done.status_code, done.json()["state"]) == (200, "answered")
    read = mine.get(f"/api/v1/enquiries/{one['id']}/").json()
    assert (read["text"], read["answer"]) == (TEXT, ANSWER)
    listed = [
        client.get("/api/v1/enquiries/?state=answered").json()["results"]
        for client in (mine, desk, browser(people["resident"]))
    ]
    assert [[each["id"] for each in rows] for rows in listed] == [[one["id"]], [one["id"]], []]
    own = mine.get(f"/api/v1/applications/{case.number}/data/").json()
    assert [(each["text"], each["answer"]) for each in own["enquiries"]] == [(TEXT, ANSWER)]


def test_it_is_erased_with_the_person_of_its_case_once_it_is_answered(
    people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = asked(people)
    do(people, case_of(one), "withdraw")
    count_facts()
    let(monkeypatch, "case.retention.days", 30)
    set_clock("2026-06-06 10:00")
    assert erase_ended() == 0
    answer(one, people["manager"])
    assert erase_ended() == 1
    one.refresh_from_db()
    assert (one.text, one.answer_text) == ("", "")
    with connection.cursor() as cursor:
        cursor.execute("SELECT salt_ref FROM ledger_entry WHERE case_ref = %s", [one.ref])
        refs = [ref for (ref,) in cursor.fetchall()]
    assert not Salt.objects.filter(ref__in=refs).exists()
    case = Application.objects.get(pk=case_of(one).pk)
    with pytest.raises(WrongState):
        ask(application=case, body={"text": TEXT}, by=case.filed_by.user)
    whole()


def test_the_database_keeps_what_was_asked_and_answered(people: dict[str, User]) -> None:
    one = answer(asked(people), people["manager"])
    for statement in (
        "UPDATE applications_enquiry SET text = 'x'",
        "UPDATE applications_enquiry SET answer_text = 'x'",
        "DELETE FROM applications_enquiry",
    ):
        with (
            pytest.raises(DatabaseError),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"{statement} WHERE id = %s", [one.pk])


def test_both_sides_are_told(people: dict[str, User]) -> None:
    one = asked(people)
    answer(one, people["manager"])
    kinds = Outbox.objects.filter(kind__startswith="enquiry.").values_list("kind", "subject_kind")
    assert sorted(set(kinds)) == [
        ("enquiry.answered", "enquiry_own"),
        ("enquiry.asked", "enquiry"),
    ]
