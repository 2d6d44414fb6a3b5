"""A book: every decision of one city in one version, and what is in force by date and district."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from core.problems import WrongState
from rules.city import BESIDE, CITY_FILE, ROOT, City, city_code, parse_city
from rules.decisions import Decision, parse_decision
from rules.files import SHOWN, RuleError, digest
from rules.names import INSPECTED, Kind, Level, Permit, Stage
from rules.policy import Policy
from rules.values import Direction, Key, Law, Valued, keys_of


class NotInForce(WrongState, LookupError):
    """409: no decision of the city is in force; a demonstration's clock may stand so early."""

    def __init__(self, what: str) -> None:
        super().__init__(_("No decision of the city was in force on that day."))
        self.what = what

    def __str__(self) -> str:
        return self.what


@dataclass(frozen=True, eq=False)
class Book:
    """All decisions of one city in one version.

    Attributes:
        version: city and the first digits of the content's hash, such as `zigong-3f2a9c1d0b7e`.
        first_day: first day on which a decision of the city is in force.
        turns: every day on which a value or a law begins or ends.
    """

    version: str
    hash: str
    document: Mapping[str, str] = field(repr=False)
    city: City = field(repr=False)
    keys: Mapping[str, Key] = field(repr=False)
    decisions: tuple[Decision, ...] = field(repr=False)
    first_day: date
    turns: tuple[date, ...]
    _policies: dict[tuple[int, str | None, str | None], Policy] = field(
        default_factory=dict, repr=False
    )

    @classmethod
    def of(cls, document: Mapping[str, str]) -> "Book":
        """Builds a book and checks it whole. Raises RuleError at the first thing that is wrong."""
        city = parse_city(document[CITY_FILE])
        keys = keys_of(city)
        files = sorted(name for name in document if name != CITY_FILE)
        decisions = tuple(
            parse_decision(name, document[name], keys=keys, city=city) for name in files
        )
        rows = [row for decision in decisions for row in decision.rows if row.adopted]
        days = {day for row in rows for day in (row.since, row.until) if day}
        days |= {law.since for decision in decisions for law in decision.laws}
        content = digest(document)
        book = cls(
            version=f"{city.code}-{content[:SHOWN]}",
            hash=content,
            document=dict(document),
            city=city,
            keys=keys,
            decisions=decisions,
            first_day=min(
                (
                    decision.issued
                    for decision in decisions
                    if decision.level is Level.CITY and any(row.adopted for row in decision.rows)
                ),
                default=date.max,
            ),
            turns=tuple(sorted(days)),
        )
        check_book(book)
        return book

    @classmethod
    def from_files(cls, city: str = "", *, root: Path = ROOT) -> "Book":
        """Builds the book of a city straight from its files, without a database."""
        return cls.of(read_document(root / (city or city_code())))

    def in_force(
        self, *, on: date, district: str | None = None, statutory: str | None = None
    ) -> Policy:
        """Returns what is in force, key by key the best for the applicant.

        Args:
            district: None for what holds in the city as a whole.
            statutory: for a zone, the district its address lies in; the better of both counts.

        Raises:
            NotInForce: before the city's first decision.
            LookupError: a district that the city does not have, or a zone without its other one.
        """
        if on < self.first_day:
            raise NotInForce(f"{self.city.code} has no decision in force before {self.first_day}")
        span = bisect_right(self.turns, on)
        key = (span, district, statutory if statutory != district else None)
        if key not in self._policies:
            day = self.turns[span - 1]
            zone = self.city.district(district).statutory if district else ()
            if zone and key[2] not in zone:
                reason = f"{district} needs a statutory district, one of {', '.join(zone)}"
                raise LookupError(reason)
            values = in_force(self.rows(), self.keys, on=day, district=district)
            if zone:
                other = in_force(self.rows(), self.keys, on=day, district=statutory)
                values = best_of_both(self.keys, values, other)
            laws = tuple(law for law in self.laws() if law.since <= day)
            policy = Policy(self.version, self.city, district, key[2], day, values, laws)
            self._policies[key] = policy
        return self._policies[key]

    def rows(self, prefix: str = "") -> Iterable[Valued]:
        """Yields every row, adopted or not, whose key begins with the prefix."""
        for decision in self.decisions:
            yield from (row for row in decision.rows if row.key.startswith(prefix))

    def laws(self) -> Iterable[Law]:
        for decision in self.decisions:
            yield from decision.laws

    def unadopted(self) -> tuple[Valued, ...]:
        """The rows that are shown with their source and are not in force."""
        return tuple(row for row in self.rows() if not row.adopted)


def read_document(folder: Path) -> dict[str, str]:
    """Calendars are read on their own."""
    files = sorted([*folder.glob("*.toml"), *folder.glob("districts/*.toml")])
    return {
        f.relative_to(folder).as_posix(): f.read_text(encoding="utf-8")
        for f in files
        if f.name not in BESIDE
    }


_UNDIRECTED = (Direction.FIXED, Direction.LOCAL)


def in_force(
    rows: Iterable[Valued], keys: Mapping[str, Key], *, on: date, district: str | None
) -> dict[str, Valued]:
    """The row that holds for every key on a day; those of other districts are left out."""
    here = [r for r in rows if r.runs_on(on) and r.origin.district in (None, district)]
    unclassed = _hold([row for row in here if not row.place_class], keys)
    named = unclassed.get("district.class") or unclassed.get("class.unset")
    place_class = named.word if named else None
    return _hold([row for row in here if row.place_class in (None, place_class)], keys)


