"""An online case is given to another party by one act, and by nothing else."""

from importlib import import_module

from django.db import migrations

earlier = import_module("applications.migrations.0017_going_online")

# The party is that of who took the case over, by the last entry of its record: so the change can
# only be the one that this entry tells of.
GUARD = f"""
CREATE FUNCTION case_party_is_its_takers() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
DECLARE
    taker bigint;
BEGIN
    SELECT coalesce(u.party_id, -s.actor_id) INTO taker FROM (
        SELECT type, salt_ref FROM ledger_entry WHERE case_ref = NEW.ref
        ORDER BY case_seq DESC LIMIT 1
    ) e JOIN ledger_salt s ON s.ref = e.salt_ref LEFT JOIN accounts_user u ON u.id = s.actor_id
        WHERE e.type = 'case.handed_over';
    -- As with `kept_as_written`, the owner may.
    IF pg_has_role(current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE') THEN
        RETURN NEW;
    END IF;
    IF taker IS DISTINCT FROM NEW.filed_by_id OR OLD.ended_at IS NOT NULL
        OR (OLD.channel, NEW.channel) <> ('online', 'online') THEN
        RAISE EXCEPTION '%: no act changes this', TG_NAME USING ERRCODE = 'TD403';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER case_keeps_its_name ON applications_application;
CREATE TRIGGER case_keeps_its_name BEFORE UPDATE ON applications_application FOR EACH ROW
    WHEN ((OLD.number, OLD.ref, OLD.created_at)
        IS DISTINCT FROM (NEW.number, NEW.ref, NEW.created_at))
    EXECUTE FUNCTION kept_as_written();
CREATE TRIGGER case_keeps_its_party BEFORE UPDATE ON applications_application FOR EACH ROW
    WHEN (OLD.filed_by_id <> NEW.filed_by_id AND NOT ({earlier.GOES_ONLINE}))
    EXECUTE FUNCTION case_party_is_its_takers();
"""
UNGUARD = f"""
DROP TRIGGER case_keeps_its_party ON applications_application;
DROP FUNCTION case_party_is_its_takers();
DROP TRIGGER case_keeps_its_name ON applications_application;
CREATE TRIGGER case_keeps_its_name BEFORE UPDATE ON applications_application FOR EACH ROW
    WHEN ((OLD.number, OLD.ref, OLD.created_at)
        IS DISTINCT FROM (NEW.number, NEW.ref, NEW.created_at)
        OR OLD.filed_by_id <> NEW.filed_by_id AND NOT ({earlier.GOES_ONLINE}))
    EXECUTE FUNCTION kept_as_written();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0016_mandates"),
        ("applications", "0023_corrections"),
        ("ledger", "0008_who_was_seen"),
    ]

    operations = [migrations.RunSQL(GUARD, UNGUARD)]
