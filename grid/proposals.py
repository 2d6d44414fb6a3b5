"""What the grid proposes for a place: elements near it, with room or with the reason why not."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.db import connection
from django.utils.translation import gettext_lazy as _

from core.problems import Text
from grid.models import CONNECTING, Element, ElementKind
from grid.projection import projected
from grid.reservations import way_of, why_not, with_room
from rules.limits import Quota, limits

#: Up to this voltage, in kV, is low voltage (电力供应与使用: 1 kV and below).
LOW_KV: Final = Decimal(1)
KINDS: Final = {
    "low": (ElementKind.LINE, ElementKind.PUBLIC_TRANSFORMER),
    "high": (ElementKind.LINE, ElementKind.BUS),
}

# The index gives the nearest by their boxes, one by one, until enough of them have room. The
# furthest of these says how far the nearest ones can lie: all whose boxes touch that square are
# measured, so the answer is that of measuring every one. What an element can take by its own
# figures alone is never less than what is open, and cheap to know.
NEAREST: Final = """
WITH found AS MATERIALIZED (
    SELECT l.shape <-> point(%(east)s, %(north)s) AS metres
    FROM (
        SELECT r.id, r.shape, r.kind, r.rating_kva, r.max_load_kva, r.committed_kva, r.limited
        FROM grid_elementrow r
        WHERE r.replaced_in_id IS NULL AND r.shape IS NOT NULL AND {fits}
        ORDER BY box(polygon(pclose(r.shape))) <-> point(%(east)s, %(north)s) LIMIT %(looked_at)s
    ) l WHERE {room} LIMIT %(most)s
), near AS (SELECT max(metres) + 0.001 AS within FROM found)
SELECT e.id, l.shape <-> point(%(east)s, %(north)s) AS metres
FROM near, grid_elementrow l JOIN grid_element e ON e.row_id = l.id
WHERE l.replaced_in_id IS NULL AND l.shape IS NOT NULL
    AND box(polygon(pclose(l.shape))) && box(
        point(%(east)s - near.within, %(north)s - near.within),
        point(%(east)s + near.within, %(north)s + near.within))
    AND l.shape <-> point(%(east)s, %(north)s) <= near.within AND {fits_again} AND {room}
ORDER BY 2, 1 LIMIT %(most)s
"""
FITS: Final = """
    {row}.kind = ANY(%(kinds)s)
    AND CASE WHEN %(low)s THEN {row}.kind = 'public_transformer' OR {row}.voltage_kv < %(low_kv)s
        ELSE {row}.voltage_kv >= %(low_kv)s END
"""
ROOM: Final = """
    CASE WHEN NOT %(with_room)s THEN true
        WHEN grid_room(l.kind, l.rating_kva, l.max_load_kva, l.committed_kva) >= %(kva)s
        THEN NOT l.limited AND (SELECT grid_open(at.id, city_now(), NULL) >= %(kva)s
              FROM grid_element at WHERE at.row_id = l.id)
        ELSE false END
"""
#: What tells two sources apart.
ORIGINS: Final = """
SELECT e.id, string_agg(r.name, ' · ' ORDER BY way.depth DESC)
FROM grid_element e, LATERAL grid_way(e.id) way
    JOIN grid_element above ON above.id = way.id JOIN grid_elementrow r ON r.id = above.row_id
WHERE e.id = ANY(%s) AND way.id <> e.id AND r.kind IN ('substation', 'bus')
GROUP BY e.id
"""
STATEMENT: Final = NEAREST.format(
    fits=FITS.format(row="r"), fits_again=FITS.format(row="l"), room=ROOM
)


@dataclass(frozen=True)
class Candidate:
    """An element that a place could be supplied from. `length_m` is the straight line to it."""

    element: Any
    length_m: Decimal
    reasons: Sequence[str]

    @property
    def possible(self) -> bool:
        return not self.reasons


def candidates(place: tuple[float, float], *, kva: Decimal, voltage: str) -> list[Candidate]:
    """The nearest elements with room, and the nearest of all with why they have none.

    Possible ones first; existing public lines and transformers before new lines from a bus, then
    by distance (优先使用现有公用线路, 就近就便).

    Args:
        place: longitude and latitude in degrees.
        voltage: `low` or `high`, that of the connection.
    """
    found = nearest(place, kva=kva, voltage=voltage, with_room=True)
    found |= nearest(place, kva=kva, voltage=voltage, with_room=False)
    rows = with_room().in_bulk(found)
    all_of_them = [
        Candidate(rows[key], Decimal(f"{metres:.1f}"), why_not(rows[key], kva))
        for key, metres in found.items()
    ]
    return sorted(
        all_of_them,
        key=lambda each: (
            not each.possible, each.element.row.kind not in CONNECTING, each.length_m,
            each.element.pk,
        ),
    )  # fmt: skip


def nearest(
    place: tuple[float, float], *, kva: Decimal, voltage: str, with_room: bool
) -> dict[int, float]:
    """Keys of the nearest elements, each with its distance in metres."""
    east, north = projected(*place)
    asked: dict[str, Any] = {
        "east": east, "north": north, "kva": kva, "with_room": with_room,
        "kinds": [kind.value for kind in KINDS[voltage]], "low": voltage == "low",
        "low_kv": LOW_KV, "most": limits().quotas[Quota.CANDIDATES],
        "looked_at": limits().quotas[Quota.CANDIDATES_LOOKED_AT],
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT, asked)
        return dict(cursor.fetchall())


def origins(found: Sequence[Candidate]) -> dict[str, str]:
    """The substation and the bus that feed each of the candidates, by its code."""
    codes = {each.element.pk: each.element.code for each in found}
    with connection.cursor() as cursor:
        cursor.execute(ORIGINS, [list(codes)])
        return {codes[key]: names for key, names in cursor.fetchall()}


def suits(element: Any, voltage: str) -> bool:
    """Whether an element serves connections of a voltage, as `FITS` asks."""
    row = element.row
    low = row.kind == ElementKind.PUBLIC_TRANSFORMER or row.voltage_kv < LOW_KV
    return row.kind in KINDS[voltage] and low == (voltage == "low")


def independence(one: Element, other: Element) -> Text | None:
    """What makes two sources independent of each other, said; None where nothing does."""
    ways = [_kinds_of(each) for each in (one, other)]
    for kind, words in (
        (ElementKind.SUBSTATION, _("another substation")),
        (ElementKind.BUS, _("another bus")),
    ):
        first, second = (way.get(kind) for way in ways)
        if first and second and first != second:
            return words
    return None


def _kinds_of(element: Element) -> dict[str, int]:
    """The first element of each kind on the way up."""
    keys = way_of(element)
    kinds = dict(Element.objects.filter(pk__in=keys).values_list("pk", "row__kind"))
    found: dict[str, int] = {}
    for key in keys:
        found.setdefault(kinds[key], key)
    return found
