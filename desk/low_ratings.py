"""Follow-ups of low ratings, for the supply company's lead."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.roles import Role
from applications.follow_ups import queries
from applications.follow_ups.models import FollowUp
from applications.follow_ups.reading import rows_of
from desk.feed import Asked, Feed, Todo, held_as


class LowRatings(Feed):
    code = "follow_ups"
    name = gettext_lazy("Low ratings")
    roles = (Role.SUPPLY_LEAD,)
    columns = {
        "kind": "application__kind",
        "district": "district",
        "town": "application__town",
    }
    late = "runs_out"
    number = "application__number"

    def streams(self, user: User) -> Iterator[QuerySet[FollowUp]]:
        districts = user.districts(Role.SUPPLY_LEAD)
        there = Q() if districts is None else Q(district__in=sorted(districts))
        found = queries.CLOCKED.opened(queries.watched(user).filter(there))
        yield queries.CLOCKED.by_time_left(found)

    def asks(self) -> Mapping[str, Asked]:
        return {"close": Asked(gettext_lazy("Speak to the customer"), [Q()])}

    def rows(self, keys: Sequence[int], user: User, now: datetime) -> list[Todo]:
        found = list(FollowUp.objects.filter(pk__in=keys).select_related("application"))
        return [
            Todo(
                pk=one.pk,
                url=reverse("follow-ups:one", args=[one.pk]),
                asked=str(self.asks()["close"].label),
                number=row.number,
                about=row.level,
                place=row.place,
                reason=held_as(Role.SUPPLY_LEAD, one.district),
                since=row.since,
                left=row.left,
                version=one.version,
            )
            for one, row in zip(found, rows_of(found), strict=True)
        ]
