"""Reads of the supply of a case: what it needs, where, what is reserved, what is proposed."""

from collections.abc import Sequence
from decimal import ROUND_UP, Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from applications.states import ENDED, NOT_ACCEPTED, State
from applications.supply.models import SupplyPlace
from core.clock import city_now, local_date
from core.templatetags.city import day
from grid import reservations
from grid.models import Element, Reservation, Waiting
from grid.proposals import Candidate, candidates, origins
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


def told_apart(case: "Application", found: Sequence[Candidate]) -> dict[str, str]:
    """What feeds each candidate, by its code, for a case whose sources are to be independent."""
    return origins(found) if case.sources > 1 else {}


def reserved(case: "Application") -> list[Reservation]:
    return list(reservations.of_case(case.ref))


def not_reserved(case: "Application") -> str:
    """Why nothing of the grid is reserved for a case, as a sentence; empty where it has ended and
    nothing ever was."""
    said = waiting_words(case) or released_words(case)
    return said or ("" if case.state in ENDED else _not_yet(case))


def waiting_words(case: "Application") -> str:
    """Empty where the case does not wait for room."""
    waiting = Waiting.objects.filter(case_ref=case.ref, ended_at=None).first()
    if waiting is None:
        return ""
    before = Waiting.objects.filter(ended_at=None, since__lt=waiting.since).count()
    said = _(
        "Not reserved: nothing near has room. The case waits, with %(before)d before it, and "
        "gets what becomes free."
    )
    return said % {"before": before}


def released_words(case: "Application") -> str:
    """What has become of what was reserved last; empty where nothing ever was."""
    last = Reservation.objects.filter(case_ref=case.ref).order_by("-id").first()
    if last is None:
        return ""
    # What has lapsed is written down by the next run of the worker only.
    at, ending = last.ended_at or last.lapses_at, last.ending or Reservation.Ending.LAPSED
    values = {"day": at and day(local_date(at)), "why": Reservation.Ending(ending).label}
    return _("Released on %(day)s: %(why)s.") % values


def _not_yet(case: "Application") -> str:
    """High voltage is reserved by its plan, low voltage by its acceptance."""
    if not is_loaded():
        return _("Not reserved: the supply company has not published figures of the grid.")
    if case.voltage == "high":
        if case.state in NOT_ACCEPTED | {State.ACCEPTED}:
            return _("Not reserved yet: the supply plan reserves it.")
        return _("Not reserved: the supply plan names no element of the grid.")
    if place_of(case) is None:
        return _("Not reserved: nobody has said yet where it connects to the grid.")
    if case.state in NOT_ACCEPTED:
        return _("Not reserved yet: accepting the case reserves the nearest that has room.")
    return _("Not reserved.")
