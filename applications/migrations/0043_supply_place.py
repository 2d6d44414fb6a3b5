"""Where a case is supplied; with the person of a case it is erased."""

import django.db.models.deletion
from django.db import migrations, models

import core.fields

ERASE = """
CREATE FUNCTION supply_place_erase() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM applications_supplyplace WHERE application_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER supply_place_erase AFTER UPDATE OF id_number ON applications_application
    FOR EACH ROW WHEN (OLD.id_number <> '' AND NEW.id_number = '')
    EXECUTE FUNCTION supply_place_erase();
"""
KEEP = """
DROP TRIGGER supply_place_erase ON applications_application;
DROP FUNCTION supply_place_erase();
"""


class Migration(migrations.Migration):
    dependencies = [("applications", "0042_done_in_time_there"), ("grid", "0004_elements")]

    operations = [
        migrations.CreateModel(
            name="SupplyPlace",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", core.fields.EncryptedTextField()),
                ("role", models.CharField(max_length=20)),
                ("kept_at", models.DateTimeField()),
                ("version", models.PositiveIntegerField(default=1)),
                ("application", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name="supply_place", to="applications.application")),
            ],
        ),
        migrations.RunSQL(ERASE, KEEP),
    ]
