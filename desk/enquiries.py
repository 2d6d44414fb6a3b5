"""Questions that wait for an answer, for everybody of the supply company in their district."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import pgettext_lazy

from accounts.models import User
from accounts.roles import COMPANY
from applications.enquiries.models import Enquiry
from applications.enquiries.queries import CLOCKED
from applications.enquiries.reading import rows_of
from desk.feed import Asked, Feed, Todo, by_place, held_as
from workflow.machine import acts_of


class Enquiries(Feed):
    code = "enquiries"
    name = pgettext_lazy("enquiries", "Questions")
    roles = COMPANY
    columns = {"district": "district"}
    late = "runs_out"

    def streams(self, user: User) -> Iterable[QuerySet[Enquiry]]:
        """Nobody answers what they asked themselves."""
        others = CLOCKED.opened(Enquiry.objects.exclude(party=user.party_id))
        return by_place(CLOCKED.by_time_left(others), user.districts(*COMPANY))

    def asks(self) -> Mapping[str, Asked]:
        return {"answer": Asked(acts_of(Enquiry)["answer"].label, [Q()])}

    def rows(self, keys: Sequence[int], user: User, now: datetime) -> list[Todo]:
        found = list(Enquiry.objects.filter(pk__in=keys).select_related("application"))
        return [
            Todo(
                pk=one.pk,
                url=reverse("enquiries:one", args=[one.pk]),
                asked=str(self.asks()["answer"].label),
                number=row.number,
                about=row.about,
                place=row.place,
                reason=held_as(user.role_in(*COMPANY, district=one.district), one.district),
                since=row.since,
                left=row.left,
                version=one.version,
            )
            for one, row in zip(found, rows_of(found), strict=True)
        ]
