"""Why a clock stood still: what the record says of the instant at which it was paused."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from deadlines.models import Clock
from ledger.models import Entry

#: By the step that paused the clock of a permit.
BY_STEP = {
    "permit.supplement_requested": _(": papers were asked for"),
    "permit.time_excluded": _(": this time is left out by law"),
    "order.answered": _(": the answer was with the regulator"),
}
#: By who holds the case from that instant on.
BY_HOLDER = {
    "applicant": _(": the applicant had the next move"),
    "government": _(": the bureaus had the case"),
}


def pause_reasons(clock: Clock, instants: Iterable[datetime]) -> dict[datetime, str]:
    """Return the reason for each instant at which a clock was paused, where one is recorded.

    Args:
        clock: the clock of a case or of a permit.
        instants: the ends of its intervals.
    """
    found = Entry.objects.filter(case_ref=clock.case_ref, at__in=list(instants))
    if clock.part:
        found = found.filter(part=clock.part)
    rows = found.order_by("case_seq").values_list("at", "type", "holder")
    reasons = {at: BY_STEP.get(kind) or BY_HOLDER.get(holder) for at, kind, holder in rows}
    return {at: str(reason) for at, reason in reasons.items() if reason}
