"""What the work list is ordered and counted by is kept with the case, by the database alone.

The instant stays the clocks': every change of a limited clock of a case, by whatever path, brings
it here in the same transaction; and every change of its permits, what they want of us.
"""

from datetime import UTC, datetime
from typing import Final

from django.contrib.postgres.indexes import OpClass
from django.db import migrations, models
from django.db.models import Case, Q, Value, When
from django.db.models.functions import Reverse

NEVER: Final = datetime(9999, 1, 1, tzinfo=UTC)
OURS: Final = Q(holder="supplier") | Q(state="permits") & ~Q(wanted="")

KEEP: Final = """
CREATE FUNCTION case_keep_limits(which uuid) RETURNS void LANGUAGE sql AS $$
    UPDATE applications_application a SET runs_out = k.runs_out, late_at = k.late_at
    FROM (
        SELECT coalesce(min(least(late_from, breached_at)), '9999-01-01Z'::timestamptz) AS runs_out,
            min(least(late_from, breached_at)) FILTER (WHERE NOT target) AS late_at
        FROM deadlines_clock
        WHERE case_ref = which AND part IS NULL AND limit_days IS NOT NULL AND state <> 'stopped'
    ) k
    WHERE a.ref = which AND (a.runs_out, a.late_at) IS DISTINCT FROM (k.runs_out, k.late_at)
$$;
CREATE FUNCTION case_keep_wanted(which uuid) RETURNS void LANGUAGE sql AS $$
    UPDATE applications_application a SET wanted = k.wanted
    FROM (
        SELECT CASE WHEN bool_or(p.state IN ('awaiting_supplement', 'awaiting_commitment'))
                THEN 'awaited'
            WHEN bool_or(p.state = 'refused') THEN 'refused' ELSE '' END AS wanted
        FROM approvals_permit p
        JOIN approvals_round r ON r.id = p.round_id
        JOIN approvals_lineworks l ON l.id = p.line_works_id AND l.round_number = r.number
        WHERE p.case_ref = which
    ) k
    WHERE a.ref = which AND a.wanted <> k.wanted
$$;

CREATE FUNCTION case_hear_clock() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM case_keep_limits(NEW.case_ref);
    RETURN NULL;
END $$;
CREATE FUNCTION case_hear_permit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM case_keep_wanted(NEW.case_ref);
    RETURN NULL;
END $$;

CREATE TRIGGER case_clock_started AFTER INSERT ON deadlines_clock FOR EACH ROW
    WHEN (NEW.part IS NULL AND NEW.limit_days IS NOT NULL AND NEW.kind <> 'rectification')
    EXECUTE FUNCTION case_hear_clock();
CREATE TRIGGER case_clock_moved AFTER UPDATE ON deadlines_clock FOR EACH ROW
    WHEN (NEW.part IS NULL AND NEW.limit_days IS NOT NULL AND NEW.kind <> 'rectification'
        AND (OLD.state, OLD.late_from, OLD.breached_at)
        IS DISTINCT FROM (NEW.state, NEW.late_from, NEW.breached_at))
    EXECUTE FUNCTION case_hear_clock();
CREATE TRIGGER case_permit_begun AFTER INSERT ON approvals_permit FOR EACH ROW
    WHEN (NEW.state IN ('awaiting_supplement', 'awaiting_commitment', 'refused'))
    EXECUTE FUNCTION case_hear_permit();
CREATE TRIGGER case_permit_moved AFTER UPDATE ON approvals_permit FOR EACH ROW
    WHEN (OLD.state <> NEW.state
        AND (OLD.state IN ('awaiting_supplement', 'awaiting_commitment', 'refused')
            OR NEW.state IN ('awaiting_supplement', 'awaiting_commitment', 'refused')))
    EXECUTE FUNCTION case_hear_permit();
CREATE TRIGGER case_line_changed AFTER UPDATE ON approvals_lineworks FOR EACH ROW
    WHEN (OLD.round_number <> NEW.round_number)
    EXECUTE FUNCTION case_hear_permit();
"""
RELEASE: Final = """
DROP TRIGGER case_line_changed ON approvals_lineworks;
DROP TRIGGER case_permit_moved ON approvals_permit;
DROP TRIGGER case_permit_begun ON approvals_permit;
DROP TRIGGER case_clock_moved ON deadlines_clock;
DROP TRIGGER case_clock_started ON deadlines_clock;
DROP FUNCTION case_hear_permit();
DROP FUNCTION case_hear_clock();
DROP FUNCTION case_keep_wanted(uuid);
DROP FUNCTION case_keep_limits(uuid);
"""
#: Of the cases that stand open now; those that ended have what the columns begin with.
NOW: Final = """
SELECT case_keep_limits(ref), case_keep_wanted(ref) FROM applications_application
WHERE filed_at IS NOT NULL AND ended_at IS NULL
"""
OPEN: Final = Q(filed_at__isnull=False, ended_at__isnull=True)
LIMITED: Final = OPEN & Q(late_at__isnull=False)


