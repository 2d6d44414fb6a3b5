"""Who may see permits and line works; who may take which act, `workflow.py` says."""

from collections.abc import Iterator
from typing import Final

from django.db.models import Q

from accounts.models import User
from accounts.roles import BUREAU_ROLES, CASE_READERS, Role
from approvals.models import LineWorks, Permit
from approvals.seam import seam
from rules.city import city

# An empty Q vanishes in a disjunction, so "all" and "none" are spelled out.
NOTHING: Final = Q(pk__in=())
EVERYTHING: Final = ~Q(pk__in=())


def visible(user: User) -> Q:
    """Return the condition on permits that the user may see."""
    return decides(user) | _in(user.districts(*CASE_READERS)) | Q(case_ref__in=seam.cases.own(user))


def visible_works(user: User) -> Q:
    """Return the condition on line works that the user may see: those whose permits are seen."""
    seen = _in(user.districts(*CASE_READERS)) | Q(case_ref__in=seam.cases.own(user))
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
