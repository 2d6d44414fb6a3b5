"""The one lock order of the portal: the case first, then a pair if one is needed, then rows.

Every action on a case, its permits, its clocks or its record begins with `lock_case`: what it
reads afterwards is up to date, and no two actions on one case can deadlock.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Final, TypeVar
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)
#: Rows of one run of `each_held`.
MOST: Final = 200


def case_key(ref: UUID) -> int:
    return int.from_bytes(ref.bytes[:8], "big", signed=True)


def key_of(name: bytes) -> int:
    """The number of a lock that is named by something else than a case."""
    return int.from_bytes(hashlib.sha256(name).digest()[:8], "big", signed=True)


def lock_case(ref: UUID) -> None:
    """Hold the case until the transaction ends; waits for whoever holds it now."""
    _lock(case_key(ref))


def try_lock_case(ref: UUID) -> bool:
    """Hold the case if nobody holds it now; returns at once."""
    return _try_lock(case_key(ref))


def lock_pair(applicant: bytes | memoryview, address: bytes | memoryview) -> None:
    """Hold what an applicant files for an address (keyed digests), after the case's lock."""
    _lock(key_of(bytes(applicant) + bytes(address)))


def lock_party(pk: int) -> None:
    """Hold who a party is and who acts for it, after the case's lock."""
    _lock(key_of(f"party {pk}".encode()))


def lock_calendar(pk: int) -> None:
    """Hold the times of somebody (an account), after the case's lock."""
    _lock(key_of(f"calendar {pk}".encode()))


def lock_name(name: str) -> None:
    """Hold something of the whole city by its name until the transaction ends."""
    _lock(key_of(name.encode()))


def lock_names(names: Iterable[str]) -> None:
    """As `lock_name`, several in one statement and in one order, whoever takes them."""
    keys = sorted({key_of(name.encode()) for name in names})
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(key) FROM unnest(%s::bigint[]) key", [keys])


def try_lock_name(name: str) -> bool:
    """As `try_lock_case`, something of the whole city by its name."""
    return _try_lock(key_of(name.encode()))


def _try_lock(key: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [key])
        got: bool = cursor.fetchone()[0]
    return got


def _lock(key: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])


def each_held(due: QuerySet[M], act: Callable[[M], object], *, ref: str = "ref") -> int:
    """Do something about some of the rows that are due, each in a transaction of its own and under
    the lock of its record; return about how many. Whoever has one just now keeps it until the next
    run.

    Args:
        ref: the column, of a row or by way of it, with the reference of its record.
    """
    done = 0
    for pk, record in list(due.values_list("pk", ref)[:MOST]):
        with transaction.atomic():
            held = due.filter(pk=pk).first() if try_lock_case(record) else None
            if held is not None:
                act(held)
                done += 1
    return done


@contextmanager
def try_to_be_alone(name: str) -> Iterator[bool]:
    """Whether no other process does what is called so; it may meanwhile have no transaction open.
    The database lets go of it when the process ends, however it ends."""
    key = key_of(name.encode())
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
        alone: bool = cursor.fetchone()[0]
    try:
        yield alone
    finally:
        if alone:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [key])
