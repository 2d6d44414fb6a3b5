"""The desk of oversight lists open homes by the day that they passed their target."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("deadlines", "0007_stopped_clocks")]

    operations = [
        migrations.AddIndex(
            "clock",
            models.Index(
                fields=["late_from", "id"],
                condition=models.Q(
                    kind="whole_process", part__isnull=True, stopped_at__isnull=True
                ),
                name="clock_open_whole",
            ),
        ),
        migrations.AddIndex(
            "clock",
            models.Index(
                fields=["district", "-breached_at", "-id"],
                condition=models.Q(breached_at__isnull=False),
                name="clock_breached_in_district",
            ),
        ),
    ]
