# ruff: noqa: S608 (names of our own tables and columns alone)
"""A great many cases, laid by SQL: `make bench` and the suite look at every list with them.

Some cases are brought to their states by the real actions; every other one is a copy of one of
them, with references, numbers, people, places and days of its own. The owner lays them with the
tables' triggers off, and what triggers keep is copied with the rest or counted anew at the end.
The record has entries where lists read them: of what is late, and of who saw a name.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from django.db import connections, transaction

from accounts.models import User
from applications.models import Application
from rules.city import city
from tools import beside
from tools.patterns import PATTERNS, Pattern, patterns

#: Cases filed a day in a city of three million (docs/scale.md).
A_DAY: Final = 137
#: More a day where they would begin before the calendar does.
DAYS: Final = 2_000
#: Ids of copies begin here, far above those of the patterns.
FIRST: Final = 1_000_000
#: The most rows of one case in any table: the ids of its copies do not touch.
ROOM: Final = 64


#: Tables of a case, each with how its rows are found by the case's `ref`, in the order of laying.
TABLES: Final[Mapping[str, str]] = {
    "applications_application": "ref = %s",
    "approvals_lineworks": "case_ref = %s",
    "approvals_round": "line_works_id IN (SELECT id FROM approvals_lineworks WHERE case_ref = %s)",
    "approvals_permit": "case_ref = %s",
    "applications_externalworks": (
        "application_id IN (SELECT id FROM applications_application WHERE ref = %s)"
    ),
    "applications_assignment": (
        "application_id IN (SELECT id FROM applications_application WHERE ref = %s)"
    ),
    "deadlines_clock": "case_ref = %s",
    "deadlines_interval": "clock_id IN (SELECT id FROM deadlines_clock WHERE case_ref = %s)",
    "notifications_outbox": "case_ref = %s",
    "ledger_entry": "case_ref = %s",
}
#: Columns that name a row of another of these tables by its id.
LINKS: Final = {
    "application_id": "applications_application",
    "line_works_id": "approvals_lineworks",
    "round_id": "approvals_round",
    "clock_id": "deadlines_clock",
    "outbox_id": "notifications_outbox",
    "carried_from_id": "approvals_permit",
}
COLUMNS: Final = """
SELECT attname, atttypid::regtype::text FROM pg_attribute
WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
ORDER BY attnum
"""
#: Instants at which things began; of what has ended they lie further back.
BEGUN: Final = frozenset({
    "created_at", "filed_at", "first_filed_at", "started_at", "received_at", "opened_at",
    "accepted_at", "issued_at",
})  # fmt: skip
#: Tables of which only every fifth case has rows: the bulk would be theirs.
EVERY_FIFTH: Final = frozenset({"notifications_outbox", "notifications_message"})
#: Laid beside the cases.
KEPT: Final = (
    "accounts_party", "accounts_user", "oversight_lateparty", "oversight_homeday",
    "oversight_filingday", "integrity_signal", "applications_enquiry",
    "approvals_commitment", "approvals_advice",
)  # fmt: skip
PART: Final = "md5(b.part_code || n)::uuid"
#: How a column of a copy is written, where it is not the pattern's own or moved in time; `b` is the
#: pattern's row, `n` the number of the case.
WRITTEN: Final[Mapping[str, str]] = {
    "id": "%(first)s + n * %(room)s + b.place",
    "case_ref": "md5(%(word)s || n)::uuid",
    "lineage": "md5(%(word)s || n)::uuid",
    "subject_id": "%(first)s + n * %(room)s + b.place",
    "number": "%(prefix)s || to_char(now() - s.days, 'YYYYMMDD') || lpad(n::text, 6, '0')",
    "application": "%(prefix)s || to_char(now() - s.days, 'YYYYMMDD') || lpad(n::text, 6, '0')",
    "salt_ref": "md5('salt' || b.id || '-' || n)::uuid",
    "part": f"CASE WHEN b.part IS NULL THEN NULL ELSE {PART} END",
    "id_digest": "sha256(convert_to('id' || n, 'UTF8'))",
    "address_digest": "sha256(convert_to('address' || n, 'UTF8'))",
    "name_digest": "sha256(convert_to('name' || n, 'UTF8'))",
    "phone_digest": "sha256(convert_to('phone' || n, 'UTF8'))",
    "district": "(%(districts)s)[1 + (hashint4(n) & 65535) %% %(places)s]",
    "runs_out": "CASE WHEN b.runs_out > '9000-01-01' THEN b.runs_out ELSE b.runs_out - s.days END",
    # One in ten came to a counter; fifty are of the patterns' own accounts.
    "channel": "CASE WHEN n %% 10 = 3 THEN 'counter' ELSE b.channel END",
    "customer_party": "CASE WHEN n %% 10 = 3 THEN false ELSE b.customer_party END",
    "office_id": "CASE WHEN n %% 10 = 3 THEN %(hall)s ELSE b.office_id END",
    "filed_by_id": (
        "CASE WHEN n %% 10 = 3 THEN %(clerk)s WHEN n %% %(own)s = 0 THEN b.filed_by_id"
        " ELSE %(first)s + n %% %(people)s END"
    ),
    # Forty managers have them all: of each an equal part; of one in forty nobody does.
    "user_id": (
        "CASE n %% 40 WHEN 0 THEN b.user_id WHEN 1 THEN NULL ELSE %(first)s + n %% 40 END"
    ),
    "recipient_id": (
        "CASE WHEN n %% %(own)s = 0 THEN b.recipient_id ELSE %(first)s + n %% %(people)s END"
    ),
}  # fmt: skip


#: The last step of a case or permit that ended late came after the others.
ENTERED: Final = """
b.at - s.days - CASE WHEN b.case_seq = (
    SELECT max(e.case_seq) FROM b_ledger_entry e
    WHERE e.case_ref = b.case_ref AND e.part IS NOT DISTINCT FROM b.part
) THEN make_interval() ELSE s.before END
"""


def _moved(name: str, kind: str) -> str:
    """A column of the pattern, and where it is in time moved there."""
    if kind == "timestamp with time zone":
        return f"b.{name} - s.days" + (" - s.before" if name in BEGUN else "")
    return f"(b.{name} - s.days)::date" if kind == "date" else f"b.{name}"


def lay(cases: int, still_open: int) -> None:
    """So many copies, of which so many are open."""
    found = patterns()
    with connections["owner"].cursor() as cursor:
        # Else indexes made below are none to who reads while others still see what steps left.
        for table in TABLES:
            cursor.execute(f"VACUUM FULL {table}")
    with _owner() as cursor:
        filling = Filling(cursor, cases - still_open, still_open)
        filling.people()
        filling.read(found)
        with _bare(cursor, filling.tables):
            for table in filling.tables:
                filling.copy(table)
        beside.findings(cursor, filling.values)
        beside.enquiries(cursor, filling.values)
        beside.advices(cursor, filling.values)
        beside.commitments(cursor)
        filling.finish()
        beside.kept(cursor)
    with connections["owner"].cursor() as cursor:
        # As of any table for long: an index alone answers where pages are known to be all visible.
        for table in (*filling.tables, *KEPT):
            cursor.execute(f"VACUUM (ANALYZE) {table}")


@contextmanager
def _owner() -> Iterator[Any]:
    """In one transaction; making the rows last need not be waited for."""
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
        yield cursor


#: How what a table has besides its rows is taken away, and made again.
INDEXES: Final = """
SELECT format('DROP INDEX %%s', indexrelid::regclass), pg_get_indexdef(indexrelid)
FROM pg_index WHERE indrelid = ANY (%s::regclass[]) AND NOT indisunique
"""
LINKED: Final = """
SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname),
    format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', conrelid::regclass, conname,
        pg_get_constraintdef(oid))
