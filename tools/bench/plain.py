"""The rows of a unit that the portal has just written, every table and column, by plain SQL.

Only references, numbers and times differ. Locks, checks of rules and rights are left out.
"""

import os
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

import psycopg2
from psycopg2.extras import RealDictCursor, register_default_jsonb, register_uuid

from applications.models import Application

register_uuid()  # type: ignore[no-untyped-call]
Row = dict[str, Any]
TABLES = {
    "entries": "SELECT * FROM ledger_entry WHERE case_ref = %s ORDER BY id",
    "salts": "SELECT s.* FROM ledger_salt s JOIN ledger_entry e ON e.salt_ref = s.ref"
    " WHERE e.case_ref = %s ORDER BY e.id",
    "applications_application": "SELECT * FROM applications_application WHERE ref = %s",
    "approvals_lineworks": "SELECT * FROM approvals_lineworks WHERE case_ref = %s",
    "approvals_round": "SELECT r.* FROM approvals_round r JOIN approvals_lineworks l"
    " ON l.id = r.line_works_id WHERE l.case_ref = %s",
    "approvals_permit": "SELECT * FROM approvals_permit WHERE case_ref = %s ORDER BY id",
    "deadlines_clock": "SELECT * FROM deadlines_clock WHERE case_ref = %s ORDER BY id",
    "notifications_outbox": "SELECT * FROM notifications_outbox WHERE case_ref = %s ORDER BY id",
}
#: Characters of a sealed declaration.
SEALED = 700
#: Set by the database: by a trigger, a sequence or what the column follows from.
MADE_BY_DATABASE = {"id", "case_seq", "at", "prev", "leaf", "turn"}


