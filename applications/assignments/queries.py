"""Reads of assignments: who has which cases, who can be given one, and where somebody is to be."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import RoleGrant, User
from accounts.roles import Role
from applications.assignments.models import (
    OPEN,
    Absence,
    Assignment,
    AssignmentQuerySet,
    CellMember,
    CellTown,
    GridCell,
)
from applications.models import Application
from core.statements import Given, Read
from core.ways import EVERYTHING

#: What waits longest stands first.
LONGEST_FIRST: Final = ("since", "id")


def mine(user: User) -> Q:
    """The open cases that are assigned to somebody, or to whom they deputise for today."""
    return Q(pk__in=Assignment.objects.with_(user).values("application"))


_held_of = Read(
    lambda: Assignment.objects.held().filter(
        OPEN | Q(ended_at=F("application__ended_at")), application__among=Given()
    )
)


def with_assigned(cases: Iterable[Application]) -> list[Application]:
    """Cases that each know who has them (`Application.assigned`); one query for all."""
    found = list(cases)
    held: dict[int, dict[str, Assignment]] = defaultdict(dict)
    for row in _held_of([case.pk for case in found]):
        held[row.application_id][row.role] = row
    for case in found:
        case.__dict__["assigned"] = held[case.pk]
    return found


def cell_of(case: Application) -> GridCell | None:
    """The cell of the town of a case, else the one of all that no other cell of its district has;
    locked, so that two filings at once are not both given to the one with the fewest cases."""
    there = CellTown.objects.filter(district=case.district, town__in={case.town, ""})
    cell = there.order_by("-town").values("cell")[:1]
    return GridCell.objects.select_for_update().filter(pk__in=cell).first()


def by_load(people: QuerySet[User]) -> QuerySet[User]:
    """Who is not away, the one with the fewest open cases first, each with `open_cases`."""
    theirs = Assignment.objects.filter(OPEN, user=OuterRef("pk")).order_by().values("user")
    number = Subquery(theirs.annotate(number=Count("pk")).values("number"))
    here = people.filter(is_active=True).exclude(pk__in=Absence.objects.today().values("user"))
    return here.annotate(open_cases=Coalesce(number, 0)).order_by("open_cases", "pk")


def holders(role: Role, district: str | None = None) -> QuerySet[User]:
    """Everybody who holds a role now, in a district or in any."""
    grants = RoleGrant.objects.held_at(timezone.now()).filter(role=role)
    if district is not None:
        grants = grants.in_district(district)
    return User.objects.filter(pk__in=grants.values("user"))


def members(cell: GridCell, role: Role) -> QuerySet[User]:
    """Those of a cell who hold their role in its district still."""
    there = CellMember.objects.filter(OPEN, cell=cell, role=role)
    return holders(role, cell.district).filter(pk__in=there.values("user"))


def candidates(case: Application, role: Role, *, besides: bool) -> QuerySet[User]:
    """To whom a case can be given in a role, the one with the fewest open cases first.

    Args:
        besides: without whoever has it: so as it is shown, and not as it is sent once more.
    """
    held, there = case.assigned.get(role), holders(role, case.district)
    return by_load(there.exclude(pk=held.user_id or 0) if held and besides else there)


# What the lead sees


def led_by(user: User) -> Q:
    """In the districts of the supply company's lead."""
    districts = user.districts(Role.SUPPLY_LEAD)
    return EVERYTHING if districts is None else Q(district__in=sorted(districts))


def to_assign(user: User) -> AssignmentQuerySet:
    """What nobody has, in the lead's districts, with its case."""
    return Assignment.objects.vacant().filter(led_by(user)).select_related("application")
