"""Areas of the map, in which of them each element lies, and what the grid can take in each."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

import grid.areas.place
import grid.geometry

STANDING = Q(replaced_in__isnull=True)

KEEP = """
CREATE TRIGGER grid_arearow_keep BEFORE UPDATE OR DELETE ON grid_arearow
    FOR EACH ROW EXECUTE FUNCTION grid_keep_row();
CREATE TRIGGER grid_arearow_keep_all BEFORE TRUNCATE ON grid_arearow
    FOR EACH STATEMENT EXECUTE FUNCTION grid_keep_all();
CREATE INDEX area_place ON grid_arearow USING gist (polygon(shape)) WHERE replaced_in_id IS NULL;
"""
RELEASE = """
DROP INDEX area_place;
DROP TRIGGER grid_arearow_keep_all ON grid_arearow;
DROP TRIGGER grid_arearow_keep ON grid_arearow;
"""

PLACE = """
-- Which standing area each element lies in; the edge belongs to an area, and of two that touch to
-- the first by code. No promise is made meanwhile, as when elements follow a publication.
CREATE FUNCTION grid_place() RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    LOCK TABLE grid_element IN EXCLUSIVE MODE;
    UPDATE grid_element SET area_id = found.area_id
        FROM (
            SELECT e.id, (
                SELECT a.id FROM grid_arearow a
                WHERE a.replaced_in_id IS NULL AND polygon(a.shape) @> row.middle
                ORDER BY a.code LIMIT 1
            ) AS area_id
            FROM grid_element e LEFT JOIN grid_elementrow row ON row.id = e.row_id
        ) found
        WHERE found.id = grid_element.id AND grid_element.area_id IS DISTINCT FROM found.area_id;
END $$;
"""
NO_PLACE = "DROP FUNCTION grid_place()"

FIGURES = """
CREATE VIEW grid_areafigures AS
WITH RECURSIVE held AS MATERIALIZED (
    SELECT h.element_id AS id,
        grid_peak(h.element_id, city_now(), NULL, true, true) AS promised,
        grid_offered(h.element_id, city_now(), NULL) AS offered,
        grid_connected(h.element_id, city_now(), NULL) AS connected
    FROM (SELECT DISTINCT element_id FROM grid_hold) h
), own AS MATERIALIZED (
    SELECT e.id, e.parent_id, e.area_id,
        e.area_id IS NOT NULL AND row.kind IN ('line', 'public_transformer') AS connects,
        coalesce(row.limited, true) AS limited, row.rating_kva, row.max_load_kva,
        row.committed_kva + coalesce(held.connected, 0) AS committed_kva,
        coalesce(held.offered, 0) AS offered_kva,
        grid_room(row.kind, row.rating_kva, row.max_load_kva, row.committed_kva)
            - coalesce(held.promised, 0) AS room
    FROM grid_element e
    LEFT JOIN grid_elementrow row ON row.id = e.row_id
    LEFT JOIN held ON held.id = e.id
), down AS (
    -- From what nothing feeds: what the whole way can still take, and in which areas something on
    -- the way takes customers already.
    SELECT own.*, room AS open, 0 AS depth, '{}'::bigint[] AS above FROM own WHERE parent_id IS NULL
    UNION ALL
    SELECT own.*,
        CASE WHEN down.open IS NULL OR own.room IS NULL THEN NULL
            ELSE least(down.open, own.room) END,
        down.depth + 1,
        CASE WHEN down.connects THEN down.above || down.area_id ELSE down.above END
    FROM down JOIN own ON own.parent_id = down.id
), first AS MATERIALIZED (
    -- What takes customers in an area and is fed from outside of it.
    SELECT * FROM down WHERE connects AND NOT area_id = ANY (above)
), feeder AS MATERIALIZED (
    SELECT id, parent_id, greatest(room, 0) AS room FROM own
    WHERE id IN (SELECT parent_id FROM own)
), up AS (
    -- From the deepest to what nothing feeds: what an area can take at once over an element is the
    -- sum of what comes from below, and no more than its own room. `at` is null at the end.
    SELECT parent_id AS at, area_id, sum(greatest(room, 0)) AS kva, depth - 1 AS depth,
        (SELECT max(depth) - 1 FROM first) AS level
    FROM first WHERE NOT limited AND open IS NOT NULL GROUP BY parent_id, area_id, depth
    UNION ALL
    SELECT CASE WHEN depth = level THEN feeder.parent_id ELSE at END, area_id,
        CASE WHEN depth = level THEN least(kva, feeder.room) ELSE kva END,
        least(depth, level - 1), level - 1
    FROM (
        SELECT DISTINCT at, area_id, depth, level,
            sum(kva) OVER (PARTITION BY at, area_id) AS kva
        FROM up
    ) below JOIN feeder ON feeder.id = at
), taken AS (
    SELECT area_id, sum(kva) AS open_kva FROM up WHERE at IS NULL GROUP BY area_id
), counted AS (
    SELECT area_id, count(*) AS elements,
        count(*) FILTER (WHERE open > 0 AND NOT limited) AS with_room,
        count(*) FILTER (WHERE open IS NULL) AS unknown
    FROM down WHERE connects GROUP BY area_id
), summed AS (
    SELECT area_id, sum(rating_kva) AS rated_kva, sum(max_load_kva) AS load_kva,
        sum(committed_kva) AS committed_kva, sum(offered_kva) AS offered_kva,
        sum(rating_kva) FILTER (WHERE open IS NOT NULL) AS known_kva, count(open) > 0 AS known
    FROM first GROUP BY area_id
), waiting AS (
    SELECT e.area_id, count(*) AS cases
    FROM grid_waiting w JOIN grid_element e ON e.id = w.element_id
    WHERE w.ended_at IS NULL GROUP BY e.area_id
)
SELECT a.id AS area_id, coalesce(c.elements, 0)::integer AS elements,
    coalesce(c.with_room, 0)::integer AS with_room, coalesce(c.unknown, 0)::integer AS unknown,
    s.rated_kva, s.load_kva, s.committed_kva, coalesce(s.offered_kva, 0) AS offered_kva,
    s.known_kva,
    CASE WHEN s.known THEN coalesce(t.open_kva, 0) END AS open_kva,
    coalesce(w.cases, 0)::integer AS waiting
