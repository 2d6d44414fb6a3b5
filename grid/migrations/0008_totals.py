"""What is promised of each element, added up, so that reading it costs the same with one promise as
with fifty thousand."""

from importlib import import_module
from typing import Any

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

import core.clock

elements: Any = import_module("grid.migrations.0004_elements")
points: Any = import_module("grid.migrations.0007_points")

#: What is promised already was promised at the instant that it holds from.
PROMISED_AT = """
ALTER TABLE grid_reservation DISABLE TRIGGER grid_reservation_keep;
UPDATE grid_reservation SET made_at = least(from_at, made_at);
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE grid_reservation ENABLE TRIGGER grid_reservation_keep;
"""

COUNT = """
-- Let a promise count on elements (1), or no more (-1), under their locks. What holds from before it was made on holds
-- for whoever asks from now on: `begins_at` is null, so that all of these make one row.
CREATE FUNCTION grid_count(promise grid_reservation, sign integer, elements bigint[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    begins timestamptz := CASE WHEN promise.from_at > promise.made_at THEN promise.from_at END;
    connected date := (promise.connected_at AT TIME ZONE 'Asia/Shanghai')::date;
BEGIN
    PERFORM 1 FROM grid_element WHERE id = ANY (elements) ORDER BY id FOR NO KEY UPDATE;
    IF sign > 0 THEN
        INSERT INTO grid_promisetotal
            (element_id, begins_at, until_at, lapses_at, connected_on, kva)
            SELECT element, begins, promise.until_at, promise.lapses_at, connected, promise.kva
            FROM unnest(elements) element ORDER BY element
            ON CONFLICT (element_id, begins_at, until_at, lapses_at, connected_on)
            DO UPDATE SET kva = grid_promisetotal.kva + excluded.kva;
    ELSE
        UPDATE grid_promisetotal t SET kva = t.kva - promise.kva
            WHERE t.element_id = ANY (elements)
                AND (t.begins_at, t.until_at, t.lapses_at, t.connected_on) IS NOT DISTINCT FROM
                    (begins, promise.until_at, promise.lapses_at, connected);
        DELETE FROM grid_promisetotal t WHERE t.element_id = ANY (elements) AND t.kva = 0;
    END IF;
END $$;

CREATE FUNCTION grid_hold_counted() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM grid_count(r, CASE WHEN TG_OP = 'INSERT' THEN 1 ELSE -1 END, of_each.elements)
        FROM (
            SELECT reservation_id, array_agg(element_id) AS elements FROM changed GROUP BY 1
        ) of_each JOIN grid_reservation r ON r.id = of_each.reservation_id;
    RETURN NULL;
END $$;
-- Their names come before that of the referee, who asks for the sum with what is new in it.
CREATE TRIGGER grid_hold_counted AFTER INSERT ON grid_hold
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION grid_hold_counted();
CREATE TRIGGER grid_hold_counted_off AFTER DELETE ON grid_hold
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION grid_hold_counted();

-- The referee of every promise, whoever makes it: never more than there is, under the locks of the
-- elements that it counts on.
CREATE OR REPLACE FUNCTION grid_hold_fits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Where a publication hangs elements up elsewhere, what is too much is shown as a shortage.
    IF pg_has_role(current_user, (SELECT relowner FROM pg_class WHERE oid = 'grid_hold'::regclass),
                   'MEMBER')
    THEN RETURN NULL; END IF;
    IF EXISTS (
        SELECT FROM changed h
        JOIN grid_reservation r ON r.id = h.reservation_id
        JOIN grid_element e ON e.id = h.element_id
        LEFT JOIN grid_elementrow row ON row.id = e.row_id
        CROSS JOIN LATERAL (
            SELECT grid_room(row.kind, row.rating_kva, row.max_load_kva, row.committed_kva) AS room
        ) figures
        WHERE figures.room IS NULL
            OR grid_peak(h.element_id, r.from_at, r.until_at, true, true) > figures.room
    ) THEN
        RAISE EXCEPTION 'more is promised of an element than there is' USING ERRCODE = 'TD410';
    END IF;
    RETURN NULL;
END $$;
DROP TRIGGER grid_hold_fits ON grid_hold;
CREATE TRIGGER grid_hold_fits AFTER INSERT ON grid_hold
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION grid_hold_fits();

-- What was promised never becomes another promise: it ends, lapses later, or gets its power. Only
-- here a hold is taken off.
CREATE OR REPLACE FUNCTION grid_reservation_keep() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public AS $$
DECLARE
    held bigint[];
BEGIN
    IF OLD.ended_at IS NOT NULL OR to_jsonb(NEW) - '{lapses_at,connected_at,ended_at,ending}'::text[]
        <> to_jsonb(OLD) - '{lapses_at,connected_at,ended_at,ending}'::text[]
    THEN
        RAISE EXCEPTION 'a promise stays what it was' USING ERRCODE = 'TD403';
    END IF;
    -- Its room may be somebody else's by now.
    IF OLD.connected_at IS NULL AND OLD.lapses_at <= city_now()
        AND NEW.connected_at IS NULL AND NEW.ended_at IS NULL
    THEN
        RAISE EXCEPTION 'a promise that has lapsed holds nothing' USING ERRCODE = 'TD403';
    END IF;
    -- No publication hangs it up elsewhere meanwhile.
    PERFORM 1 FROM grid_element WHERE id = OLD.element_id FOR NO KEY UPDATE;
    IF NEW.ended_at IS NOT NULL THEN
        DELETE FROM grid_hold WHERE reservation_id = OLD.id;
    ELSIF (NEW.lapses_at, NEW.connected_at) IS DISTINCT FROM (OLD.lapses_at, OLD.connected_at) THEN
        held := ARRAY(SELECT element_id FROM grid_hold WHERE reservation_id = OLD.id);
        PERFORM grid_count(OLD, -1, held), grid_count(NEW, 1, held);
    END IF;
    RETURN NEW;
END $$;

-- What ended while a publication hung it up elsewhere.
DELETE FROM grid_hold h USING grid_reservation r
    WHERE r.id = h.reservation_id AND r.ended_at IS NOT NULL;
INSERT INTO grid_promisetotal (element_id, begins_at, until_at, lapses_at, connected_on, kva)
    SELECT h.element_id, CASE WHEN r.from_at > r.made_at THEN r.from_at END, r.until_at,
        r.lapses_at, (r.connected_at AT TIME ZONE 'Asia/Shanghai')::date, sum(r.kva)
    FROM grid_hold h JOIN grid_reservation r ON r.id = h.reservation_id GROUP BY 1, 2, 3, 4, 5;

-- What is promised of an element, half open: [from, until). Lapsed is not promised; what has power
-- is counted until the figures of the element are of a later day.
CREATE OR REPLACE FUNCTION grid_promises(element bigint)
RETURNS TABLE (kva numeric, from_at timestamptz, until_at timestamptz, connected boolean)
LANGUAGE sql STABLE AS $$
    SELECT t.kva, coalesce(t.begins_at, '-infinity'), t.until_at, t.connected_on IS NOT NULL
    FROM grid_promisetotal t
    JOIN grid_element e ON e.id = t.element_id
    LEFT JOIN grid_elementrow row ON row.id = e.row_id
    WHERE t.element_id = $1
        AND (t.connected_on IS NOT NULL OR t.lapses_at IS NULL
             OR t.lapses_at > (SELECT city_now()))
        AND (t.connected_on IS NULL OR row.data_date IS NULL OR t.connected_on >= row.data_date)
$$;

-- The most that is promised at one instant of [from, until): never the sum of what follows one
-- another, which is asked only where something follows. What ends at an instant makes room for what
-- begins at it.
CREATE OR REPLACE FUNCTION grid_peak(
    element bigint, since timestamptz, until timestamptz, with_power boolean, without boolean
) RETURNS numeric LANGUAGE plpgsql STABLE AS $$
DECLARE
    together numeric;
    follows boolean;
BEGIN
    SELECT coalesce(sum(p.kva), 0), coalesce(bool_or(p.from_at > since OR p.until_at < until
            OR until IS NULL AND p.until_at IS NOT NULL), false)
        INTO together, follows
        FROM grid_promises(element) p
        WHERE (p.connected AND with_power OR NOT p.connected AND without)
            AND (p.until_at IS NULL OR p.until_at > since)
            AND (until IS NULL OR p.from_at < until);
    IF NOT follows THEN RETURN together; END IF;
    RETURN (
        WITH promised AS MATERIALIZED (
            SELECT greatest(p.from_at, since) AS begins, p.until_at AS ends, p.kva
            FROM grid_promises(element) p
            WHERE (p.connected AND with_power OR NOT p.connected AND without)
                AND (p.until_at IS NULL OR p.until_at > since)
                AND (until IS NULL OR p.from_at < until)
        )
        SELECT coalesce(max(total), 0) FROM (
            SELECT sum(kva) OVER (ORDER BY at, kva ROWS UNBOUNDED PRECEDING) AS total FROM (
                SELECT begins AS at, kva FROM promised
                UNION ALL
                SELECT ends, -kva FROM promised WHERE until IS NULL OR ends < until
            ) events WHERE at IS NOT NULL
        ) totals
    );
END $$;

-- What the whole way up can still take in [from, until); null where a figure on it is unknown.
CREATE OR REPLACE FUNCTION grid_open(element bigint, since timestamptz, until timestamptz)
RETURNS numeric LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (
        WITH way AS MATERIALIZED (
            SELECT w.id,
                grid_room(row.kind, row.rating_kva, row.max_load_kva, row.committed_kva) AS room
            FROM grid_way(element) w LEFT JOIN grid_elementrow row ON row.id = w.row_id
        ), promised AS MATERIALIZED (
            -- As `grid_peak`, of all of them at once.
            SELECT way.id, sum(p.kva) AS together, bool_or(p.from_at > since OR p.until_at < until
                OR until IS NULL AND p.until_at IS NOT NULL) AS follows
            FROM way CROSS JOIN LATERAL grid_promises(way.id) p
            WHERE way.room < 'Infinity' AND (p.until_at IS NULL OR p.until_at > since)
                AND (until IS NULL OR p.from_at < until)
            GROUP BY way.id
        )
        SELECT CASE WHEN count(*) = count(room) THEN nullif(min(room - CASE
                WHEN promised.id IS NULL THEN 0
                WHEN follows THEN grid_peak(way.id, since, until, true, true)
                ELSE together END), 'Infinity') END
        FROM way LEFT JOIN promised ON promised.id = way.id
    );
END $$;
"""

