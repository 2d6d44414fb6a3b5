"""A stopped clock stays as it is, and what was late stays late."""

from django.db import migrations

GUARDS = """
CREATE TRIGGER clock_stays_stopped BEFORE UPDATE ON deadlines_clock FOR EACH ROW
    WHEN (OLD.state = 'stopped' AND
        (OLD.state, OLD.interval_started_at, OLD.stopped_at, OLD.due_on, OLD.late_from,
         OLD.provisional, OLD.calendar_version, OLD.due_before, OLD.recounted_at)
        IS DISTINCT FROM
        (NEW.state, NEW.interval_started_at, NEW.stopped_at, NEW.due_on, NEW.late_from,
         NEW.provisional, NEW.calendar_version, NEW.due_before, NEW.recounted_at))
    EXECUTE FUNCTION kept_as_written();
CREATE TRIGGER clock_breach_stays BEFORE UPDATE ON deadlines_clock FOR EACH ROW
    WHEN (OLD.noticed_at IS NOT NULL AND
        (OLD.breached_at, OLD.noticed_at)
        IS DISTINCT FROM
        (NEW.breached_at, NEW.noticed_at))
    EXECUTE FUNCTION kept_as_written();
"""
RELEASE = """
DROP TRIGGER clock_stays_stopped ON deadlines_clock;
DROP TRIGGER clock_breach_stays ON deadlines_clock;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("deadlines", "0006_clock_by_part"),
        ("core", "0003_kept_as_written"),
    ]

    operations = [migrations.RunSQL(GUARDS, RELEASE)]