FROM grid_arearow a
LEFT JOIN counted c ON c.area_id = a.id
LEFT JOIN summed s ON s.area_id = a.id
LEFT JOIN taken t ON t.area_id = a.id
LEFT JOIN waiting w ON w.area_id = a.id
WHERE a.replaced_in_id IS NULL;
"""
NO_FIGURES = "DROP VIEW grid_areafigures"


def kva(**more):
    return models.DecimalField(max_digits=16, decimal_places=2, **more)


class Migration(migrations.Migration):
    dependencies = [("grid", "0005_rental")]

    operations = [
        migrations.CreateModel(
            "AreaRow",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("source", models.CharField(max_length=300)),
                ("code", models.CharField(max_length=40)),
                ("name", models.CharField(max_length=200)),
                ("district", models.CharField(max_length=12)),
                ("datum", models.CharField(max_length=10)),
                ("geometry", models.TextField()),
                ("shape", grid.geometry.PathField()),
                (
                    "publication",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="publishing.publication",
                    ),
                ),
                (
                    "replaced_in",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="publishing.publication",
                    ),
                ),
            ],
            options={
                "ordering": ("district", "code", "id"),
                "indexes": [
                    models.Index(
                        fields=["district", "code", "id"], name="area_order", condition=STANDING
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["code"], condition=STANDING, name="one_standing_row_of_an_area"
                    ),
                    models.CheckConstraint(
                        condition=~Q(code="") & ~Q(geometry="") & ~Q(datum=""), name="area_is_drawn"
                    ),
                    models.CheckConstraint(condition=~Q(source=""), name="area_has_source"),
                ],
            },
        ),
        migrations.AddField("elementrow", "middle", grid.areas.place.PointField(null=True)),
        migrations.AddField(
            "element",
            "area",
            models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="placed",
                to="grid.arearow",
            ),
        ),
        migrations.AddIndex(
            "element", models.Index(fields=["area", "code"], name="element_of_area")
        ),
        migrations.CreateModel(
            "AreaFigures",
            [
                (
                    "area",
                    models.OneToOneField(
                        db_column="area_id",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="figures",
                        serialize=False,
                        to="grid.arearow",
                    ),
                ),
                ("elements", models.IntegerField()),
                ("with_room", models.IntegerField()),
                ("unknown", models.IntegerField()),
                ("rated_kva", kva(null=True)),
                ("load_kva", kva(null=True)),
                ("committed_kva", kva(null=True)),
                ("offered_kva", kva()),
                ("known_kva", kva(null=True)),
                ("open_kva", kva(null=True)),
                ("waiting", models.IntegerField()),
            ],
            options={"managed": False, "db_table": "grid_areafigures"},
        ),
        migrations.RunSQL(KEEP, RELEASE),
        migrations.RunSQL(PLACE, NO_PLACE),
        migrations.RunSQL(FIGURES, NO_FIGURES),
    ]
