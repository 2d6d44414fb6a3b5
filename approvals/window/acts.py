"""Giving out a permit at a window: the act, the list, and its words."""

from typing import TYPE_CHECKING

from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils.translation import gettext as _

from approvals.papers.models import PermitPaper
from approvals.window.models import Receiver
from core.templatetags.city import instant
from workflow.run import Step

if TYPE_CHECKING:
    from approvals.models import Permit


def hand_out(step: "Step[Permit]") -> None:
    """Give out the sealed paper of a granted permit; no clock moves and no state changes."""
    step.record(data=step.values | {"office": step.thing.office_id})


def to_hand_out(permits: "QuerySet[Permit]") -> "QuerySet[Permit]":
    """Those that the guards of the act let through."""
    papers = PermitPaper.objects.filter(
        permit__line_works=OuterRef("line_works"),
        permit__permit=OuterRef("permit"),
        permit__decided_at=OuterRef("decided_at"),
        kept_at__isnull=False,
    )
    granted = permits.filter(state="granted", handed_out_at=None)
    return granted.filter(Exists(papers), round__number=F("line_works__round_number"))


def handed_out_words(permit: "Permit") -> str:
    """Empty where it was not."""
    if permit.handed_out_at is None:
        return ""
    values = {"at": instant(permit.handed_out_at), "to": Receiver(permit.handed_out_to).label}
    return _("%(at)s, to: %(to)s") % values
