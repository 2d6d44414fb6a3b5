"""What the desk's searches look by: names by a keyed digest, meters, towns.

The digest of a name goes with the name, whichever way that is emptied, and never changes alone.
"""

from typing import Final

from django.db import migrations, models

from applications.declaration import name_digest

GUARDS: Final = """
CREATE FUNCTION name_digest_goes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.name_digest := '';
    RETURN NEW;
END $$;
CREATE TRIGGER case_name_digest_goes BEFORE UPDATE OF applicant_name ON applications_application
    FOR EACH ROW WHEN (NEW.applicant_name = '') EXECUTE FUNCTION name_digest_goes();
CREATE TRIGGER case_keeps_name_digest BEFORE UPDATE ON applications_application FOR EACH ROW
    WHEN (OLD.name_digest <> '' AND OLD.applicant_name = NEW.applicant_name
        AND OLD.name_digest IS DISTINCT FROM NEW.name_digest)
    EXECUTE FUNCTION kept_as_written();
"""
RELEASE: Final = """
DROP TRIGGER case_keeps_name_digest ON applications_application;
DROP TRIGGER case_name_digest_goes ON applications_application;
DROP FUNCTION name_digest_goes();
"""


def fill(apps, editor):
    cases = apps.get_model("applications", "Application").objects.using(editor.connection.alias)
    for case in cases.exclude(applicant_name="").order_by("id").iterator(chunk_size=500):
        cases.filter(pk=case.pk).update(name_digest=name_digest(case.applicant_name))


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0029_inspections"),
        ("accounts", "0016_mandates"),
        ("core", "0003_kept_as_written"),
    ]

    operations = [
        migrations.AddField(
            model_name="application",
            name="name_digest",
            field=models.BinaryField(default=b"", max_length=32),
            preserve_default=False,
        ),
        migrations.AddIndex(
            model_name="application",
            index=models.Index(
                fields=["office", "turn", "runs_out", "id"],
                condition=models.Q(
                    ("ended_at__isnull", True),
                    ("filed_at__isnull", False),
                    models.Q(("signed_papers", []), _negated=True),
                ),
                name="work_signed",
            ),
        ),
        migrations.AddIndex(
            model_name="application",
            index=models.Index(
                fields=["town", "turn", "runs_out", "id"],
                condition=models.Q(("ended_at__isnull", True), ("filed_at__isnull", False)),
                name="work_order_town",
            ),
        ),
        migrations.AddIndex(
            model_name="application",
            index=models.Index(
                fields=["state", "town", "-ended_at", "-id"],
                condition=models.Q(("ended_at__isnull", False)),
                name="work_ended_town",
            ),
        ),
        migrations.AddIndex(
            model_name="application",
            index=models.Index(fields=["name_digest", "-id"], name="case_of_name"),
        ),
        migrations.AddIndex(
            model_name="application",
            index=models.Index(fields=["phone_digest", "-id"], name="case_of_phone"),
        ),
        migrations.AddIndex(
            model_name="application",
            index=models.Index(fields=["address_digest", "-id"], name="case_of_address"),
        ),
        migrations.AddIndex(
            model_name="application",
            index=models.Index(
                fields=["meter_number", "-id"],
                condition=models.Q(("meter_number", ""), _negated=True),
                name="case_of_meter",
            ),
        ),
        migrations.RunSQL(GUARDS, RELEASE),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]
