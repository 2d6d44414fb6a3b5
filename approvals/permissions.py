"""Who may see a permit, and who may take which step; whether it may be taken, the machine says."""

from collections.abc import Callable, Iterator
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.actor import Actor
from accounts.models import User
from accounts.roles import BUREAU_ROLES, CASE_READERS, SUPPLIERS, Role
from approvals.models import LineWorks, Permit
from core.problems import Forbidden
from rules.city import city

#: Who takes each step that people take; the others are the system's.
WHO: Final = {
    "accept": BUREAU_ROLES,
    "request_supplement": BUREAU_ROLES,
    "exclude_time": BUREAU_ROLES,
    "resume": BUREAU_ROLES,
    "grant": BUREAU_ROLES,
    "refuse": BUREAU_ROLES,
    "supply_supplement": SUPPLIERS,
    "commit": SUPPLIERS,
}
ACTIONS: Final = tuple(WHO)

# An empty Q vanishes in a disjunction, so "all" and "none" are spelled out.
NOTHING: Final = Q(pk__in=())
EVERYTHING: Final = ~Q(pk__in=())

#: Given a user, a queryset with the references of the cases that the user may see as a party.
CaseViewer = Callable[[User], QuerySet[Any, Any]]
_viewers: list[CaseViewer] = []


def register_case_viewer(viewer: CaseViewer) -> None:
    """Let an app above say whose cases are whose: the applicant of a case sees its permits.

    Args:
        viewer: returns a queryset of one column, the references (UUID) of the user's own cases.
    """
    _viewers.append(viewer)


def acting_role(user: User, permit: Permit, action: str) -> Role | None:
    """Return the role under which the user may take a step of this permit, if any."""
    roles = WHO[action]
    bureau = permit.bureau if roles is BUREAU_ROLES else None
    return user.role_in(*roles, district=permit.district, bureau=bureau)


def require(user: User, permit: Permit, action: str) -> Actor:
    """Return the doer as the record keeps it.

    Raises:
        Forbidden: the step belongs to another bureau, district or side.
    """
    role = acting_role(user, permit, action)
    if role is None:
        raise Forbidden(refusal(action))
    return user.acting_as(role, permit.district)


def refusal(action: str) -> Any:
    """Return whose step it is, as a sentence for somebody else."""
    if WHO[action] is BUREAU_ROLES:
        return _("Only an officer of the bureau that decides this permit, there, may do this.")
    return _("Only a customer manager or project manager of the district may do this.")


def visible(user: User) -> Q:
    """Return the condition on permits that the user may see."""
    return decides(user) | _in(user.districts(*CASE_READERS)) | _own_cases(user)


def visible_works(user: User) -> Q:
    """Return the condition on line works that the user may see: those whose permits are seen."""
    seen = _in(user.districts(*CASE_READERS)) | _own_cases(user)
    if not user.bureaus():
        return seen
    return seen | Q(pk__in=Permit.objects.filter(decides(user)).values("line_works"))


def may_see(user: User, permit: Permit) -> bool:
    """Return whether the user may see one permit."""
    return Permit.objects.filter(visible(user), pk=permit.pk).exists()


def may_see_works(user: User, line_works: LineWorks) -> bool:
    """Return whether the user may see one case's line works."""
    return LineWorks.objects.filter(visible_works(user), pk=line_works.pk).exists()


def decides(user: User) -> Q:
    """Return the condition on permits of the bureaus and districts for which the user decides."""
    found = NOTHING
    for bureau, districts in _bureau_districts(user):
        found |= Q(bureau=bureau) & _in(districts)
    return found


def on_desk(user: User) -> Q:
    """Return the condition on permits that stand in a person's list of work.

    Those the person decides; for the digital bureau, which coordinates the parallel approval
    and chases late bureaus, every one of its districts.
    """
    return decides(user) | _in(user.districts(Role.DIGITAL))


def _bureau_districts(user: User) -> Iterator[tuple[str, set[str]]]:
    every = [district.code for district in city().districts]
    for bureau in sorted(user.bureaus()):
        yield (
            bureau,
            {
                code
                for code in every
                if user.role_in(*BUREAU_ROLES, district=code, bureau=bureau) is not None
            },
        )


def _in(districts: set[str] | None) -> Q:
    """Return the condition on the district; None means every one."""
    return EVERYTHING if districts is None else Q(district__in=sorted(districts))


def _own_cases(user: User) -> Q:
    own = NOTHING
    for viewer in _viewers:
        own |= Q(case_ref__in=viewer(user))
    return own
