"""The database's part in the log: what waits, the order that is given once, and no way back."""

from django.db import migrations

WAITING = """
-- The only cost of the log for who writes an entry: one row in a table that is emptied again.
CREATE FUNCTION ledger_entry_waits() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO ledger_pending (entry_id, written_at) SELECT id, clock_timestamp() FROM fresh;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_entry_waits AFTER INSERT ON ledger_entry
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION ledger_entry_waits();
-- The trigger's lock keeps writers away until this migration commits: none is missed or twice here.
INSERT INTO ledger_pending (entry_id, written_at) SELECT id, clock_timestamp() FROM ledger_entry;
"""

ORDER = r"""
-- Whoever inserts: the next index and no other, and the hash of the entry itself.
CREATE FUNCTION ledger_leaf_next() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
DECLARE
    last bigint;
BEGIN
    SELECT index INTO last FROM ledger_leaf ORDER BY index DESC LIMIT 1;
    IF NEW.index IS DISTINCT FROM coalesce(last, -1) + 1 THEN
        RAISE EXCEPTION 'the next leaf has the next index' USING ERRCODE = 'TD403';
    END IF;
    IF NEW.hash IS DISTINCT FROM (SELECT leaf FROM ledger_entry WHERE id = NEW.entry_id) THEN
        RAISE EXCEPTION 'a leaf has the hash of its entry' USING ERRCODE = 'TD403';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_leaf_next BEFORE INSERT ON ledger_leaf
    FOR EACH ROW EXECUTE FUNCTION ledger_leaf_next();

-- Takes in what is committed, by id. A lower id that commits later comes later: none is skipped.
-- One at a time; a second caller gets NULL at once.
CREATE FUNCTION ledger_integrate(batch integer) RETURNS integer LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    size bigint;
    taken integer;
BEGIN
    IF NOT pg_try_advisory_xact_lock(4101, 1) THEN
        RETURN NULL;
    END IF;
    SELECT coalesce(max(index) + 1, 0) INTO size FROM ledger_leaf;
    WITH taken AS (
        DELETE FROM ledger_pending WHERE entry_id IN
            (SELECT entry_id FROM ledger_pending ORDER BY entry_id LIMIT batch)
        RETURNING entry_id, written_at
    )
    INSERT INTO ledger_leaf (index, entry_id, hash, written_at)
        SELECT size + row_number() OVER (ORDER BY t.entry_id) - 1, t.entry_id, e.leaf, t.written_at
        FROM taken t JOIN ledger_entry e ON e.id = t.entry_id ORDER BY t.entry_id;
    GET DIAGNOSTICS taken = ROW_COUNT;
    RETURN taken;
END $$;
"""

HEADS = """
CREATE FUNCTION ledger_checkpoint_next() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    -- The order of signing is the order of sizes, and an epoch that has ended stays ended.
    IF EXISTS (SELECT 1 FROM ledger_checkpoint WHERE epoch > NEW.epoch
               OR (epoch = NEW.epoch AND size >= NEW.size)) THEN
        RAISE EXCEPTION 'the record has a later checkpoint' USING ERRCODE = 'TD403';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM ledger_leaf WHERE index = NEW.size - 1) THEN
        RAISE EXCEPTION 'the record is smaller than the checkpoint' USING ERRCODE = 'TD403';
    END IF;
    NEW.signed_at := city_now();
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_checkpoint_next BEFORE INSERT ON ledger_checkpoint
    FOR EACH ROW EXECUTE FUNCTION ledger_checkpoint_next();

CREATE FUNCTION ledger_key_dated() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$ BEGIN NEW.created_at := city_now(); RETURN NEW; END $$;
CREATE TRIGGER ledger_key_dated BEFORE INSERT ON ledger_key
    FOR EACH ROW EXECUTE FUNCTION ledger_key_dated();
CREATE FUNCTION ledger_witness_dated() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$ BEGIN NEW.added_at := city_now(); RETURN NEW; END $$;
CREATE TRIGGER ledger_witness_dated BEFORE INSERT ON ledger_witness
    FOR EACH ROW EXECUTE FUNCTION ledger_witness_dated();
CREATE FUNCTION ledger_cosignature_dated() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$ BEGIN NEW.given_at := city_now(); RETURN NEW; END $$;
CREATE TRIGGER ledger_cosignature_dated BEFORE INSERT ON ledger_cosignature
    FOR EACH ROW EXECUTE FUNCTION ledger_cosignature_dated();
"""

KEPT = ("leaf", "checkpoint", "key", "witness", "cosignature")

KEEP = "".join(
    f"""
CREATE TRIGGER ledger_{name}_keep BEFORE UPDATE OR DELETE ON ledger_{name}
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_{name}_keep_all BEFORE TRUNCATE ON ledger_{name}
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
"""
    for name in KEPT
)
WAITING_KEPT = """
CREATE TRIGGER ledger_pending_keep BEFORE UPDATE ON ledger_pending
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_pending_keep_all BEFORE TRUNCATE ON ledger_pending
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
"""

UNDO = "SELECT 1"


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_the_log"), ("core", "0001_initial")]

    operations = [
        migrations.RunSQL(sql, UNDO) for sql in (WAITING, ORDER, HEADS, KEEP, WAITING_KEPT)
    ]
