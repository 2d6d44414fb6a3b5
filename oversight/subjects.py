"""What an order is about: a case, a permit, a finding or a complaint about an interruption, named
for its reader."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import SUPERVISORS, Role
from applications.models import Application
from applications.queries import may_see as may_see_case
from approvals.models import Permit
from approvals.offices import reads_as
from approvals.queries import visible
from approvals.wording import permit_name
from core.problems import FieldError, Invalid
from oversight.addressees import SUPPLIER
from oversight.interruptions.models import InterruptionComplaint
from oversight.interruptions.workflow import COMPANY
from oversight.models import Finding, RectificationOrder
from oversight.permissions import may_see, watches


@dataclass(frozen=True, slots=True)
class Subject:
    """As one reader sees it: `url` is empty where this reader has no page of it.

    `number` is of the case that it is or belongs to; `party` answers for it first.
    """

    kind: str
    ref: UUID
    label: str
    district: str
    url: str = ""
    number: str = ""
    permit: int | None = None
    party: str = ""


def subject_of(order: RectificationOrder, user: User) -> Subject | None:
    """The number of a case or a permit's case is known to whoever reads the order."""
    ref, kinds = order.subject_ref, RectificationOrder.Subject
    if ref is None:
        return None
    if order.subject_kind == kinds.CASE:
        case = Application.objects.filter(ref=ref).first()
        return _case_subject(case, user) if case else None
    if order.subject_kind == kinds.PERMIT:
        permit = Permit.objects.filter(ref=ref).select_related("line_works").first()
        return _permit_subject(permit, user) if permit else None
    if order.subject_kind == kinds.FINDING:
        finding = Finding.objects.filter(ref=ref).first()
        if finding and may_see(user, finding):
            page = "oversight-signals:signal" if watches(user, finding) else "signals:signal"
            return Subject(
                kinds.FINDING,
                finding.ref,
                _("Finding %(number)s") % {"number": finding.number},
                finding.district,
                reverse(page, args=[finding.number]),
                party=finding.party,
            )
    if order.subject_kind == kinds.INTERRUPTION:
        return _interruption_subject(InterruptionComplaint.objects.get(ref=ref), user)
    return None


def named(user: User, *, application: str = "", permit: int | None = None) -> Subject | None:
    """None where neither is named; a permit goes before the case.

    Raises:
        Invalid: there is none that this person may see.
    """
    if permit is not None:
        found = Permit.objects.filter(visible(user), pk=permit).select_related("line_works")
        row = found.first()
        if row is None or application not in ("", row.line_works.application):
            raise Invalid([FieldError("/permit", _("There is no such permit."))])
        return _permit_subject(row, user)
    if not application:
        return None
    case = Application.objects.filter(number=application).first()
    if case is None or not may_see_case(case, user):
        raise Invalid([FieldError("/application", _("There is no case with this number."))])
    return _case_subject(case, user)


def _case_subject(case: Application, user: User) -> Subject:
    url = ""
    if user.role_in(*SUPERVISORS, district=case.district):
        url = reverse("oversight:case", args=[case.number])
    elif user.role_in(Role.SUPPLY_LEAD, district=case.district):
        url = reverse("work:case", args=[case.number])
    return Subject(
        RectificationOrder.Subject.CASE,
        case.ref,
        _("Case %(number)s") % {"number": case.number},
        case.district,
        url,
        case.number,
        party=SUPPLIER,
    )


def _interruption_subject(complaint: InterruptionComplaint, user: User) -> Subject:
    """Whoever reads the order knows the number."""
    url = ""
    if user.role_in(*SUPERVISORS, district=complaint.district):
        url = reverse("oversight-interruptions:one", args=[complaint.pk])
    elif user.role_in(*COMPANY, district=complaint.district):
        url = reverse("interruptions:one", args=[complaint.pk])
    return Subject(
        RectificationOrder.Subject.INTERRUPTION,
        complaint.ref,
        _("Complaint %(number)s") % {"number": complaint.number},
        complaint.district,
        url,
        party=SUPPLIER,
    )


def _permit_subject(permit: Permit, user: User) -> Subject:
    values: dict[str, Any] = {
        "permit": permit_name(permit.permit), "number": permit.line_works.application,
    }  # fmt: skip
    url = ""
    if user.role_in(*SUPERVISORS, district=permit.district):
        url = reverse("oversight:permit", args=[permit.pk])
    elif reads_as(permit, user, Role.BUREAU_LEAD):
        url = reverse("bureau:permit", args=[permit.pk])
    elif user.role_in(Role.SUPPLY_LEAD, district=permit.district):
        url = reverse("work:permit", args=[permit.pk])
    return Subject(
        RectificationOrder.Subject.PERMIT,
        permit.ref,
        _("%(permit)s of case %(number)s") % values,
        permit.district,
        url,
        permit.line_works.application,
        permit.pk,
        permit.bureau,
    )
