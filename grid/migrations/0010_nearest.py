"""The search for what is near and has room, which asks each feeder once; an index for the map."""

from django.db import migrations, models
from django.db.models import Q

NEAREST = """
-- Whether what feeds an element can take so much. `roomy` and `closed` are what a search knows
-- already: the lines of one transformer have their answer together.
CREATE FUNCTION grid_fed(feeder bigint, need numeric,
    INOUT roomy bigint[], INOUT closed bigint[], OUT fed boolean)
LANGUAGE plpgsql STABLE AS $$
DECLARE
    key bigint := feeder;
    passed record;
    path bigint[] := '{}';
BEGIN
    fed := true;
    WHILE key IS NOT NULL AND NOT key = ANY (roomy) LOOP
        path := path || key;
        fed := NOT key = ANY (closed);
        EXIT WHEN NOT fed;
        SELECT e.parent_id,
            grid_room(row.kind, row.rating_kva, row.max_load_kva, row.committed_kva) AS room,
            EXISTS (SELECT FROM grid_promisetotal t WHERE t.element_id = e.id) AS promised
            INTO passed
            FROM grid_element e LEFT JOIN grid_elementrow row ON row.id = e.row_id
            WHERE e.id = key;
        fed := coalesce(passed.room >= need, false);
        IF fed AND passed.promised AND passed.room < 'Infinity' THEN
            fed := passed.room - grid_peak(key, city_now(), NULL, true, true) >= need;
        END IF;
        EXIT WHEN NOT fed;
        key := passed.parent_id;
    END LOOP;
    IF fed THEN roomy := roomy || path; ELSE closed := closed || path; END IF;
END $$;

-- The nearest elements of some kinds at low or high voltage that can take so much (null: all of
-- them), exact. The index gives the nearest by their boxes, one by one, until enough of them have
-- room. The furthest of these says how far the nearest ones can lie: all whose boxes touch that
-- square are measured, so the answer is that of measuring every one.
CREATE FUNCTION grid_nearest(place point, need numeric, kinds text[], low boolean, low_kv numeric,
    most integer, looked_at integer)
RETURNS TABLE (element bigint, metres double precision) LANGUAGE plpgsql STABLE AS $$
DECLARE
    near record;
    roomy bigint[] := '{}';
    closed bigint[] := '{}';
    able boolean;
    found integer := 0;
    within double precision;
BEGIN
    FOR near IN
        SELECT e.id, e.parent_id, r.shape <-> place AS metres, {may} AS may
        FROM (
            SELECT * FROM grid_elementrow r WHERE {fits}
            ORDER BY box(polygon(pclose(r.shape))) <-> place LIMIT looked_at
        ) r JOIN grid_element e ON e.row_id = r.id
    LOOP
        {test}
        CONTINUE WHEN NOT able;
        within := greatest(within, near.metres + 0.001);
        found := found + 1;
        EXIT WHEN found = most;
    END LOOP;
    found := 0;
    FOR near IN
        SELECT e.id, e.parent_id, r.shape <-> place AS metres, {may} AS may
        FROM grid_elementrow r JOIN grid_element e ON e.row_id = r.id
        WHERE {fits} AND r.shape <-> place <= within AND box(polygon(pclose(r.shape))) && box(
            point(place[0] - within, place[1] - within),
            point(place[0] + within, place[1] + within))
        ORDER BY r.shape <-> place, e.id
    LOOP
        {test}
        CONTINUE WHEN NOT able;
        element := near.id;
        metres := near.metres;
        RETURN NEXT;
        found := found + 1;
        EXIT WHEN found = most;
    END LOOP;
END $$;
"""
FITS = """r.replaced_in_id IS NULL AND r.shape IS NOT NULL AND r.kind = ANY (kinds)
            AND CASE WHEN low THEN r.kind = 'public_transformer' OR r.voltage_kv < low_kv
                ELSE r.voltage_kv >= low_kv END"""
#: By its own figures alone, which is never less than what is open, and cheap to know.
MAY = """need IS NULL OR e.limited_by_id IS NULL AND coalesce(
            grid_room(r.kind, r.rating_kva, r.max_load_kva, r.committed_kva) >= need, false)"""
TEST = """able := near.may AND NOT coalesce(near.parent_id = ANY (closed), false);
        IF able AND need IS NOT NULL THEN
            SELECT f.fed, f.roomy, f.closed INTO able, roomy, closed
                FROM grid_fed(near.parent_id, need, roomy, closed) f;
            able := able AND coalesce(grid_open(near.id, city_now(), NULL) >= need, false);
        END IF;"""
SEARCH = NEAREST
for name, text in (("{fits}", FITS), ("{may}", MAY), ("{test}", TEST)):
    SEARCH = SEARCH.replace(name, text)
NO_SEARCH = """
DROP FUNCTION grid_nearest(point, numeric, text[], boolean, numeric, integer, integer);
DROP FUNCTION grid_fed(bigint, numeric, bigint[], bigint[]);
"""


class Migration(migrations.Migration):
    dependencies = [("grid", "0009_limits")]

    operations = [
        migrations.AddIndex(
            "elementrow",
            models.Index(
                fields=["-voltage_kv", "id"], name="element_voltage",
                condition=Q(replaced_in__isnull=True, shape__isnull=False),
            ),
        ),
        migrations.RunSQL(SEARCH, NO_SEARCH),
    ]
