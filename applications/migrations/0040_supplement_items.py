"""Files of a supplement's draft may be deleted, and erasure reaches what was answered."""

from django.db import migrations

DRAFTS = """
CREATE OR REPLACE FUNCTION document_of_draft() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.subject_kind = 'supplement_item' AND EXISTS (
        SELECT 1 FROM approvals_supplementitem i
        WHERE i.id = OLD.subject_id AND i.supplied_at IS NULL) THEN
        RETURN OLD;
    END IF;
    IF OLD.subject_kind <> 'application'
        OR EXISTS (SELECT 1 FROM applications_application a WHERE a.id = OLD.subject_id)
        OR NOT EXISTS (SELECT 1 FROM applications_draft d WHERE d.id = OLD.subject_id) THEN
        RAISE EXCEPTION 'only the files of a draft are deleted' USING ERRCODE = 'TD403';
    END IF;
    RETURN OLD;
END $$;
"""
# Beside erase_case, which empties the case itself, by the record.
ERASE = """
CREATE FUNCTION forget_supplements() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE approvals_supplementitem i SET answer = '' FROM approvals_permit p
        WHERE p.id = i.permit_id AND p.case_ref = NEW.ref AND i.answer <> '';
    RETURN NULL;
END $$;
CREATE TRIGGER supplements_erased AFTER UPDATE OF id_number ON applications_application
    FOR EACH ROW WHEN (OLD.id_number <> '' AND NEW.id_number = '')
    EXECUTE FUNCTION forget_supplements();
"""
BACK = """
DROP TRIGGER supplements_erased ON applications_application;
DROP FUNCTION forget_supplements();
CREATE OR REPLACE FUNCTION document_of_draft() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.subject_kind <> 'application'
        OR EXISTS (SELECT 1 FROM applications_application a WHERE a.id = OLD.subject_id)
        OR NOT EXISTS (SELECT 1 FROM applications_draft d WHERE d.id = OLD.subject_id) THEN
        RAISE EXCEPTION 'only the files of a draft are deleted' USING ERRCODE = 'TD403';
    END IF;
    RETURN OLD;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("applications", "0039_permit_lost"), ("approvals", "0010_supplement_items")]

    operations = [migrations.RunSQL(DRAFTS + ERASE, BACK)]
