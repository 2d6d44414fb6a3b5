"""What was filed is never changed: by whom, when, for what, where, for whom."""

from django.db import migrations

GUARDS = """
CREATE TRIGGER case_keeps_its_name BEFORE UPDATE ON applications_application FOR EACH ROW
    WHEN ((OLD.number, OLD.ref, OLD.filed_by_id, OLD.created_at)
        IS DISTINCT FROM
        (NEW.number, NEW.ref, NEW.filed_by_id, NEW.created_at))
    EXECUTE FUNCTION kept_as_written();
CREATE TRIGGER case_stays_as_filed BEFORE UPDATE ON applications_application FOR EACH ROW
    WHEN (OLD.state <> 'draft' AND
        (OLD.district, OLD.statutory_district, OLD.town, OLD.address_line, OLD.address_digest,
         OLD.applicant_type, OLD.applicant_name, OLD.id_number, OLD.id_digest, OLD.phone,
         OLD.phone_digest, OLD.enterprise_size, OLD.capacity_kw, OLD.voltage, OLD.sources,
         OLD.purpose, OLD.channel, OLD.filed_at, OLD.first_filed_at, OLD.rules_version,
         OLD.lineage, OLD.continues_id, OLD.office_id)
        IS DISTINCT FROM
        (NEW.district, NEW.statutory_district, NEW.town, NEW.address_line, NEW.address_digest,
         NEW.applicant_type, NEW.applicant_name, NEW.id_number, NEW.id_digest, NEW.phone,
         NEW.phone_digest, NEW.enterprise_size, NEW.capacity_kw, NEW.voltage, NEW.sources,
         NEW.purpose, NEW.channel, NEW.filed_at, NEW.first_filed_at, NEW.rules_version,
         NEW.lineage, NEW.continues_id, NEW.office_id))
    EXECUTE FUNCTION kept_as_written();
CREATE TRIGGER case_end_stays BEFORE UPDATE ON applications_application FOR EACH ROW
    WHEN (OLD.ended_at IS NOT NULL AND
        (OLD.state, OLD.ended_at)
        IS DISTINCT FROM
        (NEW.state, NEW.ended_at))
    EXECUTE FUNCTION kept_as_written();
"""
RELEASE = """
DROP TRIGGER case_keeps_its_name ON applications_application;
DROP TRIGGER case_stays_as_filed ON applications_application;
DROP TRIGGER case_end_stays ON applications_application;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0009_keys_of_one_spelling"),
        ("core", "0003_kept_as_written"),
    ]

    operations = [migrations.RunSQL(GUARDS, RELEASE)]
