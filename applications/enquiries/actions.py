"""Asking, about a case or without one, and the verb of whoever answers, run under the lock of the
enquiry's own record."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts import limits
from accounts.actor import Actor
from accounts.models import User
from accounts.parties import phone_index
from accounts.queries import holders
from accounts.roles import COUNTER, EVERYBODY, Role
from applications.actions import CASES
from applications.by_whom import APPLICANT
from applications.counter.actions import place_of
from applications.enquiries.models import Enquiry
from applications.enquiries.queries import CLOCKED, KIND, desk_of
from applications.enquiries.workflow import (
    CounterEnquiry,
    EnquiryState,
    GeneralEnquiry,
    NewEnquiry,
)
from applications.guards import ERASED, NOT_ERASED
from applications.models import Application
from applications.queries import applicants
from applications.states import NOBODY, Holder
from applications.who import as_applicant, represented
from core.bodies import read
from core.clock import city_now, local_date
from core.problems import Forbidden, QuotaReached, WrongState
from core.templatetags.city import holder_name
from deadlines import actions as timing
from deadlines.explain import KIND_NAMES
from deadlines.models import Clock, ClockWarning, Recalculation
from ledger.record import NewEntry, append
from notifications.phones import tell_phone
from notifications.recalculation import Subject
from notifications.recalculation import tell as tell_recalculation
from notifications.texts import register_link
from notifications.warnings import Circles, Limited, Told
from notifications.warnings import tell as tell_warnings
from rules.limits import Meter, Quota
from rules.limits import limits as rules_of_limits
from rules.policy import Policy
from rules.registry import current
from rules.warnings import Circle
from workflow.run import Step, Workflow

#: What messages are about, for those who answer and for whoever asked.
ENQUIRY: Final = "enquiry"
OWN_ENQUIRY: Final = "enquiry_own"
ASKED: Final = "enquiry.asked"
ANSWERED: Final = "enquiry.answered"
LATE: Final = "enquiry.late"
#: What the numbers of questions without a case begin with.
SERIES: Final = "ZGW"
NUMBER: Final = f"""
SELECT '{SERIES}' || to_char(city_now() AT TIME ZONE 'Asia/Shanghai', 'YYYYMMDD')
    || lpad(nextval('applications_enquiry_number')::text, 6, '0')
