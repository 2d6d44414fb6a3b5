"""Orders, and the supply chain's system that takes them and tells how they go on."""

import json
import time
import urllib.request
from typing import Any, Final
from uuid import uuid4

from django.db.models.functions import Now
from django.test import Client

from accounts.models import User
from applications.materials.actions import ORDERS
from applications.materials.models import MaterialOrder
from applications.models import Application
from core.webhooks import signed_headers
from notifications import delivery
from notifications.models import Delivery
from tools.counterparts.supply_chain import EVENTS, ORDERED

EVENTS_URL: Final = "/api/v1/supply-chain/events/"
SECRETS: Final = {"SUPPLY_CHAIN_SECRETS": [ORDERED], "SUPPLY_CHAIN_EVENT_SECRETS": [EVENTS]}
METER: Final = {"item": "three_phase_meter", "quantity": "1"}


class SupplyChain:
    """The counterpart, asked as a stranger would ask it."""

    def __init__(self, url: str) -> None:
        self.url = url

    def behave(self, mode: str = "well", times: int = 1, **how: Any) -> None:
        self._ask("/behaviour", {"mode": mode, "times": times, **how})

    def orders(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self._ask("/orders"))
        return found

    def tell(self) -> list[int]:
        """Hand everything over that it has to tell, and return what it is answered."""
        told = json.loads(self._ask("/events"))
        return [post(each["body"], each["headers"]).status_code for each in told]

    def _ask(self, path: str, body: object = None) -> str:
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(self.url + path, data=data, timeout=10) as answer:
            return str(answer.read().decode())


def post(body: str, headers: dict[str, str]) -> Any:
    return Client().post(EVENTS_URL, body, content_type="application/json", headers=headers)


def event(one: MaterialOrder, name: str, **data: Any) -> Any:
    """One signed event of an order, as the other system would send it, with a number of its own."""
    said = {"order": str(one.ref), **data}
    body = {"type": f"material.{name}", "timestamp": "2026-01-01T09:00:00+08:00", "data": said}
    return signed(json.dumps(body))


def signed(body: str, *secrets: str, at: float | None = None, message_id: str = "") -> Any:
    when = int(time.time() if at is None else at)
    headers = signed_headers(secrets or [EVENTS], message_id or f"m-{uuid4()}", when, body.encode())
    return post(body, headers)


def ordered(case: Application, by: User, **body: Any) -> MaterialOrder:
    return ORDERS.perform(MaterialOrder(application=case), "order", by=by, body=body or METER)


def send() -> int:
    """Every webhook that is due, now or later."""
    Delivery.objects.exclude(due_at=None).update(due_at=Now())
    return delivery.send_outside(delivery.SYSTEMS)


def states() -> list[str]:
    return list(MaterialOrder.objects.order_by("id").values_list("state", flat=True))
