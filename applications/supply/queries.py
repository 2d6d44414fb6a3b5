"""Reads of the supply of a case: what it needs, where, what is reserved, what is proposed."""

from decimal import ROUND_UP, Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from applications.supply.models import SupplyPlace
from core.clock import city_now
from grid import reservations
from grid.models import Element, Reservation, Waiting
from grid.proposals import Candidate, candidates
from rules.policy import Policy

if TYPE_CHECKING:
    from applications.models import Application

CENT = Decimal("0.01")


def needed_kva(case: "Application") -> Decimal:
    """The apparent power of each source, rounded up; where the rules give no power factor, as many
    kVA as kW."""
    return apparent(case.capacity_kw, case.rules(city_now()))


def apparent(kw: Decimal, policy: Policy) -> Decimal:
    """The kVA of so many kW by the power factor of the rules."""
    rule = policy.get("supply.power_factor")
    factor = Decimal(rule.number) if rule else Decimal(1)
    return (kw / factor).quantize(CENT, ROUND_UP)


def place_of(case: "Application") -> SupplyPlace | None:
    return SupplyPlace.objects.filter(application=case.pk).first()


def is_loaded() -> bool:
    """Whether any element of the grid is published."""
    return Element.objects.filter(row__isnull=False).exists()


def proposed(case: "Application") -> list[Candidate]:
    """What the grid proposes; empty where nobody has said where the case is to be supplied."""
    place = place_of(case)
    if place is None:
        return []
    return candidates(place.degrees, kva=needed_kva(case), voltage=case.voltage)


def reserved(case: "Application") -> list[Reservation]:
    return list(reservations.of_case(case.ref))


def waits(case: "Application") -> Waiting | None:
    return Waiting.objects.filter(case_ref=case.ref, ended_at=None).first()


def not_reserved(case: "Application") -> str:
    """Why nothing of the grid is reserved for a case, as a sentence."""
    waiting = waits(case)
    if waiting:
        before = Waiting.objects.filter(ended_at=None, since__lt=waiting.since).count()
        said = _(
            "Not reserved: nothing near has room. The case waits, with %(before)d before it, and "
            "gets what becomes free."
        )
        return said % {"before": before}
    if not is_loaded():
        return _("Not reserved: the supply company has not published figures of the grid.")
    if place_of(case) is None:
        return _("Not reserved: nobody has said yet where it connects to the grid.")
    return _("Not reserved.")
