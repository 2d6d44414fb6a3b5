"""What hung below an element on a day, by the rows of that day."""

from importlib import import_module
from typing import Any

from django.db import migrations, models

points: Any = import_module("grid.migrations.0007_points")

BELOW = """
DROP FUNCTION grid_below(bigint);
-- The codes of an element and of everything that it fed at an instant, by the last row of each until
-- then: what was withdrawn hangs where it hung, for whoever it feeds is still a customer.
CREATE FUNCTION grid_below(element bigint, at timestamptz) RETURNS TABLE (code text)
LANGUAGE sql STABLE AS $$
    WITH RECURSIVE below AS (
        SELECT e.code FROM grid_element e WHERE e.id = $1
        UNION
        SELECT r.code FROM below JOIN grid_elementrow r ON r.fed_from = below.code
        JOIN grid_publication made ON made.id = r.publication_id
        WHERE made.published_at < $2 AND NOT EXISTS (
            SELECT FROM grid_elementrow later JOIN grid_publication p ON p.id = later.publication_id
            WHERE later.code = r.code AND later.id > r.id AND p.published_at < $2
        )
    ) SELECT below.code FROM below
$$;
"""
NO_BELOW = """
DROP FUNCTION grid_below(bigint, timestamptz);
""" + points.FUNCTIONS.partition("-- What is counted at an instant")[0]


class Migration(migrations.Migration):
    dependencies = [("grid", "0010_nearest")]

    operations = [
        migrations.AddIndex("elementrow", models.Index(fields=["fed_from"], name="element_fed_from")),
        migrations.RunSQL(BELOW, NO_BELOW),
    ]
