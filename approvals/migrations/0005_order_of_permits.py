"""What a bureau's list is ordered and counted by is kept with the permit, by the database alone.

The instant stays the clocks': every change of a clock of a permit or of its whole set, by whatever
path, brings it here in the same transaction, and so does every change of the permit's state.
"""

from datetime import UTC, datetime
from typing import Final

from django.contrib.postgres.indexes import OpClass
from django.db import migrations, models
from django.db.models import Q
from django.db.models.functions import Reverse

NEVER: Final = datetime(9999, 1, 1, tzinfo=UTC)
KEEP: Final = """
CREATE FUNCTION permit_limits(permit uuid, round bigint, state text, route text,
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
            WHERE r.id = $2 AND $3 IN ('received', 'accepted') AND $4 <> 'special'
        )])
        AND c.kind IN ('intake', 'review', 'instant', 'set')
$$;

CREATE FUNCTION permit_keep_limits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT k.runs_out, k.late_at, k.own_late_at
    INTO NEW.runs_out, NEW.late_at, NEW.own_late_at
    FROM permit_limits(NEW.ref, NEW.round_id, NEW.state, NEW.route) k;
    RETURN NEW;
END $$;
CREATE FUNCTION permit_hear_clock() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE which bigint[];
BEGIN
    -- Each by its own index: one statement for both would read all permits of the city.
    IF NEW.kind = 'set' THEN
        which := ARRAY(
            SELECT p.id FROM approvals_permit p JOIN approvals_round r ON r.id = p.round_id
            WHERE r.ref = NEW.part
        );
    ELSE
        which := ARRAY(SELECT id FROM approvals_permit WHERE ref = NEW.part);
    END IF;
    UPDATE approvals_permit p
    SET runs_out = k.runs_out, late_at = k.late_at, own_late_at = k.own_late_at
    FROM approvals_permit q
    CROSS JOIN LATERAL permit_limits(q.ref, q.round_id, q.state, q.route) k
    WHERE q.id = ANY (which) AND p.id = q.id
        AND (p.runs_out, p.late_at, p.own_late_at)
            IS DISTINCT FROM (k.runs_out, k.late_at, k.own_late_at);
    RETURN NULL;
END $$;

CREATE TRIGGER permit_moved_in_time BEFORE UPDATE ON approvals_permit FOR EACH ROW
    WHEN (OLD.state <> NEW.state) EXECUTE FUNCTION permit_keep_limits();
CREATE TRIGGER permit_clock_started AFTER INSERT ON deadlines_clock FOR EACH ROW
    WHEN (NEW.part IS NOT NULL AND NEW.limit_days IS NOT NULL)
    EXECUTE FUNCTION permit_hear_clock();
CREATE TRIGGER permit_clock_moved AFTER UPDATE ON deadlines_clock FOR EACH ROW
    WHEN (NEW.part IS NOT NULL AND NEW.limit_days IS NOT NULL
        AND (OLD.state, OLD.late_from, OLD.breached_at)
        IS DISTINCT FROM (NEW.state, NEW.late_from, NEW.breached_at))
    EXECUTE FUNCTION permit_hear_clock();
"""
RELEASE: Final = """
DROP TRIGGER permit_clock_moved ON deadlines_clock;
DROP TRIGGER permit_clock_started ON deadlines_clock;
DROP TRIGGER permit_moved_in_time ON approvals_permit;
DROP FUNCTION permit_hear_clock();
DROP FUNCTION permit_keep_limits();
DROP FUNCTION permit_limits(uuid, bigint, text, text);
"""
NOW: Final = """
UPDATE approvals_permit p
SET runs_out = k.runs_out, late_at = k.late_at, own_late_at = k.own_late_at
FROM approvals_permit q CROSS JOIN LATERAL permit_limits(q.ref, q.round_id, q.state, q.route) k
WHERE p.id = q.id AND (p.runs_out, p.late_at, p.own_late_at)
    IS DISTINCT FROM (k.runs_out, k.late_at, k.own_late_at)
"""


def in_order(name: str, *first: str) -> migrations.AddIndex:
    return migrations.AddIndex(
        "permit", models.Index(fields=[*first, "runs_out", "id"], name=name)
    )


def late(name: str, *first: str) -> migrations.AddIndex:
    limited = Q(state__in=["accepted", "received", "suspended"]) & Q(late_at__isnull=False)
    index = models.Index(fields=[*first, "late_at", "id"], condition=limited, name=name)
    return migrations.AddIndex("permit", index)


def was_late(name: str, *first: str) -> migrations.AddIndex:
    fields, passed = [*first, "-late_at", "-id"], Q(late_at__isnull=False)
    return migrations.AddIndex("permit", models.Index(fields=fields, condition=passed, name=name))


def newest(model: str, name: str) -> migrations.AddIndex:
    return migrations.AddIndex(model, models.Index(fields=["state", "-id"], name=name))


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0004_supplements_asked"),
        ("deadlines", "0007_stopped_clocks"),
    ]

    operations = [
        migrations.AddField("permit", "runs_out", models.DateTimeField(default=NEVER)),
        migrations.AddField("permit", "late_at", models.DateTimeField(null=True)),
        migrations.AddField("permit", "own_late_at", models.DateTimeField(null=True)),
        migrations.RunSQL(KEEP, RELEASE),
        migrations.RunSQL(NOW, migrations.RunSQL.noop),
        # The next statement may not change a table on which triggers of this one still wait.
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.RemoveIndex("permit", "permit_waiting_for_bureau"),
        migrations.AddIndex(
            "permit",
            models.Index(
                fields=["bureau", "district", "state"],
                condition=Q(state__in=["accepted", "received", "suspended"]),
                name="permit_waiting_for_bureau",
            ),
        ),
        in_order("permit_order"),
        in_order("permit_order_bureau", "bureau"),
        in_order("permit_order_place", "bureau", "district"),
        in_order("permit_order_district", "district"),
        in_order("permit_order_permit", "permit"),
        late("permit_late"),
        late("permit_late_bureau", "bureau"),
        late("permit_late_place", "bureau", "district"),
        was_late("permit_was_late"),
        was_late("permit_was_late_bureau", "bureau"),
        newest("permit", "permit_by_state"),
        newest("lineworks", "line_works_by_state"),
        migrations.AddIndex(
            "permit",
            models.Index(fields=["bureau", "-line_works"], name="permit_by_works"),
        ),
        migrations.AddIndex(
            "permit",
            models.Index(fields=["bureau", "district", "-line_works"], name="permit_by_works_there"),
        ),
        migrations.AddIndex(
            "permit",
            models.Index(
                fields=["runs_out", "id"],
                condition=Q(state__in=["awaiting_commitment", "awaiting_supplement"]),
                name="permit_waiting_for_supplier",
            ),
        ),
        migrations.AddIndex(
            "lineworks",
            models.Index(
                OpClass(Reverse("application"), "text_pattern_ops"), name="line_works_number_end"
            ),
        ),
        migrations.AddIndex(
            "lineworks",
            models.Index(OpClass("application", "text_pattern_ops"), name="line_works_number"),
        ),
    ]
