"""The log at two sizes: integration, proofs of inclusion, and verification of the whole."""

import hmac
import json
import os
import random
import statistics
import subprocess
import sys
import time
from hashlib import sha256
from pathlib import Path
from typing import Any

from portal.places import ROOT
from tools.bench.record import keep, machine
from tools.bench.unit import say
from tools.city import open_city

SMALL = 10_000
LARGE = int(os.environ.get("BENCH_ENTRIES", "1000000"))
MORE, ROUNDS, PROOFS = 1_000, 5, 300
MADE = (
    "Entries were written by the owner in bulk through the real triggers: 13 steps a case, "
    "a salt and a sealed text each."
)

CASES = 1_000  # in one transaction, which holds the lock of each

#: The way of a simple case: type, state before, state after, holder, clock.
STEPS = (
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


def main() -> None:
    where = machine()
    with open_city("bench") as servers:
        found = measure(servers.places.record / "public")
    keep("log", found | {"machine": where, "made": MADE})


def measure(public: Path) -> dict[str, Any]:
    from ledger import log
    from ledger.models import Pending

    filling, sizes = Filling(), []
    ledger: list[dict[str, Any]] = []
    alone: list[dict[str, Any]] = []
    for size in (SMALL, LARGE):
        say(f"writing {size:,} entries ...")
        filling.up_to(size)
        newest = log.latest()
        waited = size - (newest.size if newest else 0)
        say(f"integrating {waited:,} of them ...")
        seconds = 0.0
        while Pending.objects.exists():
            seconds += _run()
        more = []
        for number in range(ROUNDS):
            filling.up_to(size + MORE * (number + 1))
            more.append(_run())
        sizes.append(
            {
                "entries": size,
                "drained_entries": waited,
                "drained_per_second": round(waited / seconds),
                "thousand_more_s": round(statistics.median(more), 3),
                "thousand_more_all_s": [round(one, 3) for one in more],
                **_proofs(),
            }
        )
        grown = filling.size()
        say(f"verifying {grown:,} entries ...")
        ledger.append(_verified(["manage.py", "verify_ledger"], grown))
        script = "static/record/tongdian_verify.py"
        alone.append(_verified([script, "log", str(public)], grown))
    return {"sizes": sizes, "verify_ledger": ledger, "stand_alone": alone}


class Filling:
    def __init__(self) -> None:
        from django.db import connections

        from core.fields import seal
        from ledger.record import SEALED_DATA

        self.connection = connections["owner"]
        self.cases = 0
        # One salt and one sealed text serve all entries: they are opened one by one all the same.
        actor_salt, data_salt = os.urandom(16), os.urandom(16)
        text = json.dumps({"number": "ZG20260302000001", "state": "accepted"})
        self.values: dict[str, Any] = {
            "actor_salt": actor_salt,
            "data_salt": data_salt,
            "data": seal(text, purpose=SEALED_DATA),
            "actor_commit": hmac.new(actor_salt, b"1", sha256).digest(),
            "data_commit": hmac.new(data_salt, text.encode(), sha256).digest(),
        }
        with self.connection.cursor() as cursor:
            # The benchmark waits for its own commits; making the record need not.
            cursor.execute("SET synchronous_commit = off")

    def up_to(self, size: int) -> None:
        """The last cases stay unfinished."""
        from django.db import transaction

        while missing := size - self.size():
            cases = min(CASES, missing)
            first = self.cases + 1
            self.cases += cases
            with transaction.atomic(using="owner"), self.connection.cursor() as cursor:
                for step in STEPS[: max(1, missing // cases)]:
                    named: dict[str, Any] = dict(
                        zip(("type", "from", "to", "holder", "clock"), step, strict=True)
                    )
                    named |= {"first": first, "last": self.cases}
                    cursor.execute(INSERT, {**self.values, **named})
        with self.connection.cursor() as cursor:
            for table in ("ledger_entry", "ledger_salt", "ledger_pending"):
                cursor.execute(f"ANALYZE {table}")

    def size(self) -> int:
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM ledger_entry")
            return int(cursor.fetchone()[0])


def _run() -> float:
    """One run of the sequencer, as every ten seconds; seconds."""
    from ledger import sequencer

    begun = time.perf_counter()
    sequencer.run()
    return time.perf_counter() - begun


class Opened:
    def __init__(self) -> None:
        self.count = 0
        sys.addaudithook(self._note)

    def _note(self, event: str, args: tuple[Any, ...]) -> None:
        if event == "open" and "/public/" in str(args[0]):
            self.count += 1


opened = Opened()


def _proofs() -> dict[str, Any]:
    """Each read from the files anew and verified."""
    from ledger import log
    from tlog import tree

    newest = log.latest()
    assert newest is not None
    chosen = random.Random(1).sample(range(newest.size), PROOFS)
    seconds, files, hashes = [], [], []
    for index in chosen:
        before, begun = opened.count, time.perf_counter()
        proof = log.inclusion(index, newest.size)
        seconds.append(time.perf_counter() - begun)
        files.append(opened.count - before)
        hashes.append(len(proof))
        [leaf] = log.hashes_between(index, index + 1)
        if not tree.includes(leaf, index, newest.size, proof, newest.root):
            raise AssertionError(f"the proof of leaf {index} does not hold")
    return {
        "proof_ms": round(statistics.median(seconds) * 1000, 2),
        "proof_files": round(statistics.mean(files), 1),
        "proof_hashes": round(statistics.mean(hashes), 1),
    }


def _verified(command: list[str], size: int) -> dict[str, Any]:
    """Seconds and largest memory of a program over the whole record."""
    begun = time.perf_counter()
    child = subprocess.Popen(
        [sys.executable, *command], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert child.stdout is not None
    said = child.stdout.read().decode()
    _pid, status, used = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - begun
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise AssertionError(f"{' '.join(command)}: {said}")
    return {
        "entries": size,
        "seconds": round(seconds, 1),
        "per_second": round(size / seconds),
        "cpu_seconds": round(used.ru_utime + used.ru_stime, 1),
        "mb": round(used.ru_maxrss / 1024),
    }


if __name__ == "__main__":
    main()
