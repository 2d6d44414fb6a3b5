"""Reports from the public: worked by the office whose they are, answered by their day, joined where
they are of the same, and told of nobody to anybody but that office."""

from itertools import product
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.models import User
from accounts.roles import Role
from core.problems import Forbidden, Invalid, Missing, QuotaReached, Stale, TooMany, WrongState
from deadlines.models import Clock
from deadlines.sweep import sweep
from deadlines.warnings import warn
from documents.models import Document
from ledger.models import Salt
from ledger.queries import timeline
from notifications.models import Outbox
from portal.committed.columns import columns
from portal.compare import differences
from portal.invariants import broken
from reliability.reports import queries
from reliability.reports.actions import REPORTS, report
from reliability.reports.erasure import erase_closed
from reliability.reports.models import Report
from reliability.reports.reveal import reveal
from tests.deadlines.clocks import at, set_clock
from tests.people import staff
from tests.reliability import outages
from tests.reliability.reporting import (
    ANSWER,
    CLOSING,
    DIGGING,
    ILLEGAL,
    OTHER,
    OUT,
    PHONE,
    closed,
    photo,
    reported,
    step,
    visitor,
)
from tests.rules.in_force import let
from workflow.machine import arrows

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("with_people")]
People = dict[str, User]


def whole() -> None:
    """Every invariant of the database holds, and the record says the same."""
    assert [name for name, rows in broken() if rows] == []
    assert list(differences()) == []
    assert list(columns()) == []


def test_it_is_taken_on_noted_and_closed_once_with_an_answer(people: People) -> None:
    set_clock("2026-03-06 10:00")
    one, by = reported(people["resident"]), people["city-management"]
    clock = Clock.objects.get(case_ref=one.ref)
    assert (one.office, clock.kind, str(clock.due_on), clock.state) == (
        "city-management", "report", "2026-03-17", "running",
    )  # fmt: skip
    step(one, "take_on", by)
    step(one, "note", by, uploads=[photo()], text="现场已围挡，机械停工。")
    set_clock("2026-03-09 10:00")
    done = step(
        one, "close", by, **CLOSING, penalty_by="市城管执法局", penalty_clause="电力法第六十条",
        penalty_yuan="5000.00",
    )  # fmt: skip
    assert (done.state, done.outcome, done.answer, str(done.penalty_yuan)) == (
        "closed", "confirmed", ANSWER, "5000.00",
    )  # fmt: skip
    clock.refresh_from_db()
    assert clock.state == "stopped"
    for act, body in (("take_on", {}), ("note", {"text": "x"}), ("close", CLOSING)):
        with pytest.raises(WrongState):
            step(one, act, by, **body)
    assert [(event.type, event.role) for event in timeline(one.ref)] == [
        ("report.made", "applicant"),
        ("report.taken_on", "officer"),
        ("report.noted", "officer"),
        ("report.closed", "officer"),
    ]
    whole()