SHORTAGES = """
-- Elements of which more is promised than there is, since their figures were lowered: with their
-- room; null where it is not known any more, and then only what has no power yet is short.
CREATE OR REPLACE FUNCTION grid_shortages()
RETURNS TABLE (element bigint, room numeric, promised numeric) LANGUAGE sql STABLE AS $$
    SELECT short.element_id, short.room, short.peak FROM (
        SELECT held.element_id, figures.room,
            grid_peak(held.element_id, city_now(), NULL, figures.room IS NOT NULL, true) AS peak
        FROM (
            SELECT t.element_id, sum(t.kva) AS total FROM grid_promisetotal t
            WHERE t.connected_on IS NOT NULL OR t.lapses_at IS NULL
                OR t.lapses_at > (SELECT city_now())
            GROUP BY t.element_id
        ) held
        JOIN grid_element e ON e.id = held.element_id
        LEFT JOIN grid_elementrow row ON row.id = e.row_id
        CROSS JOIN LATERAL (
            SELECT grid_room(row.kind, row.rating_kva, row.max_load_kva, row.committed_kva) AS room
        ) figures
        -- What fits all at once needs no look at each instant.
        WHERE figures.room IS NULL OR held.total > figures.room
    ) short WHERE short.peak > coalesce(short.room, 0)
$$;
"""

