"""Follow-ups of low ratings (回访): opened with the rating, on the clock, closed by a person."""

from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.actions import grant
from accounts.actor import SYSTEM
from accounts.models import HOMES, User
from accounts.roles import Role
from applications.follow_ups import actions, queries
from applications.follow_ups.models import FollowUp
from applications.models import Application
from applications.states import State
from core.problems import Problem, Stale
from deadlines.models import Clock
from deadlines.sweep import settle
from ledger.models import Entry
from ledger.queries import timeline
from notifications.models import Outbox
from portal.invariants import broken
from rules.names import Kind
from rules.registry import current
from tests.applications.follow_ups import SAID, WORDS, rated_low, step
from tests.applications.pages import of, press
from tests.builders import People, Ready, again, case_at, do
from tests.deadlines.clocks import set_clock
from tests.page import Page
from tests.people import again as the_account
from tests.people import office, staff
from tests.rules.in_force import let
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
    """A home with its power on, not rated yet; `manager` took steps in it."""
    return ready(Kind.RESIDENTIAL, State.ENERGISED)


@pytest.fixture
def cast(people: People) -> dict[str, User]:
    """The demonstration's people, and those whose role holds in another district only."""
    return {
        **people,
        "far-lead": staff(Role.SUPPLY_LEAD, username="far-lead", district="510321"),
        "far-regulator": staff(Role.REGULATOR, username="far-regulator", district="510321"),
    }


def also(user: User, role: Role) -> User:
    """The person with another role as well."""
    place = office(HOMES[role], f"{HOMES[role]}-office")
    grant(user=user, role=role, organisation=place, district=None, by=SYSTEM)
    return the_account(user)


# Opening


def test_every_low_rating_opens_one_and_no_other_does(people: People, case: Application) -> None:
    for stage, level in (("acceptance", 2), ("end", 1)):
        do(people, again(case), "rate", stage=stage, level=level, comment=WORDS)
    rows = FollowUp.objects.order_by("id")
    assert [(row.stage, row.level, row.comment, row.state) for row in rows] == [
        ("acceptance", 2, WORDS, "open"), ("end", 1, WORDS, "open"),
    ]  # fmt: skip
    assert found() == {}


def test_what_is_not_low_opens_none(people: People, case: Application) -> None:
    do(people, case, "rate", level=3)
    assert not FollowUp.objects.exists()
    assert found() == {}


