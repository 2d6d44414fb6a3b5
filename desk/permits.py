"""Permits that a bureau has to decide, for its officers and leads."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import User
from accounts.roles import BUREAU_ROLES, role_words
from approvals import queries
from approvals.actions import PERMITS
from approvals.models import Permit
from approvals.pages import rows_of
from approvals.seam import seam
from approvals.workflow import State, officer
from core.bodies import Empty
from core.links import link_to
from core.statements import Given, Read
from desk.feed import Asked, Feed, Todo
from workflow.machine import Act, acts_of, own_case, way_of

_by_keys = Read(lambda: queries.permits().filter(pk__among=Given()))


class BureauPermits(Feed):
    code = "permits"
    name = pgettext_lazy("desk", "Permits")
    roles = BUREAU_ROLES
    columns = {"district": "district"}
    late = "late_at"
    number = "line_works__application"
    workflow = PERMITS

    def streams(self, user: User) -> Iterator[QuerySet[Permit]]:
        for way in queries.ways_to_decide(user):
            yield queries.waiting(Permit.objects.filter(way))

    def acts(self) -> Mapping[str, Act]:
        return bare_acts()

    def readable(self, user: User) -> QuerySet[Permit]:
        return queries.permits_for(user)

    def asks(self) -> Mapping[str, Asked]:
        return {
            "accept": Asked(
                gettext_lazy("Look through what was received"), [Q(state=State.RECEIVED)]
            ),
            "grant": Asked(gettext_lazy("Decide"), [Q(state=State.ACCEPTED)]),
            "resume": Asked(
                gettext_lazy("Go on with a suspended review"), [Q(state=State.SUSPENDED)]
            ),
        }

    def rows(self, keys: Sequence[int], user: User, now: datetime) -> list[Todo]:
        permits = _by_keys(list(keys))
        refs = {permit.case_ref for permit in permits}
        own, left = seam.cases.concerned(refs, user), seam.cases.left(refs, user)
        found = []
        for permit, row in zip(permits, rows_of(permits, now), strict=True):
            ref = permit.case_ref
            permit.is_known(user, concerns=ref in own, left=left.get(ref))
            barred = own_case(permit, user)
            values = {"role": role_words(officer(permit, user) or ""), "bureau": row.bureau}
            why = _("You are %(role)s of %(bureau)s") % values
            if row.chased:
                why = _("Chased. %(why)s") % {"why": why}
            one = Todo(
                pk=permit.pk,
                url=link_to("bureau:permit", permit.pk),
                asked=row.asked,
                number=row.number,
                about=row.name,
                place=row.place,
                reason=why,
                since=row.since,
                left=row.left,
                barred=str(barred or ""),
                act="" if barred else act_without_form(permit, user),
                version=permit.version,
            )
            found.append(one)
        return found


@cache
def bare_acts() -> Mapping[str, Act]:
    return {
        name: said
        for name, said in acts_of(Permit).items()
        if said.ahead and said.body is Empty and said.who is officer
    }


def act_without_form(permit: Permit, user: User) -> str:
    """The act that takes a permit on, if it is this person's and asks for nothing."""
    way = way_of(Permit, permit)
    bare = bool(way) and way[0].name in bare_acts()
    return way[0].name if bare and way[0].is_for(permit, user) else ""
