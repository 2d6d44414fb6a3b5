from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import ISSUERS, LEADS, Role
from approvals.models import Permit
from core.clock import quarter_name
from core.counting import Count as Bounded
from core.counting import bounded, counted
from core.ways import NOTHING
from deadlines.models import Clock
from deadlines.queries import in_order_of_time_left, own_clocks, was_late
from documents.models import Document
from documents.queries import about as documents_about
from oversight.models import RectificationOrder, Statement
from oversight.permissions import addressed_to, watched
from oversight.queries import by_quarter, first_day, readable
from oversight.workflow import OPEN_ORDER, WITH_ADDRESSEE, OrderState

KIND: Final = Clock.Kind.RECTIFICATION


def about(user: User, case_ref: UUID) -> QuerySet[RectificationOrder]:
    """Of the case or its permits, newest first."""
    permits = Permit.objects.filter(case_ref=case_ref).values("ref")
    named = Q(subject_ref=case_ref) | Q(subject_ref__in=permits)
    return readable(RectificationOrder, user).filter(named).order_by("-id")


def opened(orders: QuerySet[RectificationOrder]) -> QuerySet[RectificationOrder]:
    return orders.filter(state__in=sorted(OPEN_ORDER))


def late(orders: QuerySet[RectificationOrder]) -> QuerySet[RectificationOrder]:
    """Those that are or were late, by the instant only."""
    return orders.filter(was_late(KIND))


def not_late(orders: QuerySet[RectificationOrder]) -> QuerySet[RectificationOrder]:
    return orders.exclude(was_late(KIND))


def by_time_left(orders: QuerySet[RectificationOrder]) -> QuerySet[RectificationOrder]:
    """What was answered stands behind what runs."""
    return in_order_of_time_left(orders, KIND)


def counts(orders: QuerySet[RectificationOrder]) -> list[tuple[str, Any, Bounded]]:
    """The open ones by state, and those of them that are late."""
    states = [OrderState.ISSUED, OrderState.ANSWERED, OrderState.ESCALATED]
    open_ones = opened(orders)
    found = counted(
        {str(state): open_ones.filter(state=state) for state in states} | {"late": late(open_ones)}
    )
    words = [(str(state), state.label) for state in states] + [("late", _("Open and late"))]
    return [(code, label, found[code]) for code, label in words]


def to_answer(user: User) -> Q:
    """Those that wait for this person's answer."""
    if user.role_in(*LEADS) is None:
        return NOTHING
    return addressed_to(user) & Q(state__in=sorted(WITH_ADDRESSEE))


def to_decide(user: User) -> Q:
    """Those of which an answer waits for this person's decision."""
    found = NOTHING
    for role in ISSUERS:
        if user.role_in(role) is not None:
            found |= watched(user) & Q(state=OrderState.ANSWERED, issued_as=role)
    if user.role_in(Role.LEAD_AGENCY) is not None:
        found |= watched(user) & Q(state=OrderState.ANSWERED, escalated_at__isnull=False)
    return found


def waiting(user: User) -> Q:
    """Those that wait for this person: to be answered, or decided upon."""
    return to_answer(user) | to_decide(user)


def count_of(waiting: Q) -> Bounded:
    return bounded(RectificationOrder.objects.filter(waiting))


def clocks_of(orders: Iterable[RectificationOrder]) -> Mapping[UUID, Clock]:
    return own_clocks(orders, KIND)


def statements(order: RectificationOrder) -> list[tuple[Statement, list[Document]]]:
    """Oldest first, each with its files."""
    kept = list(documents_about(order.word, order.pk))
    found, answers = [], 0
    for row in order.statements.order_by("seq"):
        answers += row.action == "answer"
        requirement = files_of_answer(answers) if row.action == "answer" else ""
        found.append((row, [file for file in kept if file.requirement == requirement]))
    return found


def files_of_answer(number: int) -> str:
    return f"answer_{number}"


@dataclass(frozen=True, slots=True)
class Quarter:
    """How many orders were issued, became late and were closed in it."""

    since: date
    issued: int
    late: int
    closed: int

    @property
    def name(self) -> str:
        return quarter_name(self.since)


def public_counts(districts: Iterable[str] | None = None) -> list[Quarter]:
    """The newest quarter first; nothing but counts: no text, no addressee."""
    orders, clocks = RectificationOrder.objects.all(), Clock.objects.filter(kind=KIND)
    if districts is not None:
        codes = sorted(districts)
        orders, clocks = orders.filter(district__in=codes), clocks.filter(district__in=codes)
    issued, breached, closed = (
        Counter(
            {
                first_day(row["quarter"]): row["count"]
                for row in by_quarter(rows, column).values("quarter").annotate(count=Count("id"))
            }
        )
        for rows, column in ((orders, "issued_at"), (clocks, "breached_at"), (orders, "closed_at"))
    )
    days = sorted({*issued, *breached, *closed}, reverse=True)
    return [Quarter(day, issued[day], breached[day], closed[day]) for day in days]
