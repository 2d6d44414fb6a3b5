"""The one lock order of the portal: the case first, then its rows.

Every action on a case, its permits, its clocks or its record begins with `lock_case`. What it
reads afterwards is up to date, and no two actions on one case can deadlock.
"""

from uuid import UUID

from django.db import connection


def case_key(ref: UUID) -> int:
    """Return the advisory lock key of a case: the first 64 bits of its reference."""
    return int.from_bytes(ref.bytes[:8], "big", signed=True)


def lock_case(ref: UUID) -> None:
    """Hold the case until the transaction ends; waits for whoever holds it now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [case_key(ref)])
