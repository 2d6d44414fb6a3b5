"""What permits ask of their case (`approvals.seam`)."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.actor import SYSTEM
from accounts.models import User
from accounts.roles import SUPPLIERS, Role
from applications import notices
from applications.actions import CASES, keep_clocks
from applications.assignments.queries import with_assigned
from applications.models import Application
from applications.queries import applicants, own, visible_to
from applications.states import HIGH, State, holder_in
from applications.who import left_to
from applications.wording import place_words
from approvals.models import Permit
from approvals.seam import Face
from core.identifiers import plain
from core.problems import FieldError, Invalid, Text
from core.statements import Given, Read
from core.street import street_of
from core.templatetags.city import masked_name

_by_ref = Read(lambda: Application.objects.filter(ref=Given()))
#: By which a case is known as somebody's own.
KNOWN_BY = ("ref", "customer_party", "filed_by", "phone_digest")
_whose = Read(lambda: _by_ref.rows().only(*KNOWN_BY))


def _several() -> QuerySet[Application]:
    return Application.objects.filter(ref__among=Given())


_concerned = Read(lambda: _several().only(*KNOWN_BY))
_left = Read(lambda: _several().only(*KNOWN_BY, "kind", "district"))
_faces = Read(lambda: _several().only("ref", "address_line", "applicant_name"))


class CasesOfPermits:
    """Each runs under the case's lock."""

    def own(self, user: User) -> QuerySet[Any, Any]:
        return Application.objects.filter(own(user)).values("ref")

    def address(self, case_ref: UUID) -> str:
        [case] = _by_ref(case_ref)
        return place_words(case, line=True)

    def concerns(self, case_ref: UUID, user: User) -> bool:
        [case] = _whose(case_ref)
        return case.concerns(user)

    def applicants(self, case_ref: UUID) -> list[int]:
        [case] = _by_ref(case_ref)
        return applicants(case)

    def concerned(self, case_refs: Collection[UUID], user: User) -> Collection[UUID]:
        return {case.ref for case in _concerned(list(case_refs)) if case.concerns(user)}

    def left(self, case_refs: Collection[UUID], user: User) -> Mapping[UUID, Text]:
        if user.role_in(*SUPPLIERS) is None:
            return {}
        cases = with_assigned(case for case in _left(list(case_refs)) if case.kind in HIGH)
        bar = left_to(Role.PROJECT)
        return {case.ref: reason for case in cases if (reason := bar(case, user))}

    def faces(self, case_refs: Collection[UUID]) -> Mapping[UUID, Face]:
        return {
            case.ref: Face(street_of(case.address_line), masked_name(case.applicant_name))
            for case in _faces(list(case_refs))
        }

    def follow(self, case_ref: UUID, at: datetime, *, bureau_has_it: bool) -> None:
        [case] = _by_ref(case_ref)
        before = case.holder
        case.holder = holder_in(case.kind, case.state, bureau_has_it=bureau_has_it)
        if case.holder == before:
            return
        case.held_since, case.version = at, case.version + 1
        case.save(update_fields=["holder", "held_since", "version"])
        keep_clocks(case, before, at)

    def join(self, case_ref: UUID, *, refused: bool) -> None:
        [case] = _by_ref(case_ref)
        CASES.move(case.workflow(), "join", SYSTEM, refused=refused)

    def permit_revoked(self, permit: Permit) -> None:
        [case] = _by_ref(permit.case_ref)
        newest = permit.round.number == permit.line_works.round_number
        if newest and case.state in (State.PERMITS_GRANTED, State.WORKS):
            CASES.move(case.workflow(), "lose_permit", SYSTEM)

    def time_excluded(self, permit: Permit, said: Mapping[str, Any]) -> None:
        case = Application.objects.get(ref=permit.case_ref)
        notices.tell_of_excluded_time(permit, case, said)


class CasesOfOutages:
    """What `reliability.outages.seam` asks for."""

    def case_of(self, number: str, user: User) -> tuple[str, UUID]:
        case = visible_to(user).filter(number=plain(number)).first()
        if case is None:
            reason = _("No case of this number is there for you.")
            raise Invalid([FieldError("/number_of_case", reason)])
        return case.number, case.ref
