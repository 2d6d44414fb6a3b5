"""Reads of repair crews."""

from typing import TYPE_CHECKING

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from grid.points.models import ConnectionPoint
from reliability.crews.models import RepairCrew
from reliability.crews.workflow import CrewState

if TYPE_CHECKING:
    from reliability.outages.models import Outage


def sent_to(outage: "Outage") -> QuerySet[RepairCrew]:
    """The active crews of its district: those whose cell the outage lies in come first, then those
    of the whole district."""
    codes = outage.interruptions.exclude(element="").values("element")
    towns = ConnectionPoint.objects.standing().filter(element__in=codes).exclude(town="")
    there = list(towns.values_list("town", flat=True).distinct())
    near = Case(
        When(Q(towns__overlap=there), then=Value(0)),
        When(Q(towns__len=0), then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    active = RepairCrew.objects.filter(state=CrewState.ACTIVE, district=outage.district)
    return active.annotate(near=near).order_by("near", "code")
