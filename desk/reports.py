"""Reports from the public, for the office that works each."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import ClassVar

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.roles import BUREAU_ROLES, Role
from desk.feed import Asked, Feed, Todo, held_as
from reliability.reports.models import Report
from reliability.reports.queries import CLOCKED, every, worked
from reliability.reports.reading import rows_of
from reliability.reports.telling import PAGES, subject_of
from reliability.reports.workflow import ReportState, worker
from reliability.who import OPERATORS
from workflow.machine import acts_of


class Reports(Feed):
    code = "reports"
    name = gettext_lazy("Reports from the public")
    roles: ClassVar[tuple[Role, ...]] = (*OPERATORS, *BUREAU_ROLES, Role.DISTRICT_LEAD)
    columns = {"district": "district"}
    late = "runs_out"

    def streams(self, user: User) -> Iterable[QuerySet[Report]]:
        """Nobody works what they reported themselves."""
        others = CLOCKED.opened(Report.objects.exclude(party=user.party_id))
        return [CLOCKED.by_time_left(others.filter(way)) for way in worked(user)]

    def asks(self) -> Mapping[str, Asked]:
        acts = acts_of(Report)
        return {
            "take_on": Asked(acts["take_on"].label, [Q(state=ReportState.OPEN)]),
            "close": Asked(acts["close"].label, [Q(state=ReportState.TAKEN_ON)]),
        }

    def rows(self, keys: Sequence[int], user: User, now: datetime) -> list[Todo]:
        found, asks = list(every().filter(pk__in=keys)), self.asks()
        return [
            Todo(
                pk=one.pk,
                url=reverse(f"{PAGES[subject_of(one.office)]}:one", args=[one.pk]),
                asked=str(asks["take_on" if one.state == ReportState.OPEN else "close"].label),
                number=row.number,
                about=row.kind,
                place=row.place,
                reason=held_as(worker(one, user), one.district),
                since=row.since,
                left=row.left,
                version=one.version,
            )
            for one, row in zip(found, rows_of(found), strict=True)
        ]
