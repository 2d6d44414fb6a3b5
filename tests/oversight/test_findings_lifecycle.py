"""What becomes of a signal: every state, action and role; what it records and whom it tells."""

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.roles import Role
from core.problems import Faster, Forbidden, Invalid, Missing, Problem, Stale, WrongState
from documents.models import Document
from ledger.models import Entry
from ledger.verify import verify
from notifications.models import Outbox
from oversight.actions import FINDINGS
from oversight.models import Evidence, Finding, RectificationOrder
from oversight.permissions import may_see, opens_as
from oversight.workflow import FindingState, OrderState
from tests.builders import pdf
from tests.oversight.findings import SAID, WAYS, act, again, do, opened, signal_at
from tests.oversight.scenes import People
from tests.people import staff
from workflow.machine import acts_of, legal_moves

#: From each state, what the machine allows.
LEGAL: dict[str, set[str]] = {
    FindingState.OPEN: {"explain", "confirm"},
    FindingState.EXPLAINED: {"accept", "confirm"},
    FindingState.ACCEPTED: set(),
    FindingState.CONFIRMED: {"order"},
    FindingState.ORDERED: set(),
    FindingState.PUT_RIGHT: set(),
}
#: Whose each action is; everybody else is refused.
WHOSE = {
    "explain": "supply-lead", "accept": "regulator", "confirm": "regulator", "order": "regulator",
}  # fmt: skip
OTHERS = (
    "resident", "clerk", "manager", "planning", "planning-lead", "lead-agency", "district-lead",
    "digital",
)  # fmt: skip


