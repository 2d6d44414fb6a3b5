"""What limits an element from above, what is promised in one reading, and areas by that."""

from importlib import import_module
from typing import Any

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

areas: Any = import_module("grid.migrations.0006_areas")
totals: Any = import_module("grid.migrations.0008_totals")

LIMITS = """
-- What is limited limits all that it feeds: the nearest on the way up says why. No promise is made
-- meanwhile, as when elements follow a publication.
CREATE FUNCTION grid_limit() RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    LOCK TABLE grid_element IN EXCLUSIVE MODE;
    WITH RECURSIVE limits AS (
        SELECT e.id, e.id AS limited_by FROM grid_elementrow row
            JOIN grid_element e ON e.row_id = row.id
            WHERE row.replaced_in_id IS NULL AND row.limited
        UNION
        SELECT e.id, limits.limited_by FROM limits JOIN grid_element e ON e.parent_id = limits.id
            LEFT JOIN grid_elementrow row ON row.id = e.row_id
            WHERE NOT coalesce(row.limited, false)
    )
    UPDATE grid_element SET limited_by_id = found.limited_by FROM (
        SELECT e.id, limits.limited_by FROM grid_element e LEFT JOIN limits USING (id)
        WHERE e.limited_by_id IS NOT NULL OR limits.limited_by IS NOT NULL
    ) found
    WHERE found.id = grid_element.id
        AND grid_element.limited_by_id IS DISTINCT FROM found.limited_by;
END $$;
SELECT grid_limit();
"""
NO_LIMITS = "DROP FUNCTION grid_limit()"

PROMISED = """
-- What is promised of each element from now on: at most at one instant, and of that what has no
-- power yet, and what has. Only where something begins later or ends are there instants to look at.
CREATE VIEW grid_promised AS
SELECT element_id,
    CASE WHEN timed THEN grid_peak(element_id, city_now(), NULL, true, true)
        ELSE offered + connected END AS promised,
    CASE WHEN timed THEN grid_offered(element_id, city_now(), NULL) ELSE offered END AS offered,
    CASE WHEN timed THEN grid_connected(element_id, city_now(), NULL) ELSE connected END
        AS connected
FROM (
    SELECT day.element_id, bool_or(day.timed) AS timed,
        coalesce(sum(day.kva) FILTER (WHERE day.connected_on IS NULL), 0) AS offered,
        coalesce(sum(day.kva) FILTER (WHERE day.connected_on IS NOT NULL), 0) AS connected
    FROM (
        -- Added up first: the figures are then looked up once for an element and not for a plan.
        SELECT element_id, connected_on, sum(kva) AS kva,
            bool_or(begins_at IS NOT NULL OR until_at IS NOT NULL) AS timed
        FROM grid_promisetotal
        WHERE connected_on IS NOT NULL OR lapses_at IS NULL OR lapses_at > (SELECT city_now())
        GROUP BY element_id, connected_on
    ) day
    JOIN grid_element e ON e.id = day.element_id
    LEFT JOIN grid_elementrow row ON row.id = e.row_id
    WHERE day.connected_on IS NULL OR row.data_date IS NULL OR day.connected_on >= row.data_date
    GROUP BY day.element_id
) totals;

-- Elements of which more is promised than there is, since their figures were lowered: with their
-- room; null where it is not known any more, and then only what has no power yet is short.
CREATE OR REPLACE FUNCTION grid_shortages()
RETURNS TABLE (element bigint, room numeric, promised numeric) LANGUAGE sql STABLE AS $$
    SELECT element_id, room, promised FROM (
        SELECT p.element_id, figures.room,
            CASE WHEN figures.room IS NULL THEN p.offered ELSE p.promised END AS promised
        FROM grid_promised p
        JOIN grid_element e ON e.id = p.element_id
        LEFT JOIN grid_elementrow row ON row.id = e.row_id
        CROSS JOIN LATERAL (
            SELECT grid_room(row.kind, row.rating_kva, row.max_load_kva, row.committed_kva) AS room
        ) figures
    ) held WHERE promised > coalesce(room, 0)
$$;
"""
NO_PROMISED = totals.SHORTAGES + "DROP VIEW grid_promised;"

