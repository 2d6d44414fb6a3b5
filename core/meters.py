"""Counts that end by themselves: how often something was tried in a while.

Kept in the database, so that they hold in every process and whatever becomes of Redis. Who is
counted is kept as a keyed digest. The real clock counts, not the city's.
"""

import math
from dataclasses import dataclass

from django.db import connection
from django.db.models.functions import Now

from core.fields import blind_index
from core.models import Meter

KEY_BYTES = 16

# One statement: two tries at once are counted one after the other. What is tried once the count
# is full is not counted, so the end stays where it was.
TAKE = """
    INSERT INTO core_meter AS held (key, count, ends_at)
    VALUES (%(key)s, %(amount)s, clock_timestamp() + %(seconds)s * interval '1 second')
    ON CONFLICT (key) DO UPDATE SET
        count = CASE WHEN held.ends_at <= clock_timestamp() THEN EXCLUDED.count
                     ELSE LEAST(held.count + EXCLUDED.count, %(most)s + 1) END,
        ends_at = CASE WHEN held.ends_at <= clock_timestamp() THEN EXCLUDED.ends_at
                       ELSE held.ends_at END
    RETURNING count, extract(epoch FROM ends_at - clock_timestamp())
"""
LOOK = """
    SELECT count, extract(epoch FROM ends_at - clock_timestamp()) FROM core_meter
    WHERE key = %(key)s AND ends_at > clock_timestamp()
"""


@dataclass(frozen=True, slots=True)
class Count:
    """What a count stands at, and the whole seconds until it ends."""

    number: int
    seconds: int


def take(name: str, *, most: int, seconds: int, amount: int = 1) -> Count:
    """Count `amount` more; a number above `most` means that it is not to be had."""
    wanted: dict[str, bytes | int] = {
        "key": _key(name),
        "most": most,
        "seconds": seconds,
        "amount": amount,
    }
    with connection.cursor() as cursor:
        cursor.execute(TAKE, wanted)
        return _count(*cursor.fetchone())


def look(name: str) -> Count:
    with connection.cursor() as cursor:
        cursor.execute(LOOK, {"key": _key(name)})
        found = cursor.fetchone()
    return _count(*found) if found else Count(0, 0)


def _count(number: int, left: float) -> Count:
    return Count(int(number), max(1, math.ceil(left)))


def forget_ended() -> int:
    deleted, _by_model = Meter.objects.filter(ends_at__lt=Now()).delete()
    return deleted


def _key(name: str) -> bytes:
    return blind_index(name, "meter")[:KEY_BYTES]
