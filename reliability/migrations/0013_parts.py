"""Power back in part; and which crew went stays as it was told."""

from django.db import migrations, models

# As in migration 0006, with what the last condition adds.
GUARD = """
CREATE OR REPLACE FUNCTION outage_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'an outage is never deleted' USING ERRCODE = 'TD403';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> (CASE WHEN NEW.started_at IS NULL THEN 'announced' ELSE 'off' END) THEN
            RAISE EXCEPTION 'an outage cannot begin as %%', NEW.state USING ERRCODE = 'TD409';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.state <> OLD.state AND NOT EXISTS (
        SELECT 1 FROM outage_moves() AS move
        WHERE move.from_state = OLD.state AND move.to_state = NEW.state
    ) THEN
        RAISE EXCEPTION 'an outage cannot go from %% to %%', OLD.state, NEW.state
            USING ERRCODE = 'TD409';
    END IF;
    -- Each time is told once, by its entry; a plan is moved only while it is one.
    IF OLD.started_at IS NOT NULL AND NEW.started_at IS DISTINCT FROM OLD.started_at
        OR OLD.restored_at IS NOT NULL AND NEW.restored_at IS DISTINCT FROM OLD.restored_at
        OR OLD.corrected_at IS NOT NULL AND
            (NEW.corrected_at, NEW.corrected_started_at, NEW.corrected_restored_at)
            IS DISTINCT FROM (OLD.corrected_at, OLD.corrected_started_at, OLD.corrected_restored_at)
        OR OLD.state <> 'announced' AND
            (NEW.planned_from, NEW.planned_until, NEW.area)
            IS DISTINCT FROM (OLD.planned_from, OLD.planned_until, OLD.area)
        %s
    THEN
        RAISE EXCEPTION 'what was told of an outage never changes' USING ERRCODE = 'TD403';
    END IF;
    RETURN NEW;
END $$;
"""
# A crew is told with its sending; what came back in part came back while the power was off.
MORE = """
        OR NEW.crew_id IS DISTINCT FROM OLD.crew_id
            AND NEW.crew_at IS NOT DISTINCT FROM OLD.crew_at
        OR NEW.part_restored_at IS DISTINCT FROM OLD.part_restored_at
            AND (OLD.restored_at IS NOT NULL OR NEW.part_restored_at IS NULL
                OR NEW.part_restored_at < greatest(OLD.part_restored_at, OLD.started_at))
"""


class Migration(migrations.Migration):

    dependencies = [
        ('reliability', '0012_patrols'),
    ]

    operations = [
        migrations.AddField(
            model_name='outage',
            name='part_restored_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.RunSQL(GUARD % MORE, GUARD % ""),
    ]
