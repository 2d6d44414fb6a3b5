"""Whoever holds the database and tampers with the record is found, by the entry."""

from uuid import UUID, uuid4

import pytest

from core import demonstration as city
from core.fields import seal
from ledger.actions import open_city
from ledger.models import Entry
from ledger.record import SEALED_DATA
from ledger.verify import TRIGGERS, Fault, verify
from tests.ledger.entries import leaf_by_hand, refused_with, run, unguarded, written


@pytest.fixture
def case(committed_db: str) -> UUID:
    """A case of five entries between two others, in a database that may be tampered with."""
    city._known.clear()
    open_city(demonstration=True)
    ref = uuid4()
    written(2)
    for _ in range(5):
        written(1, ref)
        written(1)
    assert verify() is None
    return ref


def entries(ref: UUID) -> list[Entry]:
    return list(Entry.objects.filter(case_ref=ref).order_by("case_seq"))


def tamper(sql: str, *params: object, table: str = "ledger_entry") -> None:
    with unguarded(table):
        run(sql, list(params), alias="owner")


EDITS = [
    ("type", "'permit.refused'"),
    ("to_state", "'granted'"),
    ("from_state", "'received'"),
    ("holder", "'applicant'"),
    ("clock", "'review stopped'"),
    ("actor_role", "'officer'"),
    ("actor_district", "'510304'"),
    ("actor_commit", r"'\x00'::bytea"),
    ("data_commit", r"'\x00'::bytea"),
    ("at", "at - interval '1 microsecond'"),
    ("effective_at", "at - interval '1 day'"),
    ("lineage", "gen_random_uuid()"),
    ("part", "gen_random_uuid()"),
    ("leaf", r"'\x00'::bytea"),
]


def test_an_edited_entry_is_named_whatever_was_edited(case: UUID) -> None:
    third = entries(case)[2]
    found = {}
    for column, value in EDITS:
        [(before,)] = run(f"SELECT {column} FROM ledger_entry WHERE id = %s", [third.pk])
        tamper(f"UPDATE ledger_entry SET {column} = {value} WHERE id = %s", third.pk)
        found[column] = verify()
        tamper(f"UPDATE ledger_entry SET {column} = %s WHERE id = %s", before, third.pk)
    wrong = Fault(third.pk, "its content does not match its hash")
    assert found == {column: wrong for column, _value in EDITS}
    assert verify() is None


def test_an_edit_with_its_own_new_hash_shows_in_the_next_entry(case: UUID) -> None:
    third, fourth = entries(case)[2:4]
    columns = {field.name: getattr(third, field.name) for field in Entry._meta.fields}
    forged = leaf_by_hand(columns | {"to_state": "granted"})
    tamper(
        "UPDATE ledger_entry SET to_state = 'granted', leaf = %s WHERE id = %s", forged, third.pk
    )
    assert verify() == Fault(fourth.pk, "does not follow the entry before it")


def test_a_deleted_entry_is_missed(case: UUID) -> None:
    third, fourth = entries(case)[2:4]
    tamper("DELETE FROM ledger_entry WHERE id = %s", third.pk)
    assert verify() == Fault(fourth.pk, "number 4 in its case, 3 expected")


def test_a_deleted_entry_is_missed_even_when_the_rest_is_renumbered(case: UUID) -> None:
    third, fourth = entries(case)[2:4]
    tamper("DELETE FROM ledger_entry WHERE id = %s", third.pk)
    tamper(
        "UPDATE ledger_entry SET case_seq = case_seq - 1 WHERE case_ref = %s AND case_seq > 3",
        case,
    )
    assert verify() == Fault(fourth.pk, "does not follow the entry before it")


def test_a_case_that_lost_its_first_entry_is_found(case: UUID) -> None:
    first, second = entries(case)[:2]
    tamper("DELETE FROM ledger_entry WHERE id = %s", first.pk)
    assert verify() == Fault(second.pk, "number 2 in its case, 1 expected")


def test_a_tail_that_was_cut_off_leaves_its_salts(case: UUID) -> None:
    last = entries(case)[-1]
    tamper("DELETE FROM ledger_entry WHERE id = %s", last.pk)
    assert verify() == Fault(None, f"the entry of salt {last.salt_ref} is gone")


