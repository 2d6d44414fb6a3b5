"""Opening a follow-up with its rating, and its verbs, run under the lock of its own record."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Final
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.roles import Role
from applications.correspondence.models import Attempt
from applications.follow_ups.models import FollowUp
from applications.follow_ups.queries import KIND, may_see, told
from applications.follow_ups.workflow import FollowUpState
from applications.models import Application
from applications.queries import applicants
from applications.states import Holder
from core.templatetags.city import holder_name
from deadlines import actions as timing
from deadlines.explain import KIND_NAMES
from deadlines.models import Clock, ClockWarning, Recalculation
from notifications.recalculation import Subject
from notifications.recalculation import tell as tell_recalculation
from notifications.texts import register_link
from notifications.warnings import Circles, Limited, Told
from notifications.warnings import tell as tell_warnings
from rules import registry
from rules.warnings import Circle
from workflow.run import Step, Workflow

#: What messages are about: one page for the supply company's lead, one for those who watch.
FOLLOW_UP, FOLLOW_UP_WATCHED, CASE = "follow_up", "follow_up_watched", "application"


def obliged(case: Application, stage: str, level: int, *, at: datetime) -> FollowUp | None:
    """The follow-up that a rating at an instant opens, not kept yet; None where the rules ask for
    none. What is low, the case's own rules say; the days are those in force at the rating."""
    low = case.rules(at).get("rating.reason_to")
    policy = case.in_force(registry.current(), at)
    if low is None or level > low.number or policy.follow_up_limit() is None:
        return None
    return FollowUp(
        application=case, stage=stage, district=case.district, rules_version=policy.version
    )


def enter(new: FollowUp, rating: Step[Application]) -> None:
    """Keep a follow-up with the rating that opens it, start its clock and tell the lead.

    The rating's entry is its beginning in the record. One of its own, with the same instant, would
    tell everybody who reads the public log that this rating was a low one.
    """
    new.opened_at = rating.at
    new.save(force_insert=True)
    timing.start([clock_of(new)], at=new.opened_at)
    FOLLOW_UPS.tell("follow_up.opened", new, by=None)


def clock_of(follow_up: FollowUp) -> timing.NewClock:
    return timing.NewClock(
        case_ref=follow_up.ref,
        kind=KIND,
        limit=follow_up.rules().follow_up_limit(),
        district=follow_up.district,
        rules_version=follow_up.rules_version,
    )


class FollowUpWorkflow(Workflow[FollowUp]):
    """Its clock runs from the rating to the close, and never stands still."""

    model = FollowUp
    overtaken = gettext_lazy(
        "Somebody has dealt with this follow-up before you: it is now “%(state)s”."
    )
    subject = FOLLOW_UP
    circles = {
        "lead": lambda follow_up: told(follow_up, Role.SUPPLY_LEAD),
        "applicant": lambda follow_up: applicants(follow_up.application),
        "regulator": lambda follow_up: told(follow_up, Role.REGULATOR),
    }

    def ref(self, thing: FollowUp) -> tuple[UUID, UUID | None]:
        """It is a record of its own."""
        return thing.ref, None

    def may_see(self, thing: FollowUp, user: User) -> bool:
        return may_see(thing, user)

    def identity(self, thing: FollowUp) -> dict[str, Any]:
        return {"number": thing.application.number, "stage": thing.stage}

    def context(self, thing: FollowUp) -> dict[str, Any]:
        return {"number": thing.application.number}

    def seen_by(self, circle: str) -> tuple[str, dict[str, Any]]:
        watched = {"applicant": CASE, "regulator": FOLLOW_UP_WATCHED}
        return watched.get(circle, FOLLOW_UP), {}

    def fields(self, step: Step[FollowUp]) -> dict[str, Any]:
        return {"clock": f"{KIND} stopped" if step.thing.state == FollowUpState.CLOSED else ""}

    def follow(self, step: Step[FollowUp]) -> None:
        """Keep what was tried, or stop the clock."""
        if step.thing.state == FollowUpState.CLOSED:
            timing.stop(case_ref=step.thing.ref, kinds=[KIND], at=step.at)
        else:
            Attempt.objects.create(
                application=step.thing.application,
                follow_up=step.thing,
                seq=step.seq,
                role=step.actor.role,
                outcome=Attempt.Outcome.NOT_REACHED,
                at=step.at,
                **step.values,
            )


FOLLOW_UPS: Final = FollowUpWorkflow()


# What is told of its clock


def _of(clocks: Iterable[Clock]) -> Iterable[FollowUp]:
    refs = [clock.case_ref for clock in clocks if clock.kind == KIND]
    found = FollowUp.objects.select_related("application")
    return found.filter(ref__in=refs) if refs else ()


def tell_late(*, clocks: Iterable[Clock], **_said: Any) -> None:
    """Hears `deadlines.signals.breached`."""
    for follow_up in _of(clocks):
        FOLLOW_UPS.tell("follow_up.late", follow_up, by=None)


def tell_of_recalculations(*, recalculations: Iterable[Recalculation], **_said: Any) -> None:
    """Hears `deadlines.signals.recalculated`: the lead and the applicant count on the last day."""
    rows = list(recalculations)
    limit = partial(str, KIND_NAMES[KIND])
    for follow_up in _of(row.clock for row in rows):
        number = follow_up.application.number
        for_lead = Subject(FOLLOW_UP, follow_up.pk, number, limit)
        for_applicant = Subject(CASE, follow_up.application.pk, number, limit)
        for one in rows:
            tell_recalculation(one, for_lead, told(follow_up, Role.SUPPLY_LEAD))
            tell_recalculation(one, for_applicant, applicants(follow_up.application))


def tell_of_warnings(*, warnings: Sequence[ClockWarning], **_said: Any) -> None:
    """Hears `deadlines.signals.warned`: the lead is told, and who watches."""
    found = {follow_up.ref: follow_up for follow_up in _of(one.clock for one in warnings)}
    tell_warnings(warnings, found, limit_of)


def limit_of(follow_up: FollowUp) -> tuple[Limited, Circles]:
    lead = partial(told, follow_up, Role.SUPPLY_LEAD)
    regulator = partial(told, follow_up, Role.REGULATOR)
    limited = Limited(
        follow_up.application.number,
        partial(str, KIND_NAMES[KIND]),
        partial(holder_name, Holder.SUPPLIER),
    )
    return limited, {
        Circle.COMPANY_LEAD: Told(FOLLOW_UP, follow_up.pk, lead),
        Circle.REGULATOR: Told(FOLLOW_UP_WATCHED, follow_up.pk, regulator),
    }


def wire() -> None:
    register_link(FOLLOW_UP, lambda pk, _context: reverse("follow-ups:one", args=[pk]))
    register_link(
        FOLLOW_UP_WATCHED, lambda pk, _context: reverse("oversight-follow-ups:one", args=[pk])
    )
