"""What can be done against a decision of a bureau, and to which authority one goes."""

from collections.abc import Iterable
from dataclasses import dataclass

from rules.files import Clause, Table, Words


@dataclass(frozen=True, slots=True)
class Remedy:
    """`url`: where it is handed in online; empty where the city has not named it."""

    code: str
    name: Words
    authority: Words
    clause: Clause
    url: str


def remedies_in(tables: Iterable[Table]) -> tuple[Remedy, ...]:
    """Read the tables of a city's file, in their order."""
    found = []
    for table in tables:
        clause = table.cite()
        remedy = Remedy(
            code=table.take("code", str),
            name=table.words("name"),
            authority=table.words("authority"),
            clause=clause,
            url=table.take("url", str, ""),
        )
        table.end()
        found.append(remedy)
    return tuple(found)
