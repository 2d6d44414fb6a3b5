"""Who gets a case, when it begins, when its lead says so, and when somebody's role ends."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import Any, Final

from django.utils.translation import gettext as _

from accounts.actor import SYSTEM, Actor
from accounts.models import RoleGrant, User
from accounts.roles import SUPPLIERS, Role
from applications.assignments.models import Absence, Assignment
from applications.assignments.queries import by_load, cell_of, holders, members
from applications.models import Application
from applications.notices import AT_WORK
from applications.queries import applicants
from applications.states import HIGH
from core.locks import case_key, lock_case
from core.problems import FieldError, Invalid, WrongState
from ledger.record import NewEntry, append
from notifications import outbox
from workflow.machine import OWN_CASE
from workflow.run import Step

ASSIGNED: Final = "case.assigned"
UNASSIGNED: Final = "case.unassigned"


def begin(case: Application, at: datetime) -> None:
    """Give a high-voltage case that was just filed to two people of the cell of its address: to
    those with the fewest open cases. Whom nobody can have yet, its lead assigns; nothing waits."""
    if case.kind not in HIGH:
        return
    cell = cell_of(case)
    chosen = {
        role: _free(case, by_load(members(cell, role))) if cell else None for role in SUPPLIERS
    }
    people = {role.value: user.pk for role, user in chosen.items() if user}
    if people:
        data = {"number": case.number, **people}
        [written] = append(NewEntry(case.ref, ASSIGNED, SYSTEM, data=data))
        at = written.at
    Assignment.objects.bulk_create(_row(case, role, people.get(role), at) for role in SUPPLIERS)
    _tell(case, [user.party_id for user in chosen.values() if user])


def _free(case: Application, people: Iterable[User]) -> User | None:
    """The first whose own case it is not."""
    return next((user for user in people if not case.concerns(user)), None)


def _row(case: Application, role: str, user: int | None, at: datetime) -> Assignment:
    return Assignment(application=case, role=role, user_id=user, district=case.district, since=at)


def assign(step: Step[Application]) -> None:
    """Give a case to somebody else, or to somebody at all: the lead's word, with the reason.

    Raises:
        WrongState: the person has it already.
        Invalid: nobody of that role there, somebody who is away, or whose own case it is.
    """
    case, role, reason = step.thing, step.values["role"], step.values["reason"]
    new = _checked(case, Role(role), step.values["user"])
    rows = case.assignments.open().filter(role=role)
    former = list(rows.exclude(user=None).values_list("user__party_id", flat=True))
    at = step.record(data={role: new.pk, "reason": reason})
    rows.update(ended_at=at)
    _row(case, role, new.pk, at).save(force_insert=True)
    # Read before: an answer tells of who has it now.
    case.__dict__.pop("assigned", None)
    _tell(case, [new.party_id], former=former, applicant=True)


def _checked(case: Application, role: Role, pk: int) -> User:
    """Who a case is given to, by hand; see `assign`."""
    user = holders(role, case.district).filter(pk=pk, is_active=True).first()
    held = case.assigned.get(role)
    if user is None:
        reason = _("Nobody of this role works in the district of the case under this number.")
    elif case.concerns(user):
        reason = str(OWN_CASE)
    elif held and held.user_id == user.pk:
        raise WrongState(_("This person has the case already."))
    elif Absence.objects.today().filter(user=user).exists():
        reason = _("This person is away today.")
    else:
        return user
    raise Invalid([FieldError("/user", reason)])


def end(case: Application, at: datetime) -> None:
    """Nobody has a case that has ended."""
    if case.kind in HIGH:
        case.assignments.open().update(ended_at=at)


def role_ended(*, grant: RoleGrant, granted: bool, by: Actor, **_said: Any) -> None:
    """Hears `accounts.actions.role_changed`: open cases of who holds the role there no more are the
    lead's to assign, at once and by their own records."""
    if granted or grant.role not in SUPPLIERS:
        return
    user = User.objects.get(pk=grant.user_id)
    theirs = Assignment.objects.open().filter(user=user, role=grant.role)
    lost = partial(_lost, user, Role(grant.role))
    refs = [row.application.ref for row in theirs.select_related("application") if lost(row)]
    for ref in sorted(refs, key=case_key):
        lock_case(ref)
    # Read again: what ended meanwhile is nobody's.
    rows = list(theirs.filter(application__ref__in=refs).select_related("application"))
    if not rows:
        return
    written = append(
        *(
            NewEntry(
                row.application.ref,
                UNASSIGNED,
                by,
                data={"number": row.application.number, row.role: user.pk},
            )
            for row in rows
        )
    )
    at = written[0].at
    Assignment.objects.filter(pk__in=[row.pk for row in rows]).update(ended_at=at)
    Assignment.objects.bulk_create(_row(row.application, row.role, None, at) for row in rows)


def _lost(user: User, role: Role, row: Assignment) -> bool:
    return user.role_in(role, district=row.district) is None


def _tell(
    case: Application,
    new: Iterable[int],
    *,
    former: Iterable[int] = (),
    applicant: bool = False,
) -> None:
    """Tell those who have a case from now on, those who had it, and the applicant."""
    context: Mapping[str, Any] = {"number": case.number}
    put = partial(
        outbox.put, kind=ASSIGNED, subject_id=case.pk, case_ref=case.ref, version=case.version
    )
    put(subject_kind=AT_WORK, recipients=new, context=context)
    put(subject_kind=AT_WORK, recipients=former, context={**context, "variant": "former"})
    if applicant:
        told = {**context, "variant": "applicant"}
        put(subject_kind="application", recipients=applicants(case), context=told)
