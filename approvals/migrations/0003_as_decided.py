"""Line works stay those of their case, and a decided permit stays as it was decided."""

from django.db import migrations

GUARDS = """
CREATE TRIGGER line_works_stay_of_their_case BEFORE UPDATE ON approvals_lineworks FOR EACH ROW
    WHEN ((OLD.case_ref, OLD.application, OLD.district, OLD.statutory_district, OLD.voltage)
        IS DISTINCT FROM
        (NEW.case_ref, NEW.application, NEW.district, NEW.statutory_district, NEW.voltage))
    EXECUTE FUNCTION kept_as_written();
CREATE TRIGGER permit_stays_as_decided BEFORE UPDATE ON approvals_permit FOR EACH ROW
    WHEN (OLD.decided_at IS NOT NULL AND
        (OLD.state, OLD.accepted_at, OLD.deemed_accepted, OLD.decided_at, OLD.conditions,
         OLD.reason, OLD.refusal_clause, OLD.supplement_asked, OLD.supplement_items)
        IS DISTINCT FROM
        (NEW.state, NEW.accepted_at, NEW.deemed_accepted, NEW.decided_at, NEW.conditions,
         NEW.reason, NEW.refusal_clause, NEW.supplement_asked, NEW.supplement_items))
    EXECUTE FUNCTION kept_as_written();
CREATE TRIGGER excluded_time_stays_ended BEFORE UPDATE ON approvals_excludedtime FOR EACH ROW
    WHEN (OLD.ended_at IS NOT NULL AND
        (OLD.ended_at)
        IS DISTINCT FROM
        (NEW.ended_at))
    EXECUTE FUNCTION kept_as_written();
"""
RELEASE = """
DROP TRIGGER line_works_stay_of_their_case ON approvals_lineworks;
DROP TRIGGER permit_stays_as_decided ON approvals_permit;
DROP TRIGGER excluded_time_stays_ended ON approvals_excludedtime;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0002_moves"),
        ("core", "0003_kept_as_written"),
    ]

    operations = [migrations.RunSQL(GUARDS, RELEASE)]
