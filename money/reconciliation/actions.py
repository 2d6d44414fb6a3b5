"""Explaining a difference."""

from collections.abc import Mapping
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actor import SYSTEM, Actor
from accounts.models import User
from accounts.roles import Role
from core.bodies import read
from core.problems import Faster, Forbidden
from ledger.record import NewEntry, append
from money.reconciliation.events import EXPLAINED
from money.reconciliation.models import Difference
from money.reconciliation.serializers import DifferenceExplanation

State = Difference.State
ENDED: Final = {
    State.EXPLAINED: _("Somebody has explained this difference meanwhile."),
    State.AGREED: _("It is no difference any more: both sides agree by now."),
}


def must_explain(difference: Difference, user: User) -> None:
    """Raises Forbidden where somebody is not the lead where a difference lies."""
    held = user.districts(Role.SUPPLY_LEAD)
    if held is not None and difference.district not in held:
        raise Forbidden(_("Only the supply company's lead explains a difference."))


def explain(difference: Difference, body: Mapping[str, Any], *, by: User) -> Difference:
    """Close a difference by words, which the record commits to.

    Args:
        body: as `DifferenceExplanation` declares it.
        by: the supply company's lead where it lies.

    Raises:
        Forbidden, Faster, Invalid: in this order.
    """
    must_explain(difference, by)
    with transaction.atomic():
        held = Difference.objects.select_for_update(of=("self",)).select_related("bill")
        one = held.get(pk=difference.pk)
        if one.ended_at is not None:
            explained = one.state == State.EXPLAINED
            by_whom = Role.SUPPLY_LEAD.value if explained else SYSTEM.role
            winner = {"role": by_whom, "at": one.ended_at.isoformat()}
            raise Faster(ENDED[State(one.state)], winner=winner)
        words = read(DifferenceExplanation, body)["words"]
        actor = Actor(by.pk, Role.SUPPLY_LEAD, one.district)
        data = {"kind": one.kind, "day": one.bill.day, "order": one.order, "words": words}
        [written] = append(NewEntry(case_ref=one.ref, type=EXPLAINED, actor=actor, data=data))
        one.state, one.words = State.EXPLAINED, words
        one.explained_by, one.ended_at = by, written.at
        one.save(update_fields=["state", "words", "explained_by", "ended_at"])
    return one
