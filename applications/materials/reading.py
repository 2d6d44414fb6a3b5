"""How pages show what was ordered for a case, in statements that do not grow with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from applications.materials.actions import ORDERS, SUBJECT
from applications.materials.models import MaterialOrder
from applications.materials.queries import of_case
from applications.materials.workflow import OPEN, MaterialOrderState, orderer
from applications.models import Application
from applications.states import ENDED
from core.problems import Text
from core.templatetags.city import figure
from notifications.models import Delivery
from workflow.machine import sources, state_words

#: The newest; a case has a handful.
SHOWN: Final = 100
_S = MaterialOrderState
TONES: Final[dict[str, str]] = {
    _S.ORDERED: "",
    _S.ACKNOWLEDGED: "primary",
    _S.DISPATCHED: "primary",
    _S.DELIVERED: "success",
    _S.REFUSED: "danger",
    _S.CANCELLED: "",
}
#: What the applicant is told, of a meter and of all else; nothing of what is refused or cancelled.
FOR_APPLICANT: Final[dict[str, tuple[Text, Text]]] = {
    _S.ORDERED: (gettext_lazy("Your meter is ordered."), gettext_lazy("%(item)s: ordered.")),
    _S.ACKNOWLEDGED: (gettext_lazy("Your meter is ordered."), gettext_lazy("%(item)s: ordered.")),
    _S.DISPATCHED: (
        gettext_lazy("Your meter is on its way to us."),
        gettext_lazy("%(item)s: on the way."),
    ),
    _S.DELIVERED: (
        gettext_lazy("Your meter is here and will be installed."),
        gettext_lazy("%(item)s: delivered."),
    ),
}
NOT_SENT: Final[dict[str, Text]] = {
    Delivery.State.PARKED: gettext_lazy(
        "The supply chain's system did not take it. The administrator sees why and can send it "
        "again; or cancel it."
    ),
}
WAITS: Final = gettext_lazy("Not sent yet: it is tried until the supply chain's system takes it.")


@dataclass(frozen=True, slots=True)
class Row:
    """An order; `trouble` says what keeps it from the supply chain's system, `cancel_url` is empty
    where it cannot be cancelled any more."""

    what: str
    works: str
    state: str
    tone: str
    since: datetime
    meters: str
    reason: str
    late: bool
    trouble: str
    cancel_url: str


def rows_at_work(case: Application, now: datetime) -> list[Row]:
    """Return the newest orders of a case; two statements at most."""
    found = list(of_case(case)[:SHOWN])
    waiting = _not_sent(found)
    return [
        Row(
            what=what_words(one),
            works=f"{one.line.number}. {one.line.item}" if one.line else "",
            state=state_words(one),
            tone=TONES[one.state],
            since=one.changed_at,
            meters=", ".join(one.meter_numbers),
            reason=one.reason,
            late=one.state in OPEN and one.late_at is not None and one.late_at <= now,
            trouble=waiting.get(one.pk, ""),
            cancel_url=cancel_url(case, one),
        )
        for one in found
    ]


def what_words(one: MaterialOrder) -> str:
    values = {"item": one.item_name, "quantity": figure(one.quantity.normalize()), "unit": one.unit}
    return _("%(item)s, %(quantity)s %(unit)s") % values


def cancel_url(case: Application, one: MaterialOrder) -> str:
    if one.state not in sources(MaterialOrder, "cancel"):
        return ""
    return reverse("work:cancel-materials", args=[case.number, one.ref])


def _not_sent(found: Sequence[MaterialOrder]) -> dict[int, str]:
    """Of orders that nobody has taken on, why: the webhook waits, or was given up."""
    asked = [one.pk for one in found if one.state == MaterialOrderState.ORDERED]
    if not asked:
        return {}
    rows = Delivery.objects.filter(
        outbox__kind="material.ordered", outbox__subject_kind=SUBJECT, outbox__subject_id__in=asked
    ).exclude(state=Delivery.State.CONFIRMED)
    return {
        pk: str(NOT_SENT.get(state, WAITS))
        for pk, state in rows.values_list("outbox__subject_id", "state")
    }


def ordering_context(case: Application, user: User, rows: Sequence[Row]) -> dict[str, Any]:
    """Return whether the reader orders for a case; why not now, where something was ordered."""
    new = MaterialOrder(application=case)
    if case.draft or orderer(new, user) is None:
        return {"may_order": False, "orders_for_it": False}
    reason = ORDERS.why_not(new, "order")
    return {
        "orders_for_it": True,
        "may_order": reason is None,
        "why_no_order": reason if rows and case.state not in ENDED else "",
    }


def sentences(case: Application) -> list[str]:
    """Return what the applicant is told of what is on its way for an open case."""
    if case.state in ENDED:
        return []
    said = [
        str(FOR_APPLICANT[one.state][not one.meter]) % {"item": what_words(one)}
        for one in of_case(case)[:SHOWN]
        if one.state in FOR_APPLICANT
    ]
    return list(dict.fromkeys(said))
