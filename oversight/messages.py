"""Who is told of a step of a finding or of an order, in the step's transaction."""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import Any, Final

from django.urls import reverse

from accounts.queries import holders
from accounts.roles import Role
from core.events import event_of
from deadlines.explain import KIND_NAMES
from deadlines.models import Clock, Recalculation
from notifications import outbox
from notifications.recalculation import Subject
from notifications.recalculation import tell as tell_recalculation
from notifications.texts import Context, register_link
from oversight.addressees import Addressee
from oversight.models import Finding, RectificationOrder
from oversight.workflow import FOUND

#: A finding has one page for those who answer for it and one for the regulator.
FINDING, FINDING_WATCHED = "signal", "signal_watched"
ORDER: Final = "order"
#: The same, where its last day was counted again: only the addressee is told.
ORDER_COUNTED: Final = "order_counted"
LATE: Final = "order.late"
#: On whose page a message about an order leads: of those who watch, or of the addressee.
WATCHING, ADDRESSED = "watching", "addressed"


def opened(findings: Sequence[Finding]) -> None:
    """Tell the leads of the addressees of new findings."""
    leads: dict[Addressee, list[int]] = {}
    for finding in findings:
        if finding.addressee not in leads:
            leads[finding.addressee] = finding.addressee.leads()
        _put_finding(finding, FOUND, FINDING, leads[finding.addressee])


def tell_of_finding(finding: Finding, kind: str) -> None:
    """Leave a message about a step: the explanation for the regulator, the rest for the leads.

    Args:
        kind: type of the step's entry.
    """
    event = event_of(kind)
    if event is None or event.message is None:
        return
    if kind == "signal.explained":
        regulators = holders(Role.REGULATOR, district=finding.district)
        _put_finding(finding, kind, FINDING_WATCHED, regulators)
    else:
        _put_finding(finding, kind, FINDING, finding.addressee.leads())


def _put_finding(finding: Finding, kind: str, subject: str, people: Iterable[int]) -> None:
    outbox.put(
        kind=kind,
        subject_kind=subject,
        subject_id=finding.pk,
        case_ref=finding.ref,
        version=finding.version,
        recipients=people,
        context={"number": finding.number},
    )


def tell_of_order(order: RectificationOrder, kind: str, *, by: int | None) -> None:
    """Leave messages about a step for those who are to act on it or to know of it.

    An answer is told to the deciding side, every other step to the addressee.

    Args:
        kind: type of the step's entry.
        by: the account that took the step; it is not told.
    """
    if kind == "order.answered":
        _put_order(order, kind, WATCHING, _deciding(order), by)
    else:
        _put_order(order, kind, ADDRESSED, order.addressee.leads(), by)
    if kind == "order.escalated":
        _put_order(order, kind, WATCHING, _lead_agency(order), by)


def tell_late(*, clocks: Iterable[Clock], **_said: Any) -> None:
    """Tell both sides that an order is late: it can be handed to the lead agency now."""
    refs = [clock.case_ref for clock in clocks if clock.kind == Clock.Kind.RECTIFICATION]
    for order in RectificationOrder.objects.filter(ref__in=refs) if refs else ():
        _put_order(order, LATE, ADDRESSED, order.addressee.leads(), None)
        _put_order(order, LATE, WATCHING, _deciding(order), None)


def tell_of_recalculations(*, recalculations: Iterable[Recalculation], **_said: Any) -> None:
    """Tell the addressee that a newer calendar moved its last day, or made it final."""
    limit = partial(str, KIND_NAMES[Clock.Kind.RECTIFICATION])
    for one in (row for row in recalculations if row.clock.kind == Clock.Kind.RECTIFICATION):
        order = RectificationOrder.objects.get(ref=one.clock.case_ref)
        subject = Subject(ORDER_COUNTED, order.pk, order.number, limit)
        tell_recalculation(one, subject, order.addressee.leads())


def _deciding(order: RectificationOrder) -> Iterator[int]:
    yield from holders(Role.REGULATOR, district=order.district)
    if order.escalated_at:
        yield from _lead_agency(order)


def _lead_agency(order: RectificationOrder) -> list[int]:
    return holders(Role.LEAD_AGENCY, district=order.district)


def _put_order(
    order: RectificationOrder, kind: str, side: str, people: Iterable[int], by: int | None
) -> None:
    outbox.put(
        kind=kind,
        subject_kind=ORDER,
        subject_id=order.pk,
        case_ref=order.ref,
        version=order.version,
        recipients=set(people) - {by},
        context={"number": order.number, "days": order.days, "side": side},
    )


def wire() -> None:
    """Say what messages about findings and orders say, and where they lead."""
    register_link(FINDING, partial(_link, "signals:signal"))
    register_link(FINDING_WATCHED, partial(_link, "oversight-signals:signal"))
    register_link(ORDER, _order_link)
    register_link(ORDER_COUNTED, partial(_link, "orders:order"))


def _order_link(subject_id: int, context: Context) -> str:
    addressed = context["side"] == ADDRESSED
    return _link("orders:order" if addressed else "oversight-orders:order", subject_id, context)


def _link(name: str, _subject_id: int, context: Context) -> str:
    return reverse(name, args=[context["number"]])
