"""Chases of a permit by the digital bureau; an answer is given once."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

GUARDS = """
CREATE TRIGGER chase_stays_answered BEFORE UPDATE ON approvals_chase FOR EACH ROW
    WHEN (OLD.answered_at IS NOT NULL AND
        (OLD.answered_at, OLD.answer)
        IS DISTINCT FROM
        (NEW.answered_at, NEW.answer))
    EXECUTE FUNCTION kept_as_written();
"""


class Migration(migrations.Migration):
    dependencies = [("approvals", "0007_extension")]

    operations = [
        migrations.CreateModel(
            name="Chase",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("party", models.CharField(max_length=10)),
                ("words", models.TextField(blank=True)),
                ("asked_at", models.DateTimeField()),
                ("answer", models.TextField(blank=True)),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "permit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="chases",
                        to="approvals.permit",
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
                "constraints": [
                    models.UniqueConstraint(
                        fields=["permit", "party"],
                        condition=Q(answered_at__isnull=True),
                        name="one_chase_waits_of_a_party",
                    ),
                    models.CheckConstraint(
                        condition=Q(party__in=["government", "supplier"]), name="chase_of_a_party"
                    ),
                    models.CheckConstraint(
                        condition=Q(answered_at__isnull=True, answer="")
                        | Q(answered_at__gte=F("asked_at")) & ~Q(answer=""),
                        name="chase_answered_in_words",
                    ),
                ],
            },
        ),
        migrations.RunSQL(GUARDS, "DROP TRIGGER chase_stays_answered ON approvals_chase;"),
    ]
