"""What the web role may do, applied by the owner after every migration. The web role owns nothing,
so it can neither change a table nor drop a trigger; and it can nowhere TRUNCATE."""

from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg2 import sql

EVERYTHING = ("SELECT", "INSERT", "UPDATE", "DELETE")

# The first pattern that a table's name begins with decides; all others get EVERYTHING.
EXCEPTIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("ledger_entry", ("SELECT", "INSERT")),
    ("ledger_salt", ("SELECT", "INSERT")),
    # The log's order is given by ledger_integrate alone.
    ("ledger_pending", ("SELECT",)),
    ("ledger_leaf", ("SELECT",)),
    ("ledger_", ("SELECT", "INSERT")),
    ("rectification_order", ("SELECT", "INSERT", "UPDATE")),
    ("rectification_statement", ("SELECT", "INSERT")),
    ("integrity_evidence", ("SELECT", "INSERT")),
    ("integrity_signal", ("SELECT", "INSERT", "UPDATE")),
    ("integrity_scan", ("SELECT", "UPDATE")),
    ("deadlines_recount", ("SELECT", "INSERT")),
    ("rules_", ("SELECT",)),
    # A role ends by setting `to_at`: who could do what in the past stays known.
    ("accounts_rolegrant", ("SELECT", "INSERT", "UPDATE")),
    ("core_cityclock", ("SELECT",)),
    ("django_migrations", ("SELECT",)),
    ("applications_legalmove", ("SELECT",)),
)

TABLES = """
    SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p', 'v', 'm') ORDER BY 1
"""


def rights_on(table: str) -> tuple[str, ...]:
    return next((rights for prefix, rights in EXCEPTIONS if table.startswith(prefix)), EVERYTHING)


def apply(connection: BaseDatabaseWrapper, role: str) -> None:
    """Over a connection of the owner; nothing happens when the role is the owner itself."""
    if role == connection.settings_dict["USER"]:
        return
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        tables = [name for (name,) in cursor.fetchall()]
        name = sql.Identifier(role)
        statements = [
            sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(name),
            sql.SQL("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {}").format(name),
            sql.SQL("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {}").format(name),
        ]
        for table in tables:
            rights = sql.SQL(", ").join(sql.SQL(right) for right in rights_on(table))
            grant = sql.SQL("GRANT {} ON {} TO {}").format(rights, sql.Identifier(table), name)
            statements.append(grant)
        cursor.execute(sql.SQL("; ").join(statements))
