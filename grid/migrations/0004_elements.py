"""Rows of open capacity become elements of the grid; what was published stays what it said.

A row said what one line could still take: as an element its load is what was missing to its
capacity, so that the open figure of every publication stays the same.
"""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

import grid.geometry

STANDING = Q(replaced_in__isnull=True)
KVA = {"max_digits": 12, "decimal_places": 2}

CARRY_OVER = """
ALTER TABLE grid_elementrow DISABLE TRIGGER grid_capacityrow_keep;
UPDATE grid_elementrow SET
    kind = 'line',
    code = left(substation || '/' || transformer || '/' || line, 20) || '-'
        || left(md5(concat_ws('/', district, substation, transformer, line)), 12),
    name = left(concat_ws(' ', substation, transformer, line), 200),
    rating_kva = capacity_kva, max_load_kva = capacity_kva - open_kva, committed_kva = 0;
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE grid_elementrow ENABLE TRIGGER grid_capacityrow_keep;
"""

IDENTITIES = """
INSERT INTO grid_element (code, row_id)
SELECT code, max(id) FILTER (WHERE replaced_in_id IS NULL) FROM grid_elementrow GROUP BY code;
"""

#: Nearest by what a box says at least, then exactly.
NEAREST = """
CREATE INDEX element_place ON grid_elementrow USING gist (box(polygon(pclose(shape))))
    WHERE replaced_in_id IS NULL AND shape IS NOT NULL;
"""

