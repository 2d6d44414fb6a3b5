"""What a bureau named as missing, item by item; an answer that is handed in stays."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

# The words go with the case, by its record.
GUARDS = """
CREATE FUNCTION supplement_item_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.answer = '' AND NEW.supplied_at = OLD.supplied_at AND EXISTS (
        SELECT 1 FROM approvals_permit p JOIN ledger_entry e ON e.case_ref = p.case_ref
        WHERE p.id = OLD.permit_id AND e.type = 'case.erased') THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'what was handed in stays' USING ERRCODE = 'TD403';
END $$;
CREATE TRIGGER supplement_item_stays BEFORE UPDATE ON approvals_supplementitem FOR EACH ROW
    WHEN (OLD.supplied_at IS NOT NULL) EXECUTE FUNCTION supplement_item_stays();
"""
FREE = """
DROP TRIGGER supplement_item_stays ON approvals_supplementitem;
DROP FUNCTION supplement_item_stays();
"""
# What waits now is answered item by item too.
WAITING = """
INSERT INTO approvals_supplementitem (permit_id, number, text, asked_at)
SELECT p.id, named.number, named.text, (
    SELECT max(e.at) FROM ledger_entry e
    WHERE e.part = p.ref AND e.type = 'permit.supplement_requested')
FROM approvals_permit p,
    jsonb_array_elements_text(p.supplement_items) WITH ORDINALITY AS named(text, number)
WHERE p.state = 'awaiting_supplement';
SET CONSTRAINTS ALL IMMEDIATE;
"""


class Migration(migrations.Migration):
    dependencies = [("approvals", "0009_commitments"), ("ledger", "0009_who_was_called")]

    operations = [
        migrations.CreateModel(
            name="SupplementItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("text", models.TextField()),
                ("asked_at", models.DateTimeField()),
                ("answer", models.TextField(blank=True, default="", db_default="")),
                ("supplied_at", models.DateTimeField(null=True)),
                ("version", models.PositiveIntegerField(default=1, db_default=1)),
                (
                    "permit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="asked",
                        to="approvals.permit",
                    ),
                ),
            ],
            options={
                "ordering": ("permit", "number"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=["permit", "number"], name="supplement_item_once"
                    ),
                    models.CheckConstraint(
                        condition=Q(number__gte=1) & ~Q(text=""), name="supplement_item_named"
                    ),
                    models.CheckConstraint(
                        condition=Q(supplied_at=None) | Q(supplied_at__gte=F("asked_at")),
                        name="supplement_item_forward",
                    ),
                ],
            },
        ),
        migrations.RunSQL(GUARDS, FREE),
        migrations.RunSQL(WAITING, migrations.RunSQL.noop),
    ]
