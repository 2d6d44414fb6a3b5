"""What pages say of who has a case, of whom the lead has to assign, and of who is away."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import COMPANY, SUPPLIERS, Role, role_words
from applications.assignments.models import OPEN, Absence, Assignment, CellMember, GridCell
from applications.assignments.queries import led_by
from applications.models import Application
from applications.states import ENDED, HIGH
from applications.who import lead as leads_case
from applications.wording import kind_words, place_words
from core.templatetags.city import day
from rules.city import city


def name_of(user: User) -> str:
    return user.name or user.username


@dataclass(frozen=True, slots=True)
class Manager:
    """Who has a case in one role; without a `since` nobody has."""

    role: str
    since: datetime | None = None
    name: str = ""
    deputy: str = ""
    assign_url: str = ""


def managers_of(case: Application, user: User) -> list[Manager]:
    """Both roles of a high-voltage case, with names for the company and a way to assign it for its
    lead; nothing of other cases."""
    if case.kind not in HIGH:
        return []
    named = user.role_in(*COMPANY, district=case.district) is not None
    names = _names(case.assigned.values()) if named else {}
    leads = case.state not in ENDED and leads_case(case, user) and not case.concerns(user)
    found = []
    for role in SUPPLIERS:
        row = case.assigned.get(role)
        url = reverse("assignments:assign", args=[case.number, role]) if leads else ""
        if row is None:
            found.append(Manager(role_words(role), assign_url=url))
            continue
        name, deputy = names.get(row.user_id, ""), names.get(row.deputy_id, "")
        found.append(Manager(role_words(role), row.since, name, deputy, url))
    return found


def for_applicant(case: Application) -> list[Manager]:
    """Who looks after a case, by role, and by name where the city's rules say so."""
    if case.kind not in HIGH or case.filed_at is None or not case.assigned:
        return []
    named = case.rules(case.filed_at).get("case.managers.named")
    names = _names(case.assigned.values()) if named and named.value else {}
    return [
        Manager(role_words(role), row.since, names.get(row.user_id, ""))
        for role in SUPPLIERS
        if (row := case.assigned.get(role))
    ]


def _names(rows: Iterable[Assignment]) -> dict[int | None, str]:
    people = {one for row in rows for one in row.people}
    return {pk: name_of(user) for pk, user in User.objects.in_bulk(people).items()}


def deputising(user: User, cases: Iterable[Application]) -> dict[int, str]:
    """By case, for whom somebody deputises today where they have no role of their own."""
    away: dict[int, int | None] = {}
    for case in cases:
        rows = [row for row in case.assigned.values() if row.ended_at is None]
        absent = [row.user_id for row in rows if row.deputy_id == user.pk]
        if absent and all(row.user_id != user.pk for row in rows):
            away[case.pk] = absent[-1]
    people = User.objects.in_bulk(set(away.values())) if away else {}
    return {pk: name_of(people[one]) for pk, one in away.items() if one}


# The lead's page


def vacant_rows(rows: Iterable[Assignment]) -> list[dict[str, Any]]:
    return [
        {
            "number": row.application.number,
            "role": role_words(row.role),
            "kind": kind_words(row.application.kind),
            "place": place_words(row.application),
            "since": row.since,
            "url": reverse("assignments:assign", args=[row.application.number, row.role]),
        }
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class Load:
    """How many open cases somebody has in a role; `away` until its last day, with a deputy."""

    name: str
    role: str
    cases: int
    away: str
    hand_over_url: str


def loads(lead: User) -> list[Load]:
    """Who has open cases in the lead's districts, or is of a cell there; by role and name."""
    there = Assignment.objects.open().filter(led_by(lead)).exclude(user=None)
    counts = {
        (pk, role): number
        for pk, role, number in there.values_list("user", "role").annotate(number=Count("pk"))
    }
    in_cells = CellMember.objects.filter(OPEN, cell__in=GridCell.objects.filter(led_by(lead)))
    wanted = {*counts, *in_cells.values_list("user", "role")}
    people = User.objects.in_bulk({pk for pk, _role in wanted})
    away = {row.user_id: row for row in Absence.objects.today().select_related("deputy")}
    return [
        Load(
            name=name_of(people[pk]),
            role=role_words(role),
            cases=counts.get((pk, role), 0),
            away=away_words(away[pk]) if pk in away else "",
            hand_over_url=reverse("assignments:hand-over", args=[pk, role])
            if (pk, role) in counts
            else "",
        )
        for pk, role in sorted(wanted, key=lambda each: (each[1], people[each[0]].username))
    ]


def last_day(absence: Absence) -> date:
    """A range ends on the day after."""
    upper: Any = absence.days.upper
    last: date = upper - timedelta(days=1)
    return last


def away_words(absence: Absence) -> str:
    values = {"day": day(last_day(absence)), "deputy": name_of(absence.deputy)}
    return _("away until %(day)s, deputy: %(deputy)s") % values


def absence_rows(absences: Iterable[Absence], reader: User) -> list[dict[str, Any]]:
    lead = reader.role_in(Role.SUPPLY_LEAD) is not None
    return [
        {
            "pk": row.pk,
            # A deputy reads it, and whose it is or the lead ends it.
            "may_end": lead or row.user_id == reader.pk,
            "name": name_of(row.user),
            "first": row.days.lower,
            "last": last_day(row),
            "deputy": name_of(row.deputy),
        }
        for row in absences
    ]


def cell_rows(cells: Iterable[GridCell]) -> list[dict[str, Any]]:
    """Cells with their towns and people, which are prefetched."""
    rows = []
    for cell in cells:
        names = {town.code: str(town.name) for town in city().towns_of(cell.district)}
        people: dict[str, list[str]] = {role: [] for role in SUPPLIERS}
        for member in cell.members.all():
            people[member.role].append(name_of(member.user))
        rows.append(
            {
                "pk": cell.pk,
                "name": cell.name,
                "district": str(city().district(cell.district).name),
                "towns": [
                    names.get(each.town, each.town) for each in cell.towns.all() if each.town
                ],
                "managers": people[Role.MANAGER],
                "projects": people[Role.PROJECT],
            }
        )
    return rows
