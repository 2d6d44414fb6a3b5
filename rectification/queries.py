"""Reads of orders, with names."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, TruncQuarter

from accounts.models import User
from accounts.roles import LEADS, Role
from approvals.models import Permit
from approvals.queries import NEVER
from core.clock import CITY, quarter_name
from core.problems import Missing
from deadlines.models import Clock
from rectification import files
from rectification.machine import LABELS, allows, why_not
from rectification.models import Order, Statement
from rectification.permissions import acting_role, addressed_to, refusal, watched
from rectification.states import OPEN, WITH_ADDRESSEE, State
from workflow.buttons import Button

KIND: Final = Clock.Kind.RECTIFICATION
#: Open orders: what runs out first stands first, what was answered behind it.
BY_TIME_LEFT: Final = ("runs_out", "id")
NEWEST_FIRST: Final = ("-id",)


def orders_for(user: User) -> QuerySet[Order]:
    """Return the orders that a person may see."""
    return Order.objects.filter(watched(user) | addressed_to(user))


def watched_by(user: User) -> QuerySet[Order]:
    """Return the orders of the districts that a person watches over."""
    return Order.objects.filter(watched(user))


def answered_by(user: User) -> QuerySet[Order]:
    """Return the orders that a person answers as the lead of their addressee."""
    return Order.objects.filter(addressed_to(user))


def order_in(orders: QuerySet[Order], number: str) -> Order:
    """Return one of some orders by its number.

    Raises:
        Missing: it is not among them.
    """
    found = orders.filter(number=number).first()
    if found is None:
        raise Missing
    return found


def about(user: User, case_ref: UUID) -> QuerySet[Order]:
    """Return the orders about a case or its permits that a person may see, newest first."""
    permits = Permit.objects.filter(case_ref=case_ref).values("ref")
    named = Q(subject_ref=case_ref) | Q(subject_ref__in=permits)
    return orders_for(user).filter(named).order_by("-id")


def opened(orders: QuerySet[Order]) -> QuerySet[Order]:
    """Return those that are not closed."""
    return orders.filter(state__in=sorted(OPEN))


def late(orders: QuerySet[Order]) -> QuerySet[Order]:
    """Return those that are or were late, by the instant only."""
    return orders.filter(_late())


def not_late(orders: QuerySet[Order]) -> QuerySet[Order]:
    """Return those that are in time so far, or were."""
    return orders.exclude(_late())


def _late() -> Exists:
    return Exists(Clock.objects.filter(case_ref=OuterRef("ref"), kind=KIND).late())


def by_time_left(orders: QuerySet[Order]) -> QuerySet[Order]:
    """Annotate the first late instant of the clock that runs as `runs_out`, to be sorted by."""
    running = Clock.objects.filter(case_ref=OuterRef("ref"), kind=KIND, state=Clock.State.RUNNING)
    first = Subquery(running.values("late_from")[:1])
    return orders.annotate(runs_out=Coalesce(first, Value(NEVER))).order_by(*BY_TIME_LEFT)


def counts(orders: QuerySet[Order]) -> dict[str, int]:
    """Return how many open orders there are in each state, and how many of them are late."""
    states = {str(state): Count("id", filter=Q(state=state)) for state in sorted(OPEN)}
    return opened(orders).aggregate(**states, late=Count("id", filter=_late()))


def waiting_for(user: User) -> int:
    """Return how many orders wait for a person: to be answered, or to be decided on."""
    waiting = Q(pk__in=())
    if user.role_in(*LEADS) is not None:
        waiting |= addressed_to(user) & Q(state__in=sorted(WITH_ADDRESSEE))
    if user.role_in(Role.REGULATOR) is not None:
        waiting |= watched(user) & Q(state=State.ANSWERED)
    if user.role_in(Role.LEAD_AGENCY) is not None:
        waiting |= watched(user) & Q(state=State.ANSWERED, escalated_at__isnull=False)
    return Order.objects.filter(waiting).count()


def clocks_of(orders: Iterable[Order]) -> Mapping[UUID, Clock]:
    """Return the clock of each of these orders by its reference, in one query."""
    refs = [order.ref for order in orders]
    return {clock.case_ref: clock for clock in Clock.objects.filter(case_ref__in=refs, kind=KIND)}


def statements(order: Order) -> list[tuple[Statement, str]]:
    """Return what was said of an order, oldest first, each with what its files are kept under."""
    found, answers = [], 0
    for row in order.statements.order_by("seq"):
        answers += row.action == "answer"
        found.append((row, files.requirement_of(answers) if row.action == "answer" else ""))
    return found


def buttons(order: Order, user: User) -> list[Button]:
    """Return every step of an order for a person, each allowed or with a reason."""
    return [_button(order, user, action) for action in LABELS]


def _button(order: Order, user: User, action: str) -> Button:
    reason = None
    if acting_role(user, order, action) is None:
        reason = str(refusal(action))
    elif not allows(order, action):
        reason = why_not(order, action)
    return Button(action, str(LABELS[action]), reason is None, reason)


@dataclass(frozen=True, slots=True)
class Quarter:
    """The orders of a quarter, for the public: how many were issued, became late, were closed.

    Args:
        since: its first day.
    """

    since: date
    issued: int
    late: int
    closed: int

    @property
    def name(self) -> str:
        """Year and number, such as 2026Q4."""
        return quarter_name(self.since)


def public_counts(districts: Iterable[str] | None = None) -> list[Quarter]:
    """Return the counts of every quarter in which an order was issued, late or closed.

    Args:
        districts: only these; None for the whole city.

    Returns:
        The newest quarter first. Nothing but counts: no text, no addressee.
    """
    orders, clocks = Order.objects.all(), Clock.objects.filter(kind=KIND)
    if districts is not None:
        codes = sorted(districts)
        orders, clocks = orders.filter(district__in=codes), clocks.filter(district__in=codes)
    issued = _by_quarter(orders, "issued_at")
    breached = _by_quarter(clocks, "breached_at")
    closed = _by_quarter(orders, "closed_at")
    days = sorted({*issued, *breached, *closed}, reverse=True)
    return [Quarter(day, issued[day], breached[day], closed[day]) for day in days]


def _by_quarter(rows: "QuerySet[Order] | QuerySet[Clock]", column: str) -> Counter[date]:
    """Return how many rows have their instant in each quarter of the city's calendar."""
    inside = rows.filter(**{f"{column}__isnull": False}).order_by()
    grouped = inside.annotate(quarter=TruncQuarter(F(column), tzinfo=CITY)).values("quarter")
    found: list[tuple[datetime, int]] = list(
        grouped.annotate(count=Count("id")).values_list("quarter", "count")
    )
    return Counter({instant.astimezone(CITY).date(): count for instant, count in found})
