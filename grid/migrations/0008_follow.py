"""Elements follow a publication with one write each: identity, what feeds it and its area at once,
where what feeds it is known already. A publication of elements changes no area of others. And a row
that is replaced is compared with what it was as it is stored, without JSON."""

from typing import Final

from django.db import migrations

FOLLOW: Final = """
CREATE OR REPLACE FUNCTION grid_follow(publication bigint) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public AS $$
BEGIN
    LOCK TABLE grid_element IN EXCLUSIVE MODE;
    {identities}
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
"""
AT_ONCE: Final = """
    INSERT INTO grid_element (code, row_id, parent_id, area_id)
        SELECT row.code, row.id, feeder.id, (
            SELECT a.id FROM grid_arearow a
            WHERE a.replaced_in_id IS NULL AND polygon(a.shape) @> row.middle
            ORDER BY a.code LIMIT 1
        )
        FROM grid_elementrow row LEFT JOIN grid_element feeder ON feeder.code = row.fed_from
        WHERE row.publication_id = publication
        ON CONFLICT (code) DO UPDATE SET row_id = excluded.row_id,
            parent_id = excluded.parent_id, area_id = excluded.area_id;
    -- What still has a row that this publication replaced is withdrawn.
    UPDATE grid_element SET row_id = NULL, area_id = NULL FROM grid_elementrow row
        WHERE row.id = grid_element.row_id AND row.replaced_in_id = publication;
"""
ONE_BY_ONE: Final = """
    UPDATE grid_element SET row_id = NULL FROM grid_elementrow row
        WHERE row.id = grid_element.row_id AND row.replaced_in_id = publication;
    INSERT INTO grid_element (code, row_id)
        SELECT code, id FROM grid_elementrow WHERE publication_id = publication
        ON CONFLICT (code) DO UPDATE SET row_id = excluded.row_id;
"""
KEEP_ROW: Final = """
CREATE OR REPLACE FUNCTION grid_keep_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.replaced_in_id IS NULL AND NEW.replaced_in_id IS NOT NULL THEN
        OLD.replaced_in_id := NEW.replaced_in_id;
        -- A generated column is not computed yet when this runs: it follows from the others.
        IF {as_stored} to_jsonb(NEW) - 'begins_at' = to_jsonb(OLD) - 'begins_at' THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'what is published stays' USING ERRCODE = 'TD403';
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("grid", "0007_points")]

    operations = [
        migrations.RunSQL(FOLLOW.format(identities=AT_ONCE), FOLLOW.format(identities=ONE_BY_ONE)),
        migrations.RunSQL(
            KEEP_ROW.format(as_stored="NEW *= OLD OR"), KEEP_ROW.format(as_stored="")
        ),
    ]
