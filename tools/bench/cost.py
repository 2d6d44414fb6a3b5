"""What the record adds to one unit of work: the same unit without sealing, and without the log."""

import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

from tools.bench.record import keep, machine
from tools.bench.unit import rate, say
from tools.city import open_city

ROUNDS, UNITS, GROUND = 40, 4, 30

#: What an ordinary table of events would do: a number and a time, no chain, no hash, no guard.
BARE = """
CREATE OR REPLACE FUNCTION ledger_entry_seal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.case_seq := NEW.id;
    NEW.at := public.city_now();
    NEW.prev := '';
    NEW.leaf := '';
    RETURN NEW;
END $$
"""
WAITS, INSTANT = "ledger_entry_waits", "ledger_entry_instant"
BARE_WAY = 2
SWITCH = "ALTER TABLE ledger_entry {} TRIGGER {}"


def main() -> None:
    where = machine()
    with open_city("bench"):
        found = measure()
    keep("cost", found | {"machine": where})


def measure() -> dict[str, Any]:
    """In three ways in turn, a few units each, so that all meet the same machine."""
    from ledger.models import Entry
    from tools.bench.ours import Ours

    ours, ways = Ours(), Ways()
    entries = Entry.objects.filter(case_ref=ours.unit().ref).count()
    say(f"laying the ground: {GROUND} units ...")
    rate(ours.unit, GROUND)
    taken = [Taken() for _ in ways.names]
    for number in range(ROUNDS * len(taken)):
        # Who goes first changes from round to round.
        way = (number + number // len(taken)) % len(taken)
        with ways.taken(way):
            taken[way].add(ours.unit, UNITS)
    # The fastest tenth: what else the machine does makes a unit slower, never faster.
    quick = [statistics.quantiles(one.seconds, n=10)[0] for one in taken]
    used = [one.processor / len(one.seconds) for one in taken]
    rows = [
        {
            "name": name,
            "ms": round(quick[way] * 1000, 1),
            "processor_ms": round(used[way] * 1000, 1),
        }
        for way, name in enumerate(Ways.names)
    ]
    return {
        "unit": "file, accept, sign, line works with four reviewed permits, four acceptances,"
        " four decisions, join; one committed transaction a step",
        "rounds": ROUNDS,
        "units_per_round": UNITS,
        "entries_per_unit": entries,
        "ways": rows,
        "added_by_the_log": _more(quick, used, 1),
        "added_by_the_record": _more(quick, used, 2),
    }


class Ways:
    names = (
        "the record whole: sealed, waiting for the log, what opens it kept",
        "sealed, without the log and without what opens an entry",
        "the same statements, nothing sealed: number and time only",
    )

    def __init__(self) -> None:
        from django.db import connections

        self.cursor = connections["owner"].cursor()
        self.cursor.execute("SELECT pg_get_functiondef('ledger_entry_seal'::regproc)")
        self.sealing = self.cursor.fetchone()[0]

    @contextmanager
    def taken(self, way: int) -> Iterator[None]:
        self.cursor.execute(SWITCH.format("DISABLE" if way else "ENABLE", WAITS))
        self.cursor.execute(SWITCH.format("DISABLE" if way == BARE_WAY else "ENABLE", INSTANT))
        self.cursor.execute(BARE if way == BARE_WAY else self.sealing)
        with patch("ledger.record.seal", lambda _text, *, purpose: "") if way else nullcontext():
            yield


@dataclass
class Taken:
    """Seconds of each unit of a way, and processor time of all."""

    seconds: list[float] = field(default_factory=list)
    processor: float = 0.0

    def add(self, unit: Callable[[], object], times: int) -> None:
        """A first unit, unmeasured, lets the database plan anew."""
        unit()
        used = _processor()
        for _ in range(times):
            begun = time.perf_counter()
            unit()
            self.seconds.append(time.perf_counter() - begun)
        self.processor += _processor() - used


def _processor() -> float:
    """Seconds of this process and of its server process; waiting is not in it."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return time.process_time() + sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")


def _more(quick: list[float], used: list[float], base: int) -> dict[str, float]:
    """As a share of the way without."""
    return {
        "time": round(quick[0] / quick[base] - 1, 4),
        "processor": round(used[0] / used[base] - 1, 4),
    }


if __name__ == "__main__":
    main()
