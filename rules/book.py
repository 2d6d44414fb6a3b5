"""A book: every decision of one city in one version, and what is in force by date and district."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from rules.checks import check_book
from rules.city import CITY_FILE, ROOT, City, city_code, parse_city
from rules.decisions import Decision, parse_decision
from rules.errors import NotInForce
from rules.hashing import SHOWN, digest
from rules.keys import Key, keys_of
from rules.names import Level
from rules.policy import Policy
from rules.select import best_of_both, in_force
from rules.values import (
    KindDecision,
    Law,
    Limit,
    PermitDecision,
    Requirement,
    Step,
    Valued,
)
from rules.works import Works

__all__ = [
    "Book",
    "KindDecision",
    "Limit",
    "PermitDecision",
    "Policy",
    "Requirement",
    "Step",
    "Valued",
    "Works",
]


@dataclass(frozen=True, eq=False)
class Book:
    """All decisions of one city in one version.

    Attributes:
        version: city and the first digits of the content's hash, such as `zigong-3f2a9c1d0b7e`.
        hash: SHA-256 of the source texts.
        document: the source texts by file.
        first_day: first day on which a decision of the city is in force.
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
        """Builds a book from source texts and checks it whole.

        Raises:
            RuleError: the first thing that is wrong, with file, key and clause.
        """
        city = parse_city(document[CITY_FILE])
        keys = keys_of(city)
        files = sorted(name for name in document if name != CITY_FILE)
        decisions = tuple(
            parse_decision(name, document[name], keys=keys, city=city) for name in files
        )
        rows = [row for decision in decisions for row in decision.rows if row.adopted]
        content = digest(document)
        book = cls(
            version=f"{city.code}-{content[:SHOWN]}",
            hash=content,
            document=dict(document),
            city=city,
            keys=keys,
            decisions=decisions,
            first_day=min(
                (d.issued for d in decisions if d.level is Level.CITY and _binds(d)),
                default=date.max,
            ),
            turns=_turns(rows, decisions),
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
            on: the day, in the city's time zone.
            district: code of the district; None for what holds in the city as a whole.
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
            self._policies[key] = self._policy(span, district, key[2])
        return self._policies[key]

    def _policy(self, span: int, district: str | None, statutory: str | None) -> Policy:
        day = self.turns[span - 1]
        zone = self.city.district(district).statutory if district else ()
        if zone and statutory not in zone:
            raise LookupError(f"{district} needs a statutory district, one of {', '.join(zone)}")
        values = in_force(self.rows(), self.keys, on=day, district=district)
        if statutory and zone:
            other = in_force(self.rows(), self.keys, on=day, district=statutory)
            values = best_of_both(self.keys, values, other)
        laws = tuple(law for law in self.laws() if law.since <= day)
        return Policy(self.version, self.city, district, statutory, day, values, laws)

    def rows(self, prefix: str = "") -> Iterable[Valued]:
        """Yields every row, adopted or not, whose key begins with the prefix."""
        for decision in self.decisions:
            yield from (row for row in decision.rows if row.key.startswith(prefix))

    def laws(self) -> Iterable[Law]:
        """Yields every law behind a permit."""
        for decision in self.decisions:
            yield from decision.laws

    def unadopted(self) -> tuple[Valued, ...]:
        """Returns the rows that are shown with their source and are not in force."""
        return tuple(row for row in self.rows() if not row.adopted)


def read_document(folder: Path) -> dict[str, str]:
    """Reads the decision files of a city; calendars are read on their own."""
    files = sorted([*folder.glob("*.toml"), *folder.glob("districts/*.toml")])
    return {f.relative_to(folder).as_posix(): f.read_text(encoding="utf-8") for f in files}


def _turns(rows: Iterable[Valued], decisions: Iterable[Decision]) -> tuple[date, ...]:
    """Returns every day on which a value or a law begins or ends."""
    days = {day for row in rows for day in (row.since, row.until) if day}
    return tuple(sorted(days | {law.since for decision in decisions for law in decision.laws}))


def _binds(decision: Decision) -> bool:
    return any(row.adopted for row in decision.rows)
