"""What a scanner says of a file: moved once, out of waiting, and dated by the database."""

from django.db import migrations, models

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
    dependencies = [("documents", "0006_made_by_the_portal")]

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
    ]