def best_of_both(
    keys: Mapping[str, Key], zone: Mapping[str, Valued], statutory: Mapping[str, Valued]
) -> dict[str, Valued]:
    """A switch that is on in one of them is on; where neither is better, the zone's own holds."""
    both = {**statutory, **zone}
    for name in zone.keys() & statutory.keys():
        one, other = zone[name], statutory[name]
        if keys[name].better(other.value, one.value) or (other.value is True and not one.value):
            both[name] = other
    return both


def _hold(rows: Iterable[Valued], keys: Mapping[str, Key]) -> dict[str, Valued]:
    held: dict[str, Valued] = {}
    for row in sorted(rows, key=lambda row: row.order):
        key, old = keys[row.key], held.get(row.key)
        # The more local or newer row holds, unless the one found so far is better.
        if old is None or key.direction in _UNDIRECTED or not key.better(old.value, row.value):
            held[row.key] = row
    return held


def check_book(book: "Book") -> None:
    """Raises RuleError at a gap, a contradiction, or a district below its city."""
    if not any(decision.level is Level.CITY for decision in book.decisions):
        raise RuleError("(all files)", "decision", "no decision of the city")
    # Two files of one level may not decide an undirected key from the same day.
    seen: dict[object, Valued] = {}
    for row in (row for row in book.rows() if row.adopted):
        undirected = book.keys[row.key].direction in _UNDIRECTED
        place = (row.key, row.order, row.origin.district, row.place_class)
        if undirected and place in seen:
            reason = f"contradicts {seen[place].origin.file}: both decide from {row.since}"
            raise RuleError(row.origin.file, row.key, reason, row.clause)
        seen[place] = row
    for decision in book.decisions:
        if decision.level is Level.DISTRICT:
            _check_district_rows(book, decision)
    for day in sorted(turn for turn in {book.first_day, *book.turns} if turn >= book.first_day):
        _check_policy(book, book.in_force(on=day))
        for district in book.city.districts:
            for statutory in district.statutory or (None,):
                policy = book.in_force(on=day, district=district.code, statutory=statutory)
                _check_policy(book, policy)


def _check_district_rows(book: "Book", decision: Decision) -> None:
    """Refuses a district row that gives less than what holds above it on any day it runs."""
    above = [row for row in book.rows() if row.origin.level is not Level.DISTRICT]
    district_classes = list(book.rows("district.class"))
    for row in (row for row in decision.rows if row.adopted):
        for day in (turn for turn in book.turns if row.runs_on(turn)):
            values = in_force(
                [*above, *district_classes], book.keys, on=day, district=row.origin.district
            )
            city = values.get(row.key)
            if city is not None and book.keys[row.key].worse(row.value, city.value):
                reason = (
                    f"district {row.origin.district} gives less than the city: {_shown(row)} "
                    f"instead of {_shown(city)} from {city.origin.file} ({city.clause.zh})"
                )
                raise RuleError(row.origin.file, row.key, reason, row.clause)


def _shown(row: Valued) -> str:
    value = ", ".join(row.codes) if isinstance(row.value, tuple) else str(row.value)
    return f"{value} {row.unit}".strip()


def _check_policy(book: "Book", policy: Policy) -> None:
    place = f"{policy.district or 'the city'} on {policy.since}"
    for key in book.keys.values():
        if key.required and key.name not in policy.values:
            raise RuleError("(all files)", key.name, f"nothing is in force in {place}")
    for kind in Kind:
        measure = f"limit.{kind}.{policy.value(f'kind.{kind}.measure').word}"
        if measure not in policy.values:
            raise RuleError("(all files)", measure, f"nothing is in force in {place}")
        limits, total = (
            [step.limit for step in policy.steps(kind) if step.limit],
            policy.limit(kind),
        )
        if sum(limit.days for limit in limits) > total.days:
            last = limits[-1]
            reason = f"the steps add up to more than the total of {total.days} working days"
            raise RuleError(last.origin.file, last.key, reason, last.clause)
    for kind, stages in INSPECTED.items():
        for stage in stages:
            _check_inspection(policy, kind, stage)
    for permit in Permit:
        if policy.get(f"permit.{permit}.instant") and not policy.get(
            f"permit.{permit}.instant.days"
        ):
            raise RuleError("(all files)", f"permit.{permit}.instant.days", f"unset in {place}")
    # The bounds of the days of an order leave something between them.
    least, usual, most = (
        policy.value(f"rectification.days.{bound}") for bound in ("min", "default", "max")
    )
    if not 1 <= least.number <= usual.number <= most.number:
        reason = f"{least.number}, {usual.number} and {most.number} days are not in this order"
        raise RuleError(usual.origin.file, usual.key, reason, usual.clause)


def _check_inspection(policy: Policy, kind: Kind, stage: Stage) -> None:
    """Refuses an item that looks at a document which nobody may ask for at its stage."""
    asked = {need.code for need in policy.checklist(kind, stage)}
    for item in policy.inspection(kind, stage):
        if item.requirement and item.requirement not in asked:
            row = policy.value(f"inspection.{kind}.{stage}")
            reason = f"{item.code} looks at {item.requirement}, which is not asked for there"
            raise RuleError(row.origin.file, row.key, reason, row.clause)