FROM pg_constraint WHERE conrelid = ANY (%s::regclass[]) AND contype = 'f'
"""


@contextmanager
def _bare(cursor: Any, tables: list[str]) -> Iterator[None]:
    """Their foreign keys are checked, and their indexes made, once for all rows."""
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    # Foreign keys first, for nothing else of theirs is deferred.
    found: list[tuple[str, str]] = []
    for query in (LINKED, INDEXES):
        cursor.execute(query, [tables])
        found += cursor.fetchall()
    for away, _again in found:
        cursor.execute(away)
    yield
    cursor.execute("SET LOCAL maintenance_work_mem = '256MB'")
    for _away, again in reversed(found):
        cursor.execute(again)


class Filling:
    """Cases 1 to `ended` have ended, the oldest first; the open ones come after them."""

    def __init__(self, cursor: Any, ended: int, still_open: int) -> None:
        self.cursor, self.ended, self.still_open = cursor, ended, still_open
        self.tables = [*TABLES, "notifications_message"]
        codes = [each.code for each in city().districts if not each.statutory]
        self.values: dict[str, Any] = {
            "first": FIRST,
            "room": ROOM,
            "word": "case",
            "prefix": "ZG",
            "districts": codes,
            "places": len(codes),
            # Of what is laid for every fifth case only, they have some.
            "own": max(5, (ended + still_open) // 250 * 5),
            "people": max(1, (ended + still_open) // 20),
            **self._counter(),
        }

    def _counter(self) -> dict[str, int]:
        clerk = User.objects.get(username="hall")
        return {"clerk": clerk.party_id, "hall": clerk.grants.get().organisation_id}

    def people(self) -> None:
        """One account for twenty cases, and its party, of the same number."""
        self.cursor.execute(
            "INSERT INTO accounts_party (id, created_at)"
            " SELECT %(first)s + n, now() FROM generate_series(0, %(people)s) n",
            self.values,
        )
        row = {
            "id": "%(first)s + n",
            "party_id": "%(first)s + n",
            "username": "'bulk-' || n",
            "phone": "''",
            "phone_index": "NULL",
        }
        columns = [name for name, _type in self._columns("accounts_user")]
        written = ", ".join(row.get(name, f"b.{name}") for name in columns)
        self.cursor.execute(
            f"INSERT INTO accounts_user ({', '.join(columns)}) SELECT {written}"
            " FROM accounts_user b, generate_series(0, %(people)s) n WHERE b.username = 'resident'",
            self.values,
        )

    def _columns(self, table: str) -> list[tuple[str, str]]:
        self.cursor.execute(COLUMNS, [table])
        return list(self.cursor.fetchall())

    def read(self, found: Mapping[str, Application]) -> None:
        """The rows of the patterns, into tables of this session; those of late ones are made so."""
        for table, whose in TABLES.items():
            self.cursor.execute(f"CREATE TEMP TABLE b_{table} (LIKE {table}) ON COMMIT DROP")
            self.cursor.execute(
                f"ALTER TABLE b_{table} ADD pattern int, ADD place int, ADD part_code text"
            )
            names = ", ".join(name for name, _type in self._columns(table))
            for number, pattern in enumerate(PATTERNS):
                self.cursor.execute(
                    f"INSERT INTO b_{table} ({names}, pattern, place) SELECT {names}, %s,"
                    f" row_number() OVER (ORDER BY id) - 1 FROM {table} WHERE {whose}",
                    [number, found[pattern.name].ref],
                )
        self.cursor.execute(
            """
            CREATE TEMP TABLE b_part ON COMMIT DROP AS
            SELECT ref, 'permit' || place AS code FROM b_approvals_permit
            UNION ALL SELECT ref, 'round' || place FROM b_approvals_round;
            UPDATE b_approvals_permit SET part_code = 'permit' || place;
            UPDATE b_approvals_round SET part_code = 'round' || place;
            UPDATE b_deadlines_clock b SET part_code = p.code FROM b_part p WHERE p.ref = b.part;
            UPDATE b_ledger_entry b SET part_code = p.code FROM b_part p WHERE p.ref = b.part;
            UPDATE b_notifications_outbox SET planned_at = created_at;
            """
        )
        self._columns_of_links()
        closed = next(n for n, pattern in enumerate(PATTERNS) if pattern.name == "closed")
        self.cursor.execute(
            "UPDATE b_applications_application SET state = 'closed', closing_reason = %s"
            " WHERE pattern = %s",
            [
                beside.sealed(Application, "closing_reason", "Nothing came after three calls."),
                closed,
            ],
        )
        late = [number for number, pattern in enumerate(PATTERNS) if pattern.late]
        self.cursor.execute(
            """
            DELETE FROM b_ledger_entry WHERE NOT pattern = ANY (%(late)s);
            UPDATE b_deadlines_clock
            SET breached_at = late_from, noticed_at = late_from, warn_at = NULL
            WHERE pattern = ANY (%(late)s) AND NOT target AND state = 'running';
            -- What ended late ended two days after its last day.
            UPDATE b_deadlines_clock SET late_from = k.passed,
                due_on = (k.passed - '1h'::interval)::date,
                breached_at = k.passed, noticed_at = k.passed
            FROM (
                SELECT id AS which,
                    date_trunc('day', stopped_at, 'Asia/Shanghai') - '2d'::interval AS passed
                FROM b_deadlines_clock
            ) k
            WHERE which = id AND pattern = ANY (%(late)s) AND NOT target AND state = 'stopped'
                AND limit_days IS NOT NULL AND (part IS NULL OR kind = 'review');
            """,
            {"late": late},
        )

    def _columns_of_links(self) -> None:
        """A link is to the same place among the rows of the copy."""
        for table in TABLES:
            for name, _type in self._columns(table):
                if name in LINKS:
                    self.cursor.execute(
                        f"UPDATE b_{table} b SET {name} = t.place FROM b_{LINKS[name]} t"
                        f" WHERE t.id = b.{name}"
                    )

    def copy(self, table: str) -> None:
        source = "notifications_outbox" if table == "notifications_message" else table
        here = self._columns(table)
        names = ", ".join(name for name, _type in here)
        written = ", ".join(self._written(table, name, kind) for name, kind in here)
        some = "AND n %% 5 = 0" if table in EVERY_FIFTH else ""
        self.cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for number, pattern in enumerate(PATTERNS):
            low = sum(one.share for one in PATTERNS[:number] if one.ended == pattern.ended)
            self.cursor.execute(
                f"""
                INSERT INTO {table} ({names}) SELECT {written}
                FROM generate_series(%(from)s, %(to)s) n
                CROSS JOIN LATERAL (SELECT make_interval(days => {self._days(pattern)}) AS days,
                    make_interval(days => {self._stretch(pattern)}) AS before) s
                JOIN b_{source} b ON b.pattern = %(pattern)s
                WHERE n %% 1000 * 7919 %% 1000 BETWEEN %(low)s AND %(high)s {some}
                """,
                self.values
                | {
                    "from": 1 if pattern.ended else self.ended + 1,
                    "to": self.ended if pattern.ended else self.ended + self.still_open,
                    "pattern": number,
                    "low": low,
                    "high": low + pattern.share - 1,
                },
            )
        self.cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        self.cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")

    def _days(self, pattern: Pattern) -> str:
        """Before now, as SQL."""
        if pattern.ended:
            return f"1 + ({self.ended} - n) / {max(A_DAY, 1 + self.ended // DAYS)}"
        return f"20 + n %% {pattern.days - 20}" if pattern.late else f"n %% {pattern.days}"

    def _stretch(self, pattern: Pattern) -> str:
        """How many days before its end an ended one began, as SQL."""
        if not pattern.ended:
            return "0"
        return "30" if pattern.late else "n %% 9"

    def _written(self, table: str, name: str, kind: str) -> str:
        """How a column of a copy is written, as SQL."""
        special = {
            ("notifications_message", "outbox_id"): WRITTEN["id"],
            ("notifications_message", "read_at"): (
                f"CASE WHEN n > {self.ended} THEN NULL ELSE b.created_at - s.days END"
            ),
            ("ledger_entry", "at"): ENTERED,
            ("approvals_round", "number"): "b.number",
            ("applications_application", "ref"): WRITTEN["case_ref"],
        }
        if name in LINKS:
            known = f"%(first)s + n * %(room)s + b.{name}"
        else:
            known = WRITTEN.get(name, PART if name == "ref" else _moved(name, kind))
        return special.get((table, name), known)

    def finish(self) -> None:
        """What triggers would have kept; sequences."""
        self.cursor.execute(
            """
            UPDATE approvals_permit p
            SET runs_out = k.runs_out, late_at = k.late_at, own_late_at = k.own_late_at
            FROM approvals_permit q
            CROSS JOIN LATERAL permit_limits(q.ref, q.round_id, q.state, q.route) k
            WHERE p.id = q.id AND (p.runs_out, p.late_at, p.own_late_at)
                    IS DISTINCT FROM (k.runs_out, k.late_at, k.own_late_at)
                AND q.case_ref IN (
                    SELECT case_ref FROM deadlines_clock WHERE breached_at IS NOT NULL
                )
            """
        )
        for table in (*self.tables, "accounts_party", "accounts_user"):
            if table != "ledger_entry":
                sequence = "SELECT setval(pg_get_serial_sequence(%s, 'id'), (SELECT max(id) FROM "
                self.cursor.execute(f"{sequence} {table}))", [table])
