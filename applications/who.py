"""Under which role somebody takes a step of a case, and why not although the role is held."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.mandates import Right
from accounts.models import User
from accounts.roles import (
    BUREAU_ROLES,
    CASE_WORKERS,
    COUNTER,
    STAFF,
    SUPPLY_DESK,
    Role,
)
from applications.states import HIGH, Holder
from core.problems import Text
from workflow.machine import TWO_PEOPLE, Bar, own_case

if TYPE_CHECKING:
    from applications.models import Application


def _of_its_side(case: "Application", user: User, right: Right) -> Role | None:
    """The party that filed, or an account with a mandate of it; at a counter any clerk, now, of the
    office that took the case in, whatever its district (异地通办): having filed gives no right."""
    if case.channel == "counter":
        return user.role_at(case.office_id, *COUNTER)
    return _of_party(case, user, right)


def _of_party(case: "Application", user: User, right: Right) -> Role | None:
    held = user.right_for(case.filed_by_id, case.ref)
    return Role.APPLICANT if held is not None and held.includes(right) else None


def as_reader(case: "Application", user: User) -> Role | None:
    """Also whose case it is while it goes on at a counter."""
    at_home = _of_party(case, user, Right.READ) if case.customer_party else None
    return _of_its_side(case, user, Right.READ) or at_home


def as_applicant(case: "Application", user: User) -> Role | None:
    """Takes the applicant's steps that neither bind nor end."""
    return _of_its_side(case, user, Right.ACT)


def as_signatory(case: "Application", user: User) -> Role | None:
    """What binds the applicant, or ends the case; a draft binds nobody yet."""
    return _of_its_side(case, user, Right.ACT if case.draft else Right.SIGN)


def as_itself(case: "Application", user: User) -> Role | None:
    """The party, or whoever is as the party in everything."""
    return _of_its_side(case, user, Right.MANAGE)


def as_taker(case: "Application", user: User) -> Role | None:
    """Who has shown the phone that the case is offered to."""
    return Role.APPLICANT if user.offered_case == case.ref else None


def as_shown(case: "Application", user: User) -> Role | None:
    """The customer of a counter, who has shown the phone of the case by a code; nobody of the
    company, a hall or a bureau, whatever phone they hold."""
    if case.channel != "counter" or user.role_in(*STAFF):
        return None
    return Role.APPLICANT if user.shown_phone == bytes(case.phone_digest) else None


def as_receiver(case: "Application", user: User) -> Role | None:
    """A clerk of any counter, to whom its customer has said number and phone of the case."""
    if user.said_case != case.ref:
        return None
    return user.role_at(next(iter(user.organisations(*COUNTER)), None), *COUNTER)


def as_rater(case: "Application", user: User) -> Role | None:
    """The customer alone: nobody of the company, a hall or a bureau ever rates, and no agent."""
    if case.channel == "counter" or user.role_in(*SUPPLY_DESK, *BUREAU_ROLES):
        return None
    return as_itself(case, user)


def represented(case: "Application", by: int | None) -> dict[str, Any]:
    """What an entry says of whom a clerk stands for at a counter, or an account for another party:
    the side, never the person.

    Args:
        by: the party of whoever acts.
    """
    other = case.office_id is not None or case.filed_by_id != by
    return {"represents": Holder.APPLICANT.value} if other else {}


def intake(case: "Application", user: User) -> Role | None:
    return user.role_in(*CASE_WORKERS, district=case.district)


def customer_manager(case: "Application", user: User) -> Role | None:
    return user.role_in(Role.MANAGER, Role.PROJECT, district=case.district)


def as_worker(case: "Application", user: User) -> Role | None:
    """Whoever works on the case: the supply company and a hall's clerks of its district, and the
    office that took it in, wherever that is."""
    role = user.role_in(*SUPPLY_DESK, district=case.district)
    return role or (user.role_at(case.office_id, *COUNTER) if case.office_id else None)


def project_manager(case: "Application", user: User) -> Role | None:
    return user.role_in(Role.PROJECT, Role.MANAGER, district=case.district)


def lead(case: "Application", user: User) -> Role | None:
    return user.role_in(Role.SUPPLY_LEAD, district=case.district)


#: What the other one of the two is told, and everybody else who holds the role.
ITS: Final[dict[Role, Text]] = {
    Role.MANAGER: _("The customer manager who has this case does this, or the deputy."),
    Role.PROJECT: _("The project manager who has this case does this, or the deputy."),
}


def left_to(role: Role, *, besides: Sequence[Role] = ()) -> Bar:
    """In a high-voltage case, leaves an act to who has it in a role, and to their deputy of today;
    one that nobody has yet in that role is anybody's of the company's managers in the district.

    Args:
        besides: roles that take the act too, in every case of the district.
    """

    def bar(case: "Application", user: User) -> Text | None:
        if reason := own_case(case, user):
            return reason
        if case.kind not in HIGH or user.role_in(*besides, district=case.district):
            return None
        assigned = case.assigned.get(role)
        return None if assigned is None or user.pk in assigned.people else ITS[role]

    return bar


def takes(role: Role, case: "Application", user: User) -> bool:
    """Whether what is one manager's in a case is for this person to do."""
    held = user.role_in(Role.MANAGER, Role.PROJECT, district=case.district)
    return held is not None and left_to(role)(case, user) is None


#: Each of the two managers who have a case, and every lead of its district.
EITHER: Final = tuple(
    left_to(role, besides=[Role.SUPPLY_LEAD]) for role in (Role.MANAGER, Role.PROJECT)
)


def spender(case: "Application", user: User) -> Role | None:
    return user.role_in(Role.MANAGER, Role.PROJECT, Role.SUPPLY_LEAD, district=case.district)


def left_to_either(case: "Application", user: User) -> Text | None:
    """Leaves an act to either manager who has the case, and to the leads."""
    reasons = [bar(case, user) for bar in EITHER]
    return reasons[0] if all(reasons) else None


def may_spend(case: "Application", user: User) -> bool:
    """Whether somebody enters what the company spent on a case."""
    return spender(case, user) is not None and left_to_either(case, user) is None


def of_parties(user: User, right: Right, prefix: str = "", *, ever: bool = False) -> list[Q]:
    """The conditions by which cases are of the parties for which somebody acts, now or `ever`; any
    will do. Each by itself is read in the order of an index.

    Args:
        prefix: of the columns, where a case is asked for by way of something else.
    """
    customers = {f"{prefix}customer_party": True}
    return [
        Q(**customers, **{f"{prefix}filed_by": party})
        & (Q() if refs is None else Q(**{f"{prefix}ref__in": sorted(refs)}))
        for party, refs in user.acts_for(right, ever=ever).items()
    ]


def apart(act: str) -> Bar:
    """Not after a step that the rules keep apart from this one."""

    def bar(case: "Application", user: User) -> Text | None:
        return TWO_PEOPLE if user.pk in case.kept_from(act) else None

    return bar


def first_of(*bars: Bar) -> Bar:
    """Whatever the first of them says that says anything."""

    def bar(case: "Application", user: User) -> Text | None:
        return next((reason for each in bars if (reason := each(case, user))), None)

    return bar
