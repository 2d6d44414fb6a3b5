"""Complaining about a charge, and what follows each step of a complaint, run under the locks of its
case and of its own record. Nothing here moves the case, its clocks or its holder."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actor import Actor
from accounts.models import User
from accounts.roles import Role, role_words
from applications.actions import CASES
from applications.by_whom import APPLICANT
from applications.guards import ERASED, NOT_ERASED
from applications.queries import applicants
from applications.who import as_applicant, represented
from core.bodies import read
from core.clock import city_now
from core.problems import FieldError, Forbidden, Invalid, QuotaReached, WrongState
from deadlines import actions as timing
from deadlines.explain import KIND_NAMES
from deadlines.models import Clock, ClockWarning, Recalculation
from ledger.record import NewEntry, append
from money.charges.actions import CHARGES
from money.charges.models import Charge
from money.charges.workflow import ChargeState
from money.complaints.models import Complaint
from money.complaints.queries import (
    KIND,
    company_of,
    every,
    is_contested,
    is_upheld,
    regulators_of,
)
from money.complaints.workflow import DECIDED, ENDED, ComplaintState, NewComplaint
from money.payments.actions import annul
from notifications.recalculation import Subject
from notifications.recalculation import tell as tell_recalculation
from notifications.texts import register_link
from notifications.warnings import Circles, Limited, Told
from notifications.warnings import tell as tell_warnings
from rules.limits import Quota
from rules.limits import limits as rules_of_limits
from rules.policy import Policy
from rules.registry import current
from rules.warnings import Circle
from workflow.machine import state_words
from workflow.run import Step, Workflow

#: What messages are about, for the supply company, those who watch, and the applicant's side.
COMPLAINT: Final = "complaint"
WATCHED: Final = "complaint_watched"
OWN: Final = "complaint_own"
MADE: Final = "complaint.made"
DECIDED_ON: Final = "complaint.decided"
LATE: Final = "complaint.late"
#: What is asked for by a charge, or was.
CONTESTABLE: Final = (ChargeState.DUE, ChargeState.PAID)
WAITS: Final = gettext_lazy("A complaint about this charge is with the regulator already.")


# Complaining


def complain(*, charge: Charge, body: Mapping[str, Any], by: User) -> Complaint:
    """Take in a complaint about a charge; its clock starts, and regulator and supply company are
    told.

    Args:
        charge: of a case of the person's side.
        body: as `money.complaints.workflow.NewComplaint` declares it.

    Raises:
        Missing, Forbidden: not this person's case.
        WrongState: its person is erased; a complaint about the charge waits, or nothing is asked
            for by it.
        Invalid: refused values, or the regulator has decided on this ground.
        QuotaReached: so many were made about it.
    """
    with transaction.atomic():
        case = CASES.hold_seen(charge.application, by)
        role = as_applicant(case, by)
        if role is None:
            raise Forbidden(APPLICANT["refusal"])
        if not NOT_ERASED(case):
            raise WrongState(ERASED)
        charge = CHARGES.read_anew(charge)
        if reason := why_not(charge):
            raise WrongState(reason)
        said = read(NewComplaint, body)
        check_new(charge.complaints.all(), said["ground"])
        policy = case.in_force(current(), city_now())
        new = Complaint(charge=charge, application=case, district=case.district, **said)
        return _enter(new, policy, Actor(by.pk, role, case.district, by.party_id), said)


def why_not(charge: Charge) -> str | None:
    """Why nobody complains about a charge now; None where its payer may."""
    if is_contested(charge):
        return str(WAITS)
    if is_upheld(charge):
        return _("A complaint about this charge was upheld already.")
    if charge.state not in CONTESTABLE:
        return _("Nothing is asked for by this charge: it is “%(state)s”.") % {
            "state": state_words(charge)
        }
    return None


def check_new(before: QuerySet[Complaint], ground: str) -> None:
    """What was decided is decided: of each ground once.

    Raises:
        Invalid: the regulator has decided on the ground. QuotaReached: so many were made.
    """
    if before.filter(state__in=DECIDED, ground=ground).exists():
        reason = _("The regulator has decided on this ground already.")
        raise Invalid([FieldError("/ground", reason)])
    most = rules_of_limits().quotas[Quota.COMPLAINTS]
    if before.count() >= most:
        reason = _("%(count)d complaints were made about this charge: no more than that.")
        raise QuotaReached(reason % {"count": most})


def _enter(new: Complaint, policy: Policy, actor: Actor, said: Mapping[str, Any]) -> Complaint:
    """Write a complaint down, start its clock, and tell those who decide and who answer."""
    new.rules_version = policy.version
    entry = NewEntry(
        new.ref,
        MADE,
        actor,
        to_state=ComplaintState.OPEN.value,
        clock=f"{KIND} started",
        data={
            **COMPLAINTS.identity(new),
            **represented(new.application, actor.party_id),
            **said,
        },
    )
    new.made_at = append(entry)[0].at
    new.save(force_insert=True)
    timing.start([clock_of(new, policy.complaint_limit())], at=new.made_at)
    COMPLAINTS.tell(MADE, new, actor.party_id)
    return new


def clock_of(complaint: Complaint, limit: Any) -> timing.NewClock:
    return timing.NewClock(
        case_ref=complaint.ref,
        kind=KIND,
        limit=limit,
        district=complaint.district,
        rules_version=complaint.rules_version,
    )


# What follows


class ComplaintWorkflow(Workflow[Complaint]):
    """Its clock runs from the complaint to its end, and never stands still."""

    model = Complaint
    overtaken = gettext_lazy("This has ended before you: it is now “%(state)s”.")
    subject = COMPLAINT
    circles = {
        "company": company_of,
        "regulator": regulators_of,
        "applicant": lambda complaint: applicants(complaint.application),
    }

    def ref(self, thing: Complaint) -> tuple[UUID, UUID | None]:
        """It is a record of its own."""
        return thing.ref, None

    def hold(self, thing: Complaint) -> Complaint:
        """The case first, as everywhere: its charge is taken back with the complaint."""
        CASES.hold(thing.application)
        return super().hold(thing)

    def identity(self, thing: Complaint) -> dict[str, Any]:
        return {
            "number": thing.application.number,
            "charge": thing.charge_id,
            "item": thing.charge.fee_item.code,
        }

    def on_behalf(self, step: Step[Complaint]) -> dict[str, Any]:
        if step.act.name != "withdraw":
            return {}
        return represented(step.thing.application, step.actor.party_id)

    def context(self, thing: Complaint) -> dict[str, Any]:
        return {"number": thing.application.number}

    def seen_by(self, circle: str) -> tuple[str, dict[str, Any]]:
        return {"applicant": OWN, "regulator": WATCHED}.get(circle, COMPLAINT), {}

    def fields(self, step: Step[Complaint]) -> dict[str, Any]:
        return {"clock": f"{KIND} stopped" if step.thing.state in ENDED else ""}

    def follow(self, step: Step[Complaint]) -> None:
        if step.thing.state in ENDED:
            timing.stop(case_ref=step.thing.ref, kinds=[KIND], at=step.at)
        if step.thing.state in DECIDED:
            self.tell(DECIDED_ON, step.thing, step.actor.party_id)
        if step.thing.state == ComplaintState.UPHELD:
            annul(step.thing.charge, step.actor, step.thing.reasons)


COMPLAINTS: Final = ComplaintWorkflow()


# What is told of its clock


def _of(clocks: Iterable[Clock]) -> Iterable[Complaint]:
    refs = [clock.case_ref for clock in clocks if clock.kind == KIND]
    return every().filter(ref__in=refs) if refs else ()


def tell_late(*, clocks: Iterable[Clock], **_said: Any) -> None:
    """Hears `deadlines.signals.breached`."""
    for complaint in _of(clocks):
        COMPLAINTS.tell(LATE, complaint, by=None)


def tell_of_recalculations(*, recalculations: Iterable[Recalculation], **_said: Any) -> None:
    """Hears `deadlines.signals.recalculated`: regulator and applicant count on the last day."""
    limit = partial(str, KIND_NAMES[KIND])
    rows = list(recalculations)
    found = {complaint.ref: complaint for complaint in _of(row.clock for row in rows)}
    for row in rows:
        if complaint := found.get(row.clock.case_ref):
            number, pk = complaint.application.number, complaint.pk
            tell_recalculation(row, Subject(WATCHED, pk, number, limit), regulators_of(complaint))
            for_applicant = Subject(OWN, pk, number, limit)
            tell_recalculation(row, for_applicant, applicants(complaint.application))


def tell_of_warnings(*, warnings: Sequence[ClockWarning], **_said: Any) -> None:
    """Hears `deadlines.signals.warned`: whoever is to decide is told."""
    found = {complaint.ref: complaint for complaint in _of(one.clock for one in warnings)}
    tell_warnings(warnings, found, limit_of)


def limit_of(complaint: Complaint) -> tuple[Limited, Circles]:
    limited = Limited(
        complaint.application.number,
        partial(str, KIND_NAMES[KIND]),
        partial(role_words, Role.REGULATOR),
    )
    regulators = partial(regulators_of, complaint)
    return limited, {Circle.REGULATOR: Told(WATCHED, complaint.pk, regulators)}


def wire() -> None:
    register_link(COMPLAINT, lambda pk, _context: reverse("complaints:one", args=[pk]))
    register_link(WATCHED, lambda pk, _context: reverse("oversight-complaints:one", args=[pk]))
    register_link(OWN, lambda pk, _context: reverse("own-complaints:one", args=[pk]))
