"""Complaints about interruptions of supply: made by anybody whose power was cut, decided by the
regulator by their day; an upheld one leads to an order; all of it is counted in public."""

from datetime import timedelta
from itertools import product

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import override_settings

from accounts.models import User
from accounts.parties import Party
from accounts.visitor import visitor
from applications.closing import close
from core.clock import city_now
from core.problems import Forbidden, Invalid, Missing, QuotaReached, WrongState
from deadlines.models import Clock
from deadlines.sweep import sweep
from deadlines.warnings import warn
from documents.models import Document
from ledger.models import Salt
from ledger.queries import timeline
from notifications.models import Delivery, Outbox
from oversight.interruptions.actions import complain
from oversight.interruptions.counts import Numbers, Row, least, public_counts
from oversight.interruptions.erasure import erase_ended
from oversight.interruptions.models import InterruptionComplaint
from oversight.models import RectificationOrder
from portal.invariants import broken
from tests.builders import pdf
from tests.deadlines.clocks import set_clock
from tests.oversight import orders
from tests.oversight.interruptions import (
    ADDRESS,
    DECISION,
    ENTERPRISE,
    EXPLANATION,
    ORDER,
    REASONS,
    SAID,
    TEXT,
    body,
    complained,
    over,
    step,
)
from tests.page import Page
from tests.people import browser
from tests.rules.in_force import let
from tools.scenarios import DISTRICT
from workflow.machine import arrows

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("with_people")]
People = dict[str, User]


def whole() -> None:
    """Every invariant of the database holds."""
    assert [name for name, rows in broken() if rows] == []


def guest(phone: str = "13900005555") -> User:
    """Somebody without an account whose phone has shown a code."""
    found = visitor(Party.objects.create())
    found.phone = phone
    return found


# From the complaint to the order


def test_it_is_decided_once_with_reasons_and_its_clock_stops(people: People) -> None:
    set_clock("2026-03-06 10:00")
    one = complained(people)
    clock = Clock.objects.get(case_ref=one.ref)
    assert (clock.kind, str(clock.due_on), clock.state) == (
        "interruption", "2026-03-20", "running",
    )  # fmt: skip
    step(one, "explain", people["manager"], EXPLANATION)
    clock.refresh_from_db()
    assert clock.state == "running"  # what is said does not make it stand still
    done = step(one, "dismiss", people["regulator"], DECISION)
    assert (done.state, done.text, done.explanation, done.reasons, done.clause) == (
        "dismissed", TEXT, SAID, REASONS, DECISION["clause"],
    )  # fmt: skip
    clock.refresh_from_db()
    assert clock.state == "stopped"
    for act, by, said in (
        ("uphold", "regulator", DECISION),
        ("dismiss", "regulator", DECISION),
        ("order", "regulator", ORDER),
        ("explain", "manager", EXPLANATION),
        ("withdraw", "factory", None),
        ("attach", "factory", None),
        ("restore", "factory", {"restored_at": city_now().isoformat()}),
    ):
        with pytest.raises(WrongState):
            step(one, act, people[by], said)
    assert [(event.type, event.role) for event in timeline(one.ref)] == [
        ("interruption.complained", "applicant"),
        ("interruption.explained", "manager"),
        ("interruption.dismissed", "regulator"),
    ]
    whole()


