"""An entry's time, number, predecessor and hash are the database's, whatever is sent."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.actor import SYSTEM, Actor
from core.clock import city_now
from core.problems import ClockBehind
from ledger.actions import move_clock
from ledger.models import Entry, Salt
from ledger.queries import last_step, timeline
from ledger.record import CITY_REF, NewEntry, append, commit_to
from ledger.verify import verify
from tests.ledger.entries import CLERK, GIVEN, insert, leaf_by_hand, run, step, written

pytestmark = pytest.mark.django_db

LONG_AGO = datetime(2001, 1, 1, tzinfo=UTC)


def columns(entry: Entry) -> dict[str, Any]:
    return {field.name: getattr(entry, field.name) for field in Entry._meta.fields}


def test_the_time_is_the_database_s_whatever_is_sent(demonstration: None) -> None:
    before = city_now()
    entry = insert(at=LONG_AGO, case_seq=99, prev=b"x" * 32, leaf=b"y" * 32)
    assert before <= entry.at <= city_now()
    assert (entry.case_seq, bytes(entry.prev)) == (1, b"")
    assert bytes(entry.leaf) == leaf_by_hand(columns(entry))


def test_a_statement_cannot_set_the_time_from_inside(demonstration: None) -> None:
    """The instant of a statement is kept in a setting, and the statement may change settings."""
    names = ", ".join([*GIVEN, "case_ref", "salt_ref"])
    places = ", ".join(["%s"] * (len(GIVEN) + 1))
    before = city_now()
    for forged in (LONG_AGO, before - timedelta(seconds=30), before + timedelta(days=400)):
        epoch = f"set_config('ledger.at', '{forged.timestamp()}', true)"
        [(pk,)] = run(
            f"INSERT INTO ledger_entry ({names}) VALUES ({places},"
            f" CASE WHEN {epoch} <> '' THEN gen_random_uuid() END) RETURNING id",
            [*GIVEN.values(), uuid4()],
        )
        assert before <= Entry.objects.get(pk=pk).at <= city_now()


@pytest.mark.parametrize("chosen", [-1, 0, 1, 10**15])
def test_an_entry_does_not_choose_its_id(demonstration: None, chosen: int) -> None:
    with pytest.raises(DatabaseError, match="does not choose its id"), transaction.atomic():
        insert(id=chosen)
    assert run("SELECT city_is_demonstration()") == [(True,)]


def test_all_entries_of_one_call_bear_one_instant(demonstration: None) -> None:
    refs = [uuid4() for _ in range(3)]
    done = append(*(step(ref) for ref in refs for _ in range(2)))
    assert len({one.at for one in done}) == 1
    assert [one.case_seq for one in done] == [1, 2] * 3


def test_numbers_have_no_gap_and_each_entry_follows_the_one_before(demonstration: None) -> None:
    ref, other = uuid4(), uuid4()
    for _ in range(3):
        append(step(ref), step(other))
        with transaction.atomic():  # what is rolled back leaves no gap
            append(step(ref))
            transaction.set_rollback(True)
    for case_ref in (ref, other):
        entries = list(Entry.objects.filter(case_ref=case_ref).order_by("id"))
        assert [entry.case_seq for entry in entries] == [1, 2, 3]
        leaves = [b"", *(bytes(entry.leaf) for entry in entries)]
        assert [bytes(entry.prev) for entry in entries] == leaves[:-1]


def test_the_hash_is_what_anybody_can_count(demonstration: None) -> None:
    ref = uuid4()
    first = append(step(ref, from_state="draft", to_state="submitted", holder="supplier"))[0]
    append(
        step(ref, "clock.breached", effective_at=first.at, part=uuid4(), clock="review late"),
        step(ref, lineage=uuid4(), data={"名": "值"}),
    )
    entries = list(Entry.objects.all())
    assert [bytes(entry.leaf) for entry in entries] == [
        leaf_by_hand(columns(entry)) for entry in entries
    ]


GOLDEN = {
    "case_ref": UUID("11111111-2222-4333-8444-555555555555"),
    "case_seq": 2,
    "part": UUID("99999999-8888-4777-8666-555555555555"),
    "type": "permit.granted",
    "from_state": "accepted",
    "to_state": "granted",
    "holder": "supplier",
    "clock": "review stopped",
    "actor_role": "officer",
    "actor_district": "510302-G",
    "actor_commit": bytes(range(32)),
    "data_commit": bytes(range(32, 64)),
    "lineage": UUID("11111111-2222-4333-8444-555555555555"),
    "effective_at": datetime(2026, 2, 28, 16, 0, tzinfo=UTC),
    "at": datetime(2026, 3, 2, 2, 0, 0, 1, tzinfo=UTC),
    "prev": bytes(range(64, 96)),
}
GOLDEN_LEAF = "1c47e6203b5f8dc8b4cc9eb761538d8755bc8cff608160e40b758d6ec811cc89"


def test_the_golden_leaf_never_changes(demonstration: None) -> None:
    """By hand, and by the database itself: a record written today verifies in ten years."""
    assert leaf_by_hand(GOLDEN).hex() == GOLDEN_LEAF
    names = [field.name for field in Entry._meta.fields]
    given = {**GOLDEN, "id": 5, "salt_ref": uuid4(), "leaf": b""}
    casts = ", ".join(["%s"] * len(names))
    [(leaf,)] = run(
        "SELECT encode(sha256('\\x00'::bytea || convert_to(ledger_entry_canonical("
        f"ROW({casts})::ledger_entry), 'UTF8')), 'hex')",
        [given[name] for name in names],
    )
    assert leaf == GOLDEN_LEAF


def test_the_holder_and_the_lineage_stay_until_they_change(demonstration: None) -> None:
    ref, lineage = uuid4(), uuid4()
    append(step(ref, holder="supplier", lineage=lineage))
    append(step(ref))
    append(step(ref, holder="applicant"))
    rows = Entry.objects.filter(case_ref=ref).order_by("id").values_list("holder", "lineage")
    assert list(rows) == [("supplier", lineage), ("supplier", lineage), ("applicant", lineage)]


def test_who_did_it_and_what_changed_are_commitments_that_their_salt_opens(
    demonstration: None,
) -> None:
    data = {"requirement": "identity", "reason": "照片不清"}
    append(NewEntry(case_ref=uuid4(), type="case.accepted", actor=CLERK, data=data))
    entry = Entry.objects.latest("id")
    salt = Salt.objects.get(ref=entry.salt_ref)
    assert salt.actor_id == 7
    assert bytes(entry.actor_commit) == commit_to(bytes(salt.actor_salt), 7)
    assert bytes(entry.data_commit) == commit_to(bytes(salt.data_salt), data)
    assert len({bytes(salt.actor_salt), bytes(salt.data_salt)}) == 2


def test_the_same_act_twice_has_different_commitments(demonstration: None) -> None:
    ref = uuid4()
    append(step(ref), step(ref))
    first, second = Entry.objects.filter(case_ref=ref)
    assert bytes(first.actor_commit) != bytes(second.actor_commit)
    assert bytes(first.data_commit) != bytes(second.data_commit)


@pytest.mark.parametrize(
    "column",
    ["from_state", "to_state", "holder", "actor_role", "actor_district", "clock", "type"],
)
@pytest.mark.parametrize("text", ['a"b', "a\\b", "王小明", "a\nb", "a{b"])
def test_only_plain_words_get_in(demonstration: None, column: str, text: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        insert(**{column: text})


def test_nothing_takes_effect_after_it_was_written(demonstration: None) -> None:
    with pytest.raises(DatabaseError, match="entry_effective_before_written"), transaction.atomic():
        insert(effective_at=city_now() + timedelta(hours=1))


def test_a_clock_set_back_before_the_last_event_refuses_the_case(demonstration: None) -> None:
    ref = uuid4()
    append(step(ref))
    move_clock(offset=timedelta(hours=-1))
    with pytest.raises(ClockBehind) as refused, transaction.atomic():
        append(step(ref))
    assert (refused.value.status, refused.value.type) == (409, "clock-before-last-event")
    [(_id, seq, _at)] = [(one.id, one.case_seq, one.at) for one in append(step(uuid4()))]
    assert seq == 1  # other cases go on
    move_clock(offset=timedelta(hours=1))
    assert append(step(ref))[0].case_seq == 2


def test_the_city_s_own_chain_outlives_a_clock_set_back(demonstration: None) -> None:
    for hours in (5, -5, 0):
        move_clock(offset=timedelta(hours=hours))
    moves = Entry.objects.filter(case_ref=CITY_REF, type="city.clock_moved").order_by("id")
    assert [entry.case_seq for entry in moves] == [2, 3, 4]
    assert verify() is None


def test_the_timeline_dates_a_breach_at_its_deadline(demonstration: None) -> None:
    ref = uuid4()
    [first] = append(step(ref, holder="supplier"))
    [late] = append(
        NewEntry(case_ref=ref, type="clock.breached", actor=SYSTEM, effective_at=first.at)
    )
    events = timeline(ref)
    assert [(event.seq, event.at, event.recorded_at) for event in events] == [
        (1, first.at, first.at),
        (2, first.at, late.at),
    ]


def test_the_last_step_names_its_doer(demonstration: None) -> None:
    ref, part = uuid4(), uuid4()
    append(step(ref), NewEntry(case_ref=ref, type="permit.granted", actor=Actor(9, "officer", ""),
                               part=part, from_state="accepted"))  # fmt: skip
    append(step(ref, from_state="submitted"))
    mine, theirs = last_step(ref), last_step(ref, part)
    assert mine
    assert theirs
    assert (mine.actor_id, mine.role, mine.from_state) == (7, "clerk", "submitted")
    assert (theirs.actor_id, theirs.role, theirs.from_state) == (9, "officer", "accepted")
    assert last_step(uuid4()) is None


def test_appending_costs_one_round_trip(demonstration: None) -> None:
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        append(*(step(uuid4()) for _ in range(5)))
    assert len(queries) == 1


def test_a_record_of_many_cases_holds(demonstration: None) -> None:
    for _ in range(3):
        written(4)
    assert verify() is None
