"""Who let a version in and why, and what is new in it."""

from django.db import migrations, models


def columns(model):
    fields = {
        "changes": models.JSONField(default=list),
        "reason": models.TextField(default=""),
        "approved_role": models.CharField(default="", max_length=20),
        "entry": models.BigIntegerField(null=True),
    }
    return [migrations.AddField(model, name, field) for name, field in fields.items()]


class Migration(migrations.Migration):

    dependencies = [("rules", "0001_initial")]
    operations = [*columns("rulesversion"), *columns("calendarversion")]
