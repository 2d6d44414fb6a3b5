"""Name and number of a case are corrected by acts of its record, and by nothing else."""

from importlib import import_module
from typing import Any, Final

import django.db.models.deletion
from django.db import migrations, models

import core.clock
import core.fields

earlier: Any = import_module("applications.migrations.0023_corrections")
#: What no act changes any more.
KEPT: Final = earlier.KEPT.replace("OLD.applicant_name, OLD.id_number, OLD.id_digest, ", "")
CORRECTED_BY: Final = "e.type IN ('case.corrected', 'case.identity_corrected')"
CORRECTED: Final = (
    earlier.CORRECTED.replace("e.type = 'case.corrected'", CORRECTED_BY)
    .replace("a phone is corrected", "what a case says of its applicant is corrected")
    .replace("OLD.phone, OLD.phone_digest,", "OLD.phone, OLD.phone_digest, OLD.applicant_name,\n"
             "        OLD.id_number, OLD.id_digest,")
    .replace("NEW.phone, NEW.phone_digest,", "NEW.phone, NEW.phone_digest, NEW.applicant_name,\n"
             "        NEW.id_number, NEW.id_digest,")
)  # fmt: skip
#: It is erased by the owner of the tables, with the person of its case.
PROPOSALS: Final = """
CREATE TRIGGER correction_has_ended BEFORE UPDATE ON applications_identitycorrection FOR EACH ROW
    WHEN (OLD.outcome <> '') EXECUTE FUNCTION kept_as_written();
CREATE FUNCTION case_forgets_corrections() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE applications_identitycorrection SET reason = '', answer = ''
        WHERE application_id = NEW.id;
    RETURN NEW;
END $$;
CREATE TRIGGER case_forgets_corrections AFTER UPDATE ON applications_application FOR EACH ROW
    WHEN (OLD.id_number <> '' AND NEW.id_number = '') EXECUTE FUNCTION case_forgets_corrections();
"""
NO_PROPOSALS: Final = """
DROP TRIGGER case_forgets_corrections ON applications_application;
DROP FUNCTION case_forgets_corrections();
DROP TRIGGER correction_has_ended ON applications_identitycorrection;
"""
OUTCOMES: Final = [
    ("agreed", "Agreed to"),
    ("refused", "Refused"),
    ("taken_back", "Taken back"),
    ("case_ended", "The case ended before"),
]


class Migration(migrations.Migration):
    dependencies = [("accounts", "0016_mandates"), ("applications", "0025_closing")]

    operations = [
        migrations.AddField("application", "correcting", models.BooleanField(default=False)),
        migrations.CreateModel(
            name="IdentityCorrection",
            fields=[
                ("id", models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", core.fields.EncryptedTextField(blank=True)),
                ("id_number", core.fields.EncryptedTextField(blank=True)),
                ("reason", core.fields.EncryptedTextField(blank=True)),
                ("answer", core.fields.EncryptedTextField(blank=True)),
                ("proposed_at", models.DateTimeField(db_default=core.clock.CityNow())),
                ("outcome", models.CharField(
                    blank=True, choices=OUTCOMES, default="", max_length=10)),
                ("ended_at", models.DateTimeField(null=True)),
                ("application", models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="identity_corrections", to="applications.application")),
                ("proposed_by", models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+",
                    to="accounts.party")),
            ],
            options={
                "indexes": [models.Index(fields=["application", "-id"], name="corrections_of_case")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("outcome", "")), fields=("application",),
                        name="one_open_correction"),
                    models.CheckConstraint(
                        condition=models.Q(outcome="", ended_at__isnull=True)
                        & ~models.Q(name="") & ~models.Q(id_number="")
                        | ~models.Q(outcome="")
                        & models.Q(ended_at__isnull=False, name="", id_number=""),
                        name="ended_correction_is_empty"),
                ],
            },
        ),
        migrations.RunSQL(
            earlier.UNCORRECTED + earlier.FREE + earlier.stays(KEPT) + CORRECTED + PROPOSALS,
            NO_PROPOSALS + earlier.UNCORRECTED + earlier.FREE + earlier.stays(earlier.KEPT)
            + earlier.CORRECTED,
        ),
    ]  # fmt: skip