class Plain:
    name = "plain SQL"

    def __init__(self, pattern: Application) -> None:
        self.connection = psycopg2.connect(os.environ["DATABASE_URL"])
        self.statements = 0
        self.cursor = self.connection.cursor(cursor_factory=RealDictCursor)
        # As text, in which it goes back into the copies: a list is then an array.
        register_default_jsonb(self.connection, loads=str)
        self.rows: dict[str, list[Row]] = {}
        for name, sql in TABLES.items():
            self.cursor.execute(sql, [pattern.ref])
            self.rows[name] = [dict(row) for row in self.cursor.fetchall()]
            self.connection.rollback()
        self.entries: Iterator[tuple[Row, Row]] = iter(())

    def say(self, sql: str, values: Any = ()) -> Any:
        self.statements += 1
        self.cursor.execute(sql, values)
        return self.cursor.fetchone() if self.cursor.description else None

    def insert(
        self, table: str, row: Mapping[str, Any], *, returning: str = "id", pk: int | None = None
    ) -> Any:
        """With the number that was drawn for it before, if there is one."""
        kept = {name: _sql(value) for name, value in row.items() if name not in MADE_BY_DATABASE}
        kept |= {} if pk is None else {"id": pk}
        columns, places = ", ".join(f'"{name}"' for name in kept), ", ".join(["%s"] * len(kept))
        sql = f"INSERT INTO {table} ({columns}) VALUES ({places}) RETURNING {returning}"
        return self.say(sql, list(kept.values()))[returning]

    def update(self, table: str, pk: int, **columns: Any) -> None:
        sets = ", ".join(f'"{name}" = %s' for name in columns)
        self.say(f"UPDATE {table} SET {sets} WHERE id = %s", [*map(_sql, columns.values()), pk])

    def entry(self, part: Any = None) -> Any:
        """The next entry with its salt; returns its instant."""
        salt, entry = next(self.entries)
        ref = uuid.uuid4()
        self.insert("ledger_salt", salt | {"ref": ref}, returning="ref")
        row = entry | {"salt_ref": ref, "case_ref": self.ref, "part": part, "effective_at": None}
        return self.insert("ledger_entry", row | {"lineage": self.ref}, returning="at")

    def hold(self) -> None:
        self.say("SELECT * FROM applications_application WHERE id = %s FOR UPDATE", [self.pk])

    def move(self, state: str, holder: str, at: Any, version: int) -> None:
        self.update(
            "applications_application", self.pk,
            state=state, holder=holder, held_since=at, version=version,
        )  # fmt: skip

    def begin(self) -> None:
        self.entries = iter(zip(self.rows["salts"], self.rows["entries"], strict=True))
        self.ref = uuid.uuid4()
        self.clocks = {
            (str(clock["part"] or ""), clock["kind"]): clock
            for clock in self.rows["deadlines_clock"]
        }

    def draft(self) -> None:
        """One transaction: what is begun, which has the numbers of the case."""
        drawn = self.say(
            "SELECT nextval(pg_get_serial_sequence('applications_application', 'id')) AS id,"
            " 'ZG' || to_char(city_now(), 'YYYYMMDD')"
            " || lpad(nextval('applications_case_number')::text, 6, '0') AS number"
        )
        self.pk, self.number = drawn["id"], drawn["number"]
        pattern = self.rows["applications_application"][0]
        self.say(
            "INSERT INTO applications_draft"
            " (id, number, ref, filed_by_id, channel, typed, version)"
            " VALUES (%s, %s, %s, %s, 'online', %s, 1)",
            [self.pk, self.number, self.ref, pattern["filed_by_id"], "x" * SEALED],
        )
        self.connection.commit()

    def documents(self) -> None:
        """Not counted, as on the other side."""
        from tools.patterns import add_documents

        add_documents(self.pk, self.ref, self.rows["applications_application"][0]["filed_by_id"])

    def clock(self, part: Any, old: str, kind: str, at: Any) -> int:
        """Like the pattern's."""
        row = self.clocks[old, kind] | {
            "case_ref": self.ref, "part": part, "state": "running", "started_at": at,
            "interval_started_at": at, "stopped_at": None, "breached_at": None, "noticed_at": None,
            "warn_at": None,
        }  # fmt: skip
        if row["limit_days"] is not None:
            late = row["late_from"] or at
            row |= {"due_on": row["due_on"] or late.date(), "late_from": late}
        else:
            row |= {"due_on": None, "late_from": None}
        return int(self.insert("deadlines_clock", row))

    def close(self, clock: int, begun: Any, at: Any, state: str) -> None:
        stopped = at if state == "stopped" else None
        self.update(
            "deadlines_clock", clock, state=state, interval_started_at=None, stopped_at=stopped
        )
        row = {"clock_id": clock, "started_at": begun, "ended_at": at}
        self.insert("deadlines_interval", row)

    def run(self, clock: int, at: Any) -> None:
        self.update("deadlines_clock", clock, state="running", interval_started_at=at)

    def message(self, number: int) -> None:
        row = self.rows["notifications_outbox"][0] | {"case_ref": self.ref, "subject_id": self.pk}
        self.insert("notifications_outbox", row | {"version": number})

    def file(self) -> None:
        self.begin()
        self.draft()
        self.documents()
        at = self.entry()
        self.whole = self.clock(None, "", "whole_process", at)
        self.handling, self.since = self.clock(None, "", "handling", at), at
        pattern = self.rows["applications_application"][0]
        self.insert(
            "applications_application",
            pattern | {
                "ref": self.ref, "number": self.number, "state": "submitted",
                "holder": "supplier", "held_since": at, "filed_at": at, "first_filed_at": at,
                "ended_at": None, "lineage": self.ref, "address_digest": os.urandom(32),
                "version": 2,
            },
            pk=self.pk,
        )  # fmt: skip
        self.say("DELETE FROM applications_draft WHERE id = %s", [self.pk])
        self.connection.commit()

    def accept_and_sign(self) -> None:
        """Two transactions."""
        self.hold()
        at = self.entry()
        self.move("accepted", "applicant", at, 3)
        self.close(self.handling, self.since, at, "paused")
        self.message(3)
        self.connection.commit()
        self.hold()
        self.since = self.entry()
        self.move("contracted", "supplier", self.since, 4)
        self.run(self.handling, self.since)
        self.connection.commit()

    def post_works(self) -> None:
        """One transaction."""
        self.accept_and_sign()
        self.hold()
        at = self.entry()
        self.opened = at
        self.parts = [uuid.uuid4() for _ in self.rows["approvals_permit"]]
        for part in self.parts:
            self.entry(part)
        line = self.rows["approvals_lineworks"][0] | {"case_ref": self.ref, "state": "open"}
        self.line = self.insert("approvals_lineworks", line)
        self.round_ref = uuid.uuid4()
        self.round = self.insert(
            "approvals_round",
            self.rows["approvals_round"][0]
            | {"line_works_id": self.line, "ref": self.round_ref, "joined_at": None,
               "opened_at": at},
        )  # fmt: skip
        fresh = {
            "case_ref": self.ref, "line_works_id": self.line, "round_id": self.round,
            "state": "received", "received_at": at, "accepted_at": None, "decided_at": None,
            "conditions": "", "version": 1,
        }  # fmt: skip
        self.permits = [
            int(self.insert("approvals_permit", row | fresh | {"ref": part}))
            for part, row in self._pairs()
        ]
        old_round = str(self.rows["approvals_round"][0]["ref"])
        self.set = self.clock(self.round_ref, old_round, "set", at)
        self.intakes = [self.clock(p, str(row["ref"]), "intake", at) for p, row in self._pairs()]
        self.reviews = [
            self.clock(p, str(row["ref"]), "review", at) if row["permit"] == "construction" else 0
            for p, row in self._pairs()
        ]
        link = {"application_id": self.pk, "line_works_id": self.line}
        self.insert("applications_externalworks", link)
        self.move("permits", "government", at, 5)
        self.close(self.handling, self.since, at, "paused")
        self.message(5)
        self.connection.commit()

    def _pairs(self) -> Any:
        return zip(self.parts, self.rows["approvals_permit"], strict=True)

    def accept(self, place: int) -> None:
        permit, part = self.permits[place], self.parts[place]
        self.hold()
        self.say("SELECT * FROM approvals_permit WHERE id = %s", [permit])
        at = self.entry(part)
        self.update("approvals_permit", permit, state="accepted", accepted_at=at, version=2)
        self.close(self.intakes[place], self.opened, at, "stopped")
        if not self.reviews[place]:
            old = str(self.rows["approvals_permit"][place]["ref"])
            self.reviews[place] = self.clock(part, old, "review", at)
        self.connection.commit()

    def grant(self, place: int) -> None:
        """One decision; the last one joins."""
        permit, part = self.permits[place], self.parts[place]
        self.hold()
        self.say("SELECT * FROM approvals_permit WHERE id = %s", [permit])
        at = self.entry(part)
        self.update(
            "approvals_permit", permit, state="granted", decided_at=at, conditions="", version=3
        )
        self.close(self.reviews[place], self.opened, at, "stopped")
        left = self.say(
            "SELECT count(*) AS left FROM approvals_permit"
            " WHERE round_id = %s AND state NOT IN ('granted', 'refused')", [self.round],
        )["left"]  # fmt: skip
        if not left:
            self.update("approvals_round", self.round, joined_at=at)
            self.update("approvals_lineworks", self.line, state="joined", version=2)
            self.close(self.set, self.opened, at, "stopped")
            now = self.entry()
            self.move("permits_granted", "supplier", now, 6)
            self.run(self.handling, now)
            self.message(6)
        self.connection.commit()

    def unit(self) -> None:
        self.file()
        self.post_works()
        for place in range(len(self.permits)):
            self.accept(place)
        for place in range(len(self.permits)):
            self.grant(place)


def _sql(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value
