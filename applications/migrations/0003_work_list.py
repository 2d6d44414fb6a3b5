from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("applications", "0002_guards")]

    operations = [
        migrations.AddIndex(
            model_name="application",
            index=models.Index(
                condition=Q(("ended_at__isnull", True), ("filed_at__isnull", False)),
                fields=["district", "id"],
                name="case_open",
            ),
        ),
        migrations.AddIndex(
            model_name="application",
            index=models.Index(
                condition=Q(("ended_at__isnull", False)),
                fields=["-ended_at", "-id"],
                name="case_ended",
            ),
        ),
    ]
