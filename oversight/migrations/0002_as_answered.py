"""What ended stays: a closed order, and a finding that was put right or explained away."""

from django.db import migrations

GUARDS = """
CREATE TRIGGER order_stays_closed BEFORE UPDATE ON rectification_order FOR EACH ROW
    WHEN (OLD.closed_at IS NOT NULL AND
        (OLD.state, OLD.answered_at, OLD.escalated_at, OLD.closed_at)
        IS DISTINCT FROM
        (NEW.state, NEW.answered_at, NEW.escalated_at, NEW.closed_at))
    EXECUTE FUNCTION kept_as_written();
CREATE TRIGGER signal_stays_ended BEFORE UPDATE ON integrity_signal FOR EACH ROW
    WHEN (OLD.ended_at IS NOT NULL AND
        (OLD.state, OLD.explanation, OLD.decision, OLD.explained_at, OLD.decided_at,
         OLD.ended_at, OLD.order_ref)
        IS DISTINCT FROM
        (NEW.state, NEW.explanation, NEW.decision, NEW.explained_at, NEW.decided_at,
         NEW.ended_at, NEW.order_ref))
    EXECUTE FUNCTION kept_as_written();
"""
RELEASE = """
DROP TRIGGER order_stays_closed ON rectification_order;
DROP TRIGGER signal_stays_ended ON integrity_signal;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("oversight", "0001_initial"),
        ("core", "0003_kept_as_written"),
    ]

    operations = [migrations.RunSQL(GUARDS, RELEASE)]
