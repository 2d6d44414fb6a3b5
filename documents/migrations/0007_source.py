"""How a file came, and until when it holds; the latter goes with the file."""

from django.db import migrations, models

GOES_WITH_IT = """
CREATE FUNCTION document_erased() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.valid_until := NULL;
    RETURN NEW;
END $$;
CREATE TRIGGER document_erased BEFORE UPDATE ON documents_document FOR EACH ROW
    WHEN (NEW.erased_at IS NOT NULL)
    EXECUTE FUNCTION document_erased();
"""
STAYS = "DROP TRIGGER document_erased ON documents_document; DROP FUNCTION document_erased();"


class Migration(migrations.Migration):
    dependencies = [("documents", "0006_made_by_the_portal")]

    operations = [
        migrations.AddField(
            model_name="document",
            name="source",
            field=models.CharField(
                choices=[
                    ("upload", "Handed in as a file"),
                    ("library", "From the licence library"),
                    ("earlier", "Accepted in an earlier case"),
                ],
                db_default="upload",
                default="upload",
                max_length=8,
                verbose_name="source",
            ),
        ),
        migrations.AddField(
            model_name="document",
            name="valid_until",
            field=models.DateField(editable=False, null=True, verbose_name="valid until"),
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.CheckConstraint(
                condition=models.Q(("source__in", ["upload", "library", "earlier"])),
                name="document_of_known_source",
            ),
        ),
        migrations.RunSQL(GOES_WITH_IT, STAYS),
    ]
