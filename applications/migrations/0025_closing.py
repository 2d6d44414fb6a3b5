"""The one way in which an account is emptied: by its own person, and by the record.

The web role changes no address of a contact and no confirmed identity. It calls `close_account`,
which runs as the owner and does all of it for an account whose closing the record tells of already.
"""

from typing import Final

from django.db import migrations

CLOSE: Final = """
CREATE FUNCTION close_account(closed bigint) RETURNS void LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    party bigint;
BEGIN
    SELECT party_id INTO party FROM accounts_user u WHERE u.id = closed AND u.is_active
        AND NOT EXISTS (SELECT 1 FROM accounts_rolegrant g
            WHERE g.user_id = closed AND (g.to_at IS NULL OR g.to_at > now()))
        AND NOT EXISTS (SELECT 1 FROM applications_application a
            WHERE a.filed_by_id = u.party_id AND a.ended_at IS NULL)
        AND EXISTS (SELECT 1 FROM ledger_entry e JOIN ledger_salt s ON s.ref = e.salt_ref
            WHERE e.type = 'account.closed' AND s.actor_id = closed);
    IF party IS NULL THEN
        RAISE EXCEPTION 'an account is closed by its person, by the record' USING ERRCODE = 'TD403';
    END IF;
    UPDATE accounts_user SET name = '', phone = '', phone_index = NULL, is_active = false,
        username = 'closed-' || replace(gen_random_uuid()::text, '-', ''),
        password = '!' || gen_random_uuid()::text, session_epoch = session_epoch + 1
        WHERE id = closed;
    UPDATE accounts_contact SET address = '', address_digest = '',
        ended_at = coalesce(ended_at, now()) WHERE party_id = party;
    DELETE FROM accounts_confirmedidentity WHERE party_id = party;
    DELETE FROM accounts_identitylink WHERE user_id = closed;
    UPDATE accounts_mandate SET ended_at = now()
        WHERE ended_at IS NULL AND (user_id = closed OR party_id = party);
    DELETE FROM accounts_offer WHERE party_id = party OR asked_by_id = closed;
    DELETE FROM accounts_apitoken WHERE user_id = closed;
    DELETE FROM accounts_passkey WHERE user_id = closed;
    DELETE FROM accounts_secondfactor WHERE user_id = closed;
    DELETE FROM accounts_recoverycode WHERE user_id = closed;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0024_handing_over"),
        ("accounts", "0016_mandates"),
    ]

    operations = [migrations.RunSQL(CLOSE, "DROP FUNCTION close_account(bigint)")]
