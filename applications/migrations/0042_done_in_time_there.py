"""What was done in time in a year is counted of a kind in one district without the rest of it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0041_passed"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="application",
            index=models.Index(
                condition=models.Q(
                    ("ended_at__isnull", False), ("passed_at__isnull", True), ("state", "energised")
                ),
                fields=["kind", "district", "-ended_at", "-id"],
                name="case_in_time_kind_at",
            ),
        ),
    ]
