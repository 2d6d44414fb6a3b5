"""Who is told of a step of a finding or of an order, in the step's transaction."""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.queries import holders
from accounts.roles import Role
from deadlines.explain import KIND_NAMES
from deadlines.models import Clock, Recount
from notifications import outbox
from notifications.recounts import Subject
from notifications.recounts import tell as tell_recount
from notifications.texts import Context, Wording, register, register_link
from oversight.addressees import Addressee
from oversight.models import Finding, RectificationOrder, never_escalated
from oversight.states import FOUND, ISSUED, STEP_TYPES

#: A finding has one page for those who answer for it and one for the regulator.
FINDING, FINDING_WATCHED = "signal", "signal_watched"
ORDER: Final = "order"
#: The same, where its last day was counted again: only the addressee is told.
ORDER_COUNTED: Final = "order_counted"
LATE: Final = "order.late"
#: On whose page a message about an order leads: of those who watch, or of the addressee.
WATCHING, ADDRESSED = "watching", "addressed"

WORDINGS: Final = {
    FOUND: Wording(
        _("Signal %(number)s: please explain"),
        _(
            "The record shows what may be work outside the system. Look at the entries behind it "
            "and say how it came about."
        ),
    ),
    STEP_TYPES["explain"]: Wording(
        _("Signal %(number)s was explained"),
        _("Read the explanation, then accept it or confirm the signal."),
    ),
    STEP_TYPES["accept"]: Wording(
        _("Signal %(number)s: the explanation was accepted"),
        _("Nothing more is asked of you."),
    ),
    STEP_TYPES["confirm"]: Wording(
        _("Signal %(number)s was confirmed"),
        _("The signal's page shows why. An order to put it right may follow."),
    ),
    ISSUED: Wording(
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


def opened(findings: Sequence[Finding]) -> None:
    """Tell the leads of the addressees of new findings."""
    leads: dict[Addressee, list[int]] = {}
    for finding in findings:
        if finding.addressee not in leads:
            leads[finding.addressee] = finding.addressee.leads()
        _put_finding(finding, FOUND, FINDING, leads[finding.addressee])


def tell_of_finding(finding: Finding, action: str) -> None:
    """Leave a message about a step: the explanation for the regulator, the rest for the leads."""
    kind = STEP_TYPES[action]
    if kind not in WORDINGS:
        return
    if action == "explain":
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


def tell_of_order(order: RectificationOrder, action: str, *, by: int | None) -> None:
    """Leave messages about a step for those who are to act on it or to know of it.

    An answer is told to the deciding side, every other step to the addressee.

    Args:
        by: the account that took the step; it is not told.
    """
    kind = ISSUED if action == "issue" else STEP_TYPES[action]
    if action == "answer":
        _put_order(order, kind, WATCHING, _deciding(order), by)
    else:
        _put_order(order, kind, ADDRESSED, order.addressee.leads(), by)
    if action == "escalate":
        _put_order(order, kind, WATCHING, _lead_agency(order), by)


def tell_late(*, clocks: Iterable[Clock], **_said: Any) -> None:
    """Tell both sides that an order is late: it can be handed to the lead agency now."""
    refs = [clock.case_ref for clock in clocks if clock.kind == Clock.Kind.RECTIFICATION]
    for order in RectificationOrder.objects.filter(ref__in=refs) if refs else ():
        _put_order(order, LATE, ADDRESSED, order.addressee.leads(), None)
        _put_order(order, LATE, WATCHING, _deciding(order), None)


def tell_of_recounts(*, recounts: Iterable[Recount], **_said: Any) -> None:
    """Tell the addressee that a newer calendar moved its last day, or made it final."""
    limit = partial(str, KIND_NAMES[Clock.Kind.RECTIFICATION])
    for one in (row for row in recounts if row.clock.kind == Clock.Kind.RECTIFICATION):
        order = RectificationOrder.objects.get(ref=one.clock.case_ref)
        subject = Subject(ORDER_COUNTED, order.pk, order.number, limit)
        tell_recount(one, subject, order.addressee.leads())


def _deciding(order: RectificationOrder) -> Iterator[int]:
    yield from holders(Role.REGULATOR, district=order.district)
    if not never_escalated(order):
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
    for kind, wording in WORDINGS.items():
        register(kind, wording)
    register_link(FINDING, partial(_link, "signals:signal"))
    register_link(FINDING_WATCHED, partial(_link, "oversight-signals:signal"))
    register_link(ORDER, _order_link)
    register_link(ORDER_COUNTED, partial(_link, "orders:order"))


def _order_link(subject_id: int, context: Context) -> str:
    addressed = context["side"] == ADDRESSED
    return _link("orders:order" if addressed else "oversight-orders:order", subject_id, context)


def _link(name: str, _subject_id: int, context: Context) -> str:
    return reverse(name, args=[context["number"]])
