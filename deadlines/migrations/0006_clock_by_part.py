"""Lists of permits look their clocks up by the permit, and had to read all clocks for each."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("deadlines", "0005_recalculation")]

    operations = [
        migrations.AddIndex(
            "clock",
            models.Index(
                fields=["part", "kind"],
                condition=models.Q(part__isnull=False),
                name="clock_by_part",
            ),
        ),
    ]