def test_how_many_days_the_rules_say(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    let(monkeypatch, "report.days.digging", 2)
    set_clock("2026-03-06 10:00")
    one = reported(people["resident"])
    assert str(Clock.objects.get(case_ref=one.ref).due_on) == "2026-03-10"


@pytest.mark.parametrize(
    ("body", "office", "heard"),
    [
        (OUT, "supply", []),
        (DIGGING, "city-management", []),
        (DIGGING | {"where": "site"}, "district_lead", ["housing"]),
        (DIGGING | {"where": "elsewhere"}, "district_lead", []),
        (ILLEGAL, "district_lead", ["housing"]),
        (ILLEGAL | {"where": "road"}, "city-management", []),
    ],
)
def test_whose_it_is_the_rules_say(
    people: People, body: dict[str, Any], office: str, heard: list[str]
) -> None:
    one = reported(people["resident"], body)
    assert (one.office, one.heard_by) == (office, heard)


def test_another_office_where_the_rules_say_so(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    let(monkeypatch, "report.office.digging.road", "transport")
    one = reported(people["resident"])
    assert step(one, "take_on", people["transport"]).state == "taken_on"


WHO = (
    "resident", "clerk", "manager", "project", "supply-lead", "hall", "digital", "regulator",
    "lead-agency", "district-lead", "planning", "housing", "city-management", "administrator",
    "price-authority",
)  # fmt: skip
WORKERS = {
    "supply": {"project", "supply-lead"},
    "district_lead": {"district-lead"},
    "city-management": {"city-management"},
}


@pytest.mark.parametrize("body", [OUT, DIGGING, ILLEGAL], ids=["out", "digging", "illegal"])
def test_its_office_alone_takes_its_steps(people: People, body: dict[str, Any]) -> None:
    one = reported(people["factory"], body)
    for name in set(WHO) - WORKERS[one.office]:
        for act, said in (("take_on", {}), ("close", CLOSING)):
            with pytest.raises(Forbidden):
                step(one, act, people[name], **said)
    for name in sorted(WORKERS[one.office]):
        again = reported(visitor(), body)
        assert step(again, "take_on", people[name]).state == "taken_on"


def test_nobody_works_what_they_have_reported_themselves(people: People) -> None:
    one = reported(people["city-management"])
    with pytest.raises(Forbidden):
        step(one, "take_on", people["city-management"])


def test_an_office_of_another_district_does_not_work_it(people: People) -> None:
    there = staff(Role.PROJECT, username="elsewhere", district="510321")
    one = reported(people["resident"], OUT)
    with pytest.raises(Forbidden):
        step(one, "take_on", there)
    with pytest.raises(Missing):
        queries.at_desk(one.pk, there)


MOVES = {
    ("open", "take_on"): "taken_on",
    ("open", "close"): "closed",
    ("open", "hand_over"): "open",
    ("open", "join"): "closed",
    ("open", "link_outage"): "open",
    ("open", "see_reporter"): "open",
    ("taken_on", "note"): "taken_on",
    ("taken_on", "close"): "closed",
    ("taken_on", "hand_over"): "open",
    ("taken_on", "join"): "closed",
    ("taken_on", "link_outage"): "taken_on",
    ("taken_on", "see_reporter"): "taken_on",
    ("closed", "link_outage"): "closed",
}
ACTS = ("take_on", "note", "close", "hand_over", "join", "link_outage", "see_reporter")


@pytest.mark.parametrize(("state", "act"), list(product(("open", "taken_on", "closed"), ACTS)))
def test_every_pair_of_state_and_act(people: People, state: str, act: str) -> None:
    older, by = reported(visitor(OTHER)), people["city-management"]
    known = outages.reported(people["project"], **outages.COUNTED)
    one = reported(people["resident"])
    if state != "open":
        step(one, "take_on", by)
    if state == "closed":
        step(one, "close", by, **CLOSING)
    body: dict[str, Any] = {
        "note": {"text": "已到场"}, "close": CLOSING, "join": {"number": older.number},
        "hand_over": {"office": "housing", "reason": "属建筑工地"},
        "link_outage": {"outage": known.number}, "see_reporter": {"reason": "核对地点"},
    }.get(act, {})  # fmt: skip
    if (state, act) not in MOVES:
        with pytest.raises(WrongState):
            step(one, act, by, **body)
        return
    assert step(one, act, by, **body).state == MOVES[state, act]
    whole()


def test_the_database_keeps_the_moves_and_what_was_said(people: People) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT from_state, to_state FROM report_moves()")
        kept = set(cursor.fetchall())
    assert kept == {(old, new) for _name, old, new in arrows(Report) if old != new}
    one = reported(people["resident"])
    for statement in (
        "UPDATE reliability_report SET text = 'x'",
        "UPDATE reliability_report SET kind = 'power_out', \"where\" = ''",
        "UPDATE reliability_report SET state = 'closed', closed_at = now()",
        "DELETE FROM reliability_report",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"{statement} WHERE id = %s", [one.pk])
    closed(one, people["city-management"])
    for statement in (
        "UPDATE reliability_report SET answer = 'x'",
        "UPDATE reliability_report SET outcome = 'not_confirmed', penalty_by = ''",
        "UPDATE reliability_report SET state = 'open', closed_at = NULL, outcome = ''",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"{statement} WHERE id = %s", [one.pk])


# Handing over


def test_it_is_handed_over_with_a_reason_and_its_time_runs_on(people: People) -> None:
    set_clock("2026-03-06 10:00")
    one = reported(people["resident"])
    step(one, "take_on", people["city-management"])
    set_clock("2026-03-10 10:00")
    said = {"office": "housing", "reason": "施工许可范围内的工地"}
    moved = step(one, "hand_over", people["city-management"], **said)
    assert (moved.office, moved.state, moved.taken_on_at, moved.heard_by) == (
        "housing", "open", None, ["city-management"],
    )  # fmt: skip
    clock = Clock.objects.get(case_ref=one.ref)
    assert (str(clock.due_on), clock.state) == ("2026-03-17", "running")
    with pytest.raises(Forbidden):
        step(one, "take_on", people["city-management"])
    assert queries.at_desk(one.pk, people["city-management"]) == moved  # it sees how it goes on
    with pytest.raises(Invalid) as refused:
        step(one, "hand_over", people["housing"], **said)
    assert [error.pointer for error in refused.value.errors] == ["/office"]
    with pytest.raises(Invalid) as refused:
        step(one, "hand_over", people["housing"], office="transport")
    assert [error.pointer for error in refused.value.errors] == ["/reason"]
    assert closed(one, people["housing"]).state == "closed"
    whole()


# Joining


def test_doubles_have_one_answer_which_goes_to_everybody(people: People) -> None:
    by = people["city-management"]
    first, second = reported(visitor()), reported(people["resident"])
    third = reported(people["factory"], place="檀木林街1号")
    joined = step(second, "join", by, number=first.number)
    assert (joined.state, joined.outcome, joined.joined_to) == ("closed", "joined", first)
    assert Clock.objects.get(case_ref=second.ref).state == "stopped"
    closed(first, by)
    told = Outbox.objects.filter(kind="report.answered").values_list("context__number", flat=True)
    assert sorted(told) == sorted([second.number])  # no SMS is carried here
    assert {each.number for each in first.all_of_it()} == {first.number, second.number}
    assert Report.objects.get(pk=third.pk).state == "open"
    whole()


def test_what_may_be_the_same_is_proposed(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    near: dict[str, Any] = {"longitude": "104.7700", "latitude": "29.3500"}
    beside: dict[str, Any] = {"longitude": "104.7710", "latitude": "29.3500"}  # about 97 metres
    far: dict[str, Any] = {"longitude": "104.7800", "latitude": "29.3500"}
    set_clock("2026-03-05 08:00")
    reported(visitor())  # too long ago
    set_clock("2026-03-06 10:00")
    street = reported(visitor())
    by_point = reported(visitor(), place="桥头", **beside)
    reported(visitor(), place="桥头", **far)
    reported(visitor(), place="檀木林街3号")
    reported(visitor(OTHER), ILLEGAL)
    reported(visitor(OTHER), district="510303")
    one = reported(visitor(OTHER), place="自贡市自流井区五星街14号", **near)
    assert queries.alike(one) == [by_point, street]
    assert queries.alike(reported(visitor(OTHER), place="不清楚")) == []
    let(monkeypatch, "report.double.metres", 50)
    assert queries.alike(one) == [street]


def test_how_near_in_time_the_rules_say(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock("2026-03-06 10:00")
    first = reported(visitor())
    set_clock("2026-03-06 15:00")
    second = reported(visitor())
    assert queries.alike(second) == [first]
    let(monkeypatch, "report.double.hours", 4)
    assert queries.alike(second) == []


def test_it_is_joined_to_an_older_open_one_of_its_kind_alone(people: People) -> None:
    by = people["city-management"]
    ended = closed(reported(visitor()), by)
    first, second, third = (reported(visitor()) for _ in range(3))
    other = [
        reported(visitor(), ILLEGAL, where="road"), reported(visitor(), district="510303"), ended,
    ]  # fmt: skip
    for number in [*(each.number for each in other), third.number, second.number, "ZGJ1"]:
        with pytest.raises(Invalid) as refused:
            step(second, "join", by, number=number)
        assert [error.pointer for error in refused.value.errors] == ["/number"]
    step(third, "join", by, number=second.number)
    with pytest.raises(WrongState):  # a third stands by it
        step(second, "join", by, number=first.number)
    with pytest.raises(Invalid):  # joined itself
        step(reported(visitor()), "join", by, number=third.number)
    with pytest.raises(DatabaseError), transaction.atomic():
        Report.objects.filter(pk=first.pk).update(joined_to=second, outcome="joined")


# Outages


def test_an_outage_is_entered_and_mended_and_of_a_joined_one_with_the_other(
    people: People,
) -> None:
    by = people["city-management"]
    one, project = reported(visitor()), people["project"]
    wrong, right = (outages.reported(project, **outages.COUNTED) for _ in range(2))
    elsewhere = outages.reported(project, **outages.COUNTED, district="510303")
    step(one, "link_outage", by, outage=wrong.number)
    assert step(one, "link_outage", by, outage=right.number).outage == right
    for number in ("TD1", elsewhere.number):
        with pytest.raises(Invalid) as refused:
            step(one, "link_outage", by, outage=number)
        assert [error.pointer for error in refused.value.errors] == ["/outage"]
    joined = step(reported(visitor()), "join", by, number=one.number)
    with pytest.raises(WrongState):
        step(joined, "link_outage", by, outage=right.number)
    whole()


# Mischief


@pytest.mark.parametrize(
    ("said", "pointers"),
    [
        ({"kind": "noise"}, ["/kind"]),
        ({"where": ""}, ["/where"]),
        ({"where": "sea"}, ["/where"]),
        ({"district": "110000"}, ["/district"]),
        ({"place": " "}, ["/place"]),
        ({"place": "x" * 201}, ["/place"]),
        ({"text": ""}, ["/text"]),
        ({"text": "x" * 2001}, ["/text"]),
        ({"text": "a\u0007b"}, ["/text"]),
        ({"point": "M-1"}, ["/point"]),
        ({"longitude": "104.77"}, ["/longitude"]),
        ({"latitude": "29.3"}, ["/latitude"]),
        ({"longitude": "29.35", "latitude": "104.77"}, ["/longitude"]),
        ({"longitude": "2.35", "latitude": "48.85"}, ["/longitude"]),
        ({"longitude": "nan", "latitude": "29.3"}, ["/longitude"]),
        ({"longitude": "1e400", "latitude": "29.3"}, ["/longitude"]),
        ({"longitude": True, "latitude": 29.3}, ["/longitude"]),
        ({"seen_at": "2030-01-01T00:00:00+08:00"}, ["/seen_at"]),
        ({"seen_at": "2026-01-01T00:00:00+08:00"}, ["/seen_at"]),
        ({"seen_at": "yesterday"}, ["/seen_at"]),
        ({"phone": "13800000000"}, ["/phone"]),
    ],
)
def test_refused_values_name_their_field(
    people: People, said: dict[str, Any], pointers: list[str]
) -> None:
    set_clock("2026-03-06 10:00")
    with pytest.raises(Invalid) as refused:
        reported(people["resident"], **said)
    assert [error.pointer for error in refused.value.errors] == pointers
    assert not Report.objects.exists()


def test_how_long_ago_it_may_be_the_rules_say(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_clock("2026-03-06 10:00")
    seen: dict[str, Any] = {"seen_at": "2026-02-20T10:00:00+08:00"}
    assert reported(people["resident"], **seen).seen_at == at("2026-02-20 10:00")
    let(monkeypatch, "report.oldest.days", 7)
    with pytest.raises(Invalid):
        reported(people["resident"], **seen)


@pytest.mark.parametrize(
    ("said", "pointers"),
    [
        ({"outcome": "joined"}, ["/outcome"]),
        ({"answer": ""}, ["/answer"]),
        ({"outcome": "referred"}, ["/referred_to"]),
        ({"referred_to": "交通局"}, ["/referred_to"]),
        ({"penalty_yuan": "5000"}, ["/penalty_by", "/penalty_clause"]),
        ({"penalty_by": "城管"}, ["/penalty_clause"]),
        (
            {"outcome": "not_confirmed", "penalty_by": "城管", "penalty_clause": "六十条"},
            ["/penalty_by"],
        ),
        (
            {"penalty_by": "城管", "penalty_clause": "六十条", "penalty_yuan": "-1"},
            ["/penalty_yuan"],
        ),
    ],
)
def test_an_outcome_says_by_whom_and_by_which_clause(
    people: People, said: dict[str, Any], pointers: list[str]
) -> None:
    one, by = reported(people["resident"]), people["city-management"]
    with pytest.raises(Invalid) as refused:
        step(one, "close", by, **CLOSING | said)
    assert [error.pointer for error in refused.value.errors] == pointers


def test_photos_are_drawn_anew_and_called_nothing(people: People) -> None:
    one = reported(people["resident"], photos=[photo(), photo("我是李四.jpeg")])
    found = list(Document.objects.about("report", one.pk))
    assert [each.original_name for each in found] == ["photo-1.jpg", "photo-2.jpg"]
    kept = b"".join(each.sha256.encode() for each in found)
    assert kept != b""
    assert all(each.received_sha256 and each.received_sha256 != each.sha256 for each in found)


def test_what_is_no_picture_is_refused_whole(people: People) -> None:
    from tests.builders import pdf

    script = photo("script.jpg")
    script.file.write(b"<script>alert(1)</script>")  # type: ignore[union-attr]
    for photos in (
        [pdf("照片.pdf")],
        [photo("film.mp4")],
        [script],
        [photo() for _ in range(7)],
        [photo(size=(20_000, 4_000))],
    ):
        with pytest.raises(Invalid) as refused:
            reported(people["resident"], photos=photos)
        assert {error.pointer for error in refused.value.errors} == {"/photos"}
    assert not Report.objects.exists()
    assert not Document.objects.filter(subject_kind="report").exists()


def test_so_many_of_one_person_wait_and_are_made_in_a_day(people: People) -> None:
    by, worker = people["resident"], people["city-management"]
    for _ in range(5):
        reported(by)
    with pytest.raises(QuotaReached):
        reported(by)
    with transaction.atomic():
        for one in Report.objects.all():
            closed(one, worker)
    for _ in range(5):
        closed(reported(by), worker)
    with pytest.raises(TooMany):
        reported(by)
    for _ in range(5):
        reported(visitor())  # each time another party, of one phone
    with pytest.raises(QuotaReached):
        reported(visitor())
    assert reported(visitor(OTHER)).state == "open"


def test_of_one_network_so_many_are_taken_in_an_hour(people: People) -> None:
    for number in range(60):
        reported(visitor(f"139{number:08}"))
    with pytest.raises(TooMany):
        reported(visitor(OTHER))
    assert report(body=DIGGING, by=visitor(OTHER), client="elsewhere").pk


def test_whoever_saw_an_older_version_is_stopped(people: People) -> None:
    one, by = reported(people["resident"]), people["city-management"]
    step(one, "take_on", by)
    with pytest.raises(Stale):
        REPORTS.perform(one, "close", by=by, body=CLOSING, version=1)


# Who is told, and who sees what


def test_its_office_those_who_hear_and_whoever_reported_are_told(people: People) -> None:
    one = reported(people["factory"], DIGGING | {"where": "site"})
    step(one, "hand_over", people["district-lead"], office="city-management", reason="道路施工")
    closed(one, people["city-management"])
    rows = Outbox.objects.filter(kind__startswith="report.").order_by("id")
    party = {user.party_id: name for name, user in people.items()}
    found = [(row.kind, row.subject_kind, party[row.recipient_id or 0]) for row in rows]
    assert sorted(found) == sorted([
        ("report.made", "report_watched", "district-lead"),
        ("report.made", "report_bureau", "housing"),
        ("report.made", "report_bureau", "housing-lead"),
        ("report.handed_over", "report_bureau", "city-management"),
        ("report.handed_over", "report_bureau", "city-management-lead"),
        ("report.answered", "report_own", "factory"),
    ])  # fmt: skip
    assert all(DIGGING["text"] not in str(row.context) for row in rows)


def test_it_is_late_at_its_midnight_and_stands_with_those_who_watch(people: People) -> None:
    set_clock("2026-03-06 10:00")
    one = reported(people["factory"], OUT)
    set_clock("2026-03-10 00:01")
    sweep()
    assert list(queries.CLOCKED.late(queries.watched(people["regulator"]))) == [one]
    told = Outbox.objects.filter(kind="report.late")
    assert sorted({row.subject_kind for row in told}) == ["report", "report_own"]
    closed(one, people["project"])
    assert list(queries.CLOCKED.late(queries.watched(people["regulator"]))) == [one]
    whole()


def test_its_office_is_warned_before_its_day(people: People) -> None:
    set_clock("2026-03-06 10:00")
    reported(people["factory"])
    set_clock("2026-03-17 09:00")
    warn()
    kinds = Outbox.objects.filter(kind="clock.warned").values_list("subject_kind", flat=True)
    assert set(kinds) == {"report_bureau"}


def test_the_phone_is_seen_by_its_office_for_a_reason_alone(people: People) -> None:
    one, by = reported(visitor(PHONE)), people["city-management"]
    assert reveal(one, {"reason": "核对地点"}, by=by) == PHONE
    for name in ("housing", "regulator", "district-lead", "supply-lead"):
        with pytest.raises(Forbidden):
            reveal(one, {"reason": "核对地点"}, by=people[name])
    with pytest.raises(Invalid):
        reveal(one, {}, by=by)
    assert (
        reveal(reported(people["resident"]), {"reason": "核对"}, by=by) == people["resident"].phone
    )
    assert [event.type for event in timeline(one.ref)] == ["report.made", "report.reporter_shown"]
    closed(one, by)
    with pytest.raises(WrongState):
        reveal(one, {"reason": "核对地点"}, by=by)


def test_who_reported_is_erased_when_the_rules_say(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_clock("2026-03-06 10:00")
    by = people["city-management"]
    one = reported(visitor(), photos=[photo()], longitude=104.77, latitude=29.35)
    waiting = reported(visitor(OTHER))
    step(one, "take_on", by)
    step(one, "note", by, text="找到施工负责人")
    step(one, "close", by, **CLOSING)
    set_clock("2026-06-06 10:00")
    assert erase_closed() == 0  # no rule says how long
    let(monkeypatch, "report.retention.days", 30)
    assert erase_closed() == 1
    one.refresh_from_db()
    gone = (one.place, one.street, one.text, one.phone, one.phone_digest, one.answer, one.point)
    assert gone == ("", "", "", "", None, "", "")
    assert (one.longitude, one.latitude, one.outcome) == (None, None, "confirmed")
    assert [note.text for note in one.notes.all()] == [""]
    [file] = Document.objects.about("report", one.pk)
    assert (file.original_name, file.erased_at is None) == ("", False)
    with connection.cursor() as cursor:
        cursor.execute("SELECT salt_ref FROM ledger_entry WHERE case_ref = %s", [one.ref])
        refs = [ref for (ref,) in cursor.fetchall()]
    assert Salt.objects.filter(ref__in=refs).count() == 1  # of the entry that it was erased
    assert erase_closed() == 0
    waiting.refresh_from_db()
    assert waiting.text == DIGGING["text"]
    whole()
