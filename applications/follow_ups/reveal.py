"""Whom the lead is to call, in full: shown for a reason that the follow-up's own record keeps.

In the record of the case the entry would tell whoever worked on it that its rating is followed up.
"""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from accounts.actor import Actor
from accounts.models import User
from applications.follow_ups.actions import FOLLOW_UPS
from applications.follow_ups.models import FollowUp
from applications.reveal import SHOWN, Reveal
from core.bodies import read
from ledger.record import NewEntry, append


def reveal(follow_up: FollowUp, body: Mapping[str, Any], *, by: User) -> None:
    """Record that somebody who is to close a follow-up sees whom it is about, and why.

    Raises:
        Missing, Forbidden, WrongState: in this order; whoever closed it calls nobody any more.
        Invalid: without a reason.
    """
    with transaction.atomic():
        held = FOLLOW_UPS.hold_seen(follow_up, by)
        closing = FOLLOW_UPS.acts(held)["close"]
        role = FOLLOW_UPS.role_in(held, closing, by)
        FOLLOW_UPS.check_state(held, closing, by)
        data = {**FOLLOW_UPS.identity(held), **read(Reveal, body)}
        append(NewEntry(held.ref, SHOWN, Actor(by.pk, role, held.district), data=data))
