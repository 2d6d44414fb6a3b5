"""The counterpart of the gateway of the company's app (notifications/providers/app.py): takes
signed messages, one key once, and shows a phone with them at `/`."""

import os
import time
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Final

from core.webhooks import is_signed
from tools.counterparts import gateway, server

#: Of a demonstration (portal/outside.py): with which the portal signs.
PORTAL: Final = "whsec_YXBwLW9mLWEtZGVtb25zdHJhdGlvbi5fX19f"
ADDRESS: Final = "device-of-a-demonstration-0001"
TOLERANCE: Final = 300


class Handler(gateway.Handler):
    title = "公司移动客户端 The company's app"

    def do_GET(self) -> None:
        if self.path == "/":
            self.say(200, self.page(), "text/html")
        elif self.path == "/messages" or self._is_portal(b""):
            super().do_GET()
        else:
            self.json(401, {})

    def do_POST(self) -> None:
        if self.on_phone():
            return
        if self.path == "/behaviour":
            self.behave(self.counterpart)
            return
        raw = self.read()
        if self._is_portal(raw):
            self.take(raw)
        else:
            self.json(401, {})

    def _is_portal(self, raw: bytes) -> bool:
        headers = {name.lower(): value for name, value in self.headers.items()}
        return is_signed([PORTAL], headers, raw, now=time.time(), tolerance=TOLERANCE)


def serving(port: int, file: Path) -> ThreadingHTTPServer:
    """It tells the portal at PORTAL_ADDRESS."""
    portal = os.environ.get("PORTAL_ADDRESS", "")
    phone = gateway.Phone(file, channel="app", address=ADDRESS, portal=portal)
    return server.on_loopback(port, Handler, counterpart=phone)
