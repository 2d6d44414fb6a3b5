"""High-voltage cases that nobody has in one of the two roles, for the supply company's lead."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.roles import SUPPLIERS, Role, role_words
from applications import lists
from applications.actions import CASES
from applications.assignments.forms import assign_each_form
from applications.assignments.handing_over import ASSIGN
from applications.assignments.models import Assignment
from applications.assignments.queries import by_load, holders
from applications.models import Application, act_named
from applications.queries import visible_to
from core.forms import BodyForm
from desk.cases import COLUMNS, case_rows
from desk.feed import Asked, Feed, Todo, by_place
from workflow.machine import Act


class CasesToAssign(Feed):
    """They wait for nobody: either manager of the district acts in them until the lead says who."""

    code = "assignments"
    name = gettext_lazy("Cases to assign")
    roles = (Role.SUPPLY_LEAD,)
    columns = COLUMNS
    late = "late_at"
    workflow = CASES

    def streams(self, user: User) -> Iterator[QuerySet[Application]]:
        for role in SUPPLIERS:
            vacant = Assignment.objects.vacant().of_cases(role)
            found = Application.objects.filter(lists.OPEN, pk__in=vacant)
            yield from by_place(found, user.districts(Role.SUPPLY_LEAD))

    def acts(self) -> Mapping[str, Act]:
        return {ASSIGN: act_named(ASSIGN)}

    def form(self, act: str, data: Any) -> BodyForm:
        return assign_each_form(data, {role: by_load(holders(role)) for role in SUPPLIERS})

    def readable(self, user: User) -> QuerySet[Application]:
        return visible_to(user)

    def asks(self) -> Mapping[str, Asked]:
        return {ASSIGN: Asked(act_named(ASSIGN).label, [Q()])}

    def rows(self, keys: Sequence[int], user: User, now: datetime) -> list[Todo]:
        found = Application.objects.filter(pk__in=keys)
        label = str(act_named(ASSIGN).label)
        return [
            row.asking(
                label,
                url=reverse("assignments:assign", args=[row.number, vacant_in(case)[0]]),
                act="" if row.barred else ASSIGN,
            )
            for case, row in case_rows(found, user, now, why_to_assign)
        ]


def vacant_in(case: Application) -> list[Role]:
    """The roles in which nobody has a case; once somebody has it, those in which it can change."""
    return [role for role in SUPPLIERS if role not in case.assigned] or list(SUPPLIERS)


def why_to_assign(case: Application, _user: User) -> str:
    roles = _(" and ").join(role_words(role) for role in vacant_in(case))
    return _("Nobody has it as %(roles)s, and you assign it") % {"roles": roles}
