"""The web role may do what its work needs, and nothing to the record, the rules or the clock."""

import psycopg2.errors
import pytest
from django.db import DatabaseError, connection, transaction

from portal import grants
from portal.places import WEB_ROLE

pytestmark = pytest.mark.django_db

RIGHTS = """
    SELECT c.relname, array_agg(r.name ORDER BY r.name)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    CROSS JOIN (VALUES ('SELECT'), ('INSERT'), ('UPDATE'), ('DELETE'), ('TRUNCATE'), ('REFERENCES'),
                       ('TRIGGER')) AS r(name)
    WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')
      AND has_table_privilege(%s, c.oid, r.name)
    GROUP BY c.relname
"""
UPDATES = """
    SELECT c.relname, a.attname, has_column_privilege(%s, c.oid, a.attname, 'UPDATE')
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        AND a.attgenerated = ''
    WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') ORDER BY a.attnum
"""


def rights() -> dict[str, set[str]]:
    with connection.cursor() as cursor:
        cursor.execute(RIGHTS, [WEB_ROLE])
        return {table: set(names) for table, names in cursor.fetchall()}


def updates() -> dict[str, dict[str, bool]]:
    """Of each table the columns, and whether the web role may update them."""
    found: dict[str, dict[str, bool]] = {}
    with connection.cursor() as cursor:
        cursor.execute(UPDATES, [WEB_ROLE])
        for table, column, may in cursor.fetchall():
            found.setdefault(table, {})[column] = may
    return found


def test_every_table_has_exactly_the_rights_of_the_list() -> None:
    found, columns = rights(), updates()
    assert set(connection.introspection.table_names()) == set(found) == set(columns)
    for table, may in columns.items():
        listed = grants.rights_on(table)
        assert [name for name, may_it in may.items() if may_it] == listed.updates(may)
        some = set(may.values()) == {True, False}
        words = (
            set(listed.words) - {"UPDATE"} if some or not any(may.values()) else set(listed.words)
        )
        assert (table, found[table]) == (table, words)


def test_every_name_of_the_list_is_a_table_and_every_column_is_there() -> None:
    """Else a table that was renamed would quietly get every right."""
    columns = updates()
    with connection.cursor() as cursor:
        found = connection.introspection.get_table_list(cursor)
    views: dict[str, dict[str, bool]] = {one.name: {} for one in found if one.type == "v"}
    for prefix, listed in grants.EXCEPTIONS:
        # The first that a table's name begins with decides.
        tables = [table for table in columns | views if grants.rights_on(table) is listed]
        assert tables, prefix
        for table in tables:
            assert set(listed.kept + listed.changes) <= set((columns | views)[table]), table


@pytest.mark.parametrize(
    ("table", "allowed"),
    [
        ("ledger_entry", {"SELECT", "INSERT"}),
        ("ledger_salt", {"SELECT", "INSERT"}),
        ("core_cityclock", {"SELECT"}),
        ("django_migrations", {"SELECT"}),
        ("portal_heartbeat", {"SELECT", "INSERT", "UPDATE", "DELETE"}),
    ],
)
def test_the_record_can_only_grow_and_the_clock_only_be_read(table: str, allowed: set[str]) -> None:
    assert rights()[table] == allowed


def test_rules_can_only_be_read() -> None:
    rules = [names for table, names in rights().items() if table.startswith("rules_")]
    assert rules
    assert all(names == {"SELECT"} for names in rules)


@pytest.mark.parametrize(
    "statement",
    [
        "TRUNCATE portal_heartbeat",
        "UPDATE ledger_entry SET type = type",
        "DELETE FROM ledger_entry",
        "DELETE FROM ledger_salt",
        "DELETE FROM ledger_pending",
        "INSERT INTO ledger_leaf SELECT * FROM ledger_leaf",
        "UPDATE ledger_checkpoint SET note = note",
        "UPDATE deadlines_recount SET due_on = due_on",
        "DELETE FROM integrity_signal",
        "UPDATE integrity_evidence SET entry_id = entry_id",
        "DELETE FROM rectification_order",
        "UPDATE rectification_statement SET text = text",
        "ALTER TABLE ledger_entry DISABLE TRIGGER ALL",
        "DROP TABLE portal_heartbeat",
        "CREATE TABLE mine (n int)",
        "SET ROLE tongdian_owner",
    ],
)
def test_what_only_the_owner_may_do_is_refused(statement: str) -> None:
    with (
        pytest.raises(DatabaseError) as refusal,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert isinstance(refusal.value.__cause__, psycopg2.errors.InsufficientPrivilege)
