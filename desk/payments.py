"""Money that came and that somebody of the supply company has to deal with."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db.models import Q, QuerySet, Value
from django.urls import reverse
from django.utils.translation import gettext_lazy

from accounts.models import User
from applications.wording import place_words
from core.clock import NEVER
from core.templatetags.city import money
from deadlines.timeleft import TimeLeft
from desk.feed import Asked, Feed, Todo, by_place, held_as
from money.payments.models import TO_DO, Payment
from money.payments.workflow import DEALERS, PaymentState, own
from workflow.machine import state_words

ASKED = {
    PaymentState.SURPLUS: gettext_lazy("Refund a payment, or count it for its charge"),
    PaymentState.QUESTIONED: gettext_lazy("Look at a payment that is not as ordered"),
}


class Payments(Feed):
    """No limit runs: they stand behind all that has one, the oldest first."""

    code = "payments"
    name = gettext_lazy("Payments")
    roles = DEALERS
    columns = {"kind": "application__kind", "district": "district", "town": "application__town"}
    number = "application__number"

    def streams(self, user: User) -> Iterable[QuerySet[Payment]]:
        waiting = Payment.objects.filter(TO_DO).annotate(runs_out=Value(NEVER))
        return by_place(waiting, user.districts(*DEALERS))

    def asks(self) -> Mapping[str, Asked]:
        return {state.value: Asked(words, [Q(state=state)]) for state, words in ASKED.items()}

    def rows(self, keys: Sequence[int], user: User, now: datetime) -> list[Todo]:
        found = Payment.objects.filter(pk__in=keys).select_related("application", "charge")
        return [
            Todo(
                pk=one.pk,
                url=reverse("work-charges:one", args=[one.charge_id]),
                asked=str(ASKED[PaymentState(one.state)]),
                number=one.application.number,
                about=f"{money(one.amount_yuan)} · {state_words(one)}",
                place=place_words(one.application),
                reason=held_as(user.role_in(*DEALERS, district=one.district), one.district),
                since=one.received_at or one.ordered_at or now,
                left=TimeLeft(),
                barred=str(own(one, user) or ""),
                version=one.version,
            )
            for one in found
        ]
