"""Since when a limit of a case was passed is kept with it, also after its end, by the database alone,
as what it is listed by (order_of_work): so that what was done in time or late is a list."""

from typing import Final

from django.db import migrations, models
from django.db.models import Q

KEEP: Final = """
CREATE OR REPLACE FUNCTION case_keep_limits(which uuid) RETURNS void LANGUAGE sql AS $$
    UPDATE applications_application a
    SET runs_out = k.runs_out, late_at = k.late_at, passed_at = k.passed_at
    FROM (
        SELECT coalesce(min(least(late_from, breached_at)) FILTER (WHERE state <> 'stopped'),
                '9999-01-01Z'::timestamptz) AS runs_out,
            min(least(late_from, breached_at))
                FILTER (WHERE NOT target AND state <> 'stopped') AS late_at,
            min(breached_at) AS passed_at
        FROM deadlines_clock
        WHERE case_ref = which AND part IS NULL AND limit_days IS NOT NULL
    ) k
    WHERE a.ref = which AND (a.runs_out, a.late_at, a.passed_at)
        IS DISTINCT FROM (k.runs_out, k.late_at, k.passed_at)
$$;
"""
BEFORE: Final = """
CREATE OR REPLACE FUNCTION case_keep_limits(which uuid) RETURNS void LANGUAGE sql AS $$
    UPDATE applications_application a SET runs_out = k.runs_out, late_at = k.late_at
    FROM (
        SELECT coalesce(min(least(late_from, breached_at)), '9999-01-01Z'::timestamptz) AS runs_out,
            min(least(late_from, breached_at)) FILTER (WHERE NOT target) AS late_at
        FROM deadlines_clock
        WHERE case_ref = which AND part IS NULL AND limit_days IS NOT NULL AND state <> 'stopped'
    ) k
    WHERE a.ref = which AND (a.runs_out, a.late_at) IS DISTINCT FROM (k.runs_out, k.late_at)
$$;
"""
NOW: Final = """
UPDATE applications_application a SET passed_at = k.passed_at
FROM (
    SELECT case_ref, min(breached_at) AS passed_at FROM deadlines_clock
    WHERE part IS NULL AND breached_at IS NOT NULL GROUP BY case_ref
) k
WHERE a.ref = k.case_ref
"""
OPEN: Final = Q(filed_at__isnull=False, ended_at__isnull=True)
LIMITED: Final = OPEN & Q(late_at__isnull=False)
DONE_LATE: Final = Q(state="energised", ended_at__isnull=False, passed_at__isnull=False)


def index(name: str, condition: Q, *fields: str) -> migrations.AddIndex:
    return migrations.AddIndex(
        "application", models.Index(fields=fields, condition=condition, name=name)
    )


class Migration(migrations.Migration):
    dependencies = [("applications", "0037_field"), ("deadlines", "0011_step")]

    operations = [
        migrations.AddField("application", "passed_at", models.DateTimeField(null=True)),
        migrations.RunSQL(KEEP, BEFORE),
        migrations.RunSQL(NOW, migrations.RunSQL.noop),
        # The next statement may not change a table on which triggers of this one still wait.
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        index("work_late_kind", LIMITED, "kind", "turn", "late_at", "id"),
        index("work_late_state", LIMITED, "state", "turn", "late_at", "id"),
        index("case_done_late", DONE_LATE, "-ended_at", "-id"),
        index("case_done_late_kind", DONE_LATE, "kind", "-ended_at", "-id"),
        index("case_done_late_district", DONE_LATE, "district", "-ended_at", "-id"),
    ]
