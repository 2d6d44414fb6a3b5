"""Who was awaited while a follow-up of a low rating was late: the supply company, to its close."""

from typing import Final

from django.db import migrations

STAYS: Final = """
CREATE OR REPLACE FUNCTION late_stays(ids bigint[]) RETURNS TABLE (
    clock bigint, party text, since timestamptz, until timestamptz, now boolean
) LANGUAGE sql AS $$
    -- The first late 00:00 belongs to who was awaited then, so a span begins just before it.
    WITH late AS (
        SELECT id, case_ref, part, kind, stopped_at, breached_at - interval '1 microsecond' AS since,
            coalesce(stopped_at, 'infinity') AS until
        FROM deadlines_clock WHERE breached_at IS NOT NULL AND id = ANY (ids)
    ), steps AS (
        -- Cases, and sets of permits: every entry that says so names who holds it from then on.
        SELECT l.id, CASE e.holder WHEN 'government' THEN 'set' ELSE e.holder END AS party,
            e.at, e.case_seq
        FROM late l JOIN ledger_entry e ON e.case_ref = l.case_ref AND e.holder <> ''
        WHERE l.part IS NULL OR l.kind = 'set'
        UNION ALL
        -- Permits: whose turn it is in each state.
        SELECT l.id, CASE
                WHEN e.to_state IN ('received', 'accepted', 'suspended') THEN p.bureau
                WHEN e.to_state IN ('awaiting_supplement', 'awaiting_commitment') THEN 'supplier'
                ELSE '' END,
            e.at, e.case_seq
        FROM late l JOIN approvals_permit p ON p.ref = l.part
        JOIN ledger_entry e ON e.case_ref = l.case_ref AND e.part = p.ref AND e.to_state <> ''
        UNION ALL
        -- Before this filing, and after an earlier one that it continues, the applicant; a follow-up
        -- is the supply company's from the rating on, and its own record names no holder.
        SELECT id, CASE kind WHEN 'follow_up' THEN 'supplier' ELSE 'applicant' END, '-infinity', 0
        FROM late WHERE part IS NULL
    ), stays AS (
        SELECT id, party, at AS since, lead(at) OVER (PARTITION BY id ORDER BY case_seq) AS until
        FROM steps
    )
    SELECT l.id, s.party, greatest(s.since, l.since),
        coalesce(least(s.until, l.stopped_at), greatest(city_now(), s.since)),
        s.until IS NULL AND l.stopped_at IS NULL
    FROM late l JOIN stays s USING (id)
    WHERE s.party NOT IN ('', 'nobody') AND s.since < l.until
        AND (s.until IS NULL OR s.until > l.since AND s.until > s.since)
    ORDER BY l.id, s.since
$$;
"""
#: The line that is new, and what stood in its place.
NEW: Final = """        -- Before this filing, and after an earlier one that it continues, the applicant; a follow-up
        -- is the supply company's from the rating on, and its own record names no holder.
        SELECT id, CASE kind WHEN 'follow_up' THEN 'supplier' ELSE 'applicant' END, '-infinity', 0
        FROM late WHERE part IS NULL
"""
BEFORE: Final = """        -- Before this filing, and after an earlier one that it continues.
        SELECT id, 'applicant', '-infinity', 0 FROM late WHERE part IS NULL
"""


class Migration(migrations.Migration):
    dependencies = [
        ("oversight", "0003_kept_for_its_desk"),
        ("deadlines", "0009_follow_up"),
    ]

    operations = [migrations.RunSQL(STAYS, STAYS.replace(NEW, BEFORE))]
