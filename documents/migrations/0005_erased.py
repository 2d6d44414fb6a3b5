from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("documents", "0004_openings")]

    operations = [
        migrations.AddField(
            model_name="document",
            name="erased_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="erased"),
        )
    ]