FUNCTIONS = """
-- What an element can take by its own figures. Null is unknown; what only passes power on and has
-- no figures limits nothing.
CREATE FUNCTION grid_room(kind text, rating numeric, load numeric, committed numeric)
RETURNS numeric LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE
        WHEN kind IN ('substation', 'bus') AND (rating IS NULL OR load IS NULL OR committed IS NULL)
        THEN 'Infinity'::numeric ELSE rating - load - committed END
$$;

-- The element and everything that feeds it.
CREATE FUNCTION grid_way(element bigint) RETURNS TABLE (id bigint, row_id bigint, depth integer)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    WITH RECURSIVE way AS (
        SELECT e.id, e.row_id, e.parent_id, 0 AS depth FROM grid_element e WHERE e.id = $1
        UNION ALL
        SELECT e.id, e.row_id, e.parent_id, way.depth + 1
        FROM way JOIN grid_element e ON e.id = way.parent_id WHERE way.depth < 1000
    ) SELECT way.id, way.row_id, way.depth FROM way
$$;

-- What is promised of an element at an instant, half open: [from, until). Lapsed is not promised;
-- what has power is counted until the figures of the element are of a later day.
CREATE FUNCTION grid_promises(element bigint)
RETURNS TABLE (kva numeric, from_at timestamptz, until_at timestamptz, connected boolean)
LANGUAGE sql STABLE AS $$
    SELECT r.kva, r.from_at, r.until_at, r.connected_at IS NOT NULL
    FROM grid_hold h
    JOIN grid_reservation r ON r.id = h.reservation_id
    JOIN grid_element e ON e.id = h.element_id
    LEFT JOIN grid_elementrow row ON row.id = e.row_id
    WHERE h.element_id = $1 AND r.ended_at IS NULL
        AND (r.connected_at IS NOT NULL OR r.lapses_at IS NULL OR r.lapses_at > city_now())
        AND (r.connected_at IS NULL OR row.data_date IS NULL
             OR (r.connected_at AT TIME ZONE 'Asia/Shanghai')::date >= row.data_date)
$$;

-- The most that is promised at one instant of [from, until): never the sum of what follows one
-- another. What ends at an instant makes room for what begins at it. (In PL/pgSQL, as `grid_open`,
-- so that its plan is made once a session and not once a row.)
CREATE FUNCTION grid_peak(
    element bigint, since timestamptz, until timestamptz, with_power boolean, without boolean
) RETURNS numeric LANGUAGE plpgsql STABLE AS $$
BEGIN
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
CREATE FUNCTION grid_offered(element bigint, since timestamptz, until timestamptz)
RETURNS numeric LANGUAGE sql STABLE AS $$ SELECT grid_peak($1, $2, $3, false, true) $$;
CREATE FUNCTION grid_connected(element bigint, since timestamptz, until timestamptz)
RETURNS numeric LANGUAGE sql STABLE AS $$ SELECT grid_peak($1, $2, $3, true, false) $$;

-- What the whole way up can still take in [from, until); null where a figure on it is unknown.
CREATE FUNCTION grid_open(element bigint, since timestamptz, until timestamptz)
RETURNS numeric LANGUAGE plpgsql STABLE AS $$
DECLARE
    least_room numeric := 'Infinity';
    passed record;
    key bigint := element;
BEGIN
    FOR depth IN 0..1000 LOOP
        SELECT e.parent_id,
            grid_room(row.kind, row.rating_kva, row.max_load_kva, row.committed_kva) AS room,
            EXISTS (SELECT FROM grid_hold h WHERE h.element_id = e.id) AS held
            INTO passed
            FROM grid_element e LEFT JOIN grid_elementrow row ON row.id = e.row_id
            WHERE e.id = key;
        IF passed.room IS NULL THEN RETURN NULL; END IF;
        IF passed.room < 'Infinity' THEN
            least_room := least(least_room, passed.room - CASE WHEN passed.held
                THEN grid_peak(key, since, until, true, true) ELSE 0 END);
        END IF;
        key := passed.parent_id;
        EXIT WHEN key IS NULL;
    END LOOP;
    RETURN nullif(least_room, 'Infinity');
END $$;

CREATE FUNCTION grid_free(element bigint, since timestamptz, until timestamptz)
RETURNS numeric LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN open < 0 THEN 0 ELSE open END FROM (SELECT grid_open($1, $2, $3) AS open) o
$$;

-- The referee of every promise, whoever makes it: under the element's lock, never more than there
-- is. Whoever reserves takes the locks of a way in the order of their keys.
CREATE FUNCTION grid_hold_fits() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    promise grid_reservation;
    room numeric;
BEGIN
    -- Where a publication hangs elements up elsewhere, what is too much is shown as a shortage.
    IF pg_has_role(current_user, (SELECT relowner FROM pg_class WHERE oid = 'grid_hold'::regclass),
                   'MEMBER')
    THEN RETURN NEW; END IF;
    PERFORM 1 FROM grid_element WHERE id = NEW.element_id FOR UPDATE;
    SELECT * INTO promise FROM grid_reservation WHERE id = NEW.reservation_id;
    SELECT grid_room(row.kind, row.rating_kva, row.max_load_kva, row.committed_kva) INTO room
        FROM grid_element e JOIN grid_elementrow row ON row.id = e.row_id
        WHERE e.id = NEW.element_id;
    IF room IS NULL OR grid_peak(NEW.element_id, promise.from_at, promise.until_at, true, true) > room
    THEN
        RAISE EXCEPTION 'more is promised of an element than there is' USING ERRCODE = 'TD410';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER grid_hold_fits AFTER INSERT ON grid_hold
    FOR EACH ROW EXECUTE FUNCTION grid_hold_fits();

-- Let the elements follow a publication, under a lock that lets no promise be made meanwhile: the
-- identities of new codes, the rows of all, what feeds them, and the holds of every promise along
-- its way up as it is now.
CREATE FUNCTION grid_follow(publication bigint) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public AS $$
BEGIN
    LOCK TABLE grid_element IN EXCLUSIVE MODE;
    UPDATE grid_element SET row_id = NULL FROM grid_elementrow row
        WHERE row.id = grid_element.row_id AND row.replaced_in_id = publication;
    INSERT INTO grid_element (code, row_id)
        SELECT code, id FROM grid_elementrow WHERE publication_id = publication
        ON CONFLICT (code) DO UPDATE SET row_id = excluded.row_id;
    UPDATE grid_element SET parent_id = feeder.id
        FROM grid_elementrow row LEFT JOIN grid_element feeder ON feeder.code = row.fed_from
        WHERE row.id = grid_element.row_id
            AND grid_element.parent_id IS DISTINCT FROM feeder.id;
    WITH ways AS (
        SELECT r.id AS reservation_id, way.id AS element_id
        FROM grid_reservation r, LATERAL grid_way(r.element_id) way WHERE r.ended_at IS NULL
    ), gone AS (
        DELETE FROM grid_hold h WHERE NOT EXISTS (
            SELECT FROM ways w
            WHERE (w.reservation_id, w.element_id) = (h.reservation_id, h.element_id)
        )
    )
    INSERT INTO grid_hold (reservation_id, element_id) SELECT * FROM ways ON CONFLICT DO NOTHING;
    -- After a first load the planner still takes the tables for small ones.
    IF (SELECT count(*) FROM (
        SELECT FROM grid_elementrow WHERE publication_id = publication LIMIT 1000) many) = 1000
    THEN
        ANALYZE grid_element;
        ANALYZE grid_elementrow;
    END IF;
END $$;

-- What was promised never becomes another promise: it ends, lapses later, or gets its power. Only
-- here a hold is taken off.
CREATE FUNCTION grid_reservation_keep() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public AS $$
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
    IF NEW.ended_at IS NOT NULL THEN
        DELETE FROM grid_hold WHERE reservation_id = OLD.id;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER grid_reservation_keep BEFORE UPDATE ON grid_reservation
    FOR EACH ROW EXECUTE FUNCTION grid_reservation_keep();
"""

