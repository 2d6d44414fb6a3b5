"""Asking about a case, and the verb of whoever answers, run under the lock of the enquiry's own
record."""

from collections.abc import Iterable
from functools import partial
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actor import Actor
from accounts.models import User
from applications.actions import CASES
from applications.by_whom import APPLICANT
from applications.checklist import SUBJECT
from applications.enquiries.models import Enquiry
from applications.enquiries.queries import KIND, desk_of, opened
from applications.enquiries.workflow import EnquiryState, NewEnquiry
from applications.guards import ERASED, NOT_ERASED
from applications.models import Application
from applications.queries import applicants
from applications.states import NOBODY, Holder
from applications.who import as_applicant, represented
from core.bodies import read
from core.clock import city_now
from core.problems import Forbidden, QuotaReached, WrongState
from deadlines import actions as timing
from deadlines.explain import KIND_NAMES
from deadlines.models import Clock, Recalculation
from ledger.record import NewEntry, append
from notifications.recalculation import Subject
from notifications.recalculation import tell as tell_recalculation
from notifications.texts import register_link
from rules.limits import Quota, limits
from rules.registry import current
from workflow.run import Step, Workflow

#: What messages are about, for those who answer; the applicant's lead to the case.
ENQUIRY: Final = "enquiry"
ASKED: Final = "enquiry.asked"


def ask(*, application: Application, body: Any, by: User) -> Enquiry:
    """Take in a question about a filed case; its clock starts, and the company is told.

    Raises:
        Missing, Forbidden: not this person's case.
        WrongState: nothing is filed yet, or it is erased.
        Invalid: no question, or one that is too long.
        QuotaReached: so many questions about it wait for an answer.
    """
    with transaction.atomic():
        case = CASES.hold_seen(application, by)
        role = as_applicant(case, by)
        if role is None:
            raise Forbidden(APPLICANT["refusal"])
        if case.draft:
            raise WrongState(_("Questions are asked about an application once it is submitted."))
        if not NOT_ERASED(case):
            raise WrongState(ERASED)
        said, most = read(NewEnquiry, body), limits().quotas[Quota.ENQUIRIES]
        if opened(case.enquiries.all()).count() >= most:
            reason = _(
                "%(count)d questions about this case wait for an answer: please wait for it."
            )
            raise QuotaReached(reason % {"count": most})
        policy = case.in_force(current(), city_now())
        new = Enquiry(
            application=case,
            district=case.district,
            rules_version=policy.version,
            text=said["text"],
        )
        entry = NewEntry(
            new.ref,
            ASKED,
            Actor(by.pk, role, case.district, by.party_id),
            to_state=EnquiryState.OPEN.value,
            holder=Holder.SUPPLIER.value,
            clock=f"{KIND} started",
            data={"number": case.number} | represented(case, by.party_id) | said,
        )
        new.asked_at = append(entry)[0].at
        new.save(force_insert=True)
        timing.start([clock_of(new, policy.enquiry_limit())], at=new.asked_at)
        ENQUIRIES.tell(ASKED, new, by.party_id)
    return new


def clock_of(enquiry: Enquiry, limit: Any) -> timing.NewClock:
    return timing.NewClock(
        case_ref=enquiry.ref,
        kind=KIND,
        limit=limit,
        district=enquiry.district,
        rules_version=enquiry.rules_version,
    )


class EnquiryWorkflow(Workflow[Enquiry]):
    """Its clock runs from the question to the answer, and never stands still."""

    model = Enquiry
    overtaken = gettext_lazy("Somebody has answered this before you: it is now “%(state)s”.")
    subject = ENQUIRY
    circles = {
        "desk": desk_of,
        "applicant": lambda enquiry: applicants(enquiry.application),
    }

    def ref(self, thing: Enquiry) -> tuple[UUID, UUID | None]:
        """It is a record of its own."""
        return thing.ref, None

    def identity(self, thing: Enquiry) -> dict[str, Any]:
        return {"number": thing.application.number}

    def context(self, thing: Enquiry) -> dict[str, Any]:
        return {"number": thing.application.number}

    def seen_by(self, circle: str) -> tuple[str, dict[str, Any]]:
        return (SUBJECT if circle == "applicant" else ENQUIRY), {}

    def fields(self, step: Step[Enquiry]) -> dict[str, Any]:
        return {"holder": NOBODY, "clock": f"{KIND} stopped"}

    def follow(self, step: Step[Enquiry]) -> None:
        timing.stop(case_ref=step.thing.ref, kinds=[KIND], at=step.at)


ENQUIRIES: Final = EnquiryWorkflow()


# What is told of its clock


def _of(clocks: Iterable[Clock]) -> Iterable[Enquiry]:
    refs = [clock.case_ref for clock in clocks if clock.kind == KIND]
    found = Enquiry.objects.select_related("application")
    return found.filter(ref__in=refs) if refs else ()


def tell_late(*, clocks: Iterable[Clock], **_said: Any) -> None:
    """Hears `deadlines.signals.breached`."""
    for enquiry in _of(clocks):
        ENQUIRIES.tell("enquiry.late", enquiry, by=None)


def tell_of_recalculations(*, recalculations: Iterable[Recalculation], **_said: Any) -> None:
    """Hears `deadlines.signals.recalculated`: both sides count on the last day."""
    rows = list(recalculations)
    limit = partial(str, KIND_NAMES[KIND])
    for enquiry in _of(row.clock for row in rows):
        number = enquiry.application.number
        for_desk = Subject(ENQUIRY, enquiry.pk, number, limit)
        for_applicant = Subject(SUBJECT, enquiry.application.pk, number, limit)
        for one in rows:
            tell_recalculation(one, for_desk, desk_of(enquiry))
            tell_recalculation(one, for_applicant, applicants(enquiry.application))


def wire() -> None:
    register_link(ENQUIRY, lambda pk, _context: reverse("enquiries:one", args=[pk]))
