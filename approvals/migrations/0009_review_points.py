"""What the reviewer answered at each point, written with the decision and never after."""

from django.db import migrations, models
from django.db.models import Q

GUARDS = """
CREATE TRIGGER permit_stays_reviewed BEFORE UPDATE ON approvals_permit FOR EACH ROW
    WHEN (OLD.decided_at IS NOT NULL AND
        OLD.review_points IS DISTINCT FROM NEW.review_points)
    EXECUTE FUNCTION kept_as_written();
"""


class Migration(migrations.Migration):
    dependencies = [("approvals", "0008_chase")]

    operations = [
        migrations.AddField("permit", "review_points", models.JSONField(default=list)),
        migrations.AddConstraint(
            "permit",
            models.CheckConstraint(
                condition=Q(review_points=[]) | Q(decided_at__isnull=False),
                name="permit_review_of_a_decision",
            ),
        ),
        migrations.RunSQL(GUARDS, "DROP TRIGGER permit_stays_reviewed ON approvals_permit;"),
    ]
