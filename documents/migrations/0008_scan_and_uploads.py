"""What a scanner says of a file: moved once, out of waiting, and dated by the database. Files that
come in parts."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

import core.clock
import core.fields

GUARD = """
CREATE FUNCTION document_scan() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.scan NOT IN ('not_scanned', 'waiting') THEN
            RAISE EXCEPTION 'no file is scanned before it is kept' USING ERRCODE = 'TD403';
        END IF;
        NEW.scanned_at := NULL;
    ELSIF NEW.scan <> OLD.scan THEN
        IF OLD.scan <> 'waiting' OR NEW.scan NOT IN ('clean', 'infected') THEN
            RAISE EXCEPTION 'what the scanner said stays' USING ERRCODE = 'TD403';
        END IF;
        NEW.scanned_at := city_now();
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER document_scan BEFORE INSERT OR UPDATE ON documents_document
    FOR EACH ROW EXECUTE FUNCTION document_scan();
"""
GUARD_BACK = "DROP TRIGGER document_scan ON documents_document; DROP FUNCTION document_scan();"
WHOLE = (
    models.Q(scan="not_scanned", scan_due_at=None, scanned_at=None)
    | models.Q(scan="waiting", scan_due_at__isnull=False, scanned_at=None)
    | models.Q(scan__in=["clean", "infected"], scan_due_at=None, scanned_at__isnull=False)
)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0013_confirmed_identity"),
        ("documents", "0007_source"),
    ]

    operations = [
        migrations.AddField(
            "document",
            "scan",
            models.CharField(
                choices=[
                    ("not_scanned", "not scanned for viruses"),
                    ("waiting", "being checked for viruses"),
                    ("clean", "no virus found"),
                    ("infected", "a virus was found"),
                ],
                db_default="not_scanned",
                default="not_scanned",
                max_length=20,
                verbose_name="virus scan",
            ),
        ),
        migrations.AddField("document", "scan_due_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "document", "scan_tries", models.PositiveIntegerField(db_default=0, default=0)
        ),
        migrations.AddField(
            "document",
            "scanned_at",
            models.DateTimeField(editable=False, null=True, verbose_name="scanned"),
        ),
        migrations.AddIndex(
            "document",
            models.Index(
                condition=models.Q(scan="waiting"),
                fields=["scan_due_at"],
                name="document_to_scan",
            ),
        ),
        migrations.AddConstraint(
            "document", models.CheckConstraint(condition=WHOLE, name="document_scan_whole")
        ),
        migrations.RunSQL(GUARD, GUARD_BACK),
        migrations.CreateModel(
            name="Upload",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("ref", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("subject_kind", models.CharField(max_length=40)),
                ("subject_id", models.BigIntegerField()),
                ("requirement", models.CharField(max_length=60, verbose_name="requirement")),
                ("name", core.fields.EncryptedTextField(blank=True, verbose_name="file name")),
                ("size", models.PositiveIntegerField(verbose_name="size")),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("received", models.PositiveIntegerField(default=0)),
                ("began_at", models.DateTimeField(db_default=core.clock.CityNow(), editable=False)),
                (
                    "changed_at",
                    models.DateTimeField(db_default=core.clock.CityNow(), editable=False),
                ),
                (
                    "document",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="documents.document",
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.party",
                    ),
                ),
            ],
            options={
                "verbose_name": "upload",
            },
        ),
        migrations.CreateModel(
            name="Part",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("offset", models.PositiveIntegerField()),
                ("stored_name", models.CharField(max_length=80, unique=True)),
                (
                    "upload",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parts",
                        to="documents.upload",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="upload",
            index=models.Index(fields=["subject_kind", "subject_id"], name="upload_subject"),
        ),
        migrations.AddIndex(
            model_name="upload",
            index=models.Index(fields=["changed_at"], name="upload_changed"),
        ),
        migrations.AddConstraint(
            model_name="upload",
            constraint=models.CheckConstraint(
                condition=models.Q(("received__lte", models.F("size"))),
                name="upload_within_its_size",
            ),
        ),
        migrations.AddConstraint(
            model_name="upload",
            constraint=models.UniqueConstraint(
                condition=models.Q(("document", None), models.Q(("sha256", ""), _negated=True)),
                fields=("party", "subject_kind", "subject_id", "requirement", "sha256"),
                name="upload_open_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="part",
            constraint=models.UniqueConstraint(
                fields=("upload", "offset"), name="upload_part_once"
            ),
        ),
    ]
