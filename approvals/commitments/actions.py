"""The acts of a commitment: signed, checked afterwards, revoked; and who is told of its check."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import override

from accounts.models import User
from accounts.queries import holders
from accounts.roles import Role, role_words
from approvals.commitments.models import (
    Commitment,
    commitment_of,
    is_drawn,
    offered,
    rules_of,
)
from approvals.commitments.queries import KIND, has_revoked
from approvals.notices import AT_DESK, deciding, limit_name
from approvals.offices import holders_in_office, office_of
from core.clock import local_date
from core.fields import text_digest
from deadlines import actions as timing
from deadlines.explain import KIND_NAMES
from deadlines.models import Clock, ClockWarning, Recalculation
from deadlines.signals import breached, recalculated, warned
from deadlines.sweep import hold_case
from notifications.recalculation import Subject, tell
from notifications.texts import register_link
from notifications.warnings import Circles, Limited, Told
from notifications.warnings import tell as tell_warnings
from rules.warnings import Circle
from workflow.run import Step

if TYPE_CHECKING:
    from approvals.models import Permit

#: The list of checks as those open it who watch over them.
WATCHED: Final = "checks_watched"


def commit(step: "Step[Permit]") -> None:
    """Sign for the supply company: the entry commits to the digest of the text, which is kept."""
    permit, said = step.thing, step.values
    step.values = {}
    new = offered(permit)
    new.responsible, new.position = said["responsible"], said["position"]
    if not new.responsible:
        new.responsible = User.objects.values_list("name", flat=True).get(party=step.actor.party_id)
        with override("zh-hans"):
            new.position = role_words(step.actor.role)
    new.digest = text_digest(new.statement(permit))
    new.signed_at = at = step.record(
        data={"commitment": str(new.ref), "sha256": new.digest, "rules": new.rules_version}
    )
    percent = rules_of(permit).percent
    new.selected = is_drawn(permit.ref, at, percent) or has_revoked(permit.bureau)
    new.save(force_insert=True)
    if new.selected:
        timing.start([clock_of(new)], at=at)


def clock_of(commitment: Commitment) -> timing.NewClock:
    return timing.NewClock(
        case_ref=commitment.ref,
        kind=KIND,
        limit=rules_of(commitment.permit).check,
        district=commitment.district,
        rules_version=commitment.rules_version,
    )


def check_afterwards(step: "Step[Permit]") -> None:
    """Enter what the bureau found; the clock of the check stops where it was drawn."""
    found: Any = commitment_of(step.thing)  # a guard of the act
    hold_case(found.ref)
    found.kept, found.findings = step.said["kept"], step.said["findings"]
    found.checked_at = step.record(
        clock=f"{KIND} stopped" if found.selected else "",
        data={"kept": found.kept, "found": found.findings},
    )
    found.save(update_fields=["checked_at", "kept", "findings"])
    timing.stop(case_ref=found.ref, kinds=[KIND], at=found.checked_at)


def revoke(step: "Step[Permit]") -> None:
    """Take the permit back; where the rules say how long, its bureau takes no commitment and no
    filing of the company for so many days."""
    found: Any = commitment_of(step.thing)  # a guard of the act
    days = rules_of(step.thing).barred_days
    step.values = {}
    found.revoked_at = at = step.record(data=step.said | {"barred_days": days})
    found.reason, found.clause = step.said["reason"], step.said["clause"]
    found.barred_until = local_date(at) + timedelta(days=days) if days else None
    found.save(update_fields=["revoked_at", "reason", "clause", "barred_until"])


# What is told of the clock of a check


def _of(clocks: Iterable[Clock]) -> "QuerySet[Commitment] | tuple[()]":
    refs = [clock.case_ref for clock in clocks if clock.kind == KIND]
    found = Commitment.objects.select_related("permit", "permit__line_works")
    return found.filter(ref__in=refs) if refs else ()


def tell_late(*, clocks: Iterable[Clock], **_said: Any) -> None:
    """Hears `deadlines.signals.breached`."""
    from approvals.actions import PERMITS  # noqa: PLC0415 (it has these verbs)

    for commitment in _of(clocks):
        PERMITS.tell("permit.check_late", commitment.permit, by=None)


def tell_of_warnings(*, warnings: Sequence[ClockWarning], **_said: Any) -> None:
    """Hears `deadlines.signals.warned`: the bureau that checks is told, and who watches."""
    found = {commitment.ref: commitment for commitment in _of(one.clock for one in warnings)}
    tell_warnings(warnings, found, limit_of)


def limit_of(commitment: Commitment) -> tuple[Limited, Circles]:
    permit = commitment.permit
    there = partial(holders, district=permit.district)
    bureau = partial(holders_in_office, permit)
    limited = Limited(
        permit.line_works.application,
        partial(limit_name, permit.permit, KIND),
        partial(office_of, permit),
    )
    return limited, {
        Circle.OFFICER: Told(AT_DESK, permit.pk, partial(bureau, Role.OFFICER)),
        Circle.BUREAU_LEAD: Told(AT_DESK, permit.pk, partial(bureau, Role.BUREAU_LEAD)),
        Circle.REGULATOR: Told(WATCHED, permit.pk, partial(there, Role.REGULATOR)),
    }


def tell_of_recalculations(*, recalculations: Sequence[Recalculation], **_said: Any) -> None:
    """Hears `deadlines.signals.recalculated`: the bureau counts on the last day of its check."""
    limit = partial(str, KIND_NAMES[KIND])
    for commitment in _of(one.clock for one in recalculations):
        permit = commitment.permit
        subject = Subject(AT_DESK, permit.pk, permit.line_works.application, limit)
        for one in recalculations:
            tell(one, subject, deciding(permit))


def wire() -> None:
    breached.connect(tell_late, dispatch_uid="approvals.tell_late_checks")
    warned.connect(tell_of_warnings, dispatch_uid="approvals.tell_of_checks_due")
    recalculated.connect(tell_of_recalculations, dispatch_uid="approvals.tell_of_checks")
    register_link(WATCHED, lambda _permit, _context: reverse("oversight:checks"))
