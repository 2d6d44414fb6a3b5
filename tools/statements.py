"""What a page asks of the database, and how many rows each of its statements had to read."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection

from core.counting import MOST

#: How a statement begins that reads; those of `core.statements.Read` are prepared by this name.
READS: Final = ("SELECT", "WITH", "EXECUTE read_")


@dataclass(frozen=True, slots=True)
class Asked:
    sql: str
    params: Any

    def rows_read(self) -> int:
        """By EXPLAIN (ANALYZE): what its scans gave, and what they threw away."""
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {self.sql}", self.params)
            [(plan,)] = cursor.fetchone()
        return _read(plan["Plan"])

    def counts(self) -> int:
        """How many rows it may read for its counts, each of which ends at `MOST`; those that are
        written once for several values, for each of them."""
        values = len(self.params[-1]) if "FROM unnest(" in self.sql else 1
        return self.sql.count(f"LIMIT {MOST + 1}") * (MOST + 1) * values


def _read(node: dict[str, Any]) -> int:
    below = sum(_read(each) for each in node.get("Plans", ()))
    if "Scan" not in node["Node Type"] or node["Node Type"] in ("Subquery Scan", "CTE Scan"):
        return below
    thrown = sum(node.get(f"Rows Removed by {why}", 0) for why in ("Filter", "Index Recheck"))
    here = int((node["Actual Rows"] + thrown) * node["Actual Loops"])
    # What a bitmap found is read once, though its index and the table both tell of it.
    return max(here, below) if node["Node Type"] == "Bitmap Heap Scan" else below + here


@contextmanager
def noted() -> Iterator[list[Asked]]:
    """The SELECTs of this thread while it lasts."""
    found: list[Asked] = []

    def note(execute: Any, sql: str, params: Any, *rest: Any) -> Any:
        # EXPLAIN (ANALYZE) carries a statement out: what writes is no read of a list.
        if sql.lstrip("( ").startswith(READS) and "INSERT INTO" not in sql:
            found.append(Asked(sql, params))
        return execute(sql, params, *rest)

    with connection.execute_wrapper(note):
        yield found
