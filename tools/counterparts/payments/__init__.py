"""The counterpart of WeChat Pay (API v3): takes orders and refunds, asks a person on a page whether
to pay, tells of it, and writes the bill of a day. No money moves. What it has can be read at `/`.

`POST /behaviour` says how requests are answered (`server.BEHAVIOURS`, and `signing` as in `HOW`),
and, until it is said otherwise, what becomes of payments (`pay`: `PAYS`), of refunds (`refunds`:
`REFUNDS`), of bills (`bills`: `bills.BILLS`), and when what comes next is paid (`at`). Without a
portal what it tells is kept, to be taken at `/notices`.
"""

import os
from http.server import ThreadingHTTPServer
from pathlib import Path

from tools.counterparts import server
from tools.counterparts.payments.book import Counterpart
from tools.counterparts.payments.handler import Handler


def serving(port: int, file: Path) -> ThreadingHTTPServer:
    """It tells the portal at PORTAL_ADDRESS; keys and orders lie in the folder beside `file`."""
    portal = os.environ.get("PORTAL_ADDRESS", "")
    return server.on_loopback(port, Handler, counterpart=Counterpart(file.with_suffix(""), portal))
