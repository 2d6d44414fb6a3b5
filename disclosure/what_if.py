"""What a connection would take, before it is applied for: kind, documents, days, fees, permits."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.begun import follows
from applications.declaration import CapacityField
from applications.models import Application
from applications.supply.queries import apparent
from applications.times import real_times
from core.bodies import Body, ChoiceField, WordsField, read
from core.problems import FieldError, Invalid, Text
from core.templatetags.city import figure
from disclosure.guide import Takes, takes
from disclosure.permit_standards import route_name
from disclosure.queries import today
from disclosure.rows import joined
from disclosure.standards import days_words
from disclosure.tables import Context, Shown, drawn
from grid.able import Able, able_to_take
from rules import registry
from rules.city import city
from rules.names import VOLTAGES, Permit, Route
from rules.policy import KindDecision, PermitDecision, Policy
from rules.works import Works


class WhatIf(Body):
    """What is known of a connection before it is applied for."""

    purpose = ChoiceField(Application.Purpose.choices)
    applicant_type = ChoiceField(Application.ApplicantType.choices, required=False)
    enterprise_size = ChoiceField(Application.EnterpriseSize.choices, required=False)
    district = WordsField(max_length=12, one_line=True)
    statutory_district = WordsField(max_length=12, one_line=True, required=False)
    capacity_kw = CapacityField()
    voltage = ChoiceField(VOLTAGES, required=False)
    sources = ChoiceField([1, 2], required=False)


@dataclass(frozen=True)
class Estimate:
    """What a connection takes that is not applied for yet, and what could take it."""

    decision: KindDecision
    takes: Takes
    crossings: "list[Crossing]"
    #: What of the district's grid can take it now; None: nothing is published.
    able: Able | None


def estimate(asked: dict[str, Any]) -> Estimate:
    """Say what a connection takes by the rules that hold today where it is.

    Raises:
        Invalid: what is missing or refused, with the clause where a rule refuses it.
    """
    said = read(WhatIf, asked)
    check_place(said)
    policy = registry.current().in_force(
        on=today(), district=said["district"], statutory=said["statutory_district"] or None
    )
    body = follows(
        {
            **{name: said[name] for name in ("purpose", "capacity_kw", "voltage", "sources")},
            "applicant": {"type": said["applicant_type"]},
            "address": {name: said[name] for name in ("district", "statutory_district")},
        }
    )
    party, refused = body["applicant"]["type"], []
    if not party:
        refused.append(FieldError("/applicant_type", _("Say who applies.")))
    if not body["voltage"]:
        kw = policy.three_zero_kw()
        reason = _("Above %(kw)s kW, say how the power is to reach you.")
        refused.append(FieldError("/voltage", reason % {"kw": figure(kw.number)}, kw.clause))
    if refused:
        raise Invalid(refused)
    decision = policy.kind_for(
        applicant_type=party,
        enterprise_size=said["enterprise_size"] or None,
        capacity_kw=said["capacity_kw"],
        voltage=body["voltage"],
        sources=body["sources"] or 1,
        purpose=said["purpose"],
    )
    kind = decision.kind
    found = takes(policy, kind, party=party, times=real_times([kind]).get(kind))
    able = able_to_take(
        apparent(said["capacity_kw"], policy), district=said["district"], voltage=decision.voltage
    )
    return Estimate(decision, found, list(crossings(policy, decision.voltage)), able)


def check_place(said: dict[str, Any]) -> None:
    """Raises Invalid where district and statutory district do not go together."""
    try:
        city().check_place(district=said["district"], statutory=said["statutory_district"] or None)
    except Invalid as problem:
        raise Invalid(
            [FieldError(e.pointer.removeprefix("/address"), e.reason) for e in problem.errors]
        ) from None


@dataclass(frozen=True)
class Crossing:
    """The permits of a line by its length and road; `until_m` is None for any longer one."""

    beyond_m: Decimal
    until_m: Decimal | None
    road: str
    permits: list[PermitDecision]


#: What the line meets, in words, and as works; `dug` is more than the rules let go without permit.
ROADS: Final[dict[str, tuple[Text, dict[str, Any]]]] = {
    "none": (gettext_lazy("No road is touched"), {}),
    "municipal": (
        gettext_lazy("A municipal road is occupied and dug"),
        {"road": "municipal", "occupies_road": True, "existing_road": True},
    ),
    "highway": (
        gettext_lazy("An ordinary trunk highway is crossed and dug"),
        {
            "road": "highway", "highway_class": "ordinary_trunk", "occupies_road": True,
            "crosses_road": True, "existing_road": True,
        },
    ),
}  # fmt: skip


def crossings(policy: Policy, voltage: str) -> Iterator[Crossing]:
    """The permits by length of the line and by road: for every length that a rule names, up to it
    and beyond."""
    dug = policy.get(f"permit.{Permit.PLANNING}.exempt.{voltage}.excavation_m")
    bounds = [
        row.number
        for permit in Permit
        for name in (f"exempt.{voltage}.length_m", "commitment.length_m")
        if (row := policy.get(f"permit.{permit}.{name}"))
    ]
    lengths = sorted({Decimal(bound) for bound in bounds})
    for beyond, until in zip([Decimal(0), *lengths], [*lengths, None], strict=True):
        for road, (_words, met) in ROADS.items():
            metres = Decimal(dug.number) + 1 if dug and met else Decimal(0)
            length = until if until is not None else beyond + 1
            works = Works(voltage=voltage, length_m=length, excavation_m=metres, **met)
            needed = [
                each
                for each in policy.route(works)
                if each.route not in (Route.NOT_NEEDED, Route.EXEMPT)
            ]
            yield Crossing(beyond, until, road, needed)


def permits_table(found: Estimate) -> Context:
    columns = [
        Shown(_("Length of the line"), length_words),
        Shown(_("Road"), lambda row: str(ROADS[row.road][0])),
        Shown(_("Permits that the company gets for you"), permit_words),
    ]
    return drawn(columns, found.crossings, _("Permits by length and road"))


def length_words(row: Crossing) -> str:
    if row.until_m is None:
        return _("more than %(metres)s m") % {"metres": figure(row.beyond_m)}
    return _("up to %(metres)s m") % {"metres": figure(row.until_m)}


def permit_words(row: Crossing) -> str:
    said = []
    for each in row.permits:
        words = [route_name(each.route), days_words(each.limit_days) or ""]
        name = str(city().permit(each.permit).name)
        said.append(f"{name} ({', '.join(filter(None, words))})")
    return joined(said) if said else _("None")
