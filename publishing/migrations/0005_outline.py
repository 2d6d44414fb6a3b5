"""What the pages of a long draft show is kept with it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("publishing", "0004_files")]

    operations = [
        migrations.AddField("draft", "outline", models.JSONField(editable=False, null=True)),
    ]
