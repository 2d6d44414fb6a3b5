"""The one way in which what was filed goes: of an ended case, whole, and by the record.

The web role can neither change what was filed nor delete a salt. It calls `erase_case`, which runs
as the owner and does both for a case whose erasing the record tells of already.
"""

from django.db import migrations, models

ERASE = """
-- Returns the names under which files are stored that nobody keeps any more.
CREATE FUNCTION erase_case(erased uuid) RETURNS SETOF text LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    party bigint;
BEGIN
    SELECT filed_by_id INTO party FROM applications_application a
        WHERE a.ref = erased AND a.ended_at IS NOT NULL AND EXISTS (
            SELECT 1 FROM ledger_entry e WHERE e.case_ref = erased AND e.type = 'case.erased');
    IF party IS NULL THEN
        RAISE EXCEPTION 'only an ended case is erased, by the record' USING ERRCODE = 'TD403';
    END IF;
    UPDATE applications_application SET address_line = '', address_digest = '',
        applicant_name = '', id_number = '', id_digest = '', phone = '', phone_digest = '',
        applicant_reason = '', acceptance_comment = '', rating_comment = '', plan_summary = '',
        findings = '[]', supplement_items = '[]',
        meter_number = CASE WHEN meter_number = '' THEN '' ELSE '-' END, version = version + 1
        WHERE ref = erased;
    UPDATE documents_document SET original_name = '', erased_at = city_now()
        WHERE case_ref = erased AND erased_at IS NULL;
    UPDATE applications_contract c SET text = '' FROM applications_application a
        WHERE c.application_id = a.id AND a.ref = erased;
    UPDATE applications_attempt t SET text = '' FROM applications_followup f
        JOIN applications_application a ON a.id = f.application_id
        WHERE t.follow_up_id = f.id AND a.ref = erased;
    UPDATE applications_followup f SET said = '', done = '' FROM applications_application a
        WHERE f.application_id = a.id AND a.ref = erased;
    DELETE FROM ledger_salt s USING ledger_entry e
        WHERE e.salt_ref = s.ref AND e.type <> 'case.erased' AND (
            e.case_ref = erased OR e.case_ref IN (
                SELECT f.ref FROM applications_followup f
                JOIN applications_application a ON a.id = f.application_id
                WHERE a.ref = erased));
    -- Somebody without an account was known for these cases alone.
    UPDATE accounts_contact c SET address = '', address_digest = '',
        ended_at = coalesce(c.ended_at, now())
        WHERE c.party_id = party
        AND NOT EXISTS (SELECT 1 FROM accounts_user u WHERE u.party_id = party)
        AND NOT EXISTS (SELECT 1 FROM applications_draft d WHERE d.filed_by_id = party)
        AND NOT EXISTS (SELECT 1 FROM applications_application a
            WHERE a.filed_by_id = party AND a.id_number <> '');
    RETURN QUERY SELECT d.stored_name::text FROM documents_document d WHERE d.case_ref = erased;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0019_contracts"),
        ("documents", "0005_erased"),
        ("ledger", "0008_who_was_seen"),
        ("accounts", "0009_purpose_of_codes"),
    ]

    operations = [
        migrations.RunSQL(ERASE, "DROP FUNCTION erase_case(uuid)"),
        migrations.AddIndex(
            model_name="application",
            index=models.Index(
                condition=models.Q(
                    ("ended_at__isnull", False), models.Q(("id_number", ""), _negated=True)
                ),
                fields=["ended_at"],
                name="case_to_erase",
            ),
        ),
    ]
