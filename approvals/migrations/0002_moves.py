"""The database's part in the permit machine: no way but the legal ones, for anybody."""

from django.db import migrations

# Generated from the transitions of `Permit`; tests/approvals/test_machine.py compares the two.
MOVES = """
CREATE FUNCTION approvals_permit_moves() RETURNS TABLE (from_state text, to_state text)
LANGUAGE sql IMMUTABLE AS $$
    VALUES
        ('accepted', 'granted'),
        ('accepted', 'refused'),
        ('accepted', 'suspended'),
        ('accepted', 'withdrawn'),
        ('awaiting_commitment', 'granted'),
        ('awaiting_commitment', 'withdrawn'),
        ('awaiting_supplement', 'received'),
        ('awaiting_supplement', 'withdrawn'),
        ('received', 'accepted'),
        ('received', 'awaiting_supplement'),
        ('received', 'granted'),
        ('received', 'refused'),
        ('received', 'withdrawn'),
        ('suspended', 'accepted'),
        ('suspended', 'withdrawn')
$$;

CREATE FUNCTION approvals_permit_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state IN ('received', 'awaiting_commitment')
            OR (NEW.state = 'granted' AND NEW.carried_from_id IS NOT NULL) THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'a permit cannot begin as %', NEW.state USING ERRCODE = 'TD409';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a permit is never deleted' USING ERRCODE = 'TD403';
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM approvals_permit_moves() AS move
        WHERE move.from_state = OLD.state AND move.to_state = NEW.state
    ) THEN
        RAISE EXCEPTION 'a permit cannot go from % to %', OLD.state, NEW.state
            USING ERRCODE = 'TD409';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER approvals_permit_begin BEFORE INSERT OR DELETE ON approvals_permit
    FOR EACH ROW EXECUTE FUNCTION approvals_permit_guard();
CREATE TRIGGER approvals_permit_move BEFORE UPDATE OF state ON approvals_permit
    FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state)
    EXECUTE FUNCTION approvals_permit_guard();

-- A round joins once: what it was then stays.
CREATE FUNCTION approvals_round_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'this round is over' USING ERRCODE = 'TD409';
END $$;
CREATE TRIGGER approvals_round_closed BEFORE UPDATE ON approvals_round
    FOR EACH ROW WHEN (OLD.joined_at IS NOT NULL OR OLD.withdrawn_at IS NOT NULL)
    EXECUTE FUNCTION approvals_round_guard();
"""

UNDO = """
DROP TRIGGER approvals_round_closed ON approvals_round;
DROP FUNCTION approvals_round_guard;
DROP TRIGGER approvals_permit_move ON approvals_permit;
DROP TRIGGER approvals_permit_begin ON approvals_permit;
DROP FUNCTION approvals_permit_guard;
DROP FUNCTION approvals_permit_moves;
"""


class Migration(migrations.Migration):
    dependencies = [("approvals", "0001_initial")]

    operations = [migrations.RunSQL(MOVES, UNDO)]
