"""The body of an order, and of what the supply chain's system tells of one."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from applications.plans.models import BELOW
from applications.plans.queries import open_lines
from applications.serializers import METER_MAX
from applications.states import HIGH
from core.bodies import AmountField, Body, ChoiceField, InstantField, WholeField, WordsField, refuse
from core.problems import Text
from rules.limits import Quota, limits
from rules.materials import material_rules

REASON_MAX: Final = 200
NOT_ORDERED: Final = _("This cannot be ordered for this case.")


#: By what the supply chain's system tells, the act of the order that it means.
ACTS: Final = {
    "material.acknowledged": "acknowledge",
    "material.dispatched": "dispatch",
    "material.delivered": "deliver",
    "material.refused": "refuse",
}
TYPES: Final = list(ACTS)


class NewMaterialOrder(Body):
    """What is ordered, how much, and at high voltage for which line of the plan."""

    item = WordsField(label=_("Item"), one_line=True, max_length=40)
    quantity = AmountField(
        label=_("Quantity"), below=BELOW, message=_("A number above zero, such as 12 or 7.5.")
    )
    line = WholeField(
        label=_("For which works of the plan"), required=False, allow_null=True, default=None
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        case = self.context["thing"].application
        item = material_rules().items.get(attrs["item"])
        if item is None or case.voltage not in item.voltages:
            raise refuse("item", NOT_ORDERED)
        if item.whole and attrs["quantity"] % 1:
            raise refuse("quantity", _("This is ordered in whole units."))
        most = limits().quotas[Quota.MATERIAL_QUANTITY]
        if attrs["quantity"] > most:
            text = format_lazy(_("At most {most} in one order."), most=most)
            raise refuse("quantity", text)
        by_line = case.kind in HIGH and not item.meter
        if not by_line and attrs["line"] is not None:
            raise refuse("line", _("This is ordered for the case, and for no line of its plan."))
        ours = {line.number: line for line in open_lines(case)} if by_line else {}
        if by_line and attrs["line"] not in ours:
            reason = _("Name a line of the plan that the supply company has still to build.")
            raise refuse("line", reason)
        return {
            "item": item,
            "quantity": attrs["quantity"],
            "line": ours.get(attrs["line"]),
        }


class Told(Body):
    """Of which order something is told; the numbers of meters that were delivered, and why it was
    refused."""

    order = serializers.UUIDField()
    meter_numbers = serializers.ListField(
        child=WordsField(one_line=True, max_length=METER_MAX), required=False, default=list
    )
    reason = WordsField(one_line=True, max_length=REASON_MAX, required=False)


class SupplyChainEvent(Body):
    """What the supply chain's system tells: what happened to an order, and when by its clock."""

    type = ChoiceField(TYPES)
    timestamp = InstantField()
    data = Told()  # type: ignore[assignment]  # DRF takes it off the class

    def together(self, data: Mapping[str, Any]) -> Iterable[tuple[str, Text]]:
        said = data.get("data")
        refused = data.get("type") == "material.refused"
        if refused and isinstance(said, Mapping) and not said.get("reason"):
            yield "data", _("Say in reason why it is refused.")
