"""Calls to the applicant of a case beside those for a follow-up, messages about a case, and their
end with the person of the case."""

from importlib import import_module
from typing import Final

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

import core.fields

CREATED: Final[str] = import_module("applications.migrations.0020_erasure").ERASE
BEFORE: Final = CREATED.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
OF_FOLLOW_UPS: Final = """
    UPDATE applications_attempt t SET text = '' FROM applications_followup f
        JOIN applications_application a ON a.id = f.application_id
        WHERE t.follow_up_id = f.id AND a.ref = erased;
"""
OF_CASES: Final = """
    UPDATE applications_attempt t SET text = '' FROM applications_application a
        WHERE t.application_id = a.id AND a.ref = erased;
    UPDATE applications_casemessage m SET text = '' FROM applications_application a
        WHERE m.application_id = a.id AND a.ref = erased;
"""
# Until now only the lead called, for a follow-up, and entered whom no call had reached. What waits
# for the end of the transaction would keep the table from being changed.
KNOWN: Final = """
UPDATE applications_attempt t SET application_id = f.application_id, role = 'supply_lead',
    outcome = 'not_reached' FROM applications_followup f WHERE t.follow_up_id = f.id;
SET CONSTRAINTS ALL IMMEDIATE;
"""
OUTCOMES: Final = [
    ("reached", "Reached"),
    ("not_reached", "Not reached"),
    ("call_back", "To be called back"),
]
CASE: Final = {
    "on_delete": django.db.models.deletion.PROTECT,
    "to": "applications.application",
}


class Migration(migrations.Migration):
    dependencies = [("applications", "0026_assignments")]

    operations = [
        migrations.AddField(
            "attempt",
            "application",
            models.ForeignKey(null=True, related_name="attempts", **CASE),
        ),
        migrations.AddField("attempt", "role", models.CharField(max_length=20, null=True)),
        migrations.AddField(
            "attempt", "outcome", models.CharField(choices=OUTCOMES, max_length=12, null=True)
        ),
        migrations.RunSQL(KNOWN, migrations.RunSQL.noop),
        migrations.AlterField(
            "attempt", "application", models.ForeignKey(related_name="attempts", **CASE)
        ),
        migrations.AlterField("attempt", "role", models.CharField(max_length=20)),
        migrations.AlterField(
            "attempt", "outcome", models.CharField(choices=OUTCOMES, max_length=12)
        ),
        migrations.AlterField(
            "attempt",
            "follow_up",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="attempts",
                to="applications.followup",
            ),
        ),
        migrations.AlterField("attempt", "text", core.fields.EncryptedTextField(blank=True)),
        migrations.AddIndex(
            "attempt", models.Index(fields=["application", "-id"], name="attempt_of_case")
        ),
        migrations.AddConstraint(
            "attempt",
            models.UniqueConstraint(
                fields=["application", "seq"],
                condition=Q(follow_up=None),
                name="attempt_once_an_entry",
            ),
        ),
        migrations.AddConstraint(
            "attempt",
            models.CheckConstraint(
                condition=Q(follow_up=None) | Q(outcome="not_reached"),
                name="attempt_of_a_follow_up",
            ),
        ),
        migrations.CreateModel(
            "CaseMessage",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("seq", models.PositiveIntegerField()),
                (
                    "side",
                    models.CharField(
                        choices=[("applicant", "Applicant"), ("supplier", "Supply company")],
                        max_length=10,
                    ),
                ),
                ("role", models.CharField(max_length=20)),
                ("text", core.fields.EncryptedTextField()),
                ("at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(null=True)),
                ("application", models.ForeignKey(related_name="messages", **CASE)),
            ],
            options={
                "verbose_name": "message about a case",
                "indexes": [
                    models.Index(fields=["application", "-id"], name="message_of_case"),
                    models.Index(
                        fields=["application"],
                        condition=Q(answered_at=None, side="applicant"),
                        name="message_unanswered",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["application", "seq"], name="message_once_an_entry"
                    ),
                    models.CheckConstraint(
                        condition=Q(side="applicant") | Q(answered_at=None),
                        name="message_to_be_answered",
                    ),
                ],
            },
        ),
        migrations.RunSQL(BEFORE.replace(OF_FOLLOW_UPS, OF_CASES), BEFORE),
    ]
