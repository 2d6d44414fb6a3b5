from django.db import migrations, models
from django.db.models import F, Q

REMINDED = Q(holder="applicant", closable_on__isnull=False, reminded_at__gte=F("held_since"))


def by(name: str, *fields: str) -> migrations.AddIndex:
    index = models.Index(condition=REMINDED, fields=fields, name=name)
    return migrations.AddIndex("application", index)


class Migration(migrations.Migration):
    dependencies = [("applications", "0035_questions")]

    operations = [
        by("case_reminded", "held_since", "id"),
        by("case_reminded_district", "district", "held_since", "id"),
        by("case_reminded_by_time", "district", "runs_out", "id"),
    ]
