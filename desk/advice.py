"""Requests for advice before an application, for the officers and leads of the bureau."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from django.db.models import DateTimeField, Q, QuerySet, Value
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.roles import BUREAU_ROLES, role_words
from approvals.advice.models import Advice
from approvals.advice.queries import waiting
from approvals.advice.reading import rows_of
from approvals.offices import office_of
from approvals.queries import ways_to_decide
from approvals.seam import seam
from approvals.workflow import officer
from core.clock import NEVER
from core.links import link_to
from deadlines.timeleft import TimeLeft
from desk.feed import Asked, Feed, Todo
from workflow.machine import OWN_CASE


class BureauAdvice(Feed):
    """It has no limit, so it stands behind all that has one, as it was asked."""

    code = "advice"
    name = gettext_lazy("Requests for advice")
    roles = BUREAU_ROLES
    columns = {"district": "district"}
    number = "application"

    def streams(self, user: User) -> Iterator[QuerySet[Advice]]:
        never = Value(NEVER, DateTimeField())
        for way in ways_to_decide(user):
            yield waiting(Advice.objects.filter(way)).annotate(runs_out=never)

    def asks(self) -> Mapping[str, Asked]:
        return {"answer": Asked(gettext_lazy("Give advice on a draft line"), [Q()])}

    def rows(self, keys: Sequence[int], user: User, now: datetime) -> list[Todo]:
        found = list(Advice.objects.filter(pk__in=keys))
        own = seam.cases.concerned({one.case_ref for one in found}, user)
        return [
            Todo(
                pk=one.pk,
                url=link_to("bureau:advice", one.pk),
                asked=str(self.asks()["answer"].label),
                number=row.number,
                about=row.name,
                place=row.place,
                reason=_("You are %(role)s of %(bureau)s")
                % {"role": role_words(officer(one, user) or ""), "bureau": office_of(one)},
                since=row.asked_at,
                left=TimeLeft(still=_("no limit")),
                barred=str(OWN_CASE) if one.case_ref in own else "",
                version=one.version,
            )
            for one, row in zip(found, rows_of(found), strict=True)
        ]
