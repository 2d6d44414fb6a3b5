"""What a sign is, what it looks at, and what it finds."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from core.problems import Text
from integrity.models import Signal
from rules.policy import Policy
from rules.values import Valued

Numbers = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of the record in its own order: entries after one position up to another.

    Args:
        after, upto: positions in the log; the first is not part of it.
        first_at, last_at: the earliest and the latest instant in it.
        latest_at: the latest instant of all entries before it; None where there are none.
        policy: the rules in force at all of its instants, for the whole city.
    """

    after: int
    upto: int
    first_at: datetime
    last_at: datetime
    latest_at: datetime | None
    policy: Policy


@dataclass(frozen=True, slots=True)
class Finding:
    """One occurrence of a sign, or more entries of one that was found before.

    Args:
        occurrence: what tells it from other occurrences of the sign on the same subject. Given
            the same record it is the same, whenever and in whatever pieces it is looked through.
        entry_id, at: the entry that completed it.
        evidence: entries behind it; of an occurrence that is known only the further ones.
        facts: the numbers of its sentence, as it was completed.
    """

    subject_kind: Signal.Subject
    subject: str
    occurrence: str
    district: str
    party: str
    entry_id: int
    at: datetime
    evidence: tuple[int, ...]
    facts: Mapping[str, Any] = field(default_factory=dict)
    case_ref: UUID | None = None


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign of work outside the system.

    Args:
        code: name in the rules (`integrity.<code>.<threshold>`), in addresses and in the record.
        definition: what is counted, in words, with the thresholds as `%(name)s`.
        harmless: what it also looks like when nothing is wrong.
        thresholds: what it is counted with, and what each is called.
        find: looks through a window with the thresholds in force.
        sentence: says one finding, with `%(name)s` of its facts.
    """

    code: str
    name: Text
    definition: Text
    harmless: Sequence[Text]
    thresholds: Mapping[str, Text]
    find: Callable[[Window, Numbers], Iterable[Finding]]
    sentence: Text

    def rows(self, policy: Policy) -> dict[str, Valued] | None:
        """Return the row in force for each threshold; None where one is unset: not computed."""
        found = {name: policy.get(f"integrity.{self.code}.{name}") for name in self.thresholds}
        rows = {name: row for name, row in found.items() if row is not None}
        return rows if len(rows) == len(found) else None

    def numbers(self, policy: Policy) -> dict[str, int] | None:
        """Return the thresholds in force; None where one is unset."""
        rows = self.rows(policy)
        return None if rows is None else {name: int(row.number) for name, row in rows.items()}

    def key(self, finding: Finding) -> str:
        """Return what names this occurrence for ever."""
        return f"{self.code}:{finding.subject}:{finding.occurrence}"

    def describe(self, numbers: Numbers) -> str:
        """Return the definition with the numbers that it is counted with."""
        return str(self.definition) % numbers

    def say(self, facts: Mapping[str, Any]) -> str:
        """Return one finding as a sentence."""
        return str(self.sentence) % facts


def rows_of(sql: str, **params: Any) -> list[tuple[Any, ...]]:
    """Return the rows of a query."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())
