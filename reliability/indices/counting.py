"""Keeping what is counted. Triggers lay a row for each place where something changed; whatever it
was, the interruptions of that place are computed anew, and the sums of their days. So it is right
in whatever order things come, and losing a run costs nothing but promptness."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from typing import Any, Final, NamedTuple

from django.db import connection, transaction

from core.clock import city_now, local_date
from core.locks import try_lock_name
from reliability.indices import major
from reliability.indices.customers import Cell, Customers, Days, year_of
from reliability.indices.formulas import HOUR
from reliability.indices.joining import Joined, Joining, Piece, Place, joined
from reliability.indices.models import Count, CountedInterruption, MajorEventLimit, StalePlace
from reliability.indices.reading import customers
from reliability.rules import joining

#: Places counted in one transaction, which sums up the days that it touches: by the worker, and
#: with a publication, which holds the city's lock meanwhile.
AT_ONCE: Final = 20_000
WITH_PUBLICATION: Final = 2_000

#: What each place is counted from; the same words as in the triggers of migration 0031.
PIECES: Final = """
WITH places AS (
    SELECT * FROM unnest(%(district)s::text[], %(area_class)s::text[], %(level)s::text[],
        %(element)s::text[], %(words)s::text[]) p (district, area_class, level, element, words)
), pieces AS (
    SELECT i.district, i.area_class, i.level, i.element, ''::text AS words, o.number, o.kind,
        i.line, i.customers, i.excluded, i.off_at, i.on_at, i.recorded_off_at, i.recorded_on_at
    FROM reliability_interruption i JOIN reliability_outage o ON o.id = i.outage_id
    WHERE i.off_at IS NOT NULL AND i.element <> '' AND i.element = ANY(%(element)s)
    UNION ALL
    SELECT i.district, i.area_class, i.level, '', o.area || ' / ' || i.customers, o.number, o.kind,
        i.line, i.customers, i.excluded, i.off_at, i.on_at, i.recorded_off_at, i.recorded_on_at
    FROM reliability_interruption i JOIN reliability_outage o ON o.id = i.outage_id
    WHERE i.off_at IS NOT NULL AND i.element = ''
        AND o.area || ' / ' || i.customers = ANY(%(words)s)
    UNION ALL
    SELECT r.district, r.area_class, r.level, '', r.area || ' / ' || r.customers, r.number, r.kind,
        '', r.customers, r.excluded_by_policy, r.started_at, r.restored_at, NULL, NULL
    FROM reliability_outagerow r
    WHERE r.replaced_in_id IS NULL AND r.started_at IS NOT NULL AND r.customers > 0
        AND r.area || ' / ' || r.customers = ANY(%(words)s)
)
SELECT district, area_class, level, element, words, number, kind, line, customers, excluded, off_at,
    on_at, coalesce(recorded_off_at, off_at), coalesce(recorded_on_at, on_at)
FROM pieces JOIN places USING (district, area_class, level, element, words)
ORDER BY 1, 2, 3, 4, 5
"""
#: Every place, for when the rule of joining has changed.
ALL_PLACES: Final = """
INSERT INTO reliability_staleplace (district, area_class, level, element, words)
SELECT DISTINCT i.district, i.area_class, i.level, i.element,
    CASE i.element WHEN '' THEN o.area || ' / ' || i.customers ELSE '' END
FROM reliability_interruption i JOIN reliability_outage o ON o.id = i.outage_id
WHERE i.off_at IS NOT NULL
UNION
SELECT r.district, r.area_class, r.level, '', r.area || ' / ' || r.customers
FROM reliability_outagerow r WHERE r.replaced_in_id IS NULL AND r.started_at IS NOT NULL
"""
TAKEN: Final = """
DELETE FROM reliability_countedinterruption c
USING unnest(%(district)s::text[], %(area_class)s::text[], %(level)s::text[], %(element)s::text[],
    %(words)s::text[]) p (district, area_class, level, element, words)
WHERE (c.district, c.area_class, c.level, c.element, c.words)
    = (p.district, p.area_class, p.level, p.element, p.words)