def test_the_database_holds_the_moves_of_the_machine(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT from_state, to_state FROM integrity_signal_moves()")
        assert set(cursor.fetchall()) == legal_moves(Finding)


@pytest.mark.parametrize("state", WAYS)
def test_every_action_is_done_or_refused_as_the_table_says(city: People, state: str) -> None:
    signal = signal_at(city, state)
    assert signal.state == state
    for action in FINDINGS.acts(signal):
        assert (FINDINGS.why_not(signal, action) is None) == (action in LEGAL[state])
        for who in (*OTHERS, *(set(WHOSE.values()) - {WHOSE[action]})):
            with pytest.raises((Forbidden, Missing)), transaction.atomic():
                act(signal, action, by=city[who], **SAID[action])
        if action in LEGAL[state]:
            with transaction.atomic():
                assert do(city, signal, action).state != state
                transaction.set_rollback(True)
        else:
            with pytest.raises(WrongState), transaction.atomic():
                do(city, signal, action)
    assert again(signal).version == signal.version


def test_each_step_is_an_entry_of_the_record(city: People) -> None:
    signal = signal_at(city, FindingState.PUT_RIGHT)
    rows = Entry.objects.filter(case_ref=signal.ref).order_by("case_seq")
    assert list(rows.values_list("type", "from_state", "to_state", "actor_role")) == [
        ("signal.opened", "", "open", "system"),
        ("signal.confirmed", "open", "confirmed", "regulator"),
        ("signal.ordered", "confirmed", "ordered", "regulator"),
        ("signal.put_right", "ordered", "put_right", "system"),
    ]
    instants = list(rows.values_list("at", flat=True))
    assert [signal.found_at, signal.decided_at, signal.ended_at] == [
        instants[0], instants[1], instants[3],
    ]  # fmt: skip
    assert verify() is None


def test_the_order_of_a_signal_goes_to_whom_it_concerns(city: People) -> None:
    signal = signal_at(city, FindingState.ORDERED, "pauses_in_bunches")
    order = RectificationOrder.objects.get(subject_ref=signal.ref)
    assert order.ref == signal.order_ref
    assert (order.party, order.district, order.subject_kind, order.subject_ref) == (
        "planning", "510302", "signal", signal.ref,
    )  # fmt: skip
    assert (order.state, order.days, order.text) == (OrderState.ISSUED, 5, SAID["order"]["text"])


def test_days_out_of_bounds_leave_the_signal_as_it_was(city: People) -> None:
    signal = signal_at(city, FindingState.CONFIRMED)
    with pytest.raises(Invalid):
        do(city, signal, "order", days=4_000)
    assert again(signal).state == FindingState.CONFIRMED
    assert not RectificationOrder.objects.exists()


@pytest.mark.parametrize("action", ["explain", "confirm"])
def test_nothing_is_done_without_words(city: People, action: str) -> None:
    signal = opened(city)
    for text in ("", "  ", "字" * 4_001):
        with pytest.raises(Invalid) as refused:
            do(city, signal, action, text=text)
        assert [error.pointer for error in refused.value.errors] == ["/text"]


def test_a_page_that_was_overtaken_is_refused(city: People) -> None:
    signal = opened(city)
    do(city, signal, "explain")
    with pytest.raises(Stale):
        do(city, signal, "confirm", version=signal.version)
    second = staff(Role.SUPPLY_LEAD, username="second-lead")
    with pytest.raises(Faster) as faster:
        act(signal, "explain", by=second, **SAID["explain"])
    assert faster.value.extra["winner"]["role"] == "supply_lead"
    do(city, signal, "confirm")
    with pytest.raises(WrongState, match="wrong-state"):
        do(city, signal, "accept")


def test_the_files_of_an_explanation_are_read_by_both_sides_only(city: People) -> None:
    signal = do(city, opened(city), "explain", uploads=[pdf(), pdf("受理单.pdf")])
    rows = Document.objects.about("signal", signal.pk)
    assert [row.case_ref for row in rows] == [signal.ref] * 2
    may = {name for name, user in city.items() if opens_as(Finding, signal.pk, user)}
    assert may == {
        "supply-lead", "supply-lead-2", "regulator", "lead-agency", "district-lead",
    }  # fmt: skip


def test_a_refused_file_leaves_nothing(city: People) -> None:
    signal = opened(city)
    bad = pdf()
    bad.file.write(b"<html>")  # type: ignore[union-attr]
    bad.file.seek(0)  # type: ignore[union-attr]
    with pytest.raises(Problem):
        do(city, signal, "explain", uploads=[pdf(), bad])
    assert again(signal).state == FindingState.OPEN
    assert not Document.objects.filter(subject_kind="signal").exists()


def test_both_sides_are_told_what_concerns_them(city: People) -> None:
    signal = signal_at(city, FindingState.EXPLAINED)
    do(city, signal, "accept")
    rows = Outbox.objects.filter(kind__startswith="signal.").order_by("pk")
    assert list(rows.values_list("kind", "subject_kind", "recipient__user__username")) == [
        ("signal.opened", "signal", "supply-lead"),
        ("signal.opened", "signal", "supply-lead-2"),
        ("signal.explained", "signal_watched", "regulator"),
        ("signal.explanation_accepted", "signal", "supply-lead"),
        ("signal.explanation_accepted", "signal", "supply-lead-2"),
    ]
    assert {tuple(row.context) for row in rows} == {("number",)}


def test_another_district_is_none_of_ones_business(city: People) -> None:
    signal = opened(city)
    here = staff(Role.SUPPLY_LEAD, username="here", district="510302")
    there = staff(Role.SUPPLY_LEAD, username="there", district="510321")
    watcher = staff(Role.REGULATOR, username="watcher", district="510321")
    assert [may_see(user, signal) for user in (here, there, watcher)] == [True, False, False]
    explain, confirm = (acts_of(Finding)[name].who for name in ("explain", "confirm"))
    assert explain(signal, here) == Role.SUPPLY_LEAD  # type: ignore[misc]
    assert confirm(signal, watcher) is None  # type: ignore[misc]


CHANGES = [
    "UPDATE integrity_signal SET state = 'accepted'",
    "UPDATE integrity_signal SET state = 'put_right'",
    "UPDATE integrity_signal SET sign = 'pauses_in_bunches'",
    "UPDATE integrity_signal SET district = '510321'",
    "UPDATE integrity_signal SET facts = '{}'",
    "UPDATE integrity_signal SET key = 'another'",
    "DELETE FROM integrity_signal",
    "DELETE FROM integrity_evidence",
    "UPDATE integrity_evidence SET entry_id = 1",
    "INSERT INTO integrity_scan (id, position) VALUES (2, 0)",
]


@pytest.mark.parametrize("statement", CHANGES)
def test_the_database_refuses_to_change_what_was_found(city: People, statement: str) -> None:
    signal = opened(city)
    before = Evidence.objects.count()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Finding.objects.get() == signal
    assert Evidence.objects.count() == before
