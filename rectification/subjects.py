"""What an order is about: a case, a permit, or a thing of an app above, named for its reader."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import SUPERVISORS, Role
from applications.models import Application
from applications.permissions import may_see as may_see_case
from approvals.models import Permit
from approvals.permissions import visible
from approvals.wording import permit_name
from core.problems import FieldError, Invalid
from rectification.models import Order


@dataclass(frozen=True, slots=True)
class Subject:
    """What an order is about, as one reader sees it.

    Args:
        kind: a value of `Order.Subject`.
        ref: its reference.
        label: a few words, such as the number of the case.
        district: code of its district.
        url: its page for this reader; empty where there is none.
        number: of the case that it is or belongs to; empty for other things.
        permit: the permit's id, if it is one.
        party: who answers for it first: a permit's bureau, else the supply company's code.
    """

    kind: str
    ref: UUID
    label: str
    district: str
    url: str = ""
    number: str = ""
    permit: int | None = None
    party: str = ""


#: Given a reference and a reader, the subject; None where there is none for this reader's eyes.
Finder = Callable[[UUID, User], Subject | None]
_finders: dict[str, Finder] = {}


def register(kind: str, finder: Finder) -> None:
    """Let an app above say how things of its kind are called and where they are read."""
    _finders[kind] = finder


def subject_of(order: Order, user: User) -> Subject | None:
    """Return what an order is about, for a reader of the order; None where it is nothing here."""
    finder = _finders.get(order.subject_kind)
    if order.subject_ref is None or finder is None:
        return None
    return finder(order.subject_ref, user)


def named(user: User, *, application: str = "", permit: int | None = None) -> Subject | None:
    """Return the case or permit that a person names for an order; None where none is named.

    Args:
        application: number of the case.
        permit: id of a permit; it goes before the case.

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


def find_case(ref: UUID, user: User) -> Subject | None:
    """Return a case as the subject of an order; its number is known to whoever reads that."""
    case = Application.objects.filter(ref=ref).first()
    return _case_subject(case, user) if case else None


def find_permit(ref: UUID, user: User) -> Subject | None:
    """Return a permit as the subject of an order."""
    permit = Permit.objects.filter(ref=ref).select_related("line_works").first()
    return _permit_subject(permit, user) if permit else None


def _case_subject(case: Application, user: User) -> Subject:
    url = ""
    if user.role_in(*SUPERVISORS, district=case.district):
        url = reverse("oversight:case", args=[case.number])
    elif user.role_in(Role.SUPPLY_LEAD, district=case.district):
        url = reverse("work:case", args=[case.number])
    label = _("Case %(number)s") % {"number": case.number}
    return Subject(
        Order.Subject.CASE, case.ref, label, case.district, url, case.number, party="supplier"
    )


def _permit_subject(permit: Permit, user: User) -> Subject:
    values: dict[str, Any] = {
        "permit": permit_name(permit.permit), "number": permit.line_works.application,
    }  # fmt: skip
    return Subject(
        Order.Subject.PERMIT,
        permit.ref,
        _("%(permit)s of case %(number)s") % values,
        permit.district,
        _permit_url(permit, user),
        permit.line_works.application,
        permit.pk,
        permit.bureau,
    )


def _permit_url(permit: Permit, user: User) -> str:
    if user.role_in(*SUPERVISORS, district=permit.district):
        return reverse("oversight:permit", args=[permit.pk])
    if user.role_in(Role.BUREAU_LEAD, district=permit.district, bureau=permit.bureau):
        return reverse("bureau:permit", args=[permit.pk])
    if user.role_in(Role.SUPPLY_LEAD, district=permit.district):
        return reverse("work:permit", args=[permit.pk])
    return ""


def wire() -> None:
    """Say how cases and permits are called."""
    register(Order.Subject.CASE, find_case)
    register(Order.Subject.PERMIT, find_permit)
