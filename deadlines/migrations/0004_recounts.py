"""Every change of a last day by a newer calendar, kept for good; firm days are counted too."""

import django.db.models.deletion
from django.db import migrations, models


# What was counted again before there was this table: from which version, nobody kept.
BEFORE = """
INSERT INTO deadlines_recount (clock_id, version_before, calendar_version, was, was_provisional,
    due_on, counted, provisional, reason, at)
SELECT id, '', calendar_version, due_before, true, due_on, due_on, provisional, '{}', recounted_at
FROM deadlines_clock WHERE recounted_at IS NOT NULL AND due_on IS NOT NULL
"""


class Migration(migrations.Migration):

    dependencies = [("deadlines", "0003_rectification")]
    operations = [
        migrations.RemoveIndex("clock", "clock_provisional"),
        migrations.AddIndex(
            "clock",
            models.Index(
                fields=["calendar_version", "due_on", "id"],
                condition=models.Q(state="running", noticed_at__isnull=True, due_on__isnull=False),
                name="clock_to_recount",
            ),
        ),
        migrations.CreateModel(
            "Recount",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version_before", models.CharField(max_length=80)),
                ("calendar_version", models.CharField(max_length=80)),
                ("was", models.DateField()),
                ("was_provisional", models.BooleanField()),
                ("due_on", models.DateField()),
                ("counted", models.DateField()),
                ("provisional", models.BooleanField()),
                ("reason", models.JSONField(default=dict)),
                ("at", models.DateTimeField()),
                (
                    "clock",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recounts",
                        to="deadlines.clock",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["calendar_version"],
                        include=["was", "due_on"],
                        name="recount_by_calendar",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["clock", "calendar_version"], name="recounted_once"
                    )
                ],
            },
        ),
        migrations.RunSQL(BEFORE, migrations.RunSQL.noop),
    ]
