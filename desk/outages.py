"""Outages of which the supply company has to record the next step."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy

from accounts.models import User
from core.clock import CityNow
from deadlines.timeleft import TimeLeft
from desk.feed import Asked, Feed, Todo, by_place, held_as
from reliability.outages.models import Outage
from reliability.outages.reading import affected_words, place_words
from reliability.outages.workflow import IS_OFF, OutageState
from reliability.who import OPERATORS

BEGUN, OFF = "start", "restore"
ASKED: Mapping[str, Asked] = {
    BEGUN: Asked(
        gettext_lazy("Record that power is off, or change or cancel the plan"),
        [Q(state=OutageState.ANNOUNCED)],
    ),
    OFF: Asked(gettext_lazy("Record how the outage goes on"), [Q(state__in=IS_OFF)]),
}


class Outages(Feed):
    """What is off, and plans whose time has come: the longest first."""

    code = "outages"
    name = gettext_lazy("Outages")
    roles = OPERATORS
    columns = {"district": "district"}

    def streams(self, user: User) -> Iterable[QuerySet[Outage]]:
        now = Outage.objects.annotate(runs_out=F("begins_at"))
        due = now.filter(state=OutageState.ANNOUNCED, begins_at__lte=CityNow())
        districts = user.districts(*OPERATORS)
        return [*by_place(now.filter(state__in=IS_OFF), districts), *by_place(due, districts)]

    def asks(self) -> Mapping[str, Asked]:
        return ASKED

    def rows(self, keys: Sequence[int], user: User, now: datetime) -> list[Todo]:
        return [
            Todo(
                pk=one.pk,
                url=reverse("work-outages:one", args=[one.number]),
                asked=str(ASKED[OFF if one.state in IS_OFF else BEGUN].label),
                number=one.number,
                about=f"{one.get_kind_display()} · {affected_words(one)}",
                place=place_words(one),
                reason=held_as(user.role_in(*OPERATORS, district=one.district), one.district),
                since=one.off_at or one.announced_at,
                left=TimeLeft(),
                version=one.version,
            )
            for one in Outage.objects.filter(pk__in=keys)
        ]
