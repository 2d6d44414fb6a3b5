"""The supply of a case from the grid: reserved with its acts, moved, kept and released with them.

All of it runs in the transaction of an act, under the lock of the case.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import COMPANY
from applications.states import PLANNED, State
from applications.supply import queries
from applications.supply.models import SupplyPlace
from core.clock import city_now
from core.locks import lock_case
from core.problems import Faster, FieldError, Invalid, Stale
from grid import proposals, reservations
from grid.models import Element, Waiting
from grid.points import actions as points
from grid.reservations import Wanted
from workflow.run import Step

if TYPE_CHECKING:
    from applications.models import Application


@transaction.atomic
def set_place(
    case: "Application", position: str, *, by: User, version: int | None = None
) -> SupplyPlace:
    """Say where a case is to be supplied, or say it anew; the record commits to what is reserved
    there, and not to where somebody lives.

    Args:
        version: of what the person saw; 0: nothing was said yet.

    Raises:
        Faster: somebody has kept another position since.
        Stale: `version` is none that was ever kept.
    """
    lock_case(case.ref)
    place = queries.place_of(case) or SupplyPlace(application=case, version=0)
    if version is not None and version != place.version:
        if not place.version:
            raise Stale
        text = _("Another position is kept by now: %(position)s.")
        winner = {"role": place.role, "at": place.kept_at.isoformat()}
        raise Faster(text % {"position": place.position}, winner=winner)
    place.position, place.version, place.kept_at = position, place.version + 1, city_now()
    place.role = by.role_in(*COMPANY, district=case.district) or ""
    place.save()
    return place


def committed(wanted: Sequence[Wanted]) -> list[dict[str, Any]]:
    """What an entry commits to of a reservation."""
    return [
        {"source": source, "element": each.code, "kva": f"{each.kva:.2f}"}
        for source, each in enumerate(wanted, 1)
    ]


def accept(step: "Step[Application]") -> None:
    """Accept a case; at low voltage reserve the nearest that has room, or let the case wait where
    nothing has. High voltage is reserved by its plan."""
    case = step.thing
    found = nearest_with_room(case) if case.voltage == "low" else Found()
    step.record(data=found.data)
    if found.wanted:
        hold(case, found.wanted, step.at)
    if found.waits_at:
        Waiting.objects.create(
            case_ref=case.ref, number=case.number, element=found.waits_at,
            kva=queries.needed_kva(case), since=step.at,
        )  # fmt: skip


@dataclass(frozen=True)
class Found:
    """What low voltage is reserved on, or waits at; neither: nothing is known of the grid there."""

    wanted: Sequence[Wanted] = ()
    waits_at: Element | None = None

    @property
    def data(self) -> dict[str, Any]:
        if self.waits_at:
            return {"supply": [], "waits_at": self.waits_at.code}
        return {"supply": committed(self.wanted)} if self.wanted else {}


def nearest_with_room(case: "Application") -> Found:
    """The first candidate that still has room once it is locked."""
    kva, near = queries.needed_kva(case), queries.proposed(case)
    able = [Wanted(each.element.code, kva) for each in near if each.possible]
    # All at once: whoever held one and waited for the next could wait for one who does the same.
    reservations.lock_ways(able, case.ref)
    for wanted in able:
        element = reservations.known(wanted.code)
        if element and not reservations.why_not(element, kva):
            return Found([wanted])
    return Found(waits_at=near[0].element if near else None)


def reserve_supply(step: "Step[Application]") -> None:
    """Reserve an element for a case of low voltage, in place of what it had or waits for."""
    case, code = step.thing, step.values["element"]
    wanted, step.values = [Wanted(code, queries.needed_kva(case))], {}
    _locked(case, wanted, "/element")
    step.record(data={"supply": committed(wanted)})
    hold(case, wanted, step.at, pointer="/element")
    _wait_no_more(case, step.at)


def of_plan(case: "Application", said: Sequence[dict[str, Any]]) -> list[Wanted]:
    """What a plan is supplied from; locked, so that what was looked at is what is promised.

    Raises:
        Invalid: not one element for each source, or two sources that are not independent.
    """
    if not said:
        return []
    if len(said) != case.sources:
        reason = _("Name one element for each source: %(count)d.") % {"count": case.sources}
        raise Invalid([FieldError("/supply", reason)])
    kva = queries.needed_kva(case)
    wanted = [Wanted(each["element"], kva) for each in said]
    found = _locked(case, wanted, reservations.POINTER)
    if len(found) > 1:
        one, other = found
        if one and other and proposals.independence(one, other) is None:
            reason = _("Both sources come from the same substation and bus.")
            raise Invalid([FieldError("/supply/1/element", reason)])
    return wanted


def _locked(case: "Application", wanted: Sequence[Wanted], pointer: str) -> list[Element | None]:
    """The elements that are wanted, locked (None: not published); whether they have room is asked
    when the case's own is given up.

    Raises:
        Invalid: an element that does not serve the voltage of the case.
    """
    reservations.lock_ways(wanted, case.ref)
    found = [reservations.known(each.code) for each in wanted]
    reason = _("This element does not serve this voltage.")
    errors = [
        FieldError(pointer.format(number), reason)
        for number, element in enumerate(found)
        if element and not proposals.suits(element, case.voltage)
    ]
    if errors:
        raise Invalid(errors)
    return found


def hold(
    case: "Application",
    wanted: Sequence[Wanted],
    at: datetime,
    *,
    lapses_at: datetime | None = None,
    pointer: str = reservations.POINTER,
) -> None:
    """Hold what is promised, until its plan lapses where it is of one, in place of what the case
    had."""
    reservations.reserve(
        case_ref=case.ref, number=case.number, wanted=wanted, at=at, lapses_at=lapses_at,
        pointer=pointer,
    )  # fmt: skip


def _wait_no_more(case: "Application", at: datetime) -> None:
    Waiting.objects.filter(case_ref=case.ref, ended_at=None).update(ended_at=at)


def follow(step: "Step[Application]") -> None:
    """Keep what is reserved once the works begin; release it where the case ends without power."""
    case = step.thing
    if case.ended_at == step.at:
        _wait_no_more(case, step.at)
        if case.state == State.ENERGISED:
            reservations.connect(case.ref, step.at)
            _add_point(case, step.at)
        else:
            reservations.end(case.ref, step.at, reservations.Ending.ENDED)
    elif step.from_state in PLANNED and case.state not in PLANNED | {State.ACCEPTED}:
        reservations.lapse_at(case.ref, None)


def _add_point(case: "Application", at: datetime) -> None:
    """One customer more, below what was reserved first."""
    held = reservations.of_case(case.ref).first()
    points.add_energised(
        case_ref=case.ref, meter=case.meter_number, district=case.district, town=case.town,
        voltage=case.voltage, element=held.element if held else None, at=at,
    )  # fmt: skip
