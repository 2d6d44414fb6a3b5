"""What the web processes ask of the database: an answer in time, whatever has become of it.

The server's own time limits end a statement that waits or works too long. They say nothing where
the server itself hangs, so the client also waits only so long for it to say anything.
"""

import select
from typing import Any, Final

import psycopg2
from django.db import InterfaceError, OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from psycopg2.extensions import POLL_OK, POLL_READ, POLL_WRITE, set_wait_callback

#: Seconds. No page needs half of the first; a second person waits for a case's lock.
STATEMENT: Final = 10
LOCK: Final = 5
IDLE_IN_TRANSACTION: Final = 30
#: Longer than a statement may take: then the server itself does not answer.
SILENCE: Final = 12

LIMITS = (
    f"SET statement_timeout = '{STATEMENT}s'; SET lock_timeout = '{LOCK}s'; "
    f"SET idle_in_transaction_session_timeout = '{IDLE_IN_TRANSACTION}s'"
)


def keep_time() -> None:
    """For a process that answers requests: commands and tasks may take as long as they need."""
    set_wait_callback(wait)
    connection_created.connect(limit_statements, dispatch_uid="portal.database.limits")


def limit_statements(connection: BaseDatabaseWrapper, **_: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(LIMITS)


def wait(connection: Any, silence: float = SILENCE) -> None:
    """Raises psycopg2.OperationalError where the server is silent; psycopg2 then closes."""
    while (state := connection.poll()) != POLL_OK:
        if state not in (POLL_READ, POLL_WRITE):
            raise psycopg2.OperationalError(f"unexpected state {state}")
        poller = select.poll()
        poller.register(connection, select.POLLIN if state == POLL_READ else select.POLLOUT)
        if not poller.poll(silence * 1000):
            raise psycopg2.OperationalError(f"the database said nothing for {silence:.0f} s")


def is_trouble(error: BaseException | None) -> bool:
    """Whether the database is behind it: gone, full, frozen, too slow, or two in each other's way.

    What a view made of its exception, and what leaving its transaction then raised, counts too.
    """
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        if isinstance(error, OperationalError | InterfaceError):
            return True
        seen.add(id(error))
        error = error.__cause__ or error.__context__
    return False
