"""Who opened a file: added to, never changed, dated by the database."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.clock

NOW = """
CREATE FUNCTION opening_now() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.opened_at := city_now();
    RETURN NEW;
END $$;
CREATE TRIGGER opening_now BEFORE INSERT ON documents_opening
    FOR EACH ROW EXECUTE FUNCTION opening_now();
"""
NOW_BACK = "DROP TRIGGER opening_now ON documents_opening; DROP FUNCTION opening_now();"


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0003_handed_in_by_a_party"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Opening",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("case_ref", models.UUIDField()),
                ("role", models.CharField(max_length=20, verbose_name="role")),
                (
                    "opened_at",
                    models.DateTimeField(
                        db_default=core.clock.CityNow(), editable=False, verbose_name="opened"
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="openings",
                        to="documents.document",
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "opening",
                "indexes": [models.Index(fields=["case_ref", "-id"], name="opening_of_case")],
            },
        ),
        migrations.RunSQL(NOW, NOW_BACK),
    ]
