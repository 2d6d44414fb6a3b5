from django.db import migrations, models

# Counters of django-axes, which named people and addresses; `core_meter` counts in their place.
DROP = """
    DROP TABLE IF EXISTS axes_accessattemptexpiration, axes_accessattempt, axes_accessfailurelog,
        axes_accesslog
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Meter",
            fields=[
                ("key", models.BinaryField(primary_key=True, serialize=False)),
                ("count", models.BigIntegerField()),
                ("ends_at", models.DateTimeField()),
            ],
            options={"indexes": [models.Index(fields=["ends_at"], name="meter_ends")]},
        ),
        migrations.RunSQL(DROP, migrations.RunSQL.noop),
    ]