def test_a_record_that_was_emptied_leaves_its_salts(case: UUID) -> None:
    tamper("TRUNCATE ledger_entry")
    fault = verify()
    assert fault
    assert fault.what.startswith("the entry of salt")


def test_swapped_entries_are_found(case: UUID) -> None:
    second, third = entries(case)[1:3]
    with unguarded():
        for number, pk in ((99, second.pk), (2, third.pk), (3, second.pk)):
            run("UPDATE ledger_entry SET case_seq = %s WHERE id = %s", [number, pk], "owner")
    assert verify() == Fault(second.pk, "number 3 in its case, 2 expected")


def test_an_entry_moved_to_another_place_in_the_order_is_found(case: UUID) -> None:
    second, third = entries(case)[1:3]
    with unguarded():
        for new, old in ((-1, second.pk), (second.pk, third.pk), (third.pk, -1)):
            run("UPDATE ledger_entry SET id = %s WHERE id = %s", [new, old], "owner")
    assert verify() == Fault(second.pk, "number 3 in its case, 2 expected")


def test_a_renumbered_entry_is_found(case: UUID) -> None:
    last = entries(case)[-1]
    tamper("UPDATE ledger_entry SET case_seq = 6 WHERE id = %s", last.pk)
    assert verify() == Fault(last.pk, "number 6 in its case, 5 expected")


def test_an_entry_given_to_another_case_is_found(case: UUID) -> None:
    last = entries(case)[-1]
    tamper("UPDATE ledger_entry SET case_ref = gen_random_uuid() WHERE id = %s", last.pk)
    assert verify() == Fault(last.pk, "number 5 in its case, 1 expected")


def test_a_salt_that_names_another_person_is_found(case: UUID) -> None:
    third = entries(case)[2]
    tamper("UPDATE ledger_salt SET actor_id = 8 WHERE ref = %s", third.salt_ref,
           table="ledger_salt")  # fmt: skip
    assert verify() == Fault(third.pk, "its salt names another person")


def test_kept_data_that_was_exchanged_is_found(case: UUID) -> None:
    third = entries(case)[2]
    other = seal('{"granted":true}', purpose=SEALED_DATA)
    tamper("UPDATE ledger_salt SET data = %s WHERE ref = %s", other, third.salt_ref,
           table="ledger_salt")  # fmt: skip
    assert verify() == Fault(third.pk, "its kept data is not what it commits to")


def test_a_forgotten_person_is_no_fault(case: UUID) -> None:
    run("DELETE FROM ledger_salt WHERE ref = %s", [entries(case)[2].salt_ref], "owner")
    assert verify() is None


WAYS_OFF = (
    "DROP TRIGGER {name} ON {table}",
    "ALTER TABLE {table} DISABLE TRIGGER {name}",
    "ALTER TABLE {table} ENABLE REPLICA TRIGGER {name}",
)


def test_a_guard_that_is_off_is_found_first(case: UUID) -> None:
    found = {}
    for name in sorted(TRIGGERS):
        table = name.removesuffix("_all").rpartition("_")[0].removesuffix("_open")
        [(definition,)] = run(
            "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgname = %s", [name]
        )
        for way in WAYS_OFF:
            run(way.format(name=name, table=table), alias="owner")
            found[name, way] = verify()
            run(f"DROP TRIGGER IF EXISTS {name} ON {table}; {definition}", alias="owner")
    assert found == {
        (name, way): Fault(None, f"guards missing or off: {name}")
        for name in TRIGGERS
        for way in WAYS_OFF
    }
    assert verify() is None


def test_without_the_seal_nothing_gets_in(case: UUID) -> None:
    """Without its trigger an entry has no time, no number and no hash: the columns refuse it."""
    run("DROP TRIGGER ledger_entry_seal ON ledger_entry", alias="owner")
    insert = (
        "INSERT INTO ledger_entry (case_ref, type, from_state, to_state, holder, clock, actor_role,"
        " actor_district, actor_commit, data_commit, salt_ref) VALUES (gen_random_uuid(), 'a.b',"
        " '', '', '', '', '', '', '', '', gen_random_uuid())"
    )
    assert refused_with(insert) == "23502"
