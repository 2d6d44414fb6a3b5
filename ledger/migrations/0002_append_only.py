"""The database's part in the record: time, order, hashes, and no way back."""

from django.db import migrations

SEAL = r"""
-- One instant for all entries of one INSERT: the city's clock when the statement begins.
CREATE FUNCTION ledger_entry_instant() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('ledger.at', extract(epoch FROM public.city_now())::text, true);
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_entry_instant BEFORE INSERT ON ledger_entry
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_entry_instant();

-- Canonical JSON of an entry: keys sorted, integers and plain strings only (RFC 8785 profile).
CREATE FUNCTION ledger_entry_canonical(e ledger_entry) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT '{"actor_commit":"' || encode(e.actor_commit, 'hex')
        || '","actor_district":"' || e.actor_district
        || '","actor_role":"' || e.actor_role
        || '","at":"' || to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
        || '","case_ref":"' || e.case_ref::text
        || '","case_seq":' || e.case_seq::text
        || ',"clock":"' || e.clock
        || '","data_commit":"' || encode(e.data_commit, 'hex')
        || '","effective_at":"' || coalesce(to_char(e.effective_at AT TIME ZONE 'UTC',
               'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), '')
        || '","from":"' || e.from_state
        || '","holder":"' || e.holder
        || '","lineage":"' || coalesce(e.lineage::text, '')
        || '","part":"' || coalesce(e.part::text, '')
        || '","prev":"' || encode(e.prev, 'hex')
        || '","to":"' || e.to_state
        || '","type":"' || e.type
        || '","v":1}'
$$;

CREATE FUNCTION ledger_entry_seal() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    last record;
    city CONSTANT uuid := '00000000-0000-4000-8000-000000000000';
    present CONSTANT timestamptz := public.city_now();
BEGIN
    -- Ids are drawn, never chosen: the first entry stays the first.
    IF NEW.id <> currval('public.ledger_entry_id_seq') THEN
        RAISE EXCEPTION 'an entry does not choose its id' USING ERRCODE = 'TD403';
    END IF;
    -- Entries of one case are written one after the other, whoever writes them.
    PERFORM pg_advisory_xact_lock(public.case_key(NEW.case_ref));
    SELECT case_seq, leaf, at, holder, lineage INTO last FROM public.ledger_entry
        WHERE case_ref = NEW.case_ref ORDER BY case_seq DESC LIMIT 1;
    NEW.at := to_timestamp(current_setting('ledger.at')::numeric);
    -- A setting can be changed inside the statement itself: what is not of this statement's time
    -- was, and counts for nothing.
    IF NEW.at NOT BETWEEN present - (clock_timestamp() - statement_timestamp()) AND present THEN
        NEW.at := present;
    END IF;
    NEW.case_seq := coalesce(last.case_seq, 0) + 1;
    NEW.prev := coalesce(last.leaf, ''::bytea);
    IF NEW.holder = '' THEN NEW.holder := coalesce(last.holder, ''); END IF;
    NEW.lineage := coalesce(NEW.lineage, last.lineage);
    IF last.at > NEW.at AND NEW.case_ref <> city THEN
        RAISE EXCEPTION 'clock before last event' USING ERRCODE = 'TD409';
    END IF;
    NEW.leaf := sha256('\x00'::bytea || convert_to(public.ledger_entry_canonical(NEW), 'UTF8'));
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_entry_seal BEFORE INSERT ON ledger_entry
    FOR EACH ROW EXECUTE FUNCTION ledger_entry_seal();

CREATE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the record is append-only' USING ERRCODE = 'TD403';
END $$;
CREATE TRIGGER ledger_entry_keep BEFORE UPDATE OR DELETE ON ledger_entry
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_entry_keep_all BEFORE TRUNCATE ON ledger_entry
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_salt_keep BEFORE UPDATE ON ledger_salt
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_salt_keep_all BEFORE TRUNCATE ON ledger_salt
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();

-- Only plain words in what is hashed: no quoting, so the canonical form has one spelling.
ALTER TABLE ledger_entry ADD CONSTRAINT entry_plain_words CHECK (
    (from_state || to_state || holder || actor_role || actor_district) ~ '^[A-Za-z0-9_-]*$'
    AND clock ~ '^[a-z0-9_:, ]*$');
"""

DEMONSTRATION = """
-- NULL while the record is empty; afterwards what its first entry says, for good.
CREATE FUNCTION city_is_demonstration() RETURNS boolean LANGUAGE sql STABLE
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT type = 'city.demonstration_opened' FROM ledger_entry ORDER BY id LIMIT 1
$$;

CREATE FUNCTION city_clock_move(wanted interval) RETURNS timestamptz LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF city_is_demonstration() IS NOT TRUE THEN
        RAISE EXCEPTION 'the clock of a real city cannot be moved' USING ERRCODE = 'TD403';
    END IF;
    UPDATE core_cityclock SET "offset" = wanted WHERE id = 1;
    RETURN city_now();
END $$;

-- A city is opened once: as the first entry of all, and never again.
CREATE UNIQUE INDEX ledger_one_opening ON ledger_entry ((1))
    WHERE type IN ('city.opened', 'city.demonstration_opened');
CREATE FUNCTION ledger_open_first() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM public.ledger_entry) THEN
        RAISE EXCEPTION 'a city is opened by its first entry' USING ERRCODE = 'TD403';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_entry_open_first BEFORE INSERT ON ledger_entry FOR EACH ROW
    WHEN (NEW.type IN ('city.opened', 'city.demonstration_opened'))
    EXECUTE FUNCTION ledger_open_first();
"""

UNDO = "SELECT 1"


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial"), ("core", "0001_initial")]

    operations = [migrations.RunSQL(SEAL, UNDO), migrations.RunSQL(DEMONSTRATION, UNDO)]
