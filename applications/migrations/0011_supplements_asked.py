"""How often a supplement was asked for, instead of whether."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("applications", "0010_as_filed")]

    operations = [
        migrations.AddField(
            model_name="application",
            name="supplements_asked",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.RunSQL(
            "UPDATE applications_application SET supplements_asked = 1 WHERE supplement_asked;"
            " SET CONSTRAINTS ALL IMMEDIATE",
            "UPDATE applications_application SET supplement_asked = true"
            " WHERE supplements_asked > 0; SET CONSTRAINTS ALL IMMEDIATE",
        ),
        migrations.RemoveField(model_name="application", name="supplement_asked"),
    ]
