"""Phones with WeChat and the company's app, played by counterparts, and what they tell us."""

import json
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from django.test import Client

from core.webhooks import signed_headers
from tests.notifications.counterpart import At
from tests.servers import answering
from tools.counterparts.gateway import EVENTS

FORGED = "whsec_bm9ib2R5LWhhcy1zaWduZWQtdGhpcy1hdC1hbGwuX18="


@contextmanager
def phone(module: ModuleType, folder: Path) -> Iterator[At]:
    server = module.serving(0, folder / "phone.sqlite3")
    with answering(server):
        yield At(server.server_port)


def told(channel: str, type_: str, *, message_id: str = "", **how: Any) -> Any:
    """The portal's answer to what a gateway tells.

    Args:
        how: `secret` and `at` of the signature where they are not the right ones; the rest is data.
    """
    secret, at = how.pop("secret", EVENTS), how.pop("at", time.time())
    body = json.dumps({"type": type_, "data": how}).encode()
    headers = signed_headers([secret], message_id or str(uuid.uuid4()), int(at), body)
    return Client().post(
        f"/api/v1/channels/{channel}/events/",
        body,
        content_type="application/json",
        headers=headers,
    )
