"""What the desk of oversight counts is kept, by the database alone.

Who was awaited while a limit was passed, from the moment that it is passed and at every entry that
says who has the case or the permit next; and how many homes were filed and energised on which days.
"""

from typing import Final

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

LATE: Final = """
CREATE FUNCTION late_stays(ids bigint[]) RETURNS TABLE (
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
        -- Before this filing, and after an earlier one that it continues.
        SELECT id, 'applicant', '-infinity', 0 FROM late WHERE part IS NULL
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

CREATE FUNCTION late_keep(ids bigint[]) RETURNS void LANGUAGE sql AS $$
    DELETE FROM oversight_lateparty WHERE clock_id = ANY (ids);
    INSERT INTO oversight_lateparty (clock_id, party, district, breached_at, now)
    SELECT c.id, s.party, c.district, c.breached_at, bool_or(s.now)
    FROM late_stays(ids) s JOIN deadlines_clock c ON c.id = s.clock
    WHERE c.kind <> 'rectification' GROUP BY c.id, s.party;
$$;
CREATE FUNCTION late_hear_clock() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM late_keep(ARRAY[NEW.id]);
    RETURN NULL;
END $$;
CREATE FUNCTION late_hear_entry() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE ids bigint[];
BEGIN
    SELECT array_agg(c.id) INTO ids FROM deadlines_clock c
    WHERE c.case_ref = NEW.case_ref AND c.breached_at IS NOT NULL
        AND (c.stopped_at IS NULL OR c.stopped_at >= NEW.at);
    IF ids IS NOT NULL THEN
        PERFORM late_keep(ids);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER late_clock_moved AFTER UPDATE ON deadlines_clock FOR EACH ROW
    WHEN (NEW.breached_at IS NOT NULL AND NEW.kind <> 'rectification'
        AND (OLD.breached_at, OLD.stopped_at) IS DISTINCT FROM (NEW.breached_at, NEW.stopped_at))
    EXECUTE FUNCTION late_hear_clock();
CREATE TRIGGER late_step_taken AFTER INSERT ON ledger_entry FOR EACH ROW
    WHEN (NEW.holder <> '' OR NEW.part IS NOT NULL AND NEW.to_state <> '')
    EXECUTE FUNCTION late_hear_entry();
"""
NOT_LATE: Final = """
DROP TRIGGER late_step_taken ON ledger_entry;
DROP TRIGGER late_clock_moved ON deadlines_clock;
DROP FUNCTION late_hear_entry();
DROP FUNCTION late_hear_clock();
DROP FUNCTION late_keep(bigint[]);
DROP FUNCTION late_stays(bigint[]);
"""
LATE_NOW: Final = """
SELECT late_keep(array_agg(id)) FROM deadlines_clock WHERE breached_at IS NOT NULL
"""

HOMES: Final = """
CREATE FUNCTION home_count(place text, filed timestamptz, ended timestamptz, more integer)
RETURNS void LANGUAGE sql AS $$
    INSERT INTO oversight_homeday (district, first, last, homes)
    VALUES (place, (filed AT TIME ZONE 'Asia/Shanghai')::date,
        (ended AT TIME ZONE 'Asia/Shanghai')::date, more)
    ON CONFLICT (district, first, last) DO UPDATE SET homes = oversight_homeday.homes + more
$$;
CREATE FUNCTION home_hear() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM home_count(NEW.district, NEW.filed_at, NULL, 1);
        RETURN NULL;
    END IF;
    PERFORM home_count(NEW.district, NEW.filed_at, NULL, -1);
    IF NEW.state = 'energised' THEN
        PERFORM home_count(NEW.district, NEW.filed_at, NEW.ended_at, 1);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER home_filed AFTER INSERT ON applications_application FOR EACH ROW
    WHEN (NEW.kind = 'residential' AND NEW.filed_at IS NOT NULL)
    EXECUTE FUNCTION home_hear();
CREATE TRIGGER home_ended AFTER UPDATE ON applications_application FOR EACH ROW
    WHEN (NEW.kind = 'residential' AND NEW.filed_at IS NOT NULL
        AND OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL)
    EXECUTE FUNCTION home_hear();
"""
NO_HOMES: Final = """
DROP TRIGGER home_ended ON applications_application;
DROP TRIGGER home_filed ON applications_application;
DROP FUNCTION home_hear();
DROP FUNCTION home_count(text, timestamptz, timestamptz, integer);
"""
HOMES_NOW: Final = """
INSERT INTO oversight_homeday (district, first, last, homes)
SELECT district, (filed_at AT TIME ZONE 'Asia/Shanghai')::date,
    (ended_at AT TIME ZONE 'Asia/Shanghai')::date, count(*)
FROM applications_application
WHERE kind = 'residential' AND filed_at IS NOT NULL AND (ended_at IS NULL OR state = 'energised')
GROUP BY 1, 2, 3
"""

ID: Final = models.BigAutoField(
    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
)


class Migration(migrations.Migration):
    dependencies = [
        ("oversight", "0002_as_answered"),
        ("applications", "0015_order_of_work"),
        ("approvals", "0005_order_of_permits"),
        ("deadlines", "0008_open_targets"),
        ("ledger", "0008_who_was_seen"),
    ]

    operations = [
        migrations.CreateModel(
            "LateParty",
            [
                ("id", ID.clone()),
                (
                    "clock",
                    models.ForeignKey(
                        "deadlines.clock",
                        django.db.models.deletion.PROTECT,
                        related_name="late_parties",
                        db_index=False,
                    ),
                ),
                ("party", models.CharField(max_length=24)),
                ("district", models.CharField(max_length=12)),
                ("breached_at", models.DateTimeField()),
                ("now", models.BooleanField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["clock", "party"], name="late_party_once")
                ],
                "indexes": [
                    models.Index(
                        fields=["party", "-breached_at", "-clock"], name="late_party_newest"
                    ),
                    models.Index(
                        fields=["party", "district", "-breached_at", "-clock"],
                        name="late_party_in_district",
                    ),
                    models.Index(
                        fields=["party", "district"], condition=Q(now=True), name="late_party_now"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            "HomeDay",
            [
                ("id", ID.clone()),
                ("district", models.CharField(max_length=12)),
                ("first", models.DateField()),
                ("last", models.DateField(null=True)),
                ("homes", models.IntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["district", "last", "first"],
                        nulls_distinct=False,
                        name="home_day_once",
                    )
                ],
                "indexes": [
                    models.Index(
                        fields=["last"],
                        include=["district", "first", "homes"],
                        name="home_day_last",
                    )
                ],
            },
        ),
        migrations.AddIndex(
            "finding", models.Index(fields=["state", "-id"], name="signal_by_state")
        ),
        migrations.AddIndex(
            "finding", models.Index(fields=["detector", "-id"], name="signal_by_sign")
        ),
        migrations.AddIndex(
            "finding",
            models.Index(
                fields=["state", "party", "district"],
                condition=Q(ended_at__isnull=True),
                name="signal_waiting",
            ),
        ),
        migrations.RunSQL(LATE, NOT_LATE),
        migrations.RunSQL(LATE_NOW, migrations.RunSQL.noop),
        migrations.RunSQL(HOMES, NO_HOMES),
        migrations.RunSQL(HOMES_NOW, migrations.RunSQL.noop),
    ]
