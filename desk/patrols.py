"""Patrols that are due, and defects that are not mended."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy

from accounts.models import User
from deadlines.timeleft import by_day
from desk.feed import Asked, Feed, Todo, by_place, held_as
from reliability.patrols.filters import OPEN, due_now
from reliability.patrols.models import Defect, Patrol
from reliability.patrols.views import title_of
from reliability.patrols.workflow import DefectState
from reliability.who import OPERATORS
from workflow.machine import acts_of


class _ByDay(Feed):
    """No clock runs: each stands by its day."""

    roles = OPERATORS
    columns: Mapping[str, str] = {"district": "district"}  # type: ignore[misc]
    late = "runs_out"
    page: ClassVar[str]

    def found(self) -> QuerySet[Any]:
        raise NotImplementedError

    def streams(self, user: User) -> Iterable[QuerySet[Any]]:
        found = self.found().annotate(runs_out=F("late_from"))
        return by_place(found, user.districts(*OPERATORS))

    def todo(self, one: Any, user: User, asked: str, about: str, now: datetime) -> Todo:
        since, number = (
            (one.registered_at, one.element.code)
            if isinstance(one, Patrol)
            else (one.found_at, one.number)
        )
        return Todo(
            pk=one.pk,
            url=reverse(self.page, args=[one.pk]),
            asked=asked,
            number=number,
            about=about,
            place=title_of(one),
            reason=held_as(user.role_in(*OPERATORS, district=one.district), one.district),
            since=since,
            left=by_day(one.due_on, one.late_from, now),
            version=one.version,
        )


class Patrols(_ByDay):
    """From the day on which each is due."""

    code = "patrols"
    name = gettext_lazy("Patrols")
    number = "element__code"
    page = "patrols:one"

    def found(self) -> QuerySet[Any]:
        return Patrol.objects.filter(due_now())

    def asks(self) -> Mapping[str, Asked]:
        return {"clear": Asked(gettext_lazy("Patrol it, and say what was found"), [Q()])}

    def rows(self, keys: Sequence[int], user: User, now: datetime) -> list[Todo]:
        asked = str(self.asks()["clear"].label)
        rows = Patrol.objects.filter(pk__in=keys).select_related("element__row")
        return [self.todo(one, user, asked, str(self.name), now) for one in rows]


class Defects(_ByDay):
    """Until they are mended."""

    code = "defects"
    name = gettext_lazy("Defects of the grid")
    page = "defects:one"

    def found(self) -> QuerySet[Any]:
        return Defect.objects.filter(OPEN)

    def asks(self) -> Mapping[str, Asked]:
        acts = acts_of(Defect)
        return {
            "order_works": Asked(acts["order_works"].label, [Q(state=DefectState.FOUND)]),
            "mend": Asked(acts["mend"].label, [Q(state=DefectState.WORKS)]),
        }

    def rows(self, keys: Sequence[int], user: User, now: datetime) -> list[Todo]:
        asks = self.asks()
        found = []
        for one in Defect.objects.filter(pk__in=keys).select_related("element__row"):
            act = "order_works" if one.state == DefectState.FOUND else "mend"
            about = f"{one.get_severity_display()} · {one.words}"
            found.append(self.todo(one, user, str(asks[act].label), about, now))
        return found
