"""Orders in a state of your choice, brought there by the real actions of the real people."""

from typing import Any

from accounts.models import User
from oversight import actions
from oversight.actions import ORDERS
from oversight.addressees import SUPPLIER, Addressee
from oversight.models import RectificationOrder
from oversight.workflow import OrderState
from tests.builders import People
from tools.scenarios import DISTRICT
from workflow.run import Uploads

COMPANY = Addressee(SUPPLIER, DISTRICT)
PLANNERS = Addressee("planning", DISTRICT)
TEXT = "向三零用户收取了勘查费，请全额退还并说明原因。"
DAYS = 10

#: The way to each state.
WAYS: dict[str, tuple[str, ...]] = {
    OrderState.ISSUED: (),
    OrderState.ANSWERED: ("answer",),
    OrderState.CLOSED: ("answer", "close"),
    OrderState.ESCALATED: ("escalate",),
}
SAID: dict[str, dict[str, Any]] = {
    "answer": {"text": "已全额退还，退款凭证见附件。"},
    "return": {"reason": "缺少退款凭证。"},
    "close": {"reason": "已核实。"},
    "escalate": {"reason": "多次退回仍未整改。"},
}


def issue(people: People, to: Addressee = COMPANY, **changes: Any) -> RectificationOrder:
    """A new order of the regulator."""
    by = changes.pop("by", people["regulator"])
    place = {"party": to.party, "district": to.district}
    return actions.issue({**place, "text": TEXT, "days": DAYS, **changes}, by=by)


def lead_of(people: People, order: RectificationOrder) -> User:
    """Who answers for the addressee of an order."""
    return people["supply-lead" if order.party == SUPPLIER else f"{order.party}-lead"]


def do(
    people: People, order: RectificationOrder, action: str, **changes: Any
) -> RectificationOrder:
    """One step by the person whose it is, with words that serve."""
    by = lead_of(people, order) if action == "answer" else people["regulator"]
    return act(order, action, **{"by": by, **SAID[action], **changes})


def act(
    order: RectificationOrder,
    action: str,
    *,
    by: User,
    uploads: Uploads = (),
    version: int | None = None,
    **body: Any,
) -> RectificationOrder:
    """One step by anybody, as pages and programs take it."""
    return ORDERS.perform(order, action, by=by, body=body, uploads=uploads, version=version)


def order_at(people: People, state: str, to: Addressee = COMPANY) -> RectificationOrder:
    """An order in a state."""
    order = issue(people, to)
    for action in WAYS[state]:
        order = do(people, order, action)
    return order


def again(order: RectificationOrder) -> RectificationOrder:
    """The order as it stands now."""
    return RectificationOrder.objects.get(pk=order.pk)
