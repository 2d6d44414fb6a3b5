"""How often a bureau asked for a supplement, instead of whether; a decided permit keeps that."""

from django.db import migrations, models
from django.db.models import Q

GUARD = """
CREATE TRIGGER permit_stays_as_decided BEFORE UPDATE ON approvals_permit FOR EACH ROW
    WHEN (OLD.decided_at IS NOT NULL AND
        (OLD.state, OLD.accepted_at, OLD.deemed_accepted, OLD.decided_at, OLD.conditions,
         OLD.reason, OLD.refusal_clause, OLD.{column}, OLD.supplement_items)
        IS DISTINCT FROM
        (NEW.state, NEW.accepted_at, NEW.deemed_accepted, NEW.decided_at, NEW.conditions,
         NEW.reason, NEW.refusal_clause, NEW.{column}, NEW.supplement_items))
    EXECUTE FUNCTION kept_as_written();
"""
RELEASE = "DROP TRIGGER permit_stays_as_decided ON approvals_permit;"
COUNT = """
UPDATE approvals_permit SET supplements_asked = 1 WHERE supplement_asked;
SET CONSTRAINTS ALL IMMEDIATE;
"""
UNCOUNT = """
UPDATE approvals_permit SET supplement_asked = true WHERE supplements_asked > 0;
SET CONSTRAINTS ALL IMMEDIATE;
"""


class Migration(migrations.Migration):
    dependencies = [("approvals", "0003_as_decided")]

    operations = [
        migrations.AddField(
            model_name="permit",
            name="supplements_asked",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.RunSQL(
            RELEASE + COUNT, UNCOUNT + GUARD.format(column="supplement_asked")
        ),
        migrations.RemoveConstraint("permit", "permit_supplement_asked_with_items"),
        migrations.RemoveField("permit", "supplement_asked"),
        migrations.AddConstraint(
            "permit",
            models.CheckConstraint(
                condition=Q(supplements_asked=0, supplement_items=[])
                | Q(supplements_asked__gt=0) & ~Q(supplement_items=[]),
                name="permit_supplement_asked_with_items",
            ),
        ),
        migrations.RunSQL(GUARD.format(column="supplements_asked"), RELEASE),
    ]
