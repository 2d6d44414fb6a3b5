"""Reserving the grid for a case of low voltage; high voltage is reserved by its plan."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from applications.by_whom import CUSTOMER_MANAGER
from applications.states import State
from applications.supply.serializers import SupplyElement
from workflow.machine import Act, act

#: From the acceptance until the power is on.
UNDER_WAY: Final = (
    State.ACCEPTED,
    State.CONTRACTED,
    State.PERMITS,
    State.REPLANNING,
    State.PERMITS_GRANTED,
    State.WORKS,
)


class LowVoltageSupply:
    @act(
        UNDER_WAY, None,
        Act(_("Reserve capacity of the grid"), "case.supply_reserved", **CUSTOMER_MANAGER,
            body=SupplyElement),
    )  # fmt: skip
    def reserve_supply(self) -> None:
        """In place of what the case had, or waits for; so does the system what becomes free."""