#: From what feeds others downward, and then what hangs there: most elements feed nothing.
DOWN = """
CREATE VIEW grid_areafigures AS
WITH RECURSIVE own AS MATERIALIZED (
    SELECT e.id, e.parent_id, e.area_id, feeds.id IS NOT NULL AS feeds,
        e.area_id IS NOT NULL AND row.kind IN ('line', 'public_transformer') AS connects,
        e.limited_by_id IS NOT NULL AS limited, row.rating_kva, row.max_load_kva,
        row.committed_kva + coalesce(held.connected, 0) AS committed_kva,
        coalesce(held.offered, 0) AS offered_kva,
        grid_room(row.kind, row.rating_kva, row.max_load_kva, row.committed_kva)
            - coalesce(held.promised, 0) AS room
    FROM grid_element e
    LEFT JOIN grid_elementrow row ON row.id = e.row_id
    LEFT JOIN grid_promised held ON held.element_id = e.id
    LEFT JOIN (SELECT DISTINCT parent_id AS id FROM grid_element) feeds ON feeds.id = e.id
    WHERE feeds.id IS NOT NULL OR e.area_id IS NOT NULL
), feeder AS MATERIALIZED (
    SELECT id, parent_id, CASE WHEN connects THEN area_id END AS takes_in, room AS own_room,
        greatest(room, 0) AS room
    FROM own WHERE feeds
), fed AS (
    -- What the whole way down to it can still take, and in which areas something on the way takes
    -- customers already.
    SELECT id, own_room AS open, 0 AS depth, array_remove(ARRAY[takes_in], NULL) AS above
    FROM feeder WHERE parent_id IS NULL
    UNION ALL
    SELECT feeder.id,
        CASE WHEN fed.open IS NULL OR feeder.own_room IS NULL THEN NULL
            ELSE least(fed.open, feeder.own_room) END,
        fed.depth + 1,
        CASE WHEN feeder.takes_in IS NULL OR feeder.takes_in = ANY (fed.above) THEN fed.above
            ELSE fed.above || feeder.takes_in END
    FROM fed JOIN feeder ON feeder.parent_id = fed.id
), down AS MATERIALIZED (
    SELECT own.area_id, own.parent_id, own.limited, own.rating_kva, own.max_load_kva,
        own.committed_kva, own.offered_kva, own.room,
        CASE WHEN own.parent_id IS NULL THEN own.room
            WHEN fed.open IS NULL OR own.room IS NULL THEN NULL
            ELSE least(fed.open, own.room) END AS open,
        coalesce(fed.depth + 1, 0) AS depth,
        own.area_id = ANY (coalesce(fed.above, '{}')) AS counted_above
    FROM own LEFT JOIN fed ON fed.id = own.parent_id WHERE own.connects
), first AS MATERIALIZED (
    -- What takes customers in an area and is fed from outside of it.
    SELECT * FROM down WHERE NOT counted_above
), up AS ("""
FIGURES = DOWN + areas.FIGURES.partition("), up AS (")[2].replace(
    "FROM down WHERE connects GROUP BY", "FROM down GROUP BY"
)


class Migration(migrations.Migration):
    dependencies = [("grid", "0008_totals")]

    operations = [
        migrations.AddField(
            "element", "limited_by",
            models.ForeignKey(to="grid.element", null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", db_index=False),
        ),
        migrations.AddIndex(
            "element",
            models.Index(fields=["limited_by"], name="element_limited_by", condition=Q(limited_by__isnull=False)),
        ),
        migrations.RunSQL(LIMITS, NO_LIMITS),
        migrations.RunSQL("DROP VIEW grid_areafigures", areas.FIGURES),
        migrations.RunSQL(PROMISED, NO_PROMISED),
        migrations.RunSQL(FIGURES, "DROP VIEW grid_areafigures"),
    ]
