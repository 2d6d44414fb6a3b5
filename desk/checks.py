"""Commitments that a bureau has to check afterwards, for its officers and leads."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.roles import BUREAU_ROLES, role_words
from approvals.commitments.models import Commitment, to_check
from approvals.commitments.pages import listed
from approvals.commitments.queries import by_time_left, checks_of
from approvals.seam import seam
from approvals.workflow import officer
from core.links import link_to
from core.statements import Given, Read
from desk.feed import Asked, Feed, Todo
from workflow.machine import OWN_CASE

_by_keys = Read(
    lambda: Commitment.objects.select_related("permit__line_works").filter(pk__among=Given())
)


class BureauChecks(Feed):
    code = "checks"
    name = gettext_lazy("Checks afterwards")
    roles = BUREAU_ROLES
    columns = {"district": "district"}
    late = "runs_out"
    number = "permit__line_works__application"

    def streams(self, user: User) -> Iterator[QuerySet[Commitment]]:
        for way in checks_of(user):
            yield by_time_left(to_check(Commitment.objects.filter(way)))

    def asks(self) -> Mapping[str, Asked]:
        return {"check_afterwards": Asked(gettext_lazy("Check a commitment afterwards"), [Q()])}

    def rows(self, keys: Sequence[int], user: User, now: datetime) -> list[Todo]:
        found = _by_keys(list(keys))
        own = seam.cases.concerned({one.permit.case_ref for one in found}, user)
        return [
            Todo(
                pk=one.pk,
                url=link_to("bureau:permit", one.permit_id),
                asked=str(self.asks()["check_afterwards"].label),
                number=row.number,
                about=row.name,
                place=row.place,
                reason=_("You are %(role)s of %(bureau)s")
                % {"role": role_words(officer(one.permit, user) or ""), "bureau": row.bureau},
                since=row.signed_at,
                left=row.left,
                barred=str(OWN_CASE) if one.permit.case_ref in own else "",
                version=one.permit.version,
            )
            for one, row in zip(found, listed(found, now), strict=True)
        ]
