"""Where messages lead, and whom a moved clock is told; whom an entry is told, says `events.py`."""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any, Final

from django.urls import reverse

from applications.lateness import WATCHED
from deadlines.explain import KIND_NAMES
from deadlines.models import Clock, ClockWarning, Recalculation
from notifications.recalculation import Subject
from notifications.recalculation import tell as tell_recalculation
from notifications.texts import Context, register_link
from notifications.warnings import Circles, Limited, Told
from notifications.warnings import tell as tell_warnings
from oversight.actions import (
    ADDRESSED,
    FINDING,
    FINDING_WATCHED,
    KIND,
    ORDER,
    ORDERS,
    deciding,
)
from oversight.models import RectificationOrder
from rules.warnings import Circle

#: An order as its addressee opens it, where the limit alone is told of, and as who decides on it.
ORDER_COUNTED: Final = "order_counted"
ORDER_WATCHED: Final = "order_watched"


def tell_late(*, clocks: Iterable[Clock], **_said: Any) -> None:
    refs = [clock.case_ref for clock in clocks if clock.kind == KIND]
    for order in RectificationOrder.objects.filter(ref__in=refs) if refs else ():
        ORDERS.tell("order.late", order, by=None)


def tell_of_recalculations(*, recalculations: Iterable[Recalculation], **_said: Any) -> None:
    limit = partial(str, KIND_NAMES[KIND])
    for one in (row for row in recalculations if row.clock.kind == KIND):
        order = RectificationOrder.objects.get(ref=one.clock.case_ref)
        subject = Subject(ORDER_COUNTED, order.pk, order.number, limit)
        tell_recalculation(one, subject, order.addressee.leads())


def tell_of_warnings(*, warnings: Sequence[ClockWarning], **_said: Any) -> None:
    """Hears `deadlines.signals.warned`: the addressee of an order is told, and who issued it."""
    refs = [one.clock.case_ref for one in warnings if one.clock.kind == KIND]
    found = RectificationOrder.objects.filter(ref__in=refs) if refs else ()
    tell_warnings(warnings, {order.ref: order for order in found}, limit_of)


def limit_of(order: RectificationOrder) -> tuple[Limited, Circles]:
    limit = partial(str, KIND_NAMES[KIND])
    return Limited(order.number, limit, order.addressee.words), {
        Circle.ADDRESSEE: Told(ORDER_COUNTED, order.pk, order.addressee.leads),
        Circle.REGULATOR: Told(ORDER_WATCHED, order.pk, partial(deciding, order)),
    }


def wire() -> None:
    register_link(FINDING, partial(_link, "signals:signal"))
    register_link(FINDING_WATCHED, partial(_link, "oversight-signals:signal"))
    register_link(ORDER, _order_link)
    register_link(WATCHED, partial(_link, "oversight:case"))
    register_link(ORDER_COUNTED, partial(_link, "orders:order"))
    register_link(ORDER_WATCHED, partial(_link, "oversight-orders:order"))


def _order_link(subject_id: int, context: Context) -> str:
    addressed = context["side"] == ADDRESSED
    return _link("orders:order" if addressed else "oversight-orders:order", subject_id, context)


def _link(name: str, _subject_id: int, context: Context) -> str:
    return reverse(name, args=[context["number"]])
