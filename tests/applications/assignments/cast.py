"""What the tests of assignments share: managers of cells, and what they are asked."""

from datetime import date, timedelta
from typing import Any

from rest_framework.test import APIClient

from accounts.models import User
from accounts.roles import Role
from applications.assignments import absences, cells
from applications.assignments.models import Absence, Assignment, GridCell
from applications.models import Application
from core.clock import city_now, local_date
from tests.people import staff
from tools.scenarios import DISTRICT

People = dict[str, User]
#: Two towns of the district.
TOWN, OTHER_TOWN = "510302001", "510302002"


def kept(lead: User, cell: GridCell | None = None, **body: Any) -> GridCell:
    """A cell of the district, as its lead keeps it."""
    return cells.keep(cell, {"district": DISTRICT, **body}, by=lead)


def the_cell() -> GridCell:
    """Of the district, as the demonstration has it."""
    return GridCell.objects.filter(district=DISTRICT, ended_at=None).earliest("pk")


def joined(people: People, *names: str, role: Role = Role.MANAGER) -> list[User]:
    """New managers, in the cell of the district beside those of the demonstration."""
    new = [staff(role, username=name) for name in names]
    field = "managers" if role == Role.MANAGER else "projects"
    both = {"managers": [people["manager"].pk], "projects": [people["project"].pk]}
    both[field] += [user.pk for user in new]
    kept(people["supply-lead"], the_cell(), name="一号网格", **both)
    return new


def has(case: Application) -> dict[str, str | None]:
    """Who has a case now, by role; None where it is to be assigned."""
    rows = Assignment.objects.open().filter(application=case).select_related("user")
    return {row.role: row.user.username if row.user else None for row in rows}


def asked(user: User, path: str, body: Any = None, **headers: str) -> Any:
    """What the API answers a person: to a body by POST, else by GET."""
    client = APIClient()
    client.force_authenticate(User.objects.get(pk=user.pk))
    if body is None:
        return client.get(f"/api/v1/{path}")
    return client.post(f"/api/v1/{path}", body, format="json", headers=headers)


def assign(case: Application, lead: User, to: User, role: str = "manager", **headers: str) -> Any:
    """The lead's act over the API."""
    body = {"role": role, "user": to.pk, "reason": "片区调整"}
    return asked(lead, f"applications/{case.number}/actions/assign/", body, **headers)


def in_days(days: int) -> date:
    """From today in the city."""
    return local_date(city_now()) + timedelta(days=days)


def deputise(user: User, deputy: User, first: int = 0, last: int = 7, *, by: User) -> Absence:
    """Somebody is away from and to so many days from today, as somebody enters it."""
    days = {"first": str(in_days(first)), "last": str(in_days(last))}
    return absences.enter({"user": user.pk, "deputy": deputy.pk, **days}, by=by)
