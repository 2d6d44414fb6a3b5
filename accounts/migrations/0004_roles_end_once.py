"""A role ends once: who could do what at a past moment stays known."""

from django.db import migrations

GUARDS = """
CREATE TRIGGER role_stays_ended BEFORE UPDATE ON accounts_rolegrant FOR EACH ROW
    WHEN (OLD.to_at IS NOT NULL AND
        (OLD.to_at)
        IS DISTINCT FROM
        (NEW.to_at))
    EXECUTE FUNCTION kept_as_written();
"""
RELEASE = """
DROP TRIGGER role_stays_ended ON accounts_rolegrant;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_offices_and_halls"),
        ("core", "0003_kept_as_written"),
    ]

    operations = [migrations.RunSQL(GUARDS, RELEASE)]