def test_how_many_days_the_rules_say(
    people: People, case: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    let(monkeypatch, "rating.follow_up.days", 7)
    follow_up = rated_low(people, case, stage="acceptance")
    [clock] = Clock.objects.filter(case_ref=follow_up.ref)
    assert (clock.kind, clock.limit_days, clock.state) == ("follow_up", 7, "running")
    let(monkeypatch, "rating.reason_to", 1)
    do(people, again(case), "rate", level=2, comment=WORDS)
    assert FollowUp.objects.count() == 1


def test_it_is_due_in_fifteen_working_days_with_source_and_trust(people: People) -> None:
    set_clock("2026-11-30 09:00")
    case = case_at(people, Kind.RESIDENTIAL, State.ENERGISED)
    follow_up = rated_low(people, case)
    [clock] = Clock.objects.filter(case_ref=follow_up.ref)
    assert (clock.due_on, clock.started_at) == (date(2026, 12, 21), follow_up.opened_at)
    row = current().in_force(on=date(2026, 11, 30)).value("rating.follow_up.days")
    assert (row.number, str(row.trust), row.ours, row.adopted_by) == (
        15, "S", True, "docs/decisions/0033",
    )  # fmt: skip


# Who, and what moves

LEADS = {"supply-lead", "supply-lead-2"}
SEE = LEADS | {"regulator", "lead-agency", "resident"}


def outcome(follow_up: FollowUp, action: str, by: User) -> str:
    """What a step comes to, tried and taken back."""
    try:
        with transaction.atomic():
            state = str(step(follow_up, action, by=by).state)
            transaction.set_rollback(True)
    except Problem as problem:
        return type(problem).__name__
    return state


def test_only_the_lead_of_the_district_takes_steps(
    cast: dict[str, User], case: Application
) -> None:
    follow_up = rated_low(cast, case)
    for who, user in cast.items():
        expected = {"attempt": "open", "close": "closed"}
        for action, state in expected.items():
            if who not in SEE:
                state = "Missing"  # noqa: PLW2901
            elif who not in LEADS:
                state = "Forbidden"  # noqa: PLW2901
            assert outcome(follow_up, action, user) == state, (who, action)
    closed = step(follow_up, "close", by=cast["supply-lead"])
    for action in SAID:
        assert outcome(closed, action, cast["supply-lead"]) == "WrongState"


def test_a_lead_who_took_a_step_in_the_case_or_whose_case_it_is_is_out(
    people: People, case: Application
) -> None:
    follow_up = rated_low(people, case)
    near = also(people["manager"], Role.SUPPLY_LEAD)
    own = also(people["resident"], Role.SUPPLY_LEAD)
    assert (outcome(follow_up, "close", near), outcome(follow_up, "close", own)) == (
        "Missing", "Forbidden",
    )  # fmt: skip
    assert list(queries.watched(near)) == list(queries.watched(own)) == []
    # Nobody of them is told of it either.
    told = Outbox.objects.filter(case_ref=follow_up.ref).values_list("recipient_id", flat=True)
    assert set(told) == {people[who].party_id for who in LEADS}


def test_the_list_has_what_may_be_read_one_by_one(cast: dict[str, User], case: Application) -> None:
    follow_up = rated_low(cast, case)
    for who, user in cast.items():
        listed = queries.watched(user).filter(pk=follow_up.pk).exists()
        assert listed == queries.reads_ratings(follow_up.application, user), who


def test_the_database_refuses_every_other_move(people: People, case: Application) -> None:
    follow_up = rated_low(people, case)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM follow_up_moves()")
        assert set(cursor.fetchall()) == legal_moves(FollowUp)
    step(follow_up, "attempt", by=people["supply-lead"])
    step(follow_up, "close", by=people["supply-lead"])
    for statement in (
        "UPDATE applications_followup SET state = 'open', closed_at = NULL, said = '', done = ''",
        "UPDATE applications_followup SET done = said",
        "UPDATE applications_followup SET opened_at = now()",
        "DELETE FROM applications_followup",
        "UPDATE applications_attempt SET at = now()",
        "DELETE FROM applications_attempt",
        (
            "INSERT INTO applications_followup (ref, application_id, stage, district,"
            " rules_version, state, opened_at, closed_at, said, done, version)"
            " SELECT gen_random_uuid(), application_id, 'acceptance', district, rules_version,"
            " 'closed', now(), now(), said, done, 1 FROM applications_followup"
        ),
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_what_does_not_follow_from_the_record_is_found(
    people: People, case: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    follow_up = rated_low(people, case, stage="acceptance")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO applications_followup (ref, application_id, stage, district,"
            " rules_version, state, opened_at, said, done, version) SELECT gen_random_uuid(),"
            " application_id, 'end', district, rules_version, 'open', now(), '', '', 1"
            " FROM applications_followup"
        )
        assert set(found()) == {
            "a low rating has one follow-up, from the first one on",
            "a follow-up has one clock, which runs exactly while it is open",
            "every clock is as the record has it",
        }
        transaction.set_rollback(True)
    with transaction.atomic(), monkeypatch.context() as patched:
        # A low rating that was let through.
        patched.setattr(actions, "obliged", lambda *_said, **_at: None)
        do(people, again(case), "rate", level=1, comment=WORDS)
        assert set(found()) == {"a low rating has one follow-up, from the first one on"}
        transaction.set_rollback(True)
    step(follow_up, "attempt", by=people["supply-lead"])
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO applications_attempt (application_id, follow_up_id, seq, role, outcome,"
            " text, at) SELECT application_id, follow_up_id, 9, role, outcome, text, now()"
            " FROM applications_attempt"
        )
        assert set(found()) == {"a call to an applicant is in the record and has its row"}
        transaction.set_rollback(True)
    assert found() == {}


def test_a_step_on_what_was_not_seen_is_refused(people: People, case: Application) -> None:
    follow_up = rated_low(people, case)
    step(follow_up, "attempt", by=people["supply-lead"], version=follow_up.version)
    with pytest.raises(Stale):
        step(follow_up, "close", by=people["supply-lead"], version=follow_up.version)


# The record, the clock, the messages


def test_nothing_in_the_public_record_tells_a_low_rating_from_another(
    people: People, case: Application
) -> None:
    before = Entry.objects.order_by("-id").values_list("id", flat=True)[0]
    follow_up = rated_low(people, case)
    [rating] = Entry.objects.filter(pk__gt=before)
    assert (rating.type, rating.case_ref) == ("case.rated", case.ref)
    step(follow_up, "attempt", by=people["supply-lead"])
    step(follow_up, "close", by=people["supply-lead"])
    rows = Entry.objects.filter(case_ref=follow_up.ref).order_by("case_seq")
    assert [(row.type, row.from_state, row.to_state, row.clock, row.holder) for row in rows] == [
        ("follow_up.attempted", "open", "open", "", ""),
        ("follow_up.closed", "open", "closed", "follow_up stopped", ""),
    ]
    # And nothing of it is in the record of the case, which whoever worked on it reads.
    assert [event.type for event in timeline(case.ref)][-1] == "case.rated"
    assert found() == {}


def test_late_is_recorded_by_itself_and_the_regulator_sees_it(people: People) -> None:
    set_clock("2026-11-30 09:00")
    case = case_at(people, Kind.RESIDENTIAL, State.ENERGISED)
    follow_up = rated_low(people, case)
    set_clock("2026-12-22 00:00")
    settle(follow_up.ref)
    [clock] = Clock.objects.filter(case_ref=follow_up.ref)
    assert clock.breached_at is not None
    assert [(party.party, party.now) for party in clock.late_parties.all()] == [("supplier", True)]
    late = of(people, "regulator").get("/oversight/")
    [row] = Page(late).rows()
    assert (case.number in row, "回访" in row, "供电公司" in row) == (True, True, True)
    assert f"/oversight/follow-ups/{follow_up.pk}/" in late.content.decode()
    [told] = api(people["regulator"]).get("/api/v1/oversight/late/").json()["results"]
    assert (told["application"], told["clock"], told["party"], told["follow_up_id"]) == (
        case.number, "follow_up", "supplier", follow_up.pk,
    )  # fmt: skip
    step(follow_up, "close", by=people["supply-lead"])
    names: dict[int | None, str] = {user.party_id: name for name, user in people.items()}
    assert [
        (row.kind, row.subject_kind, names[row.recipient_id])
        for row in Outbox.objects.filter(case_ref=follow_up.ref).order_by("id")
    ] == [
        ("follow_up.opened", "follow_up", "supply-lead"),
        ("follow_up.opened", "follow_up", "supply-lead-2"),
        ("follow_up.late", "follow_up", "supply-lead"),
        ("follow_up.late", "follow_up", "supply-lead-2"),
        ("follow_up.late", "follow_up_watched", "regulator"),
        ("follow_up.closed", "application", "resident"),
    ]
    assert found() == {}


# Raters are not shown to those rated


def doors(case: Application) -> tuple[str, ...]:
    number, seq = case.number, timeline(case.ref)[-1].seq
    return (
        f"/work/cases/{number}/", f"/oversight/cases/{number}/", f"/account/cases/{number}/",
        f"/account/cases/{number}/receipts/{seq}/", f"/account/cases/{number}/receipts/{seq}.json",
        f"/api/v1/applications/{number}/", f"/api/v1/applications/{number}/timeline/",
        f"/api/v1/applications/{number}/clocks/", f"/api/v1/ledger/receipts/{number}-{seq}/",
        "/work/", "/work/follow-ups/", "/oversight/", "/oversight/follow-ups/", "/orders/",
        "/api/v1/applications/", "/api/v1/follow-ups/", "/account/messages/",
    )  # fmt: skip


def test_raters_are_not_shown_to_those_rated(people: People, case: Application) -> None:
    follow_up = rated_low(people, case, level=1)
    case = again(case)
    one = (
        f"/work/follow-ups/{follow_up.pk}/", f"/oversight/follow-ups/{follow_up.pk}/",
        f"/api/v1/follow-ups/{follow_up.pk}/",
    )  # fmt: skip
    telling = (WORDS, "非常不满意", "差评", "回访", "follow_up", "low rating", '"level": 1')
    for who in ("clerk", "manager", "project", "hall", "digital", "district-lead", "planning"):
        client, program = of(people, who), api(people[who])
        for door in (*doors(case), *one):
            answer = program.get(door) if door.startswith("/api/") else client.get(door)
            body = answer.content.decode() if answer.status_code == 200 else ""
            if answer.status_code == 200 and "html" in answer["Content-Type"]:
                body = Page(answer).text
            assert [word for word in telling if word in body] == [], (who, door)
    for who, page in (("supply-lead", one[0]), ("regulator", one[1]), ("lead-agency", one[1])):
        text = Page(of(people, who).get(page)).text
        assert (WORDS in text, "非常不满意" in text) == (True, True)


# Pages


def test_the_lead_sees_whom_to_call_for_a_reason_and_closes_on_the_page(
    people: People, case: Application
) -> None:
    follow_up = rated_low(people, case)
    client = of(people, "supply-lead")
    listed = client.get("/work/follow-ups/")
    assert (case.number in Page(listed).rows()[0], "15 个工作日" in Page(listed).rows()[0]) == (
        True, True,
    )  # fmt: skip
    url = f"/work/follow-ups/{follow_up.pk}/"
    assert case.phone not in client.get(url).content.decode()
    assert press(client, f"{url}identity/", reason="").status_code == 422
    shown = press(client, f"{url}identity/", reason="回访用户")
    assert (shown.status_code, case.phone in shown.content.decode()) == (200, True)
    [entry] = Entry.objects.filter(case_ref=follow_up.ref)
    assert (entry.type, entry.actor_role) == ("case.identity_shown", "supply_lead")
    assert (
        "回访用户"
        in of(people, "regulator").get(f"/oversight/cases/{case.number}/").content.decode()
    )
    press(client, f"{url}attempt/", **SAID["attempt"])
    assert press(client, f"{url}close/", said="谈过了", done="").status_code == 422
    done = press(client, f"{url}close/", **SAID["close"])
    assert (done.status_code, done.url) == (302, url)
    page = Page(client.get(url)).text
    assert [words in page for words in (SAID["attempt"]["text"], SAID["close"]["done"])] == [
        True, True,
    ]  # fmt: skip
    assert client.get(f"{url}identity/").status_code == 200
    assert press(client, f"{url}identity/", reason="再看一次").status_code == 409
    assert Page(client.get("/work/follow-ups/")).rows() == []
    [row] = Page(client.get("/work/follow-ups/?state=closed")).rows()
    assert "按时办结" in row
    watched = of(people, "regulator").get(f"/oversight/follow-ups/{follow_up.pk}/")
    assert SAID["close"]["said"] in watched.content.decode()


def test_the_applicant_reads_by_when_somebody_calls_and_what_came_of_it(people: People) -> None:
    set_clock("2026-11-30 09:00")
    case = case_at(people, Kind.RESIDENTIAL, State.ENERGISED)
    follow_up = rated_low(people, case)
    url, client = f"/account/cases/{case.number}/", of(people, "resident")
    page = Page(client.get(url)).text.replace(" ", "")
    assert "12月21日" in page
    step(follow_up, "close", by=people["supply-lead"])
    text = Page(client.get(url)).text
    assert [words in text for words in SAID["close"].values()] == [True, True]


def test_lists_ask_the_same_however_many_there_are(
    people: People, ready: Ready, case: Application
) -> None:
    lists = (
        (of(people, "supply-lead"), "/work/follow-ups/"),
        (of(people, "regulator"), "/oversight/follow-ups/"),
        (of(people, "regulator"), "/oversight/follow-ups/?state=closed"),
        (api(people["regulator"]), "/api/v1/follow-ups/"),
    )
    counted = []
    for kind in (None, Kind.LV_SMALL, Kind.LV_OTHER):
        rated_low(people, ready(kind, State.ENERGISED) if kind else case)
        asked = []
        for client, url in lists:
            with CaptureQueriesContext(connection) as statements:
                assert client.get(url).status_code == 200
            asked.append(len(statements))
        counted.append(asked)
    # The first look fills what a process keeps.
    assert counted[1] == counted[2] == [11, 11, 8, 3]


# Programs


def test_a_program_lists_reads_and_closes(people: People, case: Application) -> None:
    follow_up = rated_low(people, case)
    lead, resident = api(people["supply-lead"]), api(people["resident"])
    [row] = lead.get("/api/v1/follow-ups/?state=open").json()["results"]
    assert (row["application"], row["stage"], row["level"], row["late"]) == (
        case.number, "end", 2, False,
    )  # fmt: skip
    url = f"/api/v1/follow-ups/{follow_up.pk}/"
    refused = lead.post(f"{url}actions/close/", {"said": "谈过了"}, format="json")
    assert [each["pointer"] for each in refused.json()["errors"]] == ["/done"]
    shown = lead.post(f"{url}identity/", {"reason": "回访"}, format="json")
    assert shown.json()["phone"] == case.phone
    assert resident.post(f"{url}identity/", {"reason": "回访"}, format="json").status_code == 403
    moved = lead.post(f"{url}actions/close/", SAID["close"], format="json", HTTP_IF_MATCH='"1"')
    assert (moved.status_code, moved.json()["state"], "said" in moved.json()) == (
        200, "closed", False,
    )  # fmt: skip
    whole = resident.get(url).json()
    assert (whole["comment"], whole["done"], whole["attempts"]) == (
        WORDS, SAID["close"]["done"], [],
    )  # fmt: skip
    assert [row["id"] for row in resident.get("/api/v1/follow-ups/").json()["results"]] == [
        follow_up.pk
    ]
    assert api(people["shop"]).get(url).status_code == 404
