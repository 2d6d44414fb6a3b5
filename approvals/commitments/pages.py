"""A commitment in words: what is signed, with what has come of it; and the lists of checks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from approvals.commitments.answers import know_commitments
from approvals.commitments.models import Commitment
from approvals.commitments.queries import KIND
from approvals.models import Permit
from approvals.offices import office_of
from approvals.wording import bureau_name, permit_name, place_name
from approvals.workflow import COMMITTED_ROUTES, officer, supplier
from core.templatetags.city import day, due_day, instant
from deadlines.queries import own_clocks
from deadlines.timeleft import TimeLeft, times_of
from rules.files import Words


def commitment_context(permit: Permit, user: User, now: datetime) -> dict[str, Any]:
    """For `approvals/_commitment.html`; empty where the permit has none."""
    if permit.route not in COMMITTED_ROUTES:
        return {}
    know_commitments([permit], now)
    found = permit.told_commitment
    if found is None:
        return {}
    return {
        "conditions": [str(Words(each["zh"], each["en"])) for each in found.conditions],
        "rows": rows_of(found, named=bool(officer(permit, user) or supplier(permit, user))),
        "commitment": found,
    }


def rows_of(found: Commitment, *, named: bool) -> list[dict[str, Any]]:
    """`named`: whether the reader is told who is responsible."""
    answers = {True: _("Yes"), False: _("No"), None: ""}
    person = _(", ").join(filter(None, (found.responsible, found.position))) if named else ""
    rows = (
        (_("Rules in which the conditions stand"), found.rules_version),
        (_("Signed"), instant(found.signed_at)),
        (_("Responsible at the supply company"), person),
        (_("SHA-256 of the text that was signed"), found.digest),
        (_("To be checked afterwards until"), due_day(found.check_due_on)),
        (_("Checked afterwards"), instant(found.checked_at)),
        (_("The conditions are kept"), answers[found.kept]),
        (_("What the check found"), found.findings),
        (_("Revoked"), instant(found.revoked_at)),
        (_("Reason of the revocation"), found.reason),
        (_("Clause of the revocation"), found.clause),
        (_("The bureau takes no commitment and no filing until"), day(found.barred_until)),
    )
    return [{"key": key, "value": value} for key, value in rows if value]


@dataclass(frozen=True, slots=True)
class Row:
    """One commitment in a list; `outcome` is empty while it is to be checked."""

    pk: int
    name: str
    number: str
    place: str
    bureau: str
    signed_at: datetime
    left: TimeLeft
    outcome: str
    tone: str


def listed(found: Sequence[Commitment], now: datetime) -> list[Row]:
    """Two queries however many there are."""
    left = times_of(own_clocks(found, KIND).values(), now) if found else {}
    return [
        Row(
            pk=one.permit_id,
            name=permit_name(one.permit.permit),
            number=one.permit.line_works.application,
            place=place_name(one.permit.line_works),
            bureau=office_of(one.permit),
            signed_at=one.signed_at,
            left=left.get(one.ref, TimeLeft(still=_("not drawn"))),
            outcome=outcome(one),
            tone="danger" if one.kept is False else "success" if one.kept else "",
        )
        for one in found
    ]


def outcome(one: Commitment) -> str:
    if one.revoked_at:
        return _("Revoked")
    return {True: _("Kept"), False: _("Not kept"), None: ""}[one.kept]


def barred_words(barred: dict[str, date]) -> list[str]:
    """A sentence for each bureau that takes no commitment of the supply company at present."""
    text = _(
        "%(bureau)s takes no commitment and no filing of the supply company until %(day)s: it "
        "revoked a permit because a commitment was not kept. Its permits go by ordinary review."
    )
    return [text % {"bureau": bureau_name(code), "day": day(last)} for code, last in barred.items()]
