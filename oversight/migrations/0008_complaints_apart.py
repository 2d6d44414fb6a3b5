"""Complaints about charges are late by a list of their own, as orders are: nobody is awaited in them
but the regulator."""

from typing import Final

from django.db import migrations

KEEP: Final = """
CREATE OR REPLACE FUNCTION late_keep(ids bigint[]) RETURNS void LANGUAGE sql AS $$
    DELETE FROM oversight_lateparty WHERE clock_id = ANY (ids);
    INSERT INTO oversight_lateparty (clock_id, party, district, breached_at, now)
    SELECT c.id, s.party, c.district, c.breached_at, bool_or(s.now)
    FROM late_stays(ids) s JOIN deadlines_clock c ON c.id = s.clock
    WHERE c.kind NOT IN ({apart}) GROUP BY c.id, s.party;
$$;
"""
BEFORE: Final = "'rectification', 'check'"


class Migration(migrations.Migration):
    dependencies = [("oversight", "0007_issuer"), ("deadlines", "0015_complaint")]

    operations = [
        migrations.RunSQL(
            KEEP.format(apart=f"{BEFORE}, 'complaint'"), KEEP.format(apart=BEFORE)
        )
    ]
