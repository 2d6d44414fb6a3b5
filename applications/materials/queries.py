"""Reads of orders of materials and meters."""

from itertools import chain
from uuid import UUID

from django.db.models import Min

from applications.materials.models import MaterialOrder, MaterialOrderQuerySet
from applications.materials.workflow import MaterialOrderState
from applications.models import Application
from core.clock import city_now
from core.problems import Missing


def of_case(case: Application) -> MaterialOrderQuerySet:
    """The newest first; a draft's number may be that of a case to come: it has none."""
    found = MaterialOrder.objects.filter(application_id=case.pk).select_related("line")
    return found.none() if case.draft else found.order_by(*MaterialOrder.ORDER)


def ordered_ever(case: Application) -> list[MaterialOrder]:
    """All that was ordered for a case, the newest first; they know their case."""
    found = list(of_case(case))
    for one in found:
        one.application = case
    return found


def one_of(case: Application, ref: UUID) -> MaterialOrder:
    """Raises Missing where the case has no such order."""
    order = of_case(case).filter(ref=ref).first()
    if order is None:
        raise Missing
    order.application = case
    return order


def delivered_meters(case: Application) -> list[str]:
    """The numbers of the meters that were delivered for a case, the newest first."""
    came = of_case(case).filter(meter=True, state=MaterialOrderState.DELIVERED)
    return list(chain.from_iterable(came.values_list("meter_numbers", flat=True)))


def oldest_not_taken_on() -> float:
    """For how many seconds the oldest order has waited for the supply chain's system to take it
    on; 0 where none does."""
    waiting = MaterialOrder.objects.filter(state=MaterialOrderState.ORDERED)
    oldest = waiting.aggregate(at=Min("ordered_at"))["at"]
    return max(0.0, (city_now() - oldest).total_seconds()) if oldest else 0.0
