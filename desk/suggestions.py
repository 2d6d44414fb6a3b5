"""Faults that monitoring suggests, until somebody decides."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy

from accounts.models import User
from deadlines.timeleft import TimeLeft
from desk.feed import Asked, Feed, Todo, by_place, held_as
from reliability.monitoring.models import Suggestion
from reliability.monitoring.reading import sentence, title_of
from reliability.monitoring.workflow import SuggestionState
from reliability.who import OPERATORS

ASKED = Asked(gettext_lazy("Report the outage, join it to one, or set it aside"), [Q()])


class Suggestions(Feed):
    """The longest first."""

    code = "suggestions"
    name = gettext_lazy("Faults suggested by monitoring")
    roles = OPERATORS
    columns = {"district": "district"}

    def streams(self, user: User) -> Iterable[QuerySet[Suggestion]]:
        found = Suggestion.objects.filter(state=SuggestionState.WAITING)
        return by_place(found.annotate(runs_out=F("suggested_at")), user.districts(*OPERATORS))

    def asks(self) -> Mapping[str, Asked]:
        return {"report": ASKED}

    def rows(self, keys: Sequence[int], user: User, now: datetime) -> list[Todo]:
        return [
            Todo(
                pk=one.pk,
                url=reverse("fault-suggestions:one", args=[one.pk]),
                asked=str(ASKED.label),
                number=one.number,
                about=sentence(one),
                place=title_of(one),
                reason=held_as(user.role_in(*OPERATORS, district=one.district), one.district),
                since=one.suggested_at,
                left=TimeLeft(),
                version=one.version,
            )
            for one in Suggestion.objects.filter(pk__in=keys).select_related("located__row")
        ]
