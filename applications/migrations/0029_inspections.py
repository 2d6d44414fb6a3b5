"""Reviews and inspections item by item; those of before are rounds that name no item."""

from typing import Final

import django.db.models.deletion
from django.db import migrations, models

import core.fields

#: Of an earlier round the entry says when it was and whether it passed; what was found is sealed in
#: it, and of the last round in the case.
EARLIER: Final = """
SELECT a.id AS application_id, k.stage,
    row_number() OVER (PARTITION BY a.id, k.stage ORDER BY e.case_seq) AS round,
    e.case_seq AS seq, e.at, e.to_state = k.passed AS passed
FROM ledger_entry e
JOIN applications_application a ON a.ref = e.case_ref
JOIN (VALUES ('case.design_reviewed', 'design_review', 'design_passed'),
    ('case.inspected', 'mid_construction_inspection', 'inspected'),
    ('case.completion_inspected', 'completion_inspection', 'completion_passed')
) AS k (type, stage, passed) ON k.type = e.type
ORDER BY e.id
"""
ERASED: Final = """
-- Words of findings may name people: they go with the person of the case (erase_case).
CREATE FUNCTION findings_erased() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE applications_itemresult r SET words = '' FROM applications_inspection i
        WHERE r.inspection_id = i.id AND i.application_id = NEW.id AND r.words <> '';
    RETURN NULL;
END $$;
CREATE TRIGGER findings_erased AFTER UPDATE ON applications_application FOR EACH ROW
    WHEN (OLD.id_number <> '' AND NEW.id_number = '') EXECUTE FUNCTION findings_erased();
"""
KEPT: Final = """
DROP TRIGGER findings_erased ON applications_application;
DROP FUNCTION findings_erased();
"""
STAGES: Final = ("design_review", "mid_construction_inspection", "completion_inspection")
RESULTS: Final = (
    ("met", "In order"),
    ("not_met", "Not in order"),
    ("not_applicable", "Does not apply"),
)


class Migration(migrations.Migration):
    dependencies = [("applications", "0028_waiting"), ("ledger", "0008_who_was_seen")]

    operations = [
        migrations.CreateModel(
            name="Inspection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "stage",
                    models.CharField(choices=[(code, code) for code in STAGES], max_length=30),
                ),
                ("round", models.PositiveSmallIntegerField()),
                ("seq", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
                ("passed", models.BooleanField()),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="inspections",
                        to="applications.application",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["application", "stage", "round"], name="inspection_round_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("round__gte", 1)), name="inspection_round"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ItemResult",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("item", models.CharField(max_length=40)),
                ("result", models.CharField(choices=RESULTS, max_length=14)),
                ("words", core.fields.EncryptedTextField(blank=True)),
                (
                    "inspection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="results",
                        to="applications.inspection",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["inspection", "item"], name="item_once_a_round"
                    ),
                ],
            },
        ),
        migrations.RunSQL(
            "INSERT INTO applications_inspection (application_id, stage, round, seq, at, passed) "
            + EARLIER,
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(ERASED, KEPT),
    ]
