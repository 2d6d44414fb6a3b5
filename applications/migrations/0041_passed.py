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
#: Which office has a case at its counter, its permits keep too: a hall lists them by time left.
COUNTER: Final = """
CREATE FUNCTION permit_at_counter() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.office_id := (SELECT office_id FROM applications_application WHERE ref = NEW.case_ref);
    RETURN NEW;
END $$;
CREATE TRIGGER permit_begun_at_counter BEFORE INSERT ON approvals_permit FOR EACH ROW
    EXECUTE FUNCTION permit_at_counter();
CREATE FUNCTION permits_follow_counter() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE approvals_permit SET office_id = NEW.office_id WHERE case_ref = NEW.ref;
    RETURN NULL;
END $$;
CREATE TRIGGER case_counter_changed AFTER UPDATE ON applications_application FOR EACH ROW
    WHEN (OLD.office_id IS DISTINCT FROM NEW.office_id)
    EXECUTE FUNCTION permits_follow_counter();
"""
NO_COUNTER: Final = """
DROP TRIGGER case_counter_changed ON applications_application;
DROP FUNCTION permits_follow_counter();
DROP TRIGGER permit_begun_at_counter ON approvals_permit;
DROP FUNCTION permit_at_counter();
"""
AT_COUNTER: Final = """
UPDATE approvals_permit p SET office_id = a.office_id FROM applications_application a
WHERE a.ref = p.case_ref AND a.office_id IS NOT NULL
"""
OPEN: Final = Q(filed_at__isnull=False, ended_at__isnull=True)
LIMITED: Final = OPEN & Q(late_at__isnull=False)
DONE_LATE: Final = Q(state="energised", ended_at__isnull=False, passed_at__isnull=False)


def index(name: str, condition: Q, *fields: str) -> migrations.AddIndex:
    return migrations.AddIndex(
        "application", models.Index(fields=fields, condition=condition, name=name)
    )


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0040_supplement_items"),
        ("approvals", "0012_watched"),
        ("deadlines", "0011_step"),
    ]

    operations = [
        migrations.AddField("application", "passed_at", models.DateTimeField(null=True)),
        migrations.RunSQL(KEEP, BEFORE),
        migrations.RunSQL(NOW, migrations.RunSQL.noop),
        migrations.RunSQL(COUNTER, NO_COUNTER),
        migrations.RunSQL(AT_COUNTER, migrations.RunSQL.noop),
        # The next statement may not change a table on which triggers of this one still wait.
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        index("work_late_kind", LIMITED, "kind", "turn", "late_at", "id"),
        index("work_late_state", LIMITED, "state", "turn", "late_at", "id"),
        index("case_done_late", DONE_LATE, "-ended_at", "-id"),
        index("case_done_late_kind", DONE_LATE, "kind", "-ended_at", "-id"),
        index("case_done_late_district", DONE_LATE, "district", "-ended_at", "-id"),
    ]
