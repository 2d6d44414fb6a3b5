"""The counterpart of the grid company's monitoring systems (docs/monitoring.md): tells the portal
what happens to elements of the grid. What was told, and what was answered, can be read at `/`.

`POST /tell` says what is told now, as JSON or by the form of the page: `{"system": "scada",
"events": [{"type": "voltage.lost", "element": "…"}, …]}`; `id` and `at` of an event are made up
where they are missing. Besides: `"twice"`, `"reversed"` (the last first, each in a message of its
own), `"forged"`, `"late"` (so many seconds ago by both clocks), `"message"` (its id).
Without a portal the signed messages are the answer.
"""

import html
import json
import os
import time
import uuid
from datetime import UTC, datetime, timedelta
from http.server import ThreadingHTTPServer
from pathlib import Path
from string import Template
from threading import Lock
from typing import Any, Final
from urllib.parse import parse_qs

from core.webhooks import signed_headers
from tools.counterparts import server
from tools.counterparts.telling import post

#: Of a demonstration (portal/outside.py): its own secret, of all the systems that it plays.
EVENTS: Final = "whsec_Z3JpZC1vZi1hLWRlbW9uc3RyYXRpb24tX19fX18="
FORGED: Final = "whsec_bm9ib2R5LWhhcy1zaWduZWQtdGhpcy1hdC1hbGwuX18="
PAGE: Final = Template(Path(__file__).with_suffix(".html").read_text(encoding="utf-8"))
ROW: Final = """<article><p>{system} → {status}</p><pre>{body}</pre><pre>{answer}</pre></article>"""
SHOWN: Final = 50


class Counterpart:
    """What was told, newest first; it goes to `portal`."""

    def __init__(self, portal: str) -> None:
        self.portal, self.lock = portal, Lock()
        self.told: list[dict[str, Any]] = []

    def tell(self, said: dict[str, Any]) -> list[dict[str, Any]]:
        """The messages with their answers, in the order in which they went."""
        found = messages(said)
        for each in found:
            if self.portal:
                address = f"{self.portal}/api/v1/monitoring/{each['system']}/events/"
                each["status"], each["answer"] = post(address, each["headers"], each["body"])
        with self.lock:
            self.told = [*reversed(found), *self.told][:SHOWN]
        return found


def messages(said: dict[str, Any]) -> list[dict[str, Any]]:
    """What is sent: system, headers and body of each message."""
    then = datetime.now(UTC) - timedelta(seconds=float(said.get("late", 0)))
    events = [_event(one, then) for one in said.get("events", [])]
    bodies = [[one] for one in reversed(events)] if said.get("reversed") else [events]
    found = []
    for index, rows in enumerate(bodies):
        body = json.dumps({"events": rows})
        name = f"{said.get('message') or uuid.uuid4()}{f'-{index}' if index else ''}"
        secret = FORGED if said.get("forged") else EVENTS
        headers = signed_headers([secret], name, int(then.timestamp()), body.encode())
        found.append({"system": said.get("system", "scada"), "headers": headers, "body": body})
    return [dict(each) for each in found for _time in range(2 if said.get("twice") else 1)]


def _event(one: Any, then: datetime) -> Any:
    """Whole where it is one; whatever else is told goes as it is."""
    if not isinstance(one, dict):
        return one
    return {"id": f"event-{uuid.uuid4()}", "at": then.isoformat(timespec="seconds"), **one}


class Handler(server.Handler):
    counterpart: Counterpart

    def do_GET(self) -> None:
        self.say(200, page(self.counterpart.told), "text/html")

    def do_POST(self) -> None:
        raw = self.read()
        if self.headers.get_content_type() == "application/json":
            self.json(200, self.counterpart.tell(json.loads(raw)))
            return
        said = {name: values[0] for name, values in parse_qs(raw.decode()).items()}
        system = said.pop("system", "scada")
        self.counterpart.tell({"system": system, "events": [said]})
        self.say(200, page(self.counterpart.told), "text/html")


def page(told: list[dict[str, Any]]) -> str:
    rows = []
    for each in told:
        answer = json.dumps(each.get("answer"), ensure_ascii=False, indent=1)
        shown = {**each, "status": str(each.get("status", "–")), "answer": answer}
        texts = {
            name: html.escape(str(shown[name])) for name in ("system", "status", "body", "answer")
        }
        rows.append(ROW.format(**texts))
    return PAGE.substitute(told="\n".join(rows), now=time.strftime("%H:%M:%S"))


def serving(port: int, _file: Path) -> ThreadingHTTPServer:
    """It tells the portal at PORTAL_ADDRESS."""
    portal = os.environ.get("PORTAL_ADDRESS", "")
    return server.on_loopback(port, Handler, counterpart=Counterpart(portal))
