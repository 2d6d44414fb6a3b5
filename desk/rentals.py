"""Units for rent that wait for the supply company: to be answered, handed over, taken back."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from applications.rentals.models import Rental
from applications.rentals.workflow import RENTERS, RentalState, own
from core.clock import CityNowOnce
from core.templatetags.city import calendar_days, short_day
from deadlines.timeleft import TimeLeft
from desk.feed import Asked, Feed, Todo, by_place, held_as
from workflow.machine import acts_of

#: What is asked of a rental, by its state.
ACTS = {
    RentalState.ASKED: "confirm",
    RentalState.CONFIRMED: "hand_over",
    RentalState.HANDED_OVER: "take_back",
}


class Rentals(Feed):
    """What was asked for, at once; what is to be handed over or taken back, from its day on."""

    code = "rentals"
    name = gettext_lazy("Rentals")
    roles = RENTERS
    columns = {"kind": "application__kind", "district": "district", "town": "application__town"}
    number = "application__number"

    def streams(self, user: User) -> Iterable[QuerySet[Rental]]:
        waiting = Rental.objects.filter(due_at__isnull=False).annotate(runs_out=F("due_at"))
        now = Q(state=RentalState.ASKED) | Q(due_at__lte=CityNowOnce())
        return by_place(waiting.filter(now), user.districts(*RENTERS))

    def asks(self) -> Mapping[str, Asked]:
        acts = acts_of(Rental)
        return {act: Asked(acts[act].label, [Q(state=state)]) for state, act in ACTS.items()}

    def rows(self, keys: Sequence[int], user: User, now: datetime) -> list[Todo]:
        found = Rental.objects.filter(pk__in=keys).select_related("application", "unit")
        acts = acts_of(Rental)
        return [
            Todo(
                pk=one.pk,
                url=reverse("work-rentals:one", args=[one.pk]),
                asked=str(acts[ACTS[RentalState(one.state)]].label),
                number=one.application.number,
                about=one.unit.name,
                place=one.unit.place,
                reason=held_as(user.role_in(*RENTERS, district=one.district), one.district),
                since=one.handed_over_at or one.asked_at,
                left=time_left(one),
                barred=str(own(one, user) or ""),
                version=one.version,
            )
            for one in found
        ]


def time_left(one: Rental) -> TimeLeft:
    if one.late_days:
        late = _("%(days)s late") % {"days": calendar_days(one.late_days)}
        return TimeLeft(still=late, late=True)
    out = one.state == RentalState.HANDED_OVER
    text = _("back by %(day)s") if out else _("from %(day)s")
    return TimeLeft(still=text % {"day": short_day(one.until_day if out else one.from_day)})
