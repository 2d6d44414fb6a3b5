"""Facts of accounts that belong in the record."""

from typing import Any

from django.dispatch import receiver

from accounts.actions import role_changed
from accounts.actor import Actor
from ledger.record import CITY_REF, NewEntry, append


@receiver(role_changed)
def record_role(*, grant: Any, granted: bool, by: Actor, **_kwargs: Any) -> None:
    """Write down that a role was given or taken away; whose, only as a commitment."""
    append(
        NewEntry(
            case_ref=CITY_REF,
            type="role.granted" if granted else "role.revoked",
            actor=by,
            data={"grant": grant.pk, "user": grant.user_id, "role": grant.role},
        )
    )
