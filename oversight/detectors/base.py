"""What a detector is, and the one walk over the record for steps that come in bunches.

The entries are walked in the order of the log. One that completes a bunch begins an occurrence;
what follows on the same subject within the span belongs to it as further evidence, and counts for
no other. Everything that this depends on lies before the entry, so a late walk, or one in many
small pieces, ends with the same occurrences as a prompt one.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from operator import mod
from typing import Any
from uuid import UUID

from django.db import connection

from core.problems import Text
from oversight.models import Evidence, Finding
from rules.policy import Policy
from rules.values import Valued

Numbers = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Window:
    """Entries of the log after one position up to another, and their earliest and latest instant.

    `latest_at` is the latest of all entries before it, None where there are none. `policy` is in
    force in the whole city at all of its instants.
    """

    after: int
    upto: int
    first_at: datetime
    last_at: datetime
    latest_at: datetime | None
    policy: Policy


@dataclass(frozen=True, slots=True)
class Occurrence:
    """What a detector looks for, once; or more entries of one that was found before.

    `occurrence` tells it from others on the same subject: given the same record it is the same,
    whenever and in whatever pieces it is looked through. The entry completed it. `evidence` has
    only the further entries of one that is known; `facts` are those of when it was completed.
    """

    subject_kind: Finding.Subject
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
class Detector:
    """`code` is its name in the rules (`integrity.<code>.<threshold>`), addresses and the record.

    `definition` has the thresholds as `%(name)s`, `sentence` the facts of an occurrence; `harmless`
    says what it also looks like when nothing is wrong.
    """

    code: str
    name: Text
    definition: Text
    harmless: Sequence[Text]
    thresholds: Mapping[str, Text]
    find: Callable[[Window, Numbers], Iterable[Occurrence]]
    sentence: Text

    def rows(self, policy: Policy) -> dict[str, Valued] | None:
        """None where one is unset: then nothing is computed."""
        found = {name: policy.get(f"integrity.{self.code}.{name}") for name in self.thresholds}
        rows = {name: row for name, row in found.items() if row is not None}
        return rows if len(rows) == len(found) else None

    def numbers(self, policy: Policy) -> dict[str, int] | None:
        rows = self.rows(policy)
        return None if rows is None else {name: int(row.number) for name, row in rows.items()}

    def key(self, occurrence: Occurrence) -> str:
        return f"{self.code}:{occurrence.subject}:{occurrence.occurrence}"

    def describe(self, numbers: Numbers) -> str:
        return str(self.definition) % numbers

    def say(self, facts: Mapping[str, Any]) -> str:
        # A plural chooses its form while it is filled.
        return str(mod(self.sentence, facts))


def rows_of(sql: str, **params: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


@dataclass(frozen=True, slots=True)
class Step:
    """Only those of one `subject` bunch; `value` is what is counted, if not the entries."""

    position: int
    entry_id: int
    at: datetime
    subject: str
    district: str = ""
    party: str = ""
    value: Any = None
    case_ref: UUID | None = None


@dataclass(slots=True)
class Bunch:
    """`steps` are those in this window; `complete` is empty if it was found in an earlier one."""

    entry_id: int
    at: datetime
    steps: list[Step]
    complete: tuple[Step, ...] = ()


@dataclass
class _Walk:
    span: timedelta
    enough: Callable[[Sequence[Step]], bool]
    newest: dict[str, Bunch] = field(default_factory=dict)
    used: set[int] = field(default_factory=set)
    past: dict[str, list[Step]] = field(default_factory=lambda: defaultdict(list))

    def near(self, one: datetime, other: datetime) -> bool:
        return abs(one - other) <= self.span

    def meet(self, step: Step) -> Bunch | None:
        """Take a step into the bunch that it belongs to; return one that it completes."""
        bunch = self.newest.get(step.subject)
        if bunch and self.near(step.at, bunch.at):
            bunch.steps.append(step)
            self.used.add(step.entry_id)
            return None
        together = [
            one
            for one in self.past[step.subject]
            if one.entry_id not in self.used and self.near(one.at, step.at)
        ]
        if not self.enough(together):
            return None
        self.newest[step.subject] = bunch = Bunch(step.entry_id, step.at, together, tuple(together))
        self.used.update(one.entry_id for one in together)
        return bunch


def bunches(
    detector: str,
    window: Window,
    steps: Iterable[Step],
    *,
    span: timedelta,
    enough: Callable[[Sequence[Step]], bool],
) -> Iterator[Bunch]:
    """Yield the occurrences that the window completes or adds to.

    Args:
        steps: in the order of the log; before those of the window also those of the same subjects
            that are within two spans of it.
        enough: whether steps at most `span` apart, the newest last, make a bunch.
    """
    found = list(steps)
    walk = _Walk(span, enough)
    # Occurrences of earlier windows that are near this one.
    reach = 3 * span
    rows = Finding.objects.filter(
        detector=detector,
        subject__in={step.subject for step in found},
        entry_at__range=(window.first_at - reach, window.last_at + reach),
    ).order_by("pk")
    known = []
    for row in rows:
        walk.newest[row.subject] = Bunch(row.entry_id, row.entry_at, [])
        known.append(walk.newest[row.subject])
    ids = Evidence.objects.filter(finding__in=[row.pk for row in rows])
    walk.used.update(ids.values_list("entry_id", flat=True))
    fresh = []
    for step in found:
        walk.past[step.subject].append(step)
        if step.position > window.after and (bunch := walk.meet(step)):
            fresh.append(bunch)
    yield from (bunch for bunch in known if bunch.steps)
    yield from fresh
