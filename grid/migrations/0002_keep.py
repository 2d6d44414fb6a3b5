"""What is published stays: the database refuses every change but noting what replaced a row."""

from django.db import migrations

KEEP = """
-- A generated column is not computed yet when this runs: it follows from the others.
CREATE FUNCTION grid_keep_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.replaced_in_id IS NULL AND NEW.replaced_in_id IS NOT NULL
        AND to_jsonb(NEW) - 'replaced_in_id' - 'begins_at'
          = to_jsonb(OLD) - 'replaced_in_id' - 'begins_at'
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'what is published stays' USING ERRCODE = 'TD403';
END $$;
CREATE FUNCTION grid_keep_all() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what is published stays' USING ERRCODE = 'TD403';
END $$;
CREATE TRIGGER grid_publication_keep BEFORE UPDATE OR DELETE ON grid_publication
    FOR EACH ROW EXECUTE FUNCTION grid_keep_all();
CREATE TRIGGER grid_publication_keep_all BEFORE TRUNCATE ON grid_publication
    FOR EACH STATEMENT EXECUTE FUNCTION grid_keep_all();
CREATE TRIGGER grid_feeitem_keep BEFORE UPDATE OR DELETE ON grid_feeitem
    FOR EACH ROW EXECUTE FUNCTION grid_keep_row();
CREATE TRIGGER grid_feeitem_keep_all BEFORE TRUNCATE ON grid_feeitem
    FOR EACH STATEMENT EXECUTE FUNCTION grid_keep_all();
CREATE TRIGGER grid_capacityrow_keep BEFORE UPDATE OR DELETE ON grid_capacityrow
    FOR EACH ROW EXECUTE FUNCTION grid_keep_row();
CREATE TRIGGER grid_capacityrow_keep_all BEFORE TRUNCATE ON grid_capacityrow
    FOR EACH STATEMENT EXECUTE FUNCTION grid_keep_all();
"""

RELEASE = """
DROP TRIGGER grid_capacityrow_keep_all ON grid_capacityrow;
DROP TRIGGER grid_capacityrow_keep ON grid_capacityrow;
DROP TRIGGER grid_feeitem_keep_all ON grid_feeitem;
DROP TRIGGER grid_feeitem_keep ON grid_feeitem;
DROP TRIGGER grid_publication_keep_all ON grid_publication;
DROP TRIGGER grid_publication_keep ON grid_publication;
DROP FUNCTION grid_keep_all();
DROP FUNCTION grid_keep_row();
"""


class Migration(migrations.Migration):
    dependencies = [("grid", "0001_initial")]

    operations = [migrations.RunSQL(KEEP, RELEASE)]
