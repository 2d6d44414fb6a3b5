"""What triggers of the apps above answer to a change that no act makes."""

from django.db import migrations

# The owner may: a migration that writes an old row in a newer form is no act. What it leaves behind
# that does not follow from the record, `manage.py invariants` finds.
KEPT = """
CREATE FUNCTION kept_as_written() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    IF pg_has_role(current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE') THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '%: no act changes this', TG_NAME USING ERRCODE = 'TD403';
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0002_meter")]

    operations = [migrations.RunSQL(KEPT, "DROP FUNCTION kept_as_written()")]
