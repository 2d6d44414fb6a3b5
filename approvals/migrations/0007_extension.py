"""The law's own limit of a decision extended by the lead of the bureau, once, and never undone."""

from django.db import migrations, models
from django.db.models import Q

GUARDS = """
CREATE TRIGGER permit_stays_extended BEFORE UPDATE ON approvals_permit FOR EACH ROW
    WHEN ((OLD.extended_at IS NOT NULL OR OLD.decided_at IS NOT NULL) AND
        (OLD.extended_at, OLD.extension_days, OLD.extension_reason)
        IS DISTINCT FROM
        (NEW.extended_at, NEW.extension_days, NEW.extension_reason))
    EXECUTE FUNCTION kept_as_written();
"""


class Migration(migrations.Migration):
    dependencies = [("approvals", "0006_received_by_bureau")]

    operations = [
        migrations.AddField("permit", "extended_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "permit", "extension_days", models.PositiveSmallIntegerField(null=True)
        ),
        migrations.AddField("permit", "extension_reason", models.TextField(blank=True)),
        migrations.AddConstraint(
            "permit",
            models.CheckConstraint(
                condition=Q(extended_at=None, extension_days=None, extension_reason="")
                | Q(extended_at__isnull=False, extension_days__gte=1) & ~Q(extension_reason=""),
                name="permit_extended_with_reason",
            ),
        ),
        migrations.RunSQL(GUARDS, "DROP TRIGGER permit_stays_extended ON approvals_permit;"),
    ]