def test_how_many_days_the_rules_say(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    let(monkeypatch, "interruption.complaint.days", 3)
    set_clock("2026-03-06 10:00")
    assert str(Clock.objects.get(case_ref=complained(people).ref).due_on) == "2026-03-11"


def test_an_upheld_one_leads_to_one_order_and_each_names_the_other(people: People) -> None:
    one = complained(people)
    with pytest.raises(WrongState):
        step(one, "order", people["regulator"], ORDER)
    step(one, "uphold", people["regulator"], DECISION)
    done = step(one, "order", people["regulator"], ORDER)
    order = RectificationOrder.objects.get()
    assert (done.state, done.order_ref) == ("ordered", order.ref)
    assert (
        order.party, order.district, order.subject_kind, order.subject_ref, order.text,
        order.clause, order.days, order.issued_as,
    ) == (
        "supplier", DISTRICT, "interruption", one.ref, ORDER["text"], ORDER["clause"], 10,
        "regulator",
    )  # fmt: skip
    with pytest.raises(WrongState):
        step(one, "order", people["regulator"], ORDER)
    watching, leading = browser(people["regulator"]), browser(people["supply-lead"])
    for client, where, its in (
        (watching, "oversight/interruptions", "oversight/orders"),
        (leading, "work/interruptions", "orders"),
    ):
        page = client.get(f"/{where}/{one.pk}/").content.decode()
        assert f"/{its}/{order.number}/" in page
        assert f"/{where}/{one.pk}/" in client.get(f"/{its}/{order.number}/").content.decode()
    mine = browser(people["factory"]).get(f"/interruptions/{one.pk}/").content.decode()
    assert (order.number in mine, f"orders/{order.number}" in mine) == (True, False)
    orders.act(order, "answer", by=people["supply-lead"], **orders.SAID["answer"])
    assert orders.act(order, "close", by=people["regulator"], reason="").state == "closed"
    whole()


def test_who_answers_who_decides_and_who_withdraws(people: People) -> None:
    one = complained(people)
    decides = ("lead-agency", "planning", "supply-lead", "manager", "district-lead", "factory")
    for act, by in product(("uphold", "dismiss"), decides):
        with pytest.raises((Forbidden, Missing)):
            step(one, act, people[by], DECISION)
    for by in ("factory", "regulator", "clerk", "resident"):
        with pytest.raises((Forbidden, Missing)):
            step(one, "explain", people[by], EXPLANATION)
    for by, act in product(("manager", "regulator"), ("withdraw", "attach", "restore")):
        with pytest.raises(Forbidden):
            step(one, act, people[by])
    step(one, "explain", people["supply-lead"], EXPLANATION)
    with pytest.raises(WrongState):  # once
        step(one, "explain", people["manager"], EXPLANATION)
    step(one, "uphold", people["regulator"], DECISION)
    for by in ("lead-agency", "supply-lead", "district-lead"):
        with pytest.raises(Forbidden):
            step(one, "order", people[by], ORDER)


def test_nobody_decides_or_explains_in_a_matter_of_the_own(people: People) -> None:
    own = complained(people, by="regulator")
    with pytest.raises(Forbidden):
        step(own, "uphold", people["regulator"], DECISION)
    with pytest.raises(Forbidden):
        step(complained(people, by="manager"), "explain", people["manager"], EXPLANATION)


# What is said of when


def test_refused_values_name_their_field(people: People) -> None:
    now = city_now()
    later, earlier = (now + timedelta(hours=1)).isoformat(), (now - timedelta(hours=3)).isoformat()
    needed = ["/enterprise", "/district", "/address", "/began_at", "/still_off", "/text"]
    for said, pointers in (
        ({}, needed),
        (body(district="000000"), ["/district"]),
        (body(text="x" * 2001), ["/text"]),
        (body(more=1), ["/more"]),
        (body(began_at="yesterday"), ["/began_at"]),
        (body(began_at=later), ["/began_at"]),
        (body(restored_at=now.isoformat()), ["/restored_at"]),
        (body(still_off=False), ["/restored_at"]),
        (over(restored_at=earlier), ["/restored_at"]),
        (over(restored_at=later), ["/restored_at"]),
        (over(restored_at=over()["began_at"], began_at=over()["began_at"]), ["/restored_at"]),
    ):
        with pytest.raises(Invalid) as refused:
            complain(body=said, by=people["factory"], client="there")
        assert [error.pointer for error in refused.value.errors] == pointers, said
    assert not InterruptionComplaint.objects.exists()


def test_over_midnight_the_power_is_back_on_the_next_day(people: People) -> None:
    set_clock("2026-07-01 09:00")
    said = body(
        began_at="2026-06-30T22:00:00+08:00",
        restored_at="2026-07-01T00:30:00+08:00",
        still_off=False,
    )
    one = complain(body=said, by=people["factory"], client="there")
    assert one.restored_at is not None
    assert (one.restored_at - one.began_at, one.power_on) == (timedelta(minutes=150), True)
    assert {name: rows for name, rows in broken() if rows} == {}


def test_whoever_complained_says_once_that_the_power_is_back(people: People) -> None:
    one = complained(people)
    for at in (one.began_at, city_now() + timedelta(hours=1)):
        with pytest.raises(Invalid) as refused:
            step(one, "restore", people["factory"], {"restored_at": at.isoformat()})
        assert [error.pointer for error in refused.value.errors] == ["/restored_at"]
    at = one.began_at + timedelta(minutes=90)
    done = step(one, "restore", people["factory"], {"restored_at": at.isoformat()})
    assert (done.state, done.restored_at, done.power_on) == ("open", at, True)
    with pytest.raises(WrongState):
        step(one, "restore", people["factory"], {"restored_at": at.isoformat()})
    whole()


# Without an account


def test_a_phone_complains_and_with_its_number_reads_the_decision_later(people: People) -> None:
    with override_settings(SMS_PROVIDER="counterpart"):
        one = complain(body=body(), by=guest(), client="there")
        step(one, "uphold", people["regulator"], DECISION)
    sent = Delivery.objects.filter(outbox__kind__startswith="interruption.", channel="sms")
    told = sent.filter(outbox__subject_kind="contact")
    assert list(told.order_by("id").values_list("outbox__kind", "outbox__context__number")) == [
        ("interruption.complained", one.number),
        ("interruption.upheld", one.number),
    ]
    again, stranger = guest(), guest("13900006666")
    assert (one.concerns(again), one.concerns(stranger)) == (True, False)
    with pytest.raises(Missing):
        step(one, "withdraw", stranger)
    with pytest.raises(WrongState):  # but not Forbidden
        step(one, "withdraw", again)
    whole()


def test_files_are_added_with_an_account_and_without(people: People) -> None:
    for by in (people["factory"], guest()):
        one = complain(body=body(), by=by, client="there")
        with pytest.raises(Invalid):
            step(one, "attach", by)
        step(one, "attach", by, uploads=[pdf()])
        assert Document.objects.filter(subject_kind="interruption", subject_id=one.pk).count() == 1


def test_so_many_wait_for_a_decision_at_once(people: People) -> None:
    for _ in range(5):
        complained(people)
    with pytest.raises(QuotaReached):
        complained(people)
    step(InterruptionComplaint.objects.all()[0], "withdraw", people["factory"])
    assert complained(people).state == "open"


# Told


def test_power_that_is_off_is_told_everywhere_at_once_and_no_words(people: People) -> None:
    complained(people)
    told = Outbox.objects.filter(kind__startswith="interruption.")
    assert set(told.values_list("kind", "subject_kind")) == {
        ("interruption.urgent", "interruption"),
        ("interruption.urgent", "interruption_watched"),
    }
    assert {tuple(one.channels) for one in told} == {("site", "sms")}
    first = set(told.values_list("pk", flat=True))
    one = complain(body=over(), by=people["factory"], client="there")
    assert {(each.kind, tuple(each.channels)) for each in told.exclude(pk__in=first)} == {
        ("interruption.complained", ("site",))
    }
    step(one, "explain", people["manager"], EXPLANATION)
    step(one, "uphold", people["regulator"], DECISION)
    step(one, "order", people["regulator"], ORDER)
    left = Outbox.objects.filter(kind__startswith="interruption.")
    assert {tuple(sorted(message.context)) for message in left} == {("number",)}
    assert ("interruption.ordered", "interruption_own") in set(
        left.values_list("kind", "subject_kind")
    )


def test_a_late_one_is_told_and_stands_in_its_own_list(people: People) -> None:
    set_clock("2026-03-06 10:00")
    one = complained(people)
    set_clock("2026-03-20 09:00")
    warn()
    told = Outbox.objects.filter(kind="clock.warned", subject_kind="interruption_watched")
    assert set(told.values_list("recipient__user__username", flat=True)) == {"regulator"}
    set_clock("2026-03-21 00:01")
    sweep()
    late = Outbox.objects.filter(kind="interruption.late").values_list("subject_kind", flat=True)
    assert set(late) == {"interruption_own", "interruption_watched"}
    watching = browser(people["regulator"])
    [row] = Page(watching.get("/oversight/interruptions/?state=late")).rows()
    assert one.number in row
    kinds = watching.get("/api/v1/oversight/late/").json()["results"]
    assert "interruption" not in {each["clock"] for each in kinds}
    whole()


# The database


def test_the_database_keeps_the_moves_and_what_was_said(people: People) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT from_state, to_state FROM interruption_moves()")
        kept = set(cursor.fetchall())
    assert kept == {(old, new) for _name, old, new in arrows(InterruptionComplaint) if old != new}
    one = step(complained(people), "explain", people["manager"], EXPLANATION)
    table = "oversight_interruptioncomplaint"
    for change in (
        "text = 'x'",
        "began_at = now()",
        "explanation = 'x'",
        "restored_at = began_at, power_on = true",
        "state = 'ordered', ended_at = now(), reasons = 'x', order_ref = gen_random_uuid()",
        "state = 'upheld'",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE {table} SET {change} WHERE id = %s", [one.pk])
    step(one, "uphold", people["regulator"], DECISION)
    for change in ("reasons = 'x'", "state = 'dismissed'", "ended_at = now()"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE {table} SET {change} WHERE id = %s", [one.pk])
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE id = %s", [one.pk])


# Personal data


def test_the_copy_of_ones_data_and_its_page_have_it(people: People) -> None:
    one = step(complained(people), "explain", people["manager"], EXPLANATION)
    mine = browser(people["factory"])
    [own] = mine.get("/api/v1/account/data/").json()["interruptions"]
    names = ("number", "enterprise", "address", "text", "explanation", "state")
    assert [own[name] for name in names] == [
        one.number, ENTERPRISE, ADDRESS, TEXT, SAID, "open",
    ]  # fmt: skip
    page = Page(mine.get("/account/data/")).text
    assert (one.number in page, "违规停电投诉" in page) == (True, True)


def test_it_is_erased_some_time_after_its_end_where_the_rules_say_so(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_clock("2026-03-06 10:00")
    by = guest()
    one, still = complain(body=body(), by=by, client="there"), complained(people)
    step(one, "attach", by, uploads=[pdf()])
    step(one, "explain", people["manager"], EXPLANATION)
    step(one, "uphold", people["regulator"], DECISION)
    set_clock("2026-06-06 10:00")
    assert erase_ended() == 0  # no rule says how long
    let(monkeypatch, "interruption.retention.days", 30)
    assert erase_ended() == 1
    one.refresh_from_db()
    sealed = (
        one.enterprise, one.address, one.customer_number, one.text, one.explanation, one.reasons,
        one.phone,
    )  # fmt: skip
    assert (set(sealed), one.phone_digest, one.is_erased) == ({""}, None, True)
    assert Document.objects.get(subject_kind="interruption").erased_at is not None
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT salt_ref FROM ledger_entry WHERE case_ref = %s"
            " AND type <> 'interruption.erased'",
            [one.ref],
        )
        refs = [ref for (ref,) in cursor.fetchall()]
    assert not Salt.objects.filter(ref__in=refs).exists()
    still.refresh_from_db()
    assert still.text == TEXT
    assert step(one, "order", people["regulator"], ORDER).state == "ordered"
    page = Page(browser(people["regulator"]).get(f"/oversight/interruptions/{one.pk}/"))
    assert "内容已删除" in page.text
    whole()


def test_an_account_with_an_open_one_stays_and_takes_ended_ones_with_it(people: People) -> None:
    one, user = complained(people, by="resident"), people["resident"]
    with pytest.raises(WrongState):
        close(user)
    step(one, "withdraw", user)
    close(user)
    one.refresh_from_db()
    assert (one.enterprise, one.text) == ("", "")
    whole()


# Counted in public


def test_it_is_counted_by_year_and_district_and_never_of_few(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = least()
    set_clock("2026-03-06 10:00")
    counted = Numbers(0, 0, 0)
    places = [DISTRICT] * few + ["510303"]
    for number, place in enumerate(places):
        one = complain(body=body(district=place), by=guest(f"139000{number:05d}"), client="there")
        if number == 0:
            assert public_counts() == [Row(2026, (), None)]
            step(one, "uphold", people["regulator"], DECISION)
            step(one, "order", people["regulator"], ORDER)
            counted += Numbers(1, 1, 1)
        elif number == 1:
            step(one, "uphold", people["regulator"], DECISION)
            counted += Numbers(1, 1, 0)
        else:
            counted += Numbers(1, 0, 0)
    # Two districts, one of few: both together are the city, and nothing is told of either.
    assert public_counts() == [Row(2026, (), counted)]
    client = browser(people["resident"])
    assert str(few + 1) in Page(client.get("/disclosure/interruptions/")).rows()[0]
    assert client.get("/api/v1/disclosure/interruptions/").json()["results"] == [
        {"year": 2026, "districts": [], "complained": few + 1, "upheld": 2, "ordered": 1}
    ]
    lines = client.get("/api/v1/disclosure/interruptions.csv").content.decode("utf-8-sig")
    assert lines.splitlines() == [
        "year,districts,complained,upheld,ordered,few", f"2026,,{few + 1},2,1,false",
    ]  # fmt: skip
