"""Referrals that another city lets lie, for the counter that took them in."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.roles import COUNTER
from applications.referrals.models import Referral
from deadlines.timeleft import TimeLeft
from desk.feed import Asked, Feed, Todo


class SilentReferrals(Feed):
    """Of which the other city's office was reminded, and still has not answered."""

    code = "referrals"
    name = gettext_lazy("Other cities")
    roles = COUNTER
    late = "remind_at"

    def streams(self, user: User) -> Iterator[QuerySet[Referral]]:
        for counter in sorted(set(user.organisations(*COUNTER))):
            mine = Referral.objects.filter(counter=counter, remind_at__isnull=False)
            yield mine.filter(reminded_at__isnull=False).annotate(runs_out=F("remind_at"))

    def asks(self) -> Mapping[str, Asked]:
        return {"ring": Asked(gettext_lazy("Ring the office of the other city"), [Q()])}

    def rows(self, keys: Sequence[int], user: User, now: datetime) -> list[Todo]:
        found = Referral.objects.filter(pk__in=keys).select_related("office", "counter")
        return [
            Todo(
                pk=one.pk,
                url=reverse("referrals:one", args=[one.number]),
                asked=str(self.asks()["ring"].label),
                number=one.number,
                about=str(one.office),
                place=one.office.city,
                reason=_("%(office)s took it in") % {"office": one.counter},
                since=one.reminded_at or one.sent_at,
                left=TimeLeft(still=_("Not confirmed in time"), late=True),
                version=one.version,
            )
            for one in found
        ]
