"""The counterpart of the supply chain's system (docs/supply-chain.md): takes orders of materials
and meters, and tells the portal how each goes on. What it was told can be read at `/`.

`POST /behaviour` says how orders are answered (`server.BEHAVIOURS`), and in `events` what is told
of them: `{"tell": ["acknowledged", …], "twice": true, "forged": true, "reason": "…"}`.
"""

import html
import json
import os
import threading
import time
import uuid
from collections.abc import Iterable
from http.server import ThreadingHTTPServer
from pathlib import Path
from string import Template
from typing import Any, Final

from core.webhooks import is_signed
from tools.counterparts import server
from tools.counterparts.telling import signed_by, tell

#: Of a demonstration (portal/outside.py): the secret of those who order, and its own.
ORDERED: Final = "whsec_b3JkZXJzLW9mLWEtZGVtb25zdHJhdGlvbi5fX19f"
EVENTS: Final = "whsec_ZXZlbnRzLW9mLWEtZGVtb25zdHJhdGlvbi5fX19f"
FORGED: Final = "whsec_bm9ib2R5LWhhcy1zaWduZWQtdGhpcy1hdC1hbGwuX18="
#: What becomes of an order by itself, in seconds of each step.
USUAL: Final = ("acknowledged", "dispatched", "delivered")
STEP: Final = 8.0
TRIES: Final = 5
TOLERANCE: Final = 300
PAGE: Final = Template(Path(__file__).with_suffix(".html").read_text(encoding="utf-8"))
ROW: Final = """<article><p>{number} · {what}</p><p class="said">{told}</p></article>"""


class Counterpart(server.Behaviour):
    """The orders by their reference, with what was told of each; what it tells goes to `portal`,
    and without one is kept to be read at `/events`."""

    def __init__(self, portal: str) -> None:
        self.portal = portal
        self.seen: set[str] = set()
        self.orders: dict[str, dict[str, Any]] = {}
        self.kept: list[dict[str, Any]] = []
        super().__init__()

    def behave(self, said: dict[str, Any]) -> None:
        super().behave(said)
        self.events = dict(said.get("events", {}))

    def take(self, message_id: str, said: dict[str, Any]) -> None:
        """What one `webhook-id` says, once."""
        data = said["data"]
        with self.lock:
            if message_id in self.seen:
                return
            self.seen.add(message_id)
            order = self.orders.setdefault(data["order"], {"told": []})
            order.update(data)
            order["told"].append(said["type"])
        if said["type"] == "material.ordered":
            steps = [self._event(data, name) for name in self.events.get("tell", USUAL)]
            if self.events.get("twice"):
                steps = [each for step in steps for each in (step, step)]
            if self.portal:
                threading.Thread(target=self._tell, args=(steps,), daemon=True).start()
            else:
                self.kept += steps

    def _event(self, order: dict[str, Any], name: str) -> dict[str, Any]:
        """Id and body of what is told of an order."""
        data: dict[str, Any] = {"order": order["order"]}
        if name == "delivered" and order["meter"]:
            first = uuid.UUID(order["order"]).int % 10**12
            count = int(float(order["quantity"]))
            data["meter_numbers"] = [f"{first + each:012}" for each in range(count)]
        if name == "refused":
            data["reason"] = self.events.get("reason", "库存不足，预计下月到货")
        body = {
            "type": f"material.{name}",
            "timestamp": time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime()),
            "data": data,
        }
        return {"id": f"event-{uuid.uuid4()}", "body": json.dumps(body, ensure_ascii=False)}

    def signed(self, event: dict[str, Any]) -> dict[str, str]:
        """The headers of an event of now."""
        return signed_by(self._secret(), event["id"], event["body"])

    def _secret(self) -> str:
        return FORGED if self.events.get("forged") else EVENTS

    def _tell(self, events: Iterable[dict[str, Any]]) -> None:
        for event in events:
            for _try in range(TRIES):
                time.sleep(STEP)
                if self._sent(event):
                    break

    def _sent(self, event: dict[str, Any]) -> bool:
        address = f"{self.portal}/api/v1/supply-chain/events/"
        if tell(address, self._secret(), event["id"], event["body"]) is None:
            return False
        told = json.loads(event["body"])
        with self.lock:
            self.orders[told["data"]["order"]]["told"].append(told["type"])
        return True


class Handler(server.Handler):
    counterpart: Counterpart

    def do_GET(self) -> None:
        match self.path:
            case "/orders":
                self.json(200, list(self.counterpart.orders.values()))
            case "/events":
                kept = [
                    each | {"headers": self.counterpart.signed(each)}
                    for each in self.counterpart.kept
                ]
                self.json(200, kept)
            case _:
                self.say(200, page(self.counterpart.orders.values()), "text/html")

    def do_POST(self) -> None:
        if self.path == "/behaviour":
            self.behave(self.counterpart)
            return
        raw = self.read()
        headers = {name.lower(): value for name, value in self.headers.items()}
        if not is_signed([ORDERED], headers, raw, now=time.time(), tolerance=TOLERANCE):
            self.json(401, {})
            return
        mode = self.counterpart.next_mode()
        if server.BEHAVIOURS[mode]:
            self.counterpart.take(headers["webhook-id"], json.loads(raw))
        self.answer(self.counterpart, mode, {}, {})


def page(orders: Iterable[dict[str, Any]]) -> str:
    rows = []
    for order in reversed(list(orders)):
        what = (order.get(name) for name in ("item", "quantity", "unit", "works", "town"))
        shown = {
            "number": order.get("number", ""),
            "what": " ".join(str(each) for each in what if each),
            "told": " → ".join(order["told"]),
        }
        rows.append(ROW.format(**{name: html.escape(text) for name, text in shown.items()}))
    return PAGE.substitute(orders="\n".join(rows))


def serving(port: int, _file: Path) -> ThreadingHTTPServer:
    """It tells the portal at PORTAL_ADDRESS."""
    portal = os.environ.get("PORTAL_ADDRESS", "")
    return server.on_loopback(port, Handler, counterpart=Counterpart(portal))