NO_COUNT = (
    elements.FUNCTIONS.replace("CREATE ", "CREATE OR REPLACE ")
    + points.FUNCTIONS.replace("CREATE ", "CREATE OR REPLACE ")
    + """
DROP TRIGGER grid_hold_counted ON grid_hold;
DROP TRIGGER grid_hold_counted_off ON grid_hold;
DROP FUNCTION grid_hold_counted();
DROP FUNCTION grid_count(grid_reservation, integer, bigint[]);
"""
)


class Migration(migrations.Migration):
    dependencies = [("grid", "0007_points")]

    operations = [
        migrations.AddField(
            "reservation", "made_at",
            models.DateTimeField(db_default=core.clock.CityNow(), editable=False),
        ),
        migrations.RunSQL(PROMISED_AT, migrations.RunSQL.noop),
        migrations.CreateModel(
            "PromiseTotal",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("begins_at", models.DateTimeField(null=True)),
                ("until_at", models.DateTimeField(null=True)),
                ("lapses_at", models.DateTimeField(null=True)),
                ("connected_on", models.DateField(null=True)),
                ("kva", models.DecimalField(max_digits=16, decimal_places=2)),
                ("element", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="totals", to="grid.element", db_index=False)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("element", "begins_at", "until_at", "lapses_at", "connected_on"),
                        nulls_distinct=False, name="promised_once_added_up",
                    ),
                    models.CheckConstraint(condition=Q(kva__gte=0), name="total_not_negative"),
                ],
            },
        ),
        migrations.RunSQL(COUNT + SHORTAGES, NO_COUNT),
    ]
