"""Orders and findings, for the leads who answer and for those who decide on the answer."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from django.db.models import Q, QuerySet, Value
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import User
from accounts.roles import EXPLAINERS, ISSUERS, LEADS, Role
from core.clock import NEVER
from deadlines.timeleft import TimeLeft
from desk.feed import Asked, Feed, Todo, held_as
from oversight import orders
from oversight.findings import detector_of, sentence_of
from oversight.models import Finding, Matter, RectificationOrder
from oversight.pages import order_rows
from oversight.permissions import addressed_to, watched
from oversight.workflow import WITH_ADDRESSEE, FindingState, OrderState
from rules.city import city
from workflow.machine import acts_of

DISTRICT: Final = {"district": "district"}


class Orders(Feed):
    code = "orders"
    name = gettext_lazy("Orders")
    roles = (*LEADS, Role.REGULATOR, Role.LEAD_AGENCY)
    columns = DISTRICT
    late = "runs_out"

    def streams(self, user: User) -> Iterator[QuerySet[RectificationOrder]]:
        found = RectificationOrder.objects.filter(orders.waiting(user))
        yield orders.by_time_left(found)

    def asks(self) -> Mapping[str, Asked]:
        acts = acts_of(RectificationOrder)
        return {
            "answer": Asked(acts["answer"].label, [Q(state__in=sorted(WITH_ADDRESSEE))]),
            "close": Asked(gettext_lazy("Decide on an answer"), [Q(state=OrderState.ANSWERED)]),
        }

    def rows(self, keys: Sequence[int], user: User, now: datetime) -> list[Todo]:
        found = list(RectificationOrder.objects.filter(pk__in=keys))
        asks = self.asks()
        rows = []
        for order, row in zip(found, order_rows(found), strict=True):
            act = "answer" if order.with_addressee else "close"
            page = "orders:order" if act == "answer" else "oversight-orders:order"
            one = Todo(
                pk=order.pk,
                url=reverse(page, args=[order.number]),
                asked=str(asks[act].label),
                number=order.number,
                about=row.asked,
                place=str(city().district(order.district).name),
                reason=why(order, user, answers=act == "answer"),
                since=order.answered_at or order.issued_at,
                left=row.left,
                version=order.version,
            )
            rows.append(one)
        return rows


class Findings(Feed):
    """No limit runs: they stand behind all that has one, the oldest first."""

    code = "findings"
    name = pgettext_lazy("signal", "Findings")
    roles = (*EXPLAINERS, Role.REGULATOR)
    columns = DISTRICT

    def streams(self, user: User) -> Iterator[QuerySet[Finding]]:
        found = Finding.objects.annotate(runs_out=Value(NEVER))
        if user.role_in(*EXPLAINERS) is not None:
            yield found.filter(addressed_to(user), state=FindingState.OPEN)
        if user.role_in(Role.REGULATOR) is not None:
            yield found.filter(watched(user), state=FindingState.EXPLAINED)
            yield found.filter(watched(user), state=FindingState.CONFIRMED)

    def asks(self) -> Mapping[str, Asked]:
        acts = acts_of(Finding)
        return {
            "explain": Asked(acts["explain"].label, [Q(state=FindingState.OPEN)]),
            "accept": Asked(
                gettext_lazy("Decide on an explanation"), [Q(state=FindingState.EXPLAINED)]
            ),
            "order": Asked(acts["order"].label, [Q(state=FindingState.CONFIRMED)]),
        }

    def rows(self, keys: Sequence[int], user: User, now: datetime) -> list[Todo]:
        asks = self.asks()
        act_in = {"open": "explain", "explained": "accept", "confirmed": "order"}
        rows = []
        for finding in Finding.objects.filter(pk__in=keys):
            act = act_in.get(finding.state, "order")
            page = "signals:signal" if act == "explain" else "oversight-signals:signal"
            one = Todo(
                pk=finding.pk,
                url=reverse(page, args=[finding.number]),
                asked=str(asks[act].label),
                number=finding.number,
                about=sentence_of(finding) or str(detector_of(finding).name),
                place=str(city().district(finding.district).name),
                reason=why(finding, user, answers=act == "explain"),
                since=finding.explained_at or finding.found_at,
                left=TimeLeft(),
                version=finding.version,
            )
            rows.append(one)
        return rows


def why(matter: Matter, user: User, *, answers: bool) -> str:
    if answers:
        return _("It is addressed to %(addressee)s, and you answer for it") % {
            "addressee": matter.addressee.words()
        }
    role = user.role_in(*ISSUERS, Role.LEAD_AGENCY, district=matter.district)
    return held_as(role, matter.district)
