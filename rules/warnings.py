"""When a running clock is told of, to whom, and what the digest of the morning has.

Like the limits (rules/limits.py) no decision of the city: read from its own file once a process.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from rules.city import ROOT, WARNINGS_FILE, city_code
from rules.delivery import PERSONAL
from rules.files import RuleError, Table, parse_toml

HOURS = 24


class When(StrEnum):
    HALF = "half"
    BEFORE = "before"
    BREACH = "breach"
    AFTER = "after"


class Circle(StrEnum):
    """Who can be told; what each is of a thing, the app of that thing says."""

    APPLICANT = "applicant"
    COMPANY = "company"
    COMPANY_LEAD = "company_lead"
    OFFICER = "officer"
    BUREAU_LEAD = "bureau_lead"
    DIGITAL = "digital"
    REGULATOR = "regulator"
    #: Who answers questions.
    DESK = "desk"
    #: The leads to whom an order goes.
    ADDRESSEE = "addressee"


@dataclass(frozen=True, slots=True)
class Mark:
    """A point of a clock at which it is told of; `days` are working days before or after its last
    day, and 0 where `when` has none."""

    name: str
    when: When
    days: int
    channels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DigestRules:
    """`rows`: how many of the first of a person's list it names."""

    hour: int
    rows: int


@dataclass(frozen=True, slots=True)
class OperatorRules:
    """Calendar days: after which a published table is stale, by its kind; and before the end of the
    calendar, and of a certificate, from which it is named."""

    published: Mapping[str, int]
    calendar: int
    certificates: int


@dataclass(frozen=True, slots=True)
class WarningRules:
    """`marks` in their order, by name; `to` has the circles by the kind of the clock and the
    mark."""

    hour: int
    marks: Mapping[str, Mark]
    to: Mapping[str, Mapping[str, tuple[Circle, ...]]]
    digest: DigestRules
    operators: OperatorRules

    @property
    def breach(self) -> Mark:
        return next(mark for mark in self.marks.values() if mark.when == When.BREACH)

    def told(self, kind: str, mark: str) -> tuple[Circle, ...]:
        """Nobody where the table does not name the clock or the mark."""
        return self.to.get(kind, {}).get(mark, ())


@lru_cache(maxsize=4)
def warning_rules(code: str = "") -> WarningRules:
    """Read from its file once per process."""
    path = ROOT / (code or city_code()) / WARNINGS_FILE
    return parse_warnings(path.read_text(encoding="utf-8"))


def parse_warnings(text: str) -> WarningRules:
    """Raises RuleError at anything missing, unknown, or double."""
    top = Table(WARNINGS_FILE, "(file)", parse_toml(WARNINGS_FILE, text))
    marks: dict[str, Mark] = {}
    for table in top.tables("mark"):
        mark = _mark(table)
        if mark.name in marks:
            raise table.refuse(f"{mark.name} stands twice")
        marks[mark.name] = mark
    if [mark.when for mark in marks.values()].count(When.BREACH) != 1:
        raise RuleError(WARNINGS_FILE, "mark", "exactly one is the breach")
    to: dict[str, Mapping[str, tuple[Circle, ...]]] = {}
    for table in top.tables("told"):
        clocks, told = table.take("clocks", list), _told(table, marks)
        for clock in clocks:
            if clock in to:
                raise table.refuse(f"{clock} stands twice")
            to[clock] = told
    digest = Table(WARNINGS_FILE, "digest", top.take("digest", dict))
    read = WarningRules(
        hour=_hour(top),
        marks=marks,
        to=to,
        digest=DigestRules(_hour(digest), digest.positive("rows")),
        operators=_operators(Table(WARNINGS_FILE, "operators", top.take("operators", dict))),
    )
    digest.end()
    top.end()
    return read


def _mark(table: Table) -> Mark:
    name, when = table.take("name", str), When(table.one_of("when", list(When)))
    days = table.take("days", int) if when in (When.BEFORE, When.AFTER) else 0
    if days < (when == When.AFTER):
        raise table.refuse("days are too few")
    channels = tuple(table.take("channels", list))
    if not channels or not set(channels) <= {channel for channel, _label in PERSONAL}:
        raise table.refuse("channels are some of those that reach people")
    table.end()
    return Mark(name, when, days, channels)


def _told(table: Table, marks: Mapping[str, Mark]) -> dict[str, tuple[Circle, ...]]:
    """By mark; one that is left out tells nobody."""
    found = {}
    for mark in (name for name in marks if table.has(name)):
        circles = table.take(mark, list)
        if unknown := [each for each in circles if each not in set(Circle)]:
            raise table.refuse(f"{mark}: {unknown[0]} is none of: {', '.join(Circle)}")
        found[mark] = tuple(map(Circle, circles))
    table.end()
    return found


def _operators(table: Table) -> OperatorRules:
    kinds = table.take("published", dict)
    published = Table(WARNINGS_FILE, "operators.published", kinds)
    read = OperatorRules(
        {kind: published.positive(kind) for kind in kinds},
        table.positive("calendar"),
        table.positive("certificates"),
    )
    table.end()
    return read


def _hour(table: Table) -> int:
    hour = table.take("hour", int)
    if not 0 <= hour < HOURS:
        raise table.refuse(f"hour is 0 to {HOURS - 1}")
    return hour
