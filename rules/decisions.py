"""Decision files: one file per decision, one row per value."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from rules.city import City
from rules.files import RuleError, Source, Table, Words, parse_toml
from rules.names import PLACE_CLASSES, Level, Permit, Trust
from rules.values import Direction, Key, Law, Origin, Shape, Value, Valued

ALWAYS_ADOPTABLE = (Trust.PLAN, Trust.V)


@dataclass(frozen=True, slots=True)
class Decision:
    file: str
    code: str
    title: Words
    issuer: Words
    number: str
    issued: date
    level: Level
    rows: tuple[Valued, ...]
    laws: tuple[Law, ...]


def parse_decision(file: str, text: str, *, keys: Mapping[str, Key], city: City) -> Decision:
    """Raises RuleError naming file, key and clause of what is wrong."""
    top = Table(file, "(file)", parse_toml(file, text))
    head = Table(file, "decision", top.take("decision", dict))
    level = Level(head.one_of("level", list(Level)))
    sources = {}
    for table in top.tables("source"):
        code = table.take("code", str)
        sources[code] = Source(table.words("title"), table.take("url", str, ""))
        table.end()
    reader = _Rows(file, level, sources, keys, city)
    decision = Decision(
        file=file,
        code=head.take("code", str),
        title=head.words("title"),
        issuer=head.words("issuer"),
        number=head.take("number", str, ""),
        issued=head.take("issued", date),
        level=level,
        rows=tuple(reader.row(table) for table in top.tables("row")),
        laws=tuple(reader.law(table) for table in top.tables("law")),
    )
    head.end()
    top.end()
    # No two rows of one file are for the same thing at the same time.
    seen: dict[tuple[str, str | None, str | None, bool], list[Valued]] = {}
    for row in decision.rows:
        same = seen.setdefault((row.key, row.origin.district, row.place_class, row.adopted), [])
        for other in same:
            first, second = sorted((row, other), key=lambda one: one.since)
            if first.until is None or second.since < first.until:
                reason = f"contradicts itself: two values from {second.since}"
                raise RuleError(file, row.key, reason, row.clause)
        same.append(row)
    return decision


@dataclass(frozen=True, slots=True)
class _Rows:
    file: str
    level: Level
    sources: Mapping[str, Source]
    keys: Mapping[str, Key]
    city: City

    def row(self, table: Table) -> Valued:
        table.key = table.take("key", str)
        clause = table.cite()
        key = self.keys.get(table.key)
        if key is None:
            raise table.refuse("no such key")
        trust = Trust(table.one_of("trust", list(Trust)))
        row = Valued(
            key=key.name,
            value=_value(table, key),
            unit=table.take("unit", str, ""),
            clause=clause,
            source=self._source(table),
            trust=trust,
            origin=Origin(self.level, self.file, self._district(table, key)),
            since=table.take("from", date),
            until=table.take("until", date) if table.has("until") else None,
            place_class=table.one_of("class", PLACE_CLASSES) if table.has("class") else None,
            adopted=table.take("adopted", bool),
            ours=table.take("ours", bool, False),
            adopted_by=table.take("adopted_by", str, ""),
            note=table.words("note") if table.has("note") else None,
        )
        table.end()
        if row.until is not None and row.until <= row.since:
            raise table.refuse("until is not after from")
        if row.adopted and row.trust is Trust.U:
            raise table.refuse("an unverified value (trust U) is never in force")
        if row.adopted and row.trust not in ALWAYS_ADOPTABLE and not row.adopted_by:
            reason = "adopting a value of trust S needs adopted_by: the operator's decision"
            raise table.refuse(reason)
        if row.place_class and row.origin.district:
            raise table.refuse("a row is for a class or for a district, not both")
        if row.key == "district.class" and not row.origin.district:
            raise table.refuse("belongs to a district")
        if key.shape in (Shape.COUNT, Shape.NUMBER) and not row.unit:
            raise table.refuse("has no unit")
        return row

    def law(self, table: Table) -> Law:
        table.key = f"law.{table.take('permit', str)}"
        clause = table.cite()
        permit = table.key.removeprefix("law.")
        if permit not in list(Permit):
            raise table.refuse("no such permit")
        subject, source = table.words("subject"), self._source(table)
        trust = Trust(table.one_of("trust", list(Trust)))
        law = Law(Permit(permit), clause, subject, source, trust, table.take("from", date))
        table.end()
        return law

    def _source(self, table: Table) -> Source:
        code = table.take("source", str)
        if code not in self.sources:
            raise table.refuse(f"no such source in this file: {code}")
        return self.sources[code]

    def _district(self, table: Table, key: Key) -> str | None:
        if self.level is not Level.DISTRICT:
            if table.has("district"):
                raise table.refuse("only a decision of level district names a district")
            return None
        code = table.take("district", str)
        if code not in {district.code for district in self.city.districts}:
            raise table.refuse(f"the city has no district {code}")
        if key.direction is Direction.FIXED:
            raise table.refuse("a district may not set this")
        return code


def _value(table: Table, key: Key) -> Value:
    raw = table.raw("value")
    whole = isinstance(raw, int) and not isinstance(raw, bool)
    match key.shape:
        case Shape.COUNT if whole and isinstance(raw, int) and raw >= 0:
            return raw
        case Shape.NUMBER if (whole or isinstance(raw, Decimal)) and Decimal(str(raw)) >= 0:
            return Decimal(str(raw))
        case Shape.FLAG if isinstance(raw, bool):
            return raw
        case Shape.WORD if isinstance(raw, str) and raw in key.choices:
            return raw
        case Shape.CODES if isinstance(raw, list) and all(isinstance(each, str) for each in raw):
            if len(key.choices.intersection(raw)) == len(raw):  # known, and each once
                return tuple(raw)
    allowed = f" of {', '.join(sorted(key.choices))}" if key.choices else ""
    raise table.refuse(f"value {raw!r} is not a {key.shape.name.lower()}{allowed}")
