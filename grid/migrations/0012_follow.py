"""Elements follow a publication with one write each: identity, what feeds it and its area at once,
where what feeds it is known already. A publication of elements changes no area of others. And a row
that is replaced is compared with what it was as it is stored, without JSON."""

from importlib import import_module
from typing import Any, Final

from django.db import migrations

elements: Any = import_module("grid.migrations.0004_elements")
_BODY: Final = elements.FUNCTIONS.partition("CREATE FUNCTION grid_follow")[2]
FORMER: Final = f"CREATE OR REPLACE FUNCTION grid_follow{_BODY.partition('END $$;')[0]}END $$;"

FOLLOW: Final = """
CREATE OR REPLACE FUNCTION grid_follow(publication bigint) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public AS $$
DECLARE
    moved bigint[];
BEGIN
    -- No promise is made, and none ends, meanwhile.
    LOCK TABLE grid_element IN EXCLUSIVE MODE;
    -- What is fed otherwise from now on, as far as something is promised there.
    SELECT coalesce(array_agg(e.id), '{}') INTO moved
        FROM grid_elementrow row JOIN grid_element e ON e.code = row.code
        LEFT JOIN grid_element feeder ON feeder.code = row.fed_from
        WHERE row.publication_id = publication AND e.parent_id IS DISTINCT FROM feeder.id
            AND EXISTS (SELECT FROM grid_hold h WHERE h.element_id = e.id);
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
    -- What feeds it has come with it, or is another element under the same code.
    WITH fed AS (
        UPDATE grid_element SET parent_id = feeder.id
            FROM grid_elementrow row LEFT JOIN grid_element feeder ON feeder.code = row.fed_from
            WHERE row.id = grid_element.row_id
                AND grid_element.parent_id IS DISTINCT FROM feeder.id
            RETURNING grid_element.id
    ) SELECT moved || coalesce(array_agg(id), '{}') INTO moved FROM fed;
    WITH below AS (
        SELECT DISTINCT reservation_id AS id FROM grid_hold WHERE element_id = ANY (moved)
    ), ways AS MATERIALIZED (
        SELECT r.id AS reservation_id, way.id AS element_id
        FROM below JOIN grid_reservation r USING (id), LATERAL grid_way(r.element_id) way
    ), gone AS (
        DELETE FROM grid_hold h USING below WHERE below.id = h.reservation_id AND NOT EXISTS (
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
    dependencies = [("grid", "0011_below")]

    operations = [
        migrations.RunSQL(FOLLOW, FORMER),
        migrations.RunSQL(
            KEEP_ROW.format(as_stored="NEW *= OLD OR"), KEEP_ROW.format(as_stored="")
        ),
    ]
