"""What the reviewer of a permit looks at, and by which clauses a permit can be refused."""

from collections.abc import Iterable
from dataclasses import dataclass

from rules.files import Clause, Table, Words


@dataclass(frozen=True, slots=True)
class ReviewPoint:
    """One point of a review, and what it asks of a permit."""

    code: str
    name: Words
    question: Words


@dataclass(frozen=True, slots=True)
class RefusalClause:
    """A clause by which permits can be refused; `also` are other words that name it."""

    code: str
    name: Words
    also: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return (self.code, self.name.zh, self.name.en, *self.also)


@dataclass(frozen=True, slots=True)
class RefusalClauses:
    """All by which a permit can be refused, and the clause that asks for the reasons."""

    listed: tuple[RefusalClause, ...]
    clause: Clause


def points_in(tables: Iterable[Table]) -> dict[str, ReviewPoint]:
    """Read the tables of a city's file, by code."""
    found = {}
    for table in tables:
        point = ReviewPoint(table.take("code", str), table.words("name"), table.words("question"))
        table.end()
        found[point.code] = point
    return found


def clauses_in(tables: Iterable[Table]) -> dict[str, RefusalClause]:
    """Read the tables of a city's file, by code."""
    found = {}
    for table in tables:
        also = tuple(str(word) for word in table.take("also", list, []))
        clause = RefusalClause(table.take("code", str), table.words("name"), also)
        table.end()
        found[clause.code] = clause
    return found
