from django.db import migrations, models
from django.db.models import F, Q

REMINDED = Q(holder="applicant", closable_on__isnull=False, reminded_at__gte=F("held_since"))
LOW = Q(kind__in=["lv_other", "lv_small", "residential"])


class Migration(migrations.Migration):
    dependencies = [("applications", "0037_field")]

    operations = [
        migrations.RenameIndex(
            "application", new_name="case_reminded_there", old_name="case_reminded_by_time"
        ),
        migrations.AddIndex(
            "application",
            models.Index(
                fields=["runs_out", "id"], condition=REMINDED & LOW, name="case_reminded_by_time"
            ),
        ),
    ]
