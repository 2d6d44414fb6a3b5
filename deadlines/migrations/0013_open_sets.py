"""Whoever coordinates permits lists the sets under way by the time that each has left."""

from django.db import migrations, models
from django.db.models import Q

OPEN_SET = Q(kind="set", stopped_at__isnull=True)


def by(name: str, *fields: str) -> migrations.AddIndex:
    return migrations.AddIndex("clock", models.Index(fields=fields, condition=OPEN_SET, name=name))


class Migration(migrations.Migration):
    dependencies = [("deadlines", "0012_check")]

    operations = [
        by("clock_open_set", "late_from", "id"),
        by("clock_open_set_there", "district", "late_from", "id"),
    ]
