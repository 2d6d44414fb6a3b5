"""When time that is left out by law overruns, the document of its ground, and what was late before a
permit stood still: it stays so, by the limit of the whole set too."""

from typing import Final

from django.db import migrations, models
from django.db.models import Q

#: `%s`: whether the limit of the set is one for the permit.
LIMITS: Final = """
CREATE OR REPLACE FUNCTION permit_limits(permit uuid, round bigint, state text, route text,
    OUT runs_out timestamptz, OUT late_at timestamptz, OUT own_late_at timestamptz) LANGUAGE sql STABLE AS $$
    SELECT coalesce(min(c.out) FILTER (WHERE c.state <> 'stopped'), '9999-01-01Z'),
        min(c.passed), min(c.passed) FILTER (WHERE c.part = $1)
    FROM (
        SELECT part, kind, state, least(late_from, breached_at) AS out,
            CASE WHEN target OR kind = 'intake' THEN NULL
                WHEN breached_at IS NOT NULL OR state <> 'stopped'
                THEN least(late_from, breached_at)
                WHEN late_from <= stopped_at THEN late_from END AS passed
        FROM deadlines_clock
    ) c
    WHERE c.part = ANY (ARRAY[$1, (
            SELECT r.ref FROM approvals_round r
            WHERE r.id = $2 AND {} AND $4 <> 'special'
        )])
        AND c.kind IN ('intake', 'review', 'instant', 'set')
        {}
$$;
"""
# Since when it stands still; a limit that was passed by then stays passed.
STILL: Final = """AND (c.kind <> 'set' OR $3 IN ('received', 'accepted') OR c.passed <= (
            SELECT max(s.since) FROM approvals_permit p, LATERAL (
                SELECT x.began_at AS since FROM approvals_excludedtime x
                    WHERE $3 = 'suspended' AND x.permit_id = p.id AND x.ended_at IS NULL
                UNION ALL
                SELECT i.asked_at FROM approvals_supplementitem i
                    WHERE $3 = 'awaiting_supplement' AND i.permit_id = p.id
                    AND i.supplied_at IS NULL
            ) s WHERE p.ref = $1))"""
KEPT: Final = LIMITS.format(
    "$3 IN ('received', 'accepted', 'suspended', 'awaiting_supplement')", STILL
)
BEFORE: Final = LIMITS.format("$3 IN ('received', 'accepted')", "")
NOW: Final = """
UPDATE approvals_permit p
SET runs_out = k.runs_out, late_at = k.late_at, own_late_at = k.own_late_at
FROM approvals_permit q CROSS JOIN LATERAL permit_limits(q.ref, q.round_id, q.state, q.route) k
WHERE p.id = q.id AND (p.runs_out, p.late_at, p.own_late_at)
    IS DISTINCT FROM (k.runs_out, k.late_at, k.own_late_at);
SET CONSTRAINTS ALL IMMEDIATE;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0010_supplement_items"),
        ("documents", "0008_scan_and_uploads"),
    ]

    operations = [
        migrations.AddField("excludedtime", "overruns_on", models.DateField(null=True)),
        migrations.CreateModel(
            name="GroundFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=models.PROTECT, related_name="+", to="documents.document"
                    ),
                ),
                (
                    "exclusion",
                    models.ForeignKey(
                        on_delete=models.PROTECT, related_name="+", to="approvals.excludedtime"
                    ),
                ),
            ],
        ),
        migrations.AddField(
            "excludedtime",
            "files",
            models.ManyToManyField(
                "documents.document", related_name="+", through="approvals.GroundFile"
            ),
        ),
        migrations.AddIndex(
            "excludedtime",
            models.Index(
                condition=Q(ended_at__isnull=True),
                fields=["overruns_on", "id"],
                name="exclusion_open",
            ),
        ),
        migrations.RunSQL(KEPT + NOW, BEFORE + NOW),
    ]
