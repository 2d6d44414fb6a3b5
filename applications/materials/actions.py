"""The verbs of orders of materials and meters, run under the lock of their case; what the supply
chain's system tells of them. Neither a holder nor a clock of the case moves by any of it."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actor import SYSTEM
from accounts.models import User
from accounts.queries import holders
from accounts.roles import SUPPLIERS, Role
from applications.materials.meters import check_numbers
from applications.materials.models import MaterialOrder
from applications.materials.serializers import ACTS, SupplyChainEvent
from applications.models import Application
from applications.parts import PartWorkflow
from applications.states import BROKEN_OFF, NOBODY
from core.bodies import read
from core.clock import city_now, end_of, local_date
from core.problems import Faster, Missing, QuotaReached, WrongState
from ledger.queries import last_step
from notifications import outbox
from notifications.texts import register_link
from rules.limits import Quota, limits
from rules.materials import material_rules
from workflow.machine import sources
from workflow.run import Step

OrderStep = Step[MaterialOrder]
SUBJECT: Final = "material_order"


def order(step: OrderStep) -> None:
    """Order one item, and leave the message to the supply chain's system.

    Raises:
        WrongState, Faster: the same is ordered and has not come.
        QuotaReached: so much of the case has not come.
    """
    new, said = step.thing, step.values
    item, line = said["item"], said["line"]
    _check_not_ordered(step, item.code, line.pk if line else None)
    new.district = new.application.district
    step.values = {
        "item": item.code,
        "meter": item.meter,
        "quantity": said["quantity"],
        "line": line,
        "late_at": late_after(city_now()),
    }
    step.record(data=committed(item.code, said["quantity"], line.number if line else None))
    _post(step, ordered_data(new))


def _check_not_ordered(step: OrderStep, item: str, line: int | None) -> None:
    case = step.thing.application
    waiting = MaterialOrder.objects.open().filter(application_id=case.pk)
    same = waiting.filter(item=item, line=line).first()
    if same is not None:
        text = _("This is ordered and has not come yet. Cancel that order to change it.")
        last = last_step(case.ref, same.ref, types={"material.ordered"})
        if last is None or last.actor_id == step.actor.user_id:
            raise WrongState(text)
        raise Faster(text, winner={"role": last.role, "at": last.at.isoformat()})
    most = limits().quotas[Quota.MATERIAL_ORDERS]
    if waiting.count() >= most:
        text = _("%(most)d orders of this case have not come yet: no more than that.")
        raise QuotaReached(text % {"most": most})


def late_after(now: datetime) -> datetime | None:
    """From when an order of now is late; None where no rule says."""
    days = material_rules().late_days
    return end_of(local_date(now) + timedelta(days)) if days else None


def committed(item: str, quantity: Any, line: int | None) -> dict[str, Any]:
    """What the entry of an order commits to; the quantity as text, so that it stays exact."""
    return {"item": item, "quantity": f"{quantity:.2f}", "line": line}


def ordered_data(new: MaterialOrder) -> dict[str, Any]:
    """What the supply chain's system is told of an order: where it goes by district and town, and
    nobody's name, phone or address."""
    case = new.application
    return {
        **cancelled_data(new),
        **committed(new.item, new.quantity, new.line.number if new.line else None),
        "unit": new.unit,
        "meter": new.meter,
        "works": new.line.item if new.line else None,
        "district": case.district,
        "town": case.town,
    }


def cancelled_data(one: MaterialOrder) -> dict[str, Any]:
    return {"order": str(one.ref), "number": one.application.number}


def cancel(step: OrderStep) -> None:
    """Take an order back, and tell the supply chain's system."""
    step.record()
    _post(step, cancelled_data(step.thing))


def _post(step: OrderStep, data: Mapping[str, Any]) -> None:
    one = step.thing
    outbox.post(
        kind=step.act.event,
        subject_kind=SUBJECT,
        subject_id=one.pk,
        case_ref=one.application.ref,
        version=one.version,
        context=data,
    )


def desk_of(one: MaterialOrder) -> list[int]:
    """The parties of who orders for the case: whoever has it, else everybody who could."""
    case = one.application
    assigned = case.assigned.get(Role.PROJECT)
    if assigned is None or not assigned.people:
        return holders(*SUPPLIERS, district=case.district)
    return list(User.objects.filter(pk__in=assigned.people).values_list("party_id", flat=True))


class MaterialWorkflow(PartWorkflow[MaterialOrder]):
    """A part of its case's record."""

    model = MaterialOrder
    verbs = {"order": order, "cancel": cancel}
    overtaken = gettext_lazy(
        "Somebody has dealt with this order before you, or it has gone on: it is now “%(state)s”."
    )
    subject = SUBJECT
    circles: dict[str, Callable[[MaterialOrder], list[int]]] = {"desk": desk_of}

    def identity(self, thing: MaterialOrder) -> dict[str, Any]:
        return {"number": thing.application.number}

    def fields(self, step: OrderStep) -> dict[str, Any]:
        return {"holder": step.thing.application.holder or NOBODY}

    def context(self, thing: MaterialOrder) -> dict[str, Any]:
        return {"number": thing.application.number}


ORDERS: Final = MaterialWorkflow()


def take_event(body: Mapping[str, Any]) -> MaterialOrder:
    """Let an order follow what the supply chain's system tells of it, in the caller's transaction;
    return it as it stands. What comes late or out of order changes nothing: an order never goes
    back.

    Args:
        body: as `SupplyChainEvent` declares it.

    Raises:
        Malformed, Invalid: refused values; numbers that are not those of such meters.
        Missing: there is no such order.
    """
    said = read(SupplyChainEvent, body)
    data = said["data"]
    found = MaterialOrder.objects.filter(ref=data["order"]).select_related("application").first()
    if found is None:
        raise Missing(_("There is no such order."))
    one = ORDERS.hold(found)
    name = ACTS[said["type"]]
    if one.state not in sources(MaterialOrder, name):
        return one
    values: dict[str, Any] = {}
    if name == "deliver":
        check_numbers(one, data["meter_numbers"])
        values = {"meter_numbers": data["meter_numbers"]}
    elif name == "refuse":
        values = {"reason": data["reason"]}
    return ORDERS.move(one, name, SYSTEM, **values).thing


def cancel_behind(step: Step[Application]) -> None:
    """Cancel what has not left yet, where the case ends without power."""
    case = step.thing
    if case.state not in BROKEN_OFF or case.state == step.from_state:
        return
    early = sources(MaterialOrder, "cancel")
    for one in MaterialOrder.objects.filter(application_id=case.pk, state__in=early).order_by("id"):
        one.application = case
        ORDERS.move(one, "cancel", SYSTEM)


def wire() -> None:
    """Say where messages about an order lead."""
    register_link(
        SUBJECT,
        lambda _pk, context: f"{reverse('work:case', args=[context['number']])}#materials",
    )
