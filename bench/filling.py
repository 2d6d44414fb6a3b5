"""A large record, quickly: real entries through the real triggers, written by the owner in bulk."""

import hmac
import json
import os
from hashlib import sha256
from typing import Any

CASES = 1_000  # in one transaction, which holds the lock of each

#: The way of a simple case: type, state before, state after, holder, clock.
STEPS = (
    ("case.drafted", "", "draft", "applicant", ""),
    ("case.document_received", "draft", "draft", "", ""),
    ("case.document_received", "draft", "draft", "", ""),
    ("case.submitted", "draft", "submitted", "supplier", "handling started"),
    ("case.accepted", "submitted", "accepted", "supplier", ""),
    ("case.contract_signed", "accepted", "contracted", "supplier", ""),
    ("case.line_works_posted", "contracted", "permits", "government", "handling paused"),
    ("permit.received", "", "received", "", ""),
    ("permit.accepted", "received", "reviewing", "", ""),
    ("permit.granted", "reviewing", "granted", "", ""),
    ("case.permits_joined", "permits", "permits_granted", "supplier", "handling resumed"),
    ("case.works_started", "permits_granted", "works", "supplier", ""),
    ("case.energised", "works", "energised", "none", "handling stopped"),
)
INSERT = """
WITH fresh AS MATERIALIZED (
    SELECT md5('case ' || n)::uuid AS case_ref, gen_random_uuid() AS ref
    FROM generate_series(%(first)s, %(last)s) n
), salts AS (
    INSERT INTO ledger_salt (ref, actor_id, actor_salt, data_salt, data, place)
    SELECT ref, 1, %(actor_salt)s, %(data_salt)s, %(data)s, '' FROM fresh
)
INSERT INTO ledger_entry (case_ref, type, part, from_state, to_state, holder, clock, actor_role,
    actor_district, actor_commit, data_commit, salt_ref, lineage, effective_at)
SELECT case_ref, %(type)s, NULL, %(from)s, %(to)s, %(holder)s, %(clock)s, 'manager', '510302',
    %(actor_commit)s, %(data_commit)s, ref, case_ref, NULL FROM fresh
"""


class Filling:
    """Writes entries until the record has a size."""

    def __init__(self) -> None:
        from django.db import connections

        self.connection = connections["owner"]
        self.cases = 0
        self.values = _sealed()
        with self.connection.cursor() as cursor:
            # The benchmark waits for its own commits; making the record need not.
            cursor.execute("SET synchronous_commit = off")

    def up_to(self, size: int) -> None:
        """Add entries, the last cases being unfinished, until there are so many."""
        while missing := size - self.size():
            self._add(missing)
        with self.connection.cursor() as cursor:
            for table in ("ledger_entry", "ledger_salt", "ledger_pending"):
                cursor.execute(f"ANALYZE {table}")

    def size(self) -> int:
        """How many entries there are."""
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM ledger_entry")
            return int(cursor.fetchone()[0])

    def _add(self, missing: int) -> None:
        """Add some cases step by step, as they come in from everywhere."""
        from django.db import transaction

        cases = min(CASES, missing)
        first = self.cases + 1
        self.cases += cases
        with transaction.atomic(using="owner"), self.connection.cursor() as cursor:
            for step in STEPS[: max(1, missing // cases)]:
                cursor.execute(INSERT, self._values(step, first))

    def _values(self, step: tuple[str, ...], first: int) -> dict[str, Any]:
        named = dict(zip(("type", "from", "to", "holder", "clock"), step, strict=True))
        return {**self.values, **named, "first": first, "last": self.cases}


def _sealed() -> dict[str, Any]:
    """One salt and one sealed text serve all entries: they are opened one by one all the same."""
    from core.fields import seal
    from ledger.record import SEALED_DATA

    actor_salt, data_salt = os.urandom(16), os.urandom(16)
    text = json.dumps({"number": "ZG20260302000001", "state": "accepted"})
    return {
        "actor_salt": actor_salt,
        "data_salt": data_salt,
        "data": seal(text, purpose=SEALED_DATA),
        "actor_commit": hmac.new(actor_salt, b"1", sha256).digest(),
        "data_commit": hmac.new(data_salt, text.encode(), sha256).digest(),
    }
