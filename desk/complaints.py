"""Complaints about charges: for the regulator who decides, and for the supply company, which may
explain the charge before."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import ClassVar

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.roles import COMPANY, Role
from desk.feed import Asked, Feed, Todo, by_place, held_as
from money.complaints.models import Complaint
from money.complaints.queries import CLOCKED, every
from money.complaints.reading import COMPANY_PAGES, WATCHED_PAGES, rows_of
from workflow.machine import acts_of


class Complaints(Feed):
    """`pages`: those on which the act is taken."""

    code = "complaints"
    name = gettext_lazy("Complaints about charges")
    roles: ClassVar[tuple[Role, ...]] = (Role.REGULATOR,)
    columns = {
        "kind": "application__kind",
        "district": "district",
        "town": "application__town",
    }
    late = "runs_out"
    number = "application__number"
    pages: ClassVar[str] = WATCHED_PAGES

    def streams(self, user: User) -> Iterable[QuerySet[Complaint]]:
        found = CLOCKED.by_time_left(CLOCKED.opened(Complaint.objects.all()))
        return by_place(found, user.districts(*self.roles))

    def asks(self) -> Mapping[str, Asked]:
        return {"decide": Asked(gettext_lazy("Decide on the complaint"), [Q()])}

    def rows(self, keys: Sequence[int], user: User, now: datetime) -> list[Todo]:
        found = list(every().filter(pk__in=keys))
        [asked] = self.asks().values()
        return [
            Todo(
                pk=one.pk,
                url=reverse(f"{self.pages}:one", args=[one.pk]),
                asked=str(asked.label),
                number=row.number,
                about=row.ground,
                place=row.place,
                reason=held_as(user.role_in(*self.roles, district=one.district), one.district),
                since=row.since,
                left=row.left,
                version=one.version,
            )
            for one, row in zip(found, rows_of(found), strict=True)
        ]


class ComplaintsToAnswer(Complaints):
    """Until the charge is explained, which the decision does not wait for."""

    code = "complaints_to_answer"
    name = gettext_lazy("Complaints to answer")
    roles = COMPANY
    pages = COMPANY_PAGES

    def streams(self, user: User) -> Iterable[QuerySet[Complaint]]:
        return [found.filter(explained_at=None) for found in super().streams(user)]

    def asks(self) -> Mapping[str, Asked]:
        return {"explain": Asked(acts_of(Complaint)["explain"].label, [Q()])}
