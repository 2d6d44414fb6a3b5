"""How much of a district's grid could take a load now: what is said before anybody applies."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.db import connection

from grid.models import CONNECTING
from grid.proposals import FITS, KINDS, LOW_KV
from rules.limits import Quota, limits

# Whoever asks has no account, so no more are looked at than are quickly answered: the most roomy by
# their own figures, for nothing can take more than that.
ABLE: Final = """
WITH looked_at AS MATERIALIZED (
    SELECT e.id, grid_room(r.kind, r.rating_kva, r.max_load_kva, r.committed_kva) AS room
    FROM grid_elementrow r JOIN grid_element e ON e.row_id = r.id
    WHERE r.replaced_in_id IS NULL AND r.district = %(district)s AND {fits} AND NOT r.limited
        AND grid_room(r.kind, r.rating_kva, r.max_load_kva, r.committed_kva) IS NOT NULL
    ORDER BY 2 DESC, 1 LIMIT %(looked_at)s
), opened AS MATERIALIZED (
    SELECT room, grid_free(id, city_now(), NULL) AS open FROM looked_at
)
SELECT count(open) FILTER (WHERE open >= %(kva)s), count(open), max(open),
    coalesce(count(*) = %(looked_at)s AND min(room) >= %(kva)s, false)
FROM opened
"""


@dataclass(frozen=True)
class Able:
    """Lines, or public transformers, of a district that can take a load now.

    Attributes:
        elements: how many can take it.
        more: only so many were looked at, and others may be able to.
        largest_kva: the most that one of them can take.
    """

    kva: Decimal
    elements: int
    more: bool
    largest_kva: Decimal


def able_to_take(kva: Decimal, *, district: str, voltage: str) -> Able | None:
    """What of a district could take so much at `low` or `high` voltage; None where nothing is
    known of it."""
    asked: dict[str, Any] = {
        "district": district, "kva": kva, "low": voltage == "low", "low_kv": LOW_KV,
        "kinds": [kind.value for kind in KINDS[voltage] if kind in CONNECTING],
        "looked_at": limits().quotas[Quota.ABLE_LOOKED_AT],
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(ABLE.format(fits=FITS.format(row="r")), asked)
        elements, known, largest, more = cursor.fetchone()
    return Able(kva, elements, more, largest) if known else None
