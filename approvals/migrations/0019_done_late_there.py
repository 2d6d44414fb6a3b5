"""What was decided late in a year is counted of a permit or bureau in one district without the rest."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0018_offices_and_windows"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="permit",
            index=models.Index(
                condition=models.Q(
                    ("own_late_at__isnull", False), ("state__in", ["granted", "refused", "revoked"])
                ),
                fields=["bureau", "district", "-decided_at", "-id"],
                name="permit_done_late_bureau_at",
            ),
        ),
        migrations.AddIndex(
            model_name="permit",
            index=models.Index(
                condition=models.Q(
                    ("own_late_at__isnull", False), ("state__in", ["granted", "refused", "revoked"])
                ),
                fields=["permit", "district", "-decided_at", "-id"],
                name="permit_done_late_permit_at",
            ),
        ),
    ]
