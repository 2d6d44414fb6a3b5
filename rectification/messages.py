"""Who is told of a step of an order, in the step's transaction."""

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.queries import holders
from accounts.roles import Role
from core.events import Event, declare
from core.events import Message as Wording
from deadlines.explain import KIND_NAMES
from deadlines.models import Clock, Recalculation
from notifications import outbox
from notifications.recalculation import Subject
from notifications.recalculation import tell as tell_recalculation
from notifications.texts import Context, register_link
from rectification.models import Order, never_escalated
from rectification.permissions import addressee_of
from rectification.states import ISSUE, STEP_TYPES

SUBJECT: Final = "order"
#: The same, where its last day was counted again: only the addressee is told.
COUNTED: Final = "order_counted"
LATE: Final = "order.late"
#: On whose page a message leads: of those who watch, or of the addressee.
WATCHING, ADDRESSED = "watching", "addressed"
#: Steps of the deciding side, told to the addressee; an answer is told to the deciding side.
TO_ADDRESSEE: Final = frozenset({ISSUE, "return", "close", "escalate"})


def tell(order: Order, action: str, *, by: int | None) -> None:
    """Leave messages about a step for those who are to act on it or to know of it.

    Args:
        by: the account that took the step; it is not told.
    """
    kind = STEP_TYPES[action]
    if action in TO_ADDRESSEE:
        _put(order, kind, ADDRESSED, addressee_of(order).leads(), by)
    if action == "escalate":
        _put(order, kind, WATCHING, _lead_agency(order), by)
    if action == "answer":
        _put(order, kind, WATCHING, _deciding(order), by)


def tell_late(*, clocks: Iterable[Clock], **_said: Any) -> None:
    """Tell both sides that an order is late: it can be handed to the lead agency now."""
    refs = [clock.case_ref for clock in clocks if clock.kind == Clock.Kind.RECTIFICATION]
    for order in Order.objects.filter(ref__in=refs) if refs else ():
        _put(order, LATE, ADDRESSED, addressee_of(order).leads(), None)
        _put(order, LATE, WATCHING, _deciding(order), None)


def tell_of_recalculations(*, recalculations: Iterable[Recalculation], **_said: Any) -> None:
    """Tell the addressee that a newer calendar moved its last day, or made it final."""
    limit = partial(str, KIND_NAMES[Clock.Kind.RECTIFICATION])
    for one in (row for row in recalculations if row.clock.kind == Clock.Kind.RECTIFICATION):
        order = Order.objects.get(ref=one.clock.case_ref)
        subject = Subject(COUNTED, order.pk, order.number, limit)
        tell_recalculation(one, subject, addressee_of(order).leads())


def _deciding(order: Order) -> Iterator[int]:
    yield from holders(Role.REGULATOR, district=order.district)
    if not never_escalated(order):
        yield from _lead_agency(order)


def _lead_agency(order: Order) -> list[int]:
    return holders(Role.LEAD_AGENCY, district=order.district)


def _put(order: Order, kind: str, side: str, people: Iterable[int], by: int | None) -> None:
    outbox.put(
        kind=kind,
        subject_kind=SUBJECT,
        subject_id=order.pk,
        case_ref=order.ref,
        version=order.version,
        recipients=set(people) - {by},
        context={"number": order.number, "days": order.days, "side": side},
    )


def wire() -> None:
    """Say what messages about orders say, and where they lead."""
    register_link(SUBJECT, _link)
    register_link(COUNTED, _own_link)
    for kind, wording in WORDINGS.items():
        declare([Event(kind, wording.title, receipt=False, message=wording)])


def _link(_order: int, context: Context) -> str:
    page = "orders:order" if context["side"] == ADDRESSED else "oversight-orders:order"
    return reverse(page, args=[context["number"]])


def _own_link(_order: int, context: Context) -> str:
    return reverse("orders:order", args=[context["number"]])


WORDINGS: Final = {
    STEP_TYPES[ISSUE]: Wording(
        _("Order %(number)s: something is to be put right"),
        _("The regulator has given %(days)s working days. Read the order and answer it in time."),
    ),
    STEP_TYPES["answer"]: Wording(
        _("Order %(number)s has been answered"),
        _("Read the answer and its files; close the order, or send the answer back."),
    ),
    STEP_TYPES["return"]: Wording(
        _("Order %(number)s: the answer was sent back"),
        _("The order page says what is missing. The clock goes on with the days already used."),
    ),
    STEP_TYPES["close"]: Wording(
        _("Order %(number)s is closed"), _("What it named counts as put right.")
    ),
    STEP_TYPES["escalate"]: Wording(
        _("Order %(number)s is with the lead agency"),
        _("The order page says why. It is still to be answered; its clock runs on."),
    ),
    LATE: Wording(
        _("Order %(number)s is late"),
        _("Its last day has passed without an answer. It can be handed to the lead agency."),
    ),
}
