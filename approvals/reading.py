"""How a step reads what it needs: one query whose text is made once, for one permit or several.

A step reads under the lock of its case, and always the same columns. Where the ORM made the
text anew each time, that took longer than carrying it out.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, models

from approvals.models import LineWorks, Permit, Round
from core.problems import Missing

#: What a step and its receivers need of the two; all else is read when it is asked for.
LINE: Final = ("id", "case_ref", "application", "district", "statutory_district", "version")
ROUND: Final = ("id", "ref", "line_works_id", "number", "rules_version", "voltage_kv")


def _attributes(model: type[models.Model]) -> list[str]:
    """Return the columns of a table in the model's order, in which `from_db` takes them."""
    return [field.attname for field in model._meta.concrete_fields]


def _columns(table: str, names: Sequence[str], prefix: str = "") -> str:
    return ", ".join(f"{table}.{name} AS {prefix}{name}" for name in names)


QUERY: Final = f"""
SELECT {_columns("p", _attributes(Permit))},
    {_columns("l", LINE, "line__")}, {_columns("r", ROUND, "round__")},
    ARRAY(SELECT o.state FROM approvals_permit o
          WHERE o.round_id = p.round_id AND o.id <> p.id) AS others
FROM approvals_permit p
JOIN approvals_lineworks l ON l.id = p.line_works_id
JOIN approvals_round r ON r.id = p.round_id
WHERE """  # noqa: S608 (names of our own columns; Django's documented API)


def permit_by_id(pk: int) -> Permit:
    """Return a permit with its line works and round; `others` are the states of the round's others.

    Raises:
        Missing: there is no such permit.
    """
    for found in _read("p.id = %s", pk):
        return found
    raise Missing


def permits_by_ref(refs: Sequence[UUID]) -> list[Permit]:
    """Return several permits, each as `permit_by_id` does, oldest first."""
    return list(_read("p.ref = ANY(%s) ORDER BY p.id", list(refs)))


def _read(condition: str, value: Any) -> Iterator[Permit]:
    for row in Permit.objects.raw(QUERY + condition, [value]):
        row.line_works = _partly(LineWorks, row, LINE, "line__")
        row.round = _partly(Round, row, ROUND, "round__")
        row.round.line_works = row.line_works
        yield row


def _partly(model: type[models.Model], row: Permit, names: Sequence[str], prefix: str) -> Any:
    """Return a row of another table of which the query read some columns."""
    ordered = [name for name in _attributes(model) if name in names]
    values = [row.__dict__.pop(prefix + name) for name in ordered]
    return model.from_db(DEFAULT_DB_ALIAS, ordered, values)