RETURNING c.day, c.district, c.area_class, c.level
"""
OF_DAYS: Final = """
(day, district, area_class, level) IN (
    SELECT * FROM unnest(%(day)s::date[], %(district)s::text[], %(area_class)s::text[],
        %(level)s::text[])
)
"""
#: Of what has ended, and of that whatever was not momentary.
SUMMED: Final = f"""
DELETE FROM reliability_dailyfigure WHERE {OF_DAYS};
INSERT INTO reliability_dailyfigure (
    day, district, area_class, level, line, interruptions, excluded, still_off, corrected, unplaced,
    customers, customers_counted, momentary, momentary_counted, lost, lost_counted, recorded,
    recorded_counted, major
)
SELECT day, district, area_class, level, line,
    count(*) FILTER (WHERE sustained),
    count(*) FILTER (WHERE sustained AND customers_counted = 0),
    count(*) FILTER (WHERE ended_at IS NULL),
    count(*) FILTER (WHERE sustained AND corrected),
    count(*) FILTER (WHERE sustained AND element = ''),
    coalesce(sum(customers) FILTER (WHERE sustained), 0),
    coalesce(sum(customers_counted) FILTER (WHERE sustained), 0),
    coalesce(sum(customers) FILTER (WHERE momentary), 0),
    coalesce(sum(customers_counted) FILTER (WHERE momentary), 0),
    coalesce(sum(lost) FILTER (WHERE sustained), 0),
    coalesce(sum(lost_counted) FILTER (WHERE sustained), 0),
    coalesce(sum(recorded) FILTER (WHERE sustained), 0),
    coalesce(sum(recorded_counted) FILTER (WHERE sustained), 0),
    false
FROM (
    SELECT *, ended_at IS NOT NULL AND NOT momentary AS sustained
    FROM reliability_countedinterruption WHERE {OF_DAYS}
) c
GROUP BY day, district, area_class, level, line
"""  # noqa: S608 (no value is in it)

Group = tuple[date, str, str, str]


def run() -> int:
    """Count all places that wait for it; how many there were."""
    counted = 0
    while some := count_some(AT_ONCE):
        counted += some
        if some < AT_ONCE:
            break
    return counted


@transaction.atomic
def count_some(most: int) -> int:
    """Count the places that have waited longest; none while somebody else does. With the last ones
    the figures are of this instant."""
    if not try_lock_name("reliability.count"):
        return 0
    now = city_now()
    rule, count = joining(local_date(now)), Count.objects.get(pk=1)
    if count.joining != str(rule):
        with connection.cursor() as cursor:
            cursor.execute(ALL_PLACES)
        count.joining = str(rule)
    waiting = list(StalePlace.objects.order_by("id")[:most])
    StalePlace.objects.filter(pk__in=[each.pk for each in waiting]).delete()
    places = {
        Place(each.district, each.area_class, each.level, each.element, each.words)
        for each in waiting
        if each.level
    }
    if places:
        _sum_up(_counted_anew(places, rule))
    if len(waiting) < most:
        if waiting:
            _find_major_days(now)
        count.at = now
    count.save()
    return len(waiting)


def _counted_anew(places: Iterable[Place], rule: Joining) -> set[Group]:
    """Of which days and groups something may be different now."""
    names = ("district", "area_class", "level", "element", "words")
    asked = dict(zip(names, map(list, zip(*map(_key, places), strict=True)), strict=True))
    with connection.cursor() as cursor:
        cursor.execute(TAKEN, asked)
        changed: set[Group] = set(cursor.fetchall())
        cursor.execute(PIECES, asked)
        rows = cursor.fetchall()
    made = [
        _stored(place, each, rule)
        for place, pieces in _by_place(rows)
        for each in joined(place, pieces, rule)
    ]
    CountedInterruption.objects.bulk_create(made, batch_size=1_000)
    return changed | {(each.day, each.district, each.area_class, each.level) for each in made}


def _key(place: Place) -> tuple[str, str, str, str, str]:
    return place.district, place.area_class, place.level, place.element, place.words


def _by_place(rows: Iterable[Sequence[Any]]) -> Iterator[tuple[Place, list[Piece]]]:
    for key, some in groupby(rows, lambda row: row[:5]):
        yield Place(*key), [_piece(*row[5:]) for row in some]


def _piece(*values: Any) -> Piece:
    *plain, recorded_off, recorded_on = values
    number, kind, line, customers, excluded, off, on = plain
    recorded = recorded_off, recorded_on
    return Piece(number, kind, line, customers, excluded, off, on, recorded)


def _stored(place: Place, found: Joined, rule: Joining) -> CountedInterruption:
    first, on = found.pieces[0], found.on
    sums = {} if on is None else {
        "lost": found.lost(counted=False), "lost_counted": found.lost(counted=True),
        "recorded": found.recorded(counted=False),
        "recorded_counted": found.recorded(counted=True),
        "momentary": rule.is_momentary(found.length),
    }  # fmt: skip
    return CountedInterruption(
        day=local_date(found.off),
        district=place.district,
        area_class=place.area_class,
        level=place.level,
        element=place.element,
        words=place.words,
        line=first.line,
        numbers=list(dict.fromkeys(piece.number for piece in found.pieces)),
        kind=first.kind,
        begun_at=found.off,
        ended_at=on,
        customers=found.customers(counted=False),
        customers_counted=found.customers(counted=True),
        corrected=any(piece.corrected for piece in found.pieces),
        **sums,
    )


def _sum_up(groups: set[Group]) -> None:
    names = ("day", "district", "area_class", "level")
    asked: Mapping[str, Any] = {
        name: [group[index] for group in groups] for index, name in enumerate(names)
    }
    with connection.cursor() as cursor:
        cursor.execute(SUMMED, asked)


# --- major-event days ---------------------------------------------------------------------------


class DayOf(NamedTuple):
    """A day of the customers of a level in the whole city, with its SAIDI in minutes."""

    day: date
    level: str
    minutes: float


#: What was lost on each day, by those groups that have customers on it.
DAILY: Final = """
SELECT d.day, d.level, sum(d.lost)
FROM reliability_dailyfigure d JOIN unnest(%(district)s::text[], %(area_class)s::text[],
    %(level)s::text[], %(first)s::date[], %(last)s::date[])
    c (district, area_class, level, first, last)