def by_turn(name: str, *first: str) -> migrations.AddIndex:
    index = models.Index(fields=[*first, "turn", "runs_out", "id"], condition=OPEN, name=name)
    return migrations.AddIndex("application", index)


def late(name: str, *first: str) -> migrations.AddIndex:
    index = models.Index(fields=[*first, "turn", "late_at", "id"], condition=LIMITED, name=name)
    return migrations.AddIndex("application", index)


def over(name: str, *first: str) -> migrations.AddIndex:
    fields, ended = ["state", *first, "-ended_at", "-id"], Q(ended_at__isnull=False)
    return migrations.AddIndex("application", models.Index(fields=fields, condition=ended, name=name))


def newest(name: str, first: str, condition: Q | None = None) -> migrations.AddIndex:
    index = models.Index(fields=[first, "-id"], condition=condition, name=name)
    return migrations.AddIndex("application", index)


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0014_drafts"),
        ("approvals", "0004_supplements_asked"),
        ("deadlines", "0007_stopped_clocks"),
    ]

    operations = [
        migrations.AddField("application", "runs_out", models.DateTimeField(default=NEVER)),
        migrations.AddField("application", "late_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "application", "wanted", models.CharField(blank=True, default="", max_length=8)
        ),
        migrations.AddField(
            "application",
            "turn",
            models.GeneratedField(
                expression=Case(When(OURS, then=Value(0)), default=Value(1)),
                output_field=models.SmallIntegerField(),
                db_persist=True,
            ),
        ),
        migrations.RunSQL(KEEP, RELEASE),
        migrations.RunSQL(NOW, migrations.RunSQL.noop),
        # The next statement may not change a table on which triggers of this one still wait.
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.RemoveIndex("application", "case_of_party"),
        migrations.AddIndex(
            "application",
            models.Index(fields=["filed_by", "channel", "-id"], name="case_of_party"),
        ),
        migrations.RemoveIndex("application", "case_open"),
        migrations.RemoveIndex("application", "case_queue"),
        newest("case_by_district", "district"),
        newest("case_of_office", "office"),
        newest("case_by_state", "state"),
        newest("case_by_kind", "kind"),
        newest(
            "case_by_holder", "holder", Q(holder__in=["applicant", "government", "supplier"])
        ),
        by_turn("work_order"),
        by_turn("work_order_district", "district"),
        by_turn("work_order_office", "office"),
        by_turn("work_order_holder", "holder"),
        by_turn("work_district_holder", "district", "holder"),
        by_turn("work_office_holder", "office", "holder"),
        by_turn("work_order_state", "state"),
        by_turn("work_order_kind", "kind"),
        by_turn("work_kind_district", "kind", "district"),
        late("work_late"),
        late("work_late_district", "district"),
        late("work_late_office", "office"),
        over("work_ended"),
        over("work_ended_district", "district"),
        over("work_ended_office", "office"),
        over("work_ended_kind", "kind"),
        migrations.AddIndex(
            "application",
            models.Index(OpClass(Reverse("number"), "text_pattern_ops"), name="case_number_end"),
        ),
    ]
