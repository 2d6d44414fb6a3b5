"""Keys and witnesses of the record are the owner's to add; a forged row of either would be published,
asked, or stop the signing."""

from django.db import migrations

# The first key of each purpose is made by whoever signs first, where there is none yet; after it,
# every key is the owner's (`manage.py record rotate`, `declare_gap`).
GUARDS = """
CREATE FUNCTION ledger_by_the_owner() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT pg_has_role(current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE')
    THEN
        RAISE EXCEPTION '%: only the owner of the tables adds it', TG_NAME USING ERRCODE = 'TD403';
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION ledger_has_key(wanted text) RETURNS boolean LANGUAGE sql STABLE
    SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM ledger_key WHERE purpose = wanted)
$$;
CREATE TRIGGER ledger_key_owner BEFORE INSERT ON ledger_key FOR EACH ROW
    WHEN (ledger_has_key(NEW.purpose)) EXECUTE FUNCTION ledger_by_the_owner();
CREATE TRIGGER ledger_witness_owner BEFORE INSERT ON ledger_witness FOR EACH ROW
    EXECUTE FUNCTION ledger_by_the_owner();

-- A checkpoint of an epoch that no key has begun would be the newest for ever.
CREATE FUNCTION ledger_has_epoch(wanted integer) RETURNS boolean LANGUAGE sql STABLE
    SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM ledger_key WHERE purpose = 'log' AND epoch = wanted)
$$;
CREATE FUNCTION ledger_no_such_epoch() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'no key has begun the epoch %', NEW.epoch USING ERRCODE = 'TD403';
END $$;
CREATE TRIGGER ledger_checkpoint_epoch BEFORE INSERT ON ledger_checkpoint FOR EACH ROW
    WHEN (NOT ledger_has_epoch(NEW.epoch)) EXECUTE FUNCTION ledger_no_such_epoch();
"""
RELEASE = """
DROP TRIGGER ledger_checkpoint_epoch ON ledger_checkpoint;
DROP FUNCTION ledger_no_such_epoch();
DROP FUNCTION ledger_has_epoch(integer);
DROP TRIGGER ledger_witness_owner ON ledger_witness;
DROP TRIGGER ledger_key_owner ON ledger_key;
DROP FUNCTION ledger_has_key(text);
DROP FUNCTION ledger_by_the_owner();
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0006_public_reads")]

    operations = [migrations.RunSQL(GUARDS, RELEASE)]
