"""A value of the rules, with everything that is known about it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from rules.names import LEVELS, Level, Measure, Permit, Route, Stage, Start, Statistic, Trust
from rules.texts import Clause, Source, Words

Value = int | Decimal | bool | str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value comes from: whose decision, which file, which district if one."""

    level: Level
    file: str
    district: str | None = None


@dataclass(frozen=True, slots=True)
class Valued:
    """One row of a decision.

    Attributes:
        key: name in `rules.keys`.
        value: typed by its key.
        unit: unit of a number, such as `working_day` or `kW`; empty where there is none.
        since: first day in force.
        until: first day no longer in force, None for open.
        place_class: the row holds only in urban or only in rural districts.
        adopted: False for rows that are shown with their source and never in force.
        ours: the exact value is this project's reading of the clause.
        adopted_by: the operator's decision that adopted a row of trust S.
    """

    key: str
    value: Value
    unit: str
    clause: Clause
    source: Source
    trust: Trust
    origin: Origin
    since: date
    until: date | None = None
    place_class: str | None = None
    adopted: bool = True
    ours: bool = False
    adopted_by: str = ""
    note: Words | None = None

    @property
    def order(self) -> tuple[int, date]:
        """Sorts rows of one key from the widest and oldest to the most local and newest."""
        return LEVELS.index(self.origin.level), self.since

    def runs_on(self, day: date) -> bool:
        """Whether the row is adopted and its dates include the day."""
        return self.adopted and self.since <= day and (self.until is None or day < self.until)

    @property
    def number(self) -> int | Decimal:
        """The value of a numeric key."""
        if isinstance(self.value, bool) or not isinstance(self.value, int | Decimal):
            raise TypeError(f"{self.key} is not a number")
        return self.value

    @property
    def codes(self) -> tuple[str, ...]:
        """The value of a key that lists codes."""
        if not isinstance(self.value, tuple):
            raise TypeError(f"{self.key} is not a list")
        return self.value

    @property
    def word(self) -> str:
        """The value of a key that is one word out of several."""
        if not isinstance(self.value, str):
            raise TypeError(f"{self.key} is not a word")
        return self.value


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit in working days.

    Attributes:
        key: the key whose row gave the days.
        days: working days; 0 is the day of the start itself.
        measure: what is counted.
        statistic: a cap for each case, or an average over cases (never late, a target).
        start: the event after which the days are counted.
    """

    key: str
    days: int
    measure: Measure
    statistic: Statistic
    start: Start
    clause: Clause
    source: Source
    trust: Trust
    origin: Origin

    @classmethod
    def of(cls, row: Valued, measure: Measure, statistic: Statistic, start: Start) -> "Limit":
        """Builds a limit from the row that holds its days."""
        kept = (row.clause, row.source, row.trust, row.origin)
        return cls(row.key, int(row.number), measure, statistic, start, *kept)


@dataclass(frozen=True, slots=True)
class Requirement:
    """A document that may be asked for, and the clause that allows asking."""

    code: str
    name: Words
    clause: Clause
    stage: Stage


@dataclass(frozen=True, slots=True)
class Step:
    """A public step of a kind; `limit` is None while no decision splits the total."""

    code: str
    name: Words
    clause: Clause
    limit: Limit | None = None


@dataclass(frozen=True, slots=True)
class Law:
    """A law behind a permit: its title with the articles, as one citation."""

    permit: Permit
    clause: Clause
    subject: Words
    source: Source
    trust: Trust
    since: date


@dataclass(frozen=True, slots=True)
class PermitDecision:
    """What the rules answer for one permit of an external line."""

    permit: Permit
    route: Route
    clause: Clause
    bureau: str
    limit_days: int | None


@dataclass(frozen=True, slots=True)
class KindDecision:
    """The kind of an application, the voltage it is connected at, and the clause."""

    kind: str
    voltage: str
    clause: Clause