NO_FUNCTIONS = """
DROP TRIGGER grid_reservation_keep ON grid_reservation;
DROP FUNCTION grid_reservation_keep();
DROP FUNCTION grid_follow(bigint);
DROP TRIGGER grid_hold_fits ON grid_hold;
DROP FUNCTION grid_hold_fits();
DROP FUNCTION grid_free(bigint, timestamptz, timestamptz);
DROP FUNCTION grid_open(bigint, timestamptz, timestamptz);
DROP FUNCTION grid_connected(bigint, timestamptz, timestamptz);
DROP FUNCTION grid_offered(bigint, timestamptz, timestamptz);
DROP FUNCTION grid_peak(bigint, timestamptz, timestamptz, boolean, boolean);
DROP FUNCTION grid_promises(bigint);
DROP FUNCTION grid_way(bigint);
DROP FUNCTION grid_room(text, numeric, numeric, numeric);
"""


class Migration(migrations.Migration):
    dependencies = [("grid", "0003_open_capacity"), ("publishing", "0002_roads")]

    operations = [
        migrations.RemoveConstraint("capacityrow", "one_standing_capacity_row"),
        migrations.RemoveConstraint("capacityrow", "open_within_capacity"),
        migrations.RemoveIndex("capacityrow", "capacity_order"),
        migrations.RenameModel("CapacityRow", "ElementRow"),
        migrations.AddField("elementrow", "code", models.CharField(max_length=60, default=""), preserve_default=False),
        migrations.AddField(
            "elementrow", "kind",
            models.CharField(
                max_length=20, default="",
                choices=[
                    ("substation", "Substation"), ("transformer", "Main transformer"),
                    ("bus", "Bus"), ("line", "Line"),
                    ("public_transformer", "Public transformer"),
                ],
            ),
            preserve_default=False,
        ),
        migrations.AddField("elementrow", "name", models.CharField(max_length=200, default=""), preserve_default=False),
        migrations.AddField("elementrow", "fed_from", models.CharField(max_length=60, blank=True, default=""), preserve_default=False),
        *(
            migrations.AddField("elementrow", name, models.DecimalField(null=True, **KVA))
            for name in (
                "rating_kva", "max_load_kva", "committed_kva",
                "generation_limit_kva", "generation_kva",
            )
        ),
        migrations.AddField(
            "elementrow", "datum",
            models.CharField(
                max_length=10, blank=True, default="",
                choices=[("cgcs2000", "CGCS2000"), ("wgs84", "WGS 84")],
            ),
            preserve_default=False,
        ),
        migrations.AddField("elementrow", "geometry", models.TextField(blank=True, default=""), preserve_default=False),
        migrations.AddField("elementrow", "shape", grid.geometry.PathField(null=True)),
        migrations.RunSQL(CARRY_OVER, migrations.RunSQL.noop),
        *(
            migrations.RemoveField("elementrow", name)
            for name in ("substation", "transformer", "line", "capacity_kva", "open_kva")
        ),
        migrations.AlterModelOptions("elementrow", {"ordering": ("district", "code", "id")}),
        migrations.AddIndex(
            "elementrow",
            models.Index(fields=["district", "code", "id"], name="element_order", condition=STANDING),
        ),
        migrations.AddConstraint(
            "elementrow",
            models.UniqueConstraint(fields=["code"], condition=STANDING, name="one_standing_row_of_an_element"),
        ),
        migrations.AddConstraint(
            "elementrow",
            models.CheckConstraint(
                condition=Q(kind__in=["substation", "transformer", "bus", "line", "public_transformer"]),
                name="element_kind_known",
            ),
        ),
        migrations.AddConstraint(
            "elementrow",
            models.CheckConstraint(
                condition=Q(geometry="", shape=None) | ~Q(geometry="") & ~Q(datum=""),
                name="geometry_has_datum",
            ),
        ),
        migrations.AddConstraint(
            "elementrow", models.CheckConstraint(condition=~Q(code=""), name="element_has_code")
        ),
        migrations.CreateModel(
            "Element",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=60, unique=True)),
                ("row", models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="element", to="grid.elementrow")),
                ("parent", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="children", to="grid.element")),
            ],
        ),
        migrations.RunSQL(IDENTITIES, migrations.RunSQL.noop),
        migrations.CreateModel(
            "Reservation",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("case_ref", models.UUIDField()),
                ("number", models.CharField(max_length=20)),
                ("source", models.PositiveSmallIntegerField(default=1)),
                ("kva", models.DecimalField(**KVA)),
                ("from_at", models.DateTimeField()),
                ("until_at", models.DateTimeField(null=True)),
                ("lapses_at", models.DateTimeField(null=True)),
                ("connected_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("ending", models.CharField(max_length=8, blank=True, choices=[("moved", "replaced by another plan"), ("lapsed", "the plan lapsed"), ("ended", "the case ended")])),
                ("element", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="reservations", to="grid.element")),
            ],
            options={
                "indexes": [
                    models.Index(fields=["case_ref", "source"], name="reservation_of_case"),
                    models.Index(fields=["ended_at"], name="reservation_ended", condition=Q(ended_at__isnull=False)),
                    models.Index(fields=["lapses_at"], name="reservation_lapses", condition=Q(ended_at=None, lapses_at__isnull=False)),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=["case_ref", "source"], condition=Q(ended_at=None), name="one_reservation_of_a_source"),
                    models.CheckConstraint(condition=Q(kva__gt=0), name="reservation_of_something"),
                    models.CheckConstraint(condition=Q(until_at=None) | Q(until_at__gt=F("from_at")), name="reservation_from_before_until"),
                    models.CheckConstraint(condition=Q(ended_at=None, ending="") | Q(ended_at__isnull=False) & ~Q(ending=""), name="reservation_ends_for_a_reason"),
                ],
            },
        ),
        migrations.CreateModel(
            "Hold",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("element", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="holds", to="grid.element")),
                ("reservation", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="holds", to="grid.reservation")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=["element", "reservation"], name="one_hold_of_each")],
            },
        ),
        migrations.CreateModel(
            "Waiting",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("case_ref", models.UUIDField()),
                ("number", models.CharField(max_length=20)),
                ("kva", models.DecimalField(**KVA)),
                ("since", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("element", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="waiting", to="grid.element")),
            ],
            options={
                "indexes": [models.Index(fields=["since", "id"], name="waiting_order", condition=Q(ended_at=None))],
                "constraints": [
                    models.UniqueConstraint(fields=["case_ref"], condition=Q(ended_at=None), name="waits_once"),
                    models.CheckConstraint(condition=Q(kva__gt=0), name="waits_for_something"),
                ],
            },
        ),
        migrations.RunSQL(NEAREST, "DROP INDEX element_place"),
        migrations.RunSQL(FUNCTIONS, NO_FUNCTIONS),
    ]
