"""The database's part in the order's machine: legal moves only, and what was ordered stays."""

from django.db import migrations

# Generated from the transitions of `Order`; tests/rectification/test_machine.py compares the two.
GUARDS = """
CREATE SEQUENCE rectification_order_number;

CREATE FUNCTION rectification_order_moves() RETURNS TABLE (from_state text, to_state text)
LANGUAGE sql IMMUTABLE AS $$
    VALUES
        ('answered', 'closed'),
        ('answered', 'escalated'),
        ('answered', 'issued'),
        ('escalated', 'answered'),
        ('issued', 'answered'),
        ('issued', 'escalated')
$$;

CREATE FUNCTION rectification_order_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'an order is never deleted' USING ERRCODE = 'TD403';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'issued' THEN
            RAISE EXCEPTION 'an order cannot begin as %', NEW.state USING ERRCODE = 'TD409';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.ref, NEW.number, NEW.party, NEW.district, NEW.subject_kind, NEW.text, NEW.clause,
        NEW.days, NEW.issued_at)
        IS DISTINCT FROM (OLD.ref, OLD.number, OLD.party, OLD.district, OLD.subject_kind,
        OLD.text, OLD.clause, OLD.days, OLD.issued_at)
        OR NEW.subject_ref IS DISTINCT FROM OLD.subject_ref THEN
        RAISE EXCEPTION 'what was ordered is never changed' USING ERRCODE = 'TD403';
    END IF;
    IF NEW.state <> OLD.state AND NOT EXISTS (
        SELECT 1 FROM rectification_order_moves() AS move
        WHERE move.from_state = OLD.state AND move.to_state = NEW.state
    ) THEN
        RAISE EXCEPTION 'an order cannot go from % to %', OLD.state, NEW.state
            USING ERRCODE = 'TD409';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER rectification_order_guard BEFORE INSERT OR UPDATE OR DELETE ON rectification_order
    FOR EACH ROW EXECUTE FUNCTION rectification_order_guard();
"""

UNDO = """
DROP TRIGGER rectification_order_guard ON rectification_order;
DROP FUNCTION rectification_order_guard;
DROP FUNCTION rectification_order_moves;
DROP SEQUENCE rectification_order_number;
"""


class Migration(migrations.Migration):
    dependencies = [("rectification", "0001_initial")]

    operations = [migrations.RunSQL(GUARDS, UNDO)]
