"""A sign in who acts: one account from several places at the same time."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Final

from django.utils.translation import gettext_lazy as _

from accounts.roles import BUREAU_ROLES, COMPANY
from core.fields import blind_index
from integrity.models import Signal
from integrity.signs.base import Finding, Numbers, Sign, Window, rows_of
from integrity.signs.bunches import Step, bunches
from integrity.signs.steps import bunched
from rectification.addressees import SUPPLIER

#: Who works on cases and permits; an applicant may well go home between two steps.
WORKING: Final = [role.value for role in (*COMPANY, *BUREAU_ROLES)]
DIGEST_BYTES: Final = 16

FROM_PLACES: Final = """
SELECT l.index, e.id, e.at, s.actor_id, s.place, e.actor_district, p.bureau FROM ledger_entry e
JOIN ledger_leaf l ON l.entry_id = e.id
JOIN ledger_salt s ON s.ref = e.salt_ref
LEFT JOIN approvals_permit p ON p.ref = e.part AND e.actor_role = ANY(%(bureau_roles)s)
WHERE e.at BETWEEN %(since)s AND %(until)s AND l.index <= %(upto)s
    AND e.actor_role = ANY(%(roles)s) AND e.actor_district <> '' AND s.place <> ''
    AND (p.bureau IS NOT NULL OR NOT e.actor_role = ANY(%(bureau_roles)s))
    AND s.actor_id IN (
        SELECT s.actor_id FROM ledger_leaf l JOIN ledger_entry e ON e.id = l.entry_id
        JOIN ledger_salt s ON s.ref = e.salt_ref
        WHERE l.index > %(after)s AND l.index <= %(upto)s
    )
ORDER BY l.index
"""


def account_digest(actor_id: int) -> str:
    """Return what stands for an account in a signal: equal for equal accounts, nothing more."""
    return blind_index(str(actor_id), "signal account")[:DIGEST_BYTES].hex()


def _account_in_several_places(window: Window, numbers: Numbers) -> Iterator[Finding]:
    span, least = timedelta(minutes=numbers["minutes"]), numbers["places"]
    rows = rows_of(
        FROM_PLACES,
        after=window.after,
        upto=window.upto,
        since=window.first_at - 2 * span,
        until=window.last_at + 2 * span,
        roles=WORKING,
        bureau_roles=[role.value for role in BUREAU_ROLES],
    )
    steps = [
        Step(index, entry, at, account_digest(actor), district, bureau or SUPPLIER, bytes(place))
        for index, entry, at, actor, place, district, bureau in rows
    ]

    def enough(together: Sequence[Step]) -> bool:
        return len({step.value for step in together}) >= least

    for bunch in bunches("account_in_several_places", window, steps, span=span, enough=enough):
        places = len({step.value for step in bunch.complete})
        yield bunched(bunch, Signal.Subject.ACCOUNT, places=places)


ACCOUNT_IN_SEVERAL_PLACES = Sign(
    code="account_in_several_places",
    name=_("One account in several places"),
    definition=_(
        "Within %(minutes)s minutes, one account of the supply company or of a bureau takes steps "
        "from %(places)s networks or more. Only a keyed digest of each network is kept."
    ),
    harmless=[
        _("A phone changes from an office network to a mobile one, which may change again."),
        _("An office with several lines to the outside looks like several places."),
    ],
    thresholds={"places": _("Places at least"), "minutes": _("Within")},
    find=_account_in_several_places,
    sentence=_("One account acted from %(places)s places within %(minutes)s minutes"),
)
