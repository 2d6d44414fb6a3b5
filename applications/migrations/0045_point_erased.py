"""The point of an energised case goes with the person of the case, whose meter it names."""

from django.db import migrations

ERASE = """
CREATE FUNCTION energised_point_erase() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM grid_energisedpoint WHERE case_ref = NEW.ref;
    RETURN NULL;
END $$;
CREATE TRIGGER energised_point_erase AFTER UPDATE OF id_number ON applications_application
    FOR EACH ROW WHEN (OLD.id_number <> '' AND NEW.id_number = '')
    EXECUTE FUNCTION energised_point_erase();
"""
KEEP = """
DROP TRIGGER energised_point_erase ON applications_application;
DROP FUNCTION energised_point_erase();
"""


class Migration(migrations.Migration):
    dependencies = [("applications", "0044_rentals"), ("grid", "0007_points")]

    operations = [migrations.RunSQL(ERASE, KEEP)]
