"""Name and number of a case are corrected, and it goes to a counter, by acts of its record alone."""

from importlib import import_module
from typing import Any, Final

import django.db.models.deletion
from django.db import migrations, models

import core.clock
import core.fields

earlier: Any = import_module("applications.migrations.0023_corrections")
#: What no act changes any more.
KEPT: Final = earlier.KEPT.replace("OLD.applicant_name, OLD.id_number, OLD.id_digest, ", "")
#: Whose phone has shown itself takes a case from a counter; any counter takes it in by an act of the
#: record; nothing else changes channel, office and whose the party is.
GOES_ONLINE: Final = earlier.GOES_ONLINE + " AND NEW.customer_party"
GOES_TO_COUNTER: Final = """
NEW.channel = 'counter' AND NEW.office_id IS DISTINCT FROM OLD.office_id
    AND NEW.customer_party = OLD.customer_party AND NEW.filed_by_id = OLD.filed_by_id
    AND OLD.ended_at IS NULL
"""
STAYS: Final = f"""
CREATE FUNCTION case_goes_to_counter() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    -- As with `kept_as_written`, the owner may.
    IF pg_has_role(current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE') THEN
        RETURN NEW;
    END IF;
    IF (SELECT type FROM ledger_entry WHERE case_ref = NEW.ref ORDER BY case_seq DESC LIMIT 1)
        IS DISTINCT FROM 'case.went_to_counter' THEN
        RAISE EXCEPTION '%: no act changes this', TG_NAME USING ERRCODE = 'TD403';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER case_goes_to_counter BEFORE UPDATE ON applications_application FOR EACH ROW
    WHEN (OLD.state <> 'draft' AND {GOES_TO_COUNTER}) EXECUTE FUNCTION case_goes_to_counter();
CREATE TRIGGER case_stays_as_filed BEFORE UPDATE ON applications_application FOR EACH ROW
    WHEN (OLD.state <> 'draft' AND (
        ({KEPT}) IS DISTINCT FROM ({KEPT.replace("OLD.", "NEW.")})
        OR (OLD.channel, OLD.office_id, OLD.customer_party)
            IS DISTINCT FROM (NEW.channel, NEW.office_id, NEW.customer_party)
            AND NOT ({GOES_ONLINE}) AND NOT ({GOES_TO_COUNTER})))
    EXECUTE FUNCTION kept_as_written();
"""
STAYED: Final = """
DROP TRIGGER case_goes_to_counter ON applications_application;
DROP FUNCTION case_goes_to_counter();
"""
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
    ("refused", "Not agreed to"),
    ("taken_back", "Taken back"),
    ("case_ended", "The case ended before"),
]


class Migration(migrations.Migration):
    dependencies = [("accounts", "0016_mandates"), ("applications", "0030_search")]

    operations = [
        migrations.AddField("application", "correcting", models.BooleanField(default=False)),
        migrations.AddField("application", "confirmed", models.JSONField(default=dict)),
        migrations.AddField("application", "customer_party", models.BooleanField(default=True)),
        migrations.RunSQL(
            "UPDATE applications_application SET customer_party = false WHERE office_id IS NOT NULL",
            migrations.RunSQL.noop,
        ),
        migrations.AddField(
            "draft",
            "customer_party",
            models.GeneratedField(
                db_persist=True,
                expression=models.Case(
                    models.When(channel="online", then=models.Value(True)),
                    default=models.Value(False),
                ),
                output_field=models.BooleanField(),
            ),
        ),
        migrations.RemoveIndex("application", "case_of_party"),
        migrations.AddIndex(
            "application",
            models.Index(fields=["filed_by", "customer_party", "-id"], name="case_of_party"),
        ),
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
            earlier.UNCORRECTED + earlier.FREE + STAYS + CORRECTED + PROPOSALS,
            STAYED + NO_PROPOSALS + earlier.UNCORRECTED + earlier.FREE + earlier.stays(earlier.KEPT)
            + earlier.CORRECTED,
        ),
    ]  # fmt: skip
