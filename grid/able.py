"""How much of a district's grid could take a load now: what is said before anybody applies."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.db import connection
from django.utils.translation import ngettext

from grid.models import CONNECTING, ElementKind
from grid.proposals import KINDS, LOW_KV
from rules.limits import Quota, limits

FITS: Final = """
    r.replaced_in_id IS NULL AND r.district = %(district)s AND r.kind = ANY(%(kinds)s)
    AND CASE WHEN %(low)s THEN r.kind = 'public_transformer' OR r.voltage_kv < %(low_kv)s
        ELSE r.voltage_kv >= %(low_kv)s END
"""
# Whoever asks has no account, so no more are looked at than are quickly answered: the most roomy by
# their own figures, for nothing can take more than that.
ABLE: Final = """
WITH looked_at AS MATERIALIZED (
    SELECT e.id, grid_room(r.kind, r.rating_kva, r.max_load_kva, r.committed_kva) AS room
    FROM grid_elementrow r JOIN grid_element e ON e.row_id = r.id
    WHERE {fits} AND e.limited_by_id IS NULL
        AND grid_room(r.kind, r.rating_kva, r.max_load_kva, r.committed_kva) IS NOT NULL
    ORDER BY 2 DESC, 1 LIMIT %(looked_at)s
), opened AS MATERIALIZED (
    SELECT room, grid_free(id, city_now(), NULL) AS open FROM looked_at
)
SELECT count(open) FILTER (WHERE open >= %(kva)s), count(open), max(open),
    coalesce(count(*) = %(looked_at)s AND min(room) >= %(kva)s, false)
FROM opened
"""
# Why others take nothing, by what is limited: what limits most of them first.
LIMITS: Final = """
SELECT count(*), above.kind, e.limited_by_id <> e.id AS fed, above.reason
FROM grid_element e JOIN grid_elementrow r ON r.id = e.row_id
JOIN grid_element limiting ON limiting.id = e.limited_by_id
JOIN grid_elementrow above ON above.id = limiting.row_id
WHERE {fits} AND e.limited_by_id IS NOT NULL
GROUP BY 2, 3, 4 ORDER BY 1 DESC, 2, 3, 4 LIMIT %(limits)s
"""
#: Reasons told at once.
SHOWN: Final = 3


@dataclass(frozen=True)
class Limit:
    """Why so many elements of a district take nothing: they, or a `kind` that feeds them, are
    limited; never which one.

    Attributes:
        fed: whether it is what feeds them.
    """

    elements: int
    kind: str
    fed: bool
    reason: str

    @property
    def words(self) -> str:
        said = {"count": self.elements, "reason": self.reason}
        if not self.fed:
            words = ngettext(
                "%(count)d is limited: %(reason)s", "%(count)d are limited: %(reason)s",
                self.elements,
            )  # fmt: skip
            return words % said
        words = ngettext(
            "%(count)d is limited by what feeds it (%(kind)s): %(reason)s",
            "%(count)d are limited by what feeds them (%(kind)s): %(reason)s",
            self.elements,
        )
        return words % {**said, "kind": ElementKind(self.kind).label}


@dataclass(frozen=True)
class Able:
    """Lines, or public transformers, of a district that can take a load now.

    Attributes:
        elements: how many can take it.
        more: only so many were looked at, and others may be able to.
        largest_kva: the most that one of them can take.
        limits: why others take nothing.
    """

    kva: Decimal
    elements: int
    more: bool
    largest_kva: Decimal
    limits: Sequence[Limit]


def able_to_take(kva: Decimal, *, district: str, voltage: str) -> Able | None:
    """What of a district could take so much at `low` or `high` voltage; None where nothing is
    known of it."""
    asked: dict[str, Any] = {
        "district": district, "kva": kva, "low": voltage == "low", "low_kv": LOW_KV,
        "kinds": [kind.value for kind in KINDS[voltage] if kind in CONNECTING],
        "looked_at": limits().quotas[Quota.ABLE_LOOKED_AT], "limits": SHOWN,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(ABLE.format(fits=FITS), asked)
        elements, known, largest, more = cursor.fetchone()
        cursor.execute(LIMITS.format(fits=FITS), asked)
        limited = [Limit(*row) for row in cursor.fetchall()]
    if not known and not limited:
        return None
    return Able(kva, elements, more, largest or Decimal(0), limited)
