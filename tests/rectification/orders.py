"""Orders in a state of your choice, brought there by the real actions of the real people."""

from collections.abc import Callable
from typing import Any

from accounts.models import User
from rectification import actions
from rectification.addressees import SUPPLIER, Addressee
from rectification.models import Order
from rectification.states import State
from tests.builders import People
from tools.scenarios import DISTRICT

COMPANY = Addressee(SUPPLIER, DISTRICT)
PLANNERS = Addressee("planning", DISTRICT)
TEXT = "向三零用户收取了勘查费，请全额退还并说明原因。"
DAYS = 10

#: The way to each state.
WAYS: dict[str, tuple[str, ...]] = {
    State.ISSUED: (),
    State.ANSWERED: ("answer",),
    State.CLOSED: ("answer", "close"),
    State.ESCALATED: ("escalate",),
}
SAID: dict[str, dict[str, Any]] = {
    "answer": {"text": "已全额退还，退款凭证见附件。"},
    "return": {"reason": "缺少退款凭证。"},
    "close": {"reason": "已核实。"},
    "escalate": {"reason": "多次退回仍未整改。"},
}
VERBS: dict[str, Callable[..., Order]] = {
    "answer": actions.answer,
    "return": actions.return_,
    "close": actions.close,
    "escalate": actions.escalate,
}


def issue(people: People, to: Addressee = COMPANY, **changes: Any) -> Order:
    """A new order of the regulator."""
    said: dict[str, Any] = {"text": TEXT, "days": DAYS, "by": people["regulator"]} | changes
    return actions.issue(to=to, **said)


def lead_of(people: People, order: Order) -> User:
    """Who answers for the addressee of an order."""
    return people["supply-lead" if order.party == SUPPLIER else f"{order.party}-lead"]


def do(people: People, order: Order, action: str, **changes: Any) -> Order:
    """One step by the person whose it is, with words that serve."""
    by = lead_of(people, order) if action == "answer" else people["regulator"]
    return VERBS[action](**{"order": order, "by": by, **SAID[action], **changes})


def order_at(people: People, state: str, to: Addressee = COMPANY) -> Order:
    """An order in a state."""
    order = issue(people, to)
    for action in WAYS[state]:
        order = do(people, order, action)
    return order


def again(order: Order) -> Order:
    """The order as it stands now."""
    return Order.objects.get(pk=order.pk)