ON (d.district, d.area_class, d.level) = (c.district, c.area_class, c.level)
    AND d.day BETWEEN c.first AND c.last
GROUP BY d.day, d.level HAVING sum(d.lost) > 0
"""
MARKED: Final = """
UPDATE reliability_dailyfigure d SET major = NOT major
WHERE major <> EXISTS (
    SELECT FROM unnest(%(day)s::date[], %(level)s::text[]) m (day, level)
    WHERE (m.day, m.level) = (d.day, d.level)
)
"""


def _find_major_days(at: datetime) -> None:
    served = customers(at)
    daily = _daily(served)
    limits = {
        (year, level): limit
        for year in served.years
        for level in served.levels(year)
        if (limit := _limit(served, daily, year, level))
    }
    MajorEventLimit.objects.all().delete()
    MajorEventLimit.objects.bulk_create(
        MajorEventLimit(
            year=year, level=level, alpha=limit.alpha, beta=limit.beta, days=limit.days,
            years=limit.years,
        )
        for (year, level), limit in limits.items()
    )  # fmt: skip
    found = [
        each
        for each in daily
        if (limit := limits.get((each.day.year, each.level))) and limit.is_exceeded_by(each.minutes)
    ]
    marked: dict[str, Any] = {
        "day": [each.day for each in found],
        "level": [each.level for each in found],
    }
    with connection.cursor() as cursor:
        cursor.execute(MARKED, marked)


def _limit(served: Customers, daily: Iterable[DayOf], year: int, level: str) -> major.Limit | None:
    before = range(year - major.YEARS, year)
    values = [each.minutes for each in daily if each.level == level and each.day.year in before]
    return major.limit_of(values, sum(level in served.levels(each) for each in before))


def _daily(served: Customers) -> list[DayOf]:
    covers = [
        (*cell, *served.covered(cell, year))
        for year in served.years
        for level in served.levels(year)
        for cell in served.cells(Cell("", "", level), year_of(year))
    ]
    names = ("district", "area_class", "level", "first", "last")
    asked: dict[str, Any] = {
        name: [cover[index] for cover in covers] for index, name in enumerate(names)
    }
    with connection.cursor() as cursor:
        cursor.execute(DAILY, asked)
        rows = cursor.fetchall()
    return [DayOf(day, level, _minutes(served, day, level, lost)) for day, level, lost in rows]


def _minutes(served: Customers, day: date, level: str, lost: Decimal) -> float:
    that = Days(day, day)
    everybody = served.mean(served.cells(Cell("", "", level), that), that)
    return float(Fraction(int(lost) * 60, HOUR) / everybody)
