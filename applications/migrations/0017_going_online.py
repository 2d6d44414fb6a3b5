"""A case of a counter is handed to its customer's own party by one act, and by nothing else."""

from django.db import migrations

KEPT = """
OLD.district, OLD.statutory_district, OLD.town, OLD.address_line, OLD.address_digest,
OLD.applicant_type, OLD.applicant_name, OLD.id_number, OLD.id_digest, OLD.phone,
OLD.phone_digest, OLD.enterprise_size, OLD.capacity_kw, OLD.voltage, OLD.sources,
OLD.purpose, OLD.filed_at, OLD.first_filed_at, OLD.rules_version,
OLD.lineage, OLD.continues_id
"""
GOES_ONLINE = """
OLD.channel = 'counter' AND NEW.channel = 'online' AND NEW.office_id IS NULL
    AND OLD.ended_at IS NULL
"""
FREE = """
DROP TRIGGER case_keeps_its_name ON applications_application;
DROP TRIGGER case_stays_as_filed ON applications_application;
"""
GUARDS = f"""
CREATE TRIGGER case_keeps_its_name BEFORE UPDATE ON applications_application FOR EACH ROW
    WHEN ((OLD.number, OLD.ref, OLD.created_at)
        IS DISTINCT FROM (NEW.number, NEW.ref, NEW.created_at)
        OR OLD.filed_by_id <> NEW.filed_by_id AND NOT ({GOES_ONLINE}))
    EXECUTE FUNCTION kept_as_written();
CREATE TRIGGER case_stays_as_filed BEFORE UPDATE ON applications_application FOR EACH ROW
    WHEN (OLD.state <> 'draft' AND (
        ({KEPT}) IS DISTINCT FROM ({KEPT.replace("OLD.", "NEW.")})
        OR (OLD.channel, OLD.office_id) IS DISTINCT FROM (NEW.channel, NEW.office_id)
            AND NOT ({GOES_ONLINE})))
    EXECUTE FUNCTION kept_as_written();
"""
BEFORE = f"""
CREATE TRIGGER case_keeps_its_name BEFORE UPDATE ON applications_application FOR EACH ROW
    WHEN ((OLD.number, OLD.ref, OLD.filed_by_id, OLD.created_at)
        IS DISTINCT FROM (NEW.number, NEW.ref, NEW.filed_by_id, NEW.created_at))
    EXECUTE FUNCTION kept_as_written();
CREATE TRIGGER case_stays_as_filed BEFORE UPDATE ON applications_application FOR EACH ROW
    WHEN (OLD.state <> 'draft' AND ({KEPT}, OLD.channel, OLD.office_id)
        IS DISTINCT FROM ({KEPT.replace("OLD.", "NEW.")}, NEW.channel, NEW.office_id))
    EXECUTE FUNCTION kept_as_written();
"""


class Migration(migrations.Migration):
    dependencies = [("applications", "0016_rating_of_the_acceptance")]

    operations = [migrations.RunSQL(FREE + GUARDS, FREE + BEFORE)]