"""


# Asking


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
        said = read(NewEnquiry, body)
        check_few(case.enquiries.all())
        policy = case.in_force(current(), city_now())
        new = Enquiry(application=case, number=case.number, district=case.district, **said)
        return _enter(new, policy, Actor(by.pk, role, case.district, by.party_id), said)


def ask_generally(*, body: Any, by: User, client: str) -> Enquiry:
    """Take in a question without a case, of somebody with an account or of a visitor.

    Args:
        client: whoever asks.

    Raises:
        Invalid: refused values.
        TooMany, QuotaReached: so many were asked from there, or wait for an answer.
    """
    said = read(GeneralEnquiry, body)
    new = Enquiry(party_id=by.party_id, language=get_language() or User.Language.ZH, **said)
    if not by.has_account:
        _by_phone(new, by.phone)
    return _ask(new, said, Actor(by.pk, EVERYBODY, new.district, by.party_id), client)


def ask_at_counter(*, body: Any, by: User, client: str) -> Enquiry:
    """Take in a question without a case at a counter, for whoever asks there.

    Raises:
        Forbidden: the person is no clerk of a counter.
        Invalid, TooMany, QuotaReached: as `ask_generally`.
    """
    place = place_of(by)
    role = by.role_at(place, *COUNTER)
    assert role is not None  # `place_of`
    said = read(CounterEnquiry, body)
    phone = said.pop("phone")
    new = Enquiry(office_id=place, **said)
    _by_phone(new, phone)
    said |= {"represents": Holder.APPLICANT.value}
    return _ask(new, said, Actor(by.pk, role, new.district, by.party_id), client)


def _by_phone(new: Enquiry, phone: str) -> None:
    new.phone, new.phone_digest = phone, phone_index(phone)


def _ask(new: Enquiry, said: Mapping[str, Any], actor: Actor, client: str) -> Enquiry:
    policy = current().in_force(on=local_date(city_now()), district=new.district)
    limits.spend(Meter.ENQUIRY_ADDRESS, client)
    with transaction.atomic():
        # Whoever asks twice at once is counted one after the other by this.
        if new.phone_digest:
            limits.spend(Meter.ENQUIRY_PERSON, "phone", new.phone_digest.hex())
            before = Enquiry.objects.filter(phone_digest=new.phone_digest)
        else:
            limits.spend(Meter.ENQUIRY_PERSON, "party", new.party_id)
            before = Enquiry.objects.filter(party=new.party_id)
        check_few(before)
        with connection.cursor() as cursor:
            cursor.execute(NUMBER)
            [new.number] = cursor.fetchone()
        return _enter(new, policy, actor, said)


def check_few(before: QuerySet[Enquiry]) -> None:
    """Raises QuotaReached: so many of these wait for an answer."""
    most = rules_of_limits().quotas[Quota.ENQUIRIES]
    if CLOCKED.opened(before).count() >= most:
        reason = _("%(count)d of your questions wait for an answer: please wait for it.")
        raise QuotaReached(reason % {"count": most})


def _enter(new: Enquiry, policy: Policy, actor: Actor, said: Mapping[str, Any]) -> Enquiry:
    """Write a question down, start its clock, and tell those who answer."""
    new.rules_version = policy.version
    case = new.application
    whose = represented(case, actor.party_id) if case is not None else {}
    entry = NewEntry(
        new.ref,
        ASKED,
        actor,
        to_state=EnquiryState.OPEN.value,
        holder=Holder.SUPPLIER.value,
        clock=f"{KIND} started",
        data={"number": new.number, **whose, **said},
    )
    new.asked_at = append(entry)[0].at
    new.save(force_insert=True)
    timing.start([clock_of(new, policy.enquiry_limit())], at=new.asked_at)
    ENQUIRIES.tell(ASKED, new, actor.party_id)
    tell_phone(ASKED, new)
    return new


def clock_of(enquiry: Enquiry, limit: Any) -> timing.NewClock:
    return timing.NewClock(
        case_ref=enquiry.ref,
        kind=KIND,
        limit=limit,
        district=enquiry.district,
        rules_version=enquiry.rules_version,
    )


# Answering


def askers(enquiry: Enquiry) -> list[int]:
    """The parties that are told as whoever asked; who has no account is told by `tell_phone`."""
    if enquiry.application is not None:
        return applicants(enquiry.application)
    return [] if enquiry.phone or enquiry.party_id is None else [enquiry.party_id]


class EnquiryWorkflow(Workflow[Enquiry]):
    """Its clock runs from the question to the answer, and never stands still."""

    model = Enquiry
    overtaken = gettext_lazy("Somebody has answered this before you: it is now “%(state)s”.")
    subject = ENQUIRY
    circles = {"desk": desk_of, "applicant": askers}

    def ref(self, thing: Enquiry) -> tuple[UUID, UUID | None]:
        """It is a record of its own."""
        return thing.ref, None

    def identity(self, thing: Enquiry) -> dict[str, Any]:
        return {"number": thing.number}

    def context(self, thing: Enquiry) -> dict[str, Any]:
        about = {} if thing.application else {"variant": "general"}
        return {"number": thing.number} | about

    def seen_by(self, circle: str) -> tuple[str, dict[str, Any]]:
        return (OWN_ENQUIRY if circle == "applicant" else ENQUIRY), {}

    def fields(self, step: Step[Enquiry]) -> dict[str, Any]:
        return {"holder": NOBODY, "clock": f"{KIND} stopped"}

    def follow(self, step: Step[Enquiry]) -> None:
        timing.stop(case_ref=step.thing.ref, kinds=[KIND], at=step.at)
        tell_phone(ANSWERED, step.thing)


ENQUIRIES: Final = EnquiryWorkflow()


# What is told of its clock


def _of(clocks: Iterable[Clock]) -> Iterable[Enquiry]:
    refs = [clock.case_ref for clock in clocks if clock.kind == KIND]
    found = Enquiry.objects.select_related("application")
    return found.filter(ref__in=refs) if refs else ()


def tell_late(*, clocks: Iterable[Clock], **_said: Any) -> None:
    """Hears `deadlines.signals.breached`."""
    for enquiry in _of(clocks):
        ENQUIRIES.tell(LATE, enquiry, by=None)
        tell_phone(LATE, enquiry)


def tell_of_recalculations(*, recalculations: Iterable[Recalculation], **_said: Any) -> None:
    """Hears `deadlines.signals.recalculated`: both sides count on the last day."""
    rows = list(recalculations)
    limit = partial(str, KIND_NAMES[KIND])
    for enquiry in _of(row.clock for row in rows):
        for_desk = Subject(ENQUIRY, enquiry.pk, enquiry.number, limit)
        for_askers = Subject(OWN_ENQUIRY, enquiry.pk, enquiry.number, limit)
        for one in rows:
            tell_recalculation(one, for_desk, desk_of(enquiry))
            tell_recalculation(one, for_askers, askers(enquiry))


def tell_of_warnings(*, warnings: Sequence[ClockWarning], **_said: Any) -> None:
    """Hears `deadlines.signals.warned`: whoever is to answer is told."""
    found = {enquiry.ref: enquiry for enquiry in _of(one.clock for one in warnings)}
    tell_warnings(warnings, found, limit_of)


def limit_of(enquiry: Enquiry) -> tuple[Limited, Circles]:
    limit, company = partial(str, KIND_NAMES[KIND]), partial(holder_name, Holder.SUPPLIER)
    leads = partial(holders, Role.SUPPLY_LEAD, district=enquiry.district)
    return Limited(enquiry.number, limit, company), {
        Circle.DESK: Told(ENQUIRY, enquiry.pk, partial(desk_of, enquiry)),
        Circle.COMPANY_LEAD: Told(ENQUIRY, enquiry.pk, leads),
    }


def page_of_asker(number: str) -> str:
    """Where whoever asked reads the answer: on the page of the case, or of the question."""
    general = number.startswith(SERIES)
    return reverse("applications:question" if general else "applications:case", args=[number])


def wire() -> None:
    register_link(ENQUIRY, lambda pk, _context: reverse("enquiries:one", args=[pk]))
    register_link(OWN_ENQUIRY, lambda _pk, context: page_of_asker(context["number"]))
