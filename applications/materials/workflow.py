"""The machine of an order of materials or a meter: every legal move is a transition here, and only
here. The supply company orders and cancels; all else its supply chain's system tells."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role
from applications.materials.serializers import NewMaterialOrder
from applications.states import ENDED, State
from applications.who import project_manager, takes
from notifications.providers import is_open
from rules.delivery import Channel
from workflow.machine import Act, Guard, act

if TYPE_CHECKING:
    from datetime import datetime

    from applications.materials.models import MaterialOrder
    from applications.plans.models import PlanLine


class MaterialOrderState(TextChoices):
    NEW = "new", _("To be ordered")
    ORDERED = "ordered", _("Ordered")
    ACKNOWLEDGED = "acknowledged", _("Taken on")
    DISPATCHED = "dispatched", _("On the way")
    DELIVERED = "delivered", _("Delivered")
    REFUSED = "refused", _("Not to be had")
    CANCELLED = "cancelled", _("Cancelled")


_S = MaterialOrderState
#: Not come yet, and still to come.
OPEN: Final = (_S.ORDERED, _S.ACKNOWLEDGED, _S.DISPATCHED)
#: In which it is not agreed yet what is built: by the supply plan, at low voltage by the contract.
NOT_AGREED: Final = frozenset(
    {State.DRAFT, State.SUBMITTED, State.SUPPLEMENT, State.ACCEPTED, State.PLAN_REPLIED}
)


def is_connected() -> bool:
    """Whether there is a supply chain's system to order of."""
    return is_open(Channel.WEBHOOK)


def orderer(order: "MaterialOrder", user: User) -> Role | None:
    """The project manager who has the case, or the deputy; at low voltage either manager."""
    case = order.application
    return project_manager(case, user) if takes(Role.PROJECT, case, user) else None


ORDERER: Final[dict[str, Any]] = {
    "who": orderer,
    "refusal": _(
        "Only the project manager who has this case orders and cancels, or the deputy; at low "
        "voltage either manager."
    ),
}
CONNECTED: Final = Guard(
    lambda _order: is_connected(),
    _("No system of the supply chain is connected: nothing can be ordered this way."),
)
AGREED: Final = Guard(
    lambda order: order.application.state not in NOT_AGREED | ENDED,
    _(
        "Materials and meters are ordered from when it is agreed what is built, by the supply plan "
        "or at low voltage by the contract, until the case ends."
    ),
)


class MaterialOrderMachine:
    item: str
    meter: bool
    quantity: Decimal
    line: "PlanLine | None"
    late_at: "datetime | None"
    meter_numbers: list[str]
    reason: str

    @act(
        _S.NEW, _S.ORDERED,
        Act(_("Order materials or a meter"), "material.ordered", ahead=True, **ORDERER,
            guards=[CONNECTED, AGREED], body=NewMaterialOrder, stamps=["ordered_at", "changed_at"]),
    )  # fmt: skip
    def order(
        self,
        *,
        item: str,
        meter: bool,
        quantity: Decimal,
        line: "PlanLine | None",
        late_at: "datetime | None",
    ) -> None:
        self.item, self.meter, self.quantity = item, meter, quantity
        self.line, self.late_at = line, late_at

    @act(
        [_S.ORDERED, _S.ACKNOWLEDGED], _S.CANCELLED,
        Act(_("Cancel the order"), "material.cancelled", **ORDERER, stamps=["changed_at"]),
    )  # fmt: skip
    def cancel(self) -> None:
        """It may come all the same, where it was on the way already."""

    @act(
        _S.ORDERED, _S.ACKNOWLEDGED, Act("", "material.acknowledged", stamps=["changed_at"]),
    )  # fmt: skip
    def acknowledge(self) -> None:
        pass

    @act(
        [_S.ORDERED, _S.ACKNOWLEDGED], _S.DISPATCHED,
        Act("", "material.dispatched", stamps=["changed_at"]),
    )  # fmt: skip
    def dispatch(self) -> None:
        pass

    @act(
        [*OPEN, _S.CANCELLED], _S.DELIVERED,
        Act("", "material.delivered", stamps=["changed_at"]),
    )  # fmt: skip
    def deliver(self, *, meter_numbers: list[str]) -> None:
        self.meter_numbers = meter_numbers

    @act([*OPEN], _S.REFUSED, Act("", "material.refused", stamps=["changed_at"]))
    def refuse(self, *, reason: str) -> None:
        self.reason = reason
