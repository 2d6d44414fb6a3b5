"""As what an order was issued: the regulator's, or that of the lead of a district."""

from typing import Final

from django.db import migrations, models
from django.db.models import Q

GUARD: Final = """
CREATE TRIGGER order_issuer_stays BEFORE UPDATE ON rectification_order FOR EACH ROW
    WHEN (OLD.issued_as IS DISTINCT FROM NEW.issued_as)
    EXECUTE FUNCTION kept_as_written();
"""


class Migration(migrations.Migration):
    dependencies = [("oversight", "0006_checks_apart"), ("approvals", "0007_extension")]

    operations = [
        migrations.AddField(
            "rectificationorder",
            "issued_as",
            models.CharField(default="regulator", max_length=20),
        ),
        migrations.AddConstraint(
            "rectificationorder",
            models.CheckConstraint(
                condition=Q(issued_as__in=["regulator", "district_lead"]),
                name="order_issued_by_whom_it_may",
            ),
        ),
        migrations.RunSQL(GUARD, "DROP TRIGGER order_issuer_stays ON rectification_order"),
    ]
