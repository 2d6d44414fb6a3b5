"""The database's part: numbers, legal moves, what never changes, and what the scan searches by."""

from django.db import migrations

# Generated from the transitions of `Signal`; tests/integrity/test_lifecycle.py compares the two.
GUARDS = """
CREATE SEQUENCE integrity_signal_number;
INSERT INTO integrity_scan (id, position) VALUES (1, -1);

CREATE FUNCTION integrity_signal_moves() RETURNS TABLE (from_state text, to_state text)
LANGUAGE sql IMMUTABLE AS $$
    VALUES
        ('confirmed', 'ordered'),
        ('explained', 'accepted'),
        ('explained', 'confirmed'),
        ('open', 'confirmed'),
        ('open', 'explained'),
        ('ordered', 'put_right')
$$;

CREATE FUNCTION integrity_signal_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state = 'open' THEN RETURN NEW; END IF;
        RAISE EXCEPTION 'a signal cannot begin as %', NEW.state USING ERRCODE = 'TD409';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a signal is never deleted' USING ERRCODE = 'TD403';
    END IF;
    IF OLD.state <> NEW.state AND NOT EXISTS (
        SELECT 1 FROM public.integrity_signal_moves() AS move
        WHERE move.from_state = OLD.state AND move.to_state = NEW.state
    ) THEN
        RAISE EXCEPTION 'a signal cannot go from % to %', OLD.state, NEW.state
            USING ERRCODE = 'TD409';
    END IF;
    IF (OLD.ref, OLD.number, OLD.key, OLD.sign, OLD.subject_kind, OLD.subject, OLD.case_ref,
        OLD.district, OLD.party, OLD.entry_id, OLD.entry_at, OLD.found_at, OLD.rules_version,
        OLD.thresholds, OLD.facts)
       IS DISTINCT FROM
       (NEW.ref, NEW.number, NEW.key, NEW.sign, NEW.subject_kind, NEW.subject, NEW.case_ref,
        NEW.district, NEW.party, NEW.entry_id, NEW.entry_at, NEW.found_at, NEW.rules_version,
        NEW.thresholds, NEW.facts) THEN
        RAISE EXCEPTION 'what a signal found never changes' USING ERRCODE = 'TD403';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER integrity_signal_guard BEFORE INSERT OR UPDATE OR DELETE ON integrity_signal
    FOR EACH ROW EXECUTE FUNCTION integrity_signal_guard();

-- The scan reads the record by time: entries come in its order, so this costs writing next to
-- nothing. Cases at one address are found by its digest.
CREATE INDEX integrity_entry_at ON ledger_entry USING brin (at) WITH (pages_per_range = 16);
CREATE INDEX integrity_case_at_address ON applications_application (address_digest)
    WHERE filed_at IS NOT NULL;
"""

UNDO = """
DROP INDEX integrity_case_at_address;
DROP INDEX integrity_entry_at;
DROP TRIGGER integrity_signal_guard ON integrity_signal;
DROP FUNCTION integrity_signal_guard;
DROP FUNCTION integrity_signal_moves;
DELETE FROM integrity_scan;
DROP SEQUENCE integrity_signal_number;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("integrity", "0001_initial"),
        ("ledger", "0002_append_only"),
        ("applications", "0001_initial"),
    ]

    operations = [migrations.RunSQL(GUARDS, UNDO)]
