"""The phone of a case is corrected by an act of its record, and by nothing else."""

from typing import Final

from django.db import migrations, models

BEFORE: Final = """
OLD.district, OLD.statutory_district, OLD.town, OLD.address_line, OLD.address_digest,
OLD.applicant_type, OLD.applicant_name, OLD.id_number, OLD.id_digest, OLD.phone,
OLD.phone_digest, OLD.enterprise_size, OLD.capacity_kw, OLD.voltage, OLD.sources,
OLD.purpose, OLD.filed_at, OLD.first_filed_at, OLD.rules_version,
OLD.lineage, OLD.continues_id
"""
KEPT: Final = BEFORE.replace("OLD.phone,\n", "\n").replace("OLD.phone_digest, ", "")
GOES_ONLINE: Final = """
OLD.channel = 'counter' AND NEW.channel = 'online' AND NEW.office_id IS NULL
    AND OLD.ended_at IS NULL
"""
FREE: Final = "DROP TRIGGER case_stays_as_filed ON applications_application;"


def stays(columns: str) -> str:
    """The trigger that keeps columns as they were filed."""
    return f"""
    CREATE TRIGGER case_stays_as_filed BEFORE UPDATE ON applications_application FOR EACH ROW
        WHEN (OLD.state <> 'draft' AND (
            ({columns}) IS DISTINCT FROM ({columns.replace("OLD.", "NEW.")})
            OR (OLD.channel, OLD.office_id) IS DISTINCT FROM (NEW.channel, NEW.office_id)
                AND NOT ({GOES_ONLINE})))
        EXECUTE FUNCTION kept_as_written();
    """


CORRECTED: Final = """
CREATE FUNCTION case_corrected() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    -- It is erased by the owner of the table alone (erase_case).
    IF pg_has_role(current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE') THEN
        RETURN NEW;
    END IF;
    IF OLD.ended_at IS NOT NULL OR NEW.corrections <> OLD.corrections + 1
        OR NEW.corrections <> (SELECT count(*) FROM ledger_entry e
            WHERE e.case_ref = NEW.ref AND e.type = 'case.corrected') THEN
        RAISE EXCEPTION 'a phone is corrected by the record alone' USING ERRCODE = 'TD403';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER case_corrected BEFORE UPDATE ON applications_application FOR EACH ROW
    WHEN (OLD.state <> 'draft' AND (OLD.phone, OLD.phone_digest, OLD.corrections)
        IS DISTINCT FROM (NEW.phone, NEW.phone_digest, NEW.corrections))
    EXECUTE FUNCTION case_corrected();
"""
UNCORRECTED: Final = """
DROP TRIGGER case_corrected ON applications_application;
DROP FUNCTION case_corrected();
"""


class Migration(migrations.Migration):
    dependencies = [("applications", "0022_referrals")]

    operations = [
        migrations.AddField(
            "application", "corrections", models.PositiveSmallIntegerField(default=0)
        ),
        migrations.RunSQL(
            FREE + stays(KEPT) + CORRECTED, UNCORRECTED + FREE + stays(BEFORE)
        ),
    ]
