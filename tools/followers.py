"""A great many followers, laid by SQL: `make bench` and the suite tell them all of an outage.

Each is told by a phone of its own, sealed as the portal seals it; they are laid in parts, so that
a hundred thousand take seconds.
"""

from typing import Any, Final

from django.db import connection, transaction

from accounts.parties import phone_index
from core.fields import seal

PART: Final = 5_000
#: One that has begun where the grid's tables know nobody, so that somebody counts.
OUTAGE: Final[dict[str, Any]] = {
    "kind": "fault", "nature": "external_fault", "district": "510302",
    "area": "100 Dangui Street", "cause": "A crane", "elements": [], "customers": 12,
    "area_class": "urban", "level": "low",
}  # fmt: skip
#: A follower of what is followed, by party, contact and phone.
LAY: Final = """
WITH said AS (
    SELECT * FROM unnest(%(sealed)s::text[], %(digests)s::bytea[]) WITH ORDINALITY
        AS said (sealed, digest, place)
), parties AS (
    INSERT INTO accounts_party (created_at) SELECT now() FROM said RETURNING id
), paired AS (
    SELECT said.sealed, said.digest, party.id
    FROM said JOIN (SELECT id, row_number() OVER (ORDER BY id) AS place FROM parties) party
        USING (place)
), contacts AS (
    INSERT INTO accounts_contact (party_id, channel, address, address_digest, language,
        confirmed_at)
    SELECT id, 'sms', sealed, digest, 'zh-hans', now() FROM paired
), followers AS (
    INSERT INTO reliability_follower (party_id, phone_digest, created_at)
    SELECT id, digest, city_now() FROM paired RETURNING id
)
INSERT INTO reliability_following (follower_id, scope, value, created_at)
SELECT id, %(scope)s, %(value)s, city_now() FROM followers
"""


def phone_of(number: int) -> str:
    return f"139{number:08}"


def lay(count: int, *, scope: str, value: str) -> None:
    """So many followers of one thing, in one transaction."""
    purpose = "accounts_contact.address"
    with transaction.atomic(), connection.cursor() as cursor:
        for begin in range(0, count, PART):
            phones = [phone_of(number) for number in range(begin, min(begin + PART, count))]
            cursor.execute(
                LAY,
                {
                    "sealed": [seal(phone, purpose=purpose) for phone in phones],
                    "digests": [phone_index(phone) for phone in phones],
                    "scope": scope,
                    "value": value,
                },
            )
