"""Choosing, key by key, the row that holds: the better for the applicant of all in force."""

from collections.abc import Iterable, Mapping
from datetime import date

from rules.keys import Direction, Key
from rules.values import Valued

_UNDIRECTED = (Direction.FIXED, Direction.LOCAL)


def in_force(
    rows: Iterable[Valued], keys: Mapping[str, Key], *, on: date, district: str | None
) -> dict[str, Valued]:
    """Returns the row that holds for every key on a day.

    Args:
        district: rows of other districts are left out; None leaves out all district rows.
    """
    here = [r for r in rows if r.runs_on(on) and r.origin.district in (None, district)]
    unclassed = _hold([row for row in here if not row.place_class], keys)
    place_class = _class(unclassed)
    return _hold([row for row in here if row.place_class in (None, place_class)], keys)


def best_of_both(
    keys: Mapping[str, Key], zone: Mapping[str, Valued], statutory: Mapping[str, Valued]
) -> dict[str, Valued]:
    """Returns the better of a zone's row and its statutory district's, key by key.

    A switch that is on in one of them is on; where neither is better, the zone's own holds.
    """
    both = {**statutory, **zone}
    for name in zone.keys() & statutory.keys():
        one, other = zone[name], statutory[name]
        if keys[name].better(other.value, one.value) or (other.value is True and not one.value):
            both[name] = other
    return both


def _class(values: Mapping[str, Valued]) -> str | None:
    row = values.get("district.class") or values.get("class.unset")
    return row.word if row else None


def _hold(rows: Iterable[Valued], keys: Mapping[str, Key]) -> dict[str, Valued]:
    held: dict[str, Valued] = {}
    for row in sorted(rows, key=lambda row: row.order):
        old = held.get(row.key)
        if old is None or _replaces(keys[row.key], row, old):
            held[row.key] = row
    return held


def _replaces(key: Key, row: Valued, old: Valued) -> bool:
    """Whether a more local or newer row holds instead of the one found so far."""
    if key.direction in _UNDIRECTED:
        return True
    return not key.better(old.value, row.value)
