"""Complaints about interruptions: for the regulator who decides and orders, and for the supply
company, which may explain the interruption before."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import ClassVar

from django.db.models import Q, QuerySet, Value
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.roles import Role
from core.clock import NEVER
from desk.feed import Asked, Feed, Todo, by_place, held_as
from oversight.interruptions.models import InterruptionComplaint
from oversight.interruptions.queries import CLOCKED
from oversight.interruptions.reading import district_of, is_urgent, rows_of
from oversight.interruptions.views import AT_WORK, WATCHED
from oversight.interruptions.workflow import COMPANY, InterruptionState
from workflow.machine import acts_of

Found = QuerySet[InterruptionComplaint]


class Interruptions(Feed):
    """`page`: where the act is taken. What is upheld and not ordered yet has no limit: it stands
    behind all that has one."""

    code = "interruptions"
    name = gettext_lazy("Complaints about interruptions")
    roles: ClassVar[tuple[Role, ...]] = (Role.REGULATOR,)
    columns: ClassVar[Mapping[str, str]] = {"district": "district"}
    late = "runs_out"
    page: ClassVar[str] = WATCHED.name

    def open_ones(self, user: User) -> Iterable[Found]:
        found = CLOCKED.by_time_left(CLOCKED.opened(InterruptionComplaint.objects.all()))
        return by_place(found, user.districts(*self.roles))

    def streams(self, user: User) -> Iterable[Found]:
        upheld = InterruptionComplaint.objects.filter(state=InterruptionState.UPHELD)
        waiting = upheld.annotate(runs_out=Value(NEVER))
        return [*self.open_ones(user), *by_place(waiting, user.districts(*self.roles))]

    def asks(self) -> Mapping[str, Asked]:
        return {
            "decide": Asked(
                gettext_lazy("Decide on the complaint"), [Q(state=InterruptionState.OPEN)]
            ),
            "order": Asked(
                acts_of(InterruptionComplaint)["order"].label, [Q(state=InterruptionState.UPHELD)]
            ),
        }

    def rows(self, keys: Sequence[int], user: User, now: datetime) -> list[Todo]:
        found = list(InterruptionComplaint.objects.filter(pk__in=keys))
        first, *later = self.asks().values()
        return [
            Todo(
                pk=one.pk,
                url=reverse(f"{self.page}:one", args=[one.pk]),
                asked=str((first if one.ended_at is None else later[0]).label),
                number=one.number,
                about=_("Power still off") if is_urgent(one) else _("Interruption of supply"),
                place=district_of(one),
                reason=held_as(user.role_in(*self.roles, district=one.district), one.district),
                since=one.ended_at or one.made_at,
                left=row.left,
                version=one.version,
            )
            for one, row in zip(found, rows_of(found), strict=True)
        ]


class InterruptionsToExplain(Interruptions):
    """Until it is explained, which the decision does not wait for."""

    code = "interruptions_to_explain"
    name = gettext_lazy("Interruptions to explain")
    roles = COMPANY
    page = AT_WORK.name

    def streams(self, user: User) -> Iterable[Found]:
        return [found.filter(explained_at=None) for found in self.open_ones(user)]

    def asks(self) -> Mapping[str, Asked]:
        return {"explain": Asked(acts_of(InterruptionComplaint)["explain"].label, [Q()])}
