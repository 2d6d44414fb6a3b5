"""What the campaign pays and refunds: charges of cases that take one, over the provider's
counterpart, which keeps what it would tell until it is asked for."""

import json
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.db import connection

from tools.client import Answer, Client
from tools.journey import Request, fresh_key
from tools.scenarios import PDF, address, declaration

if TYPE_CHECKING:
    from tools.faults.injections import Scene

CHARGE = {"fee_item": "YS-03", "quantity": 1, "payee": "YS-GD"}
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
ASK_NOW = """
    UPDATE money_payment SET ask_at = now() WHERE ask_at IS NOT NULL;
    UPDATE money_refund SET ask_at = now() WHERE ask_at IS NOT NULL
"""


@dataclass(frozen=True)
class Notice:
    """What the provider has signed and tells, to be sent again and again until it is answered."""

    client: Client
    headers: dict[str, str]
    body: bytes

    def send(self, key: str, fault: str = "") -> Answer:
        """It has a key of its own: the number of its transaction."""
        armed = {"X-Fault": fault} if fault else {}
        return self.client.post(
            "/payments/notices/wechat/", self.body, self.headers | armed | {"Idempotency-Key": key}
        )


def settings_of(url: str, keys: Path) -> dict[str, str]:
    """The environment in which the portal's charges are paid there."""
    from portal.outside import played_payments

    played = played_payments(url, keys)
    return {"PORTAL_PAYMENTS": "wechat"} | {
        f"PORTAL_WECHAT_{name.upper()}": said for name, said in played.items()
    }


def charged(scene: "Scene") -> str:
    """The address of a charge of a new case."""
    shop = scene.clients["shop"]
    body = declaration("lv_other", address(time.time_ns()))
    number = shop.expect(201, "POST", "/applications/", body)["number"]
    path = f"/applications/{number}/"
    missing = shop.send("POST", f"{path}actions/submit/", {}).body["errors"]
    for error in missing:
        shop.upload(f"{path}documents/", error["pointer"].rpartition("/")[2], PDF)
    shop.expect(200, "POST", f"{path}actions/submit/", {})
    charge = scene.clients["manager"].expect(201, "POST", f"{path}charges/", CHARGE)
    return f"{path}charges/{charge['id']}/payments/"


def paying(scene: "Scene") -> Request:
    """The request by which somebody leaves to pay."""
    return Request(scene.clients["shop"], charged(scene), {})


def notice(scene: "Scene") -> Notice:
    """What the provider tells of an order that was paid."""
    _paid(scene)
    return _kept(scene)[-1]


def unheard(scene: "Scene") -> None:
    """One order that was paid and of which nobody has heard, and a refund that nobody has sent."""
    path = _paid(scene)
    for told in _kept(scene):
        told.send(fresh_key())
    order = scene.clients["shop"].expect(200, "GET", path)["results"][0]["number"]
    body = {"reason": "charged twice"}
    scene.clients["manager"].expect(201, "POST", f"{path}{order}/refunds/", body)
    _paid(scene)
    ask_now()


def ask_now() -> None:
    with connection.cursor() as cursor:
        cursor.execute(ASK_NOW)


def _paid(scene: "Scene") -> str:
    """The address of the payments of a charge for which somebody has paid."""
    request = paying(scene)
    order = request.send(fresh_key()).body["number"]
    body = urlencode({"how": "well"}).encode()
    asked = urllib.request.Request(f"{scene.city.cashier}/pay/{order}", data=body)
    _opener.open(asked, timeout=10).close()
    return request.path


def _kept(scene: "Scene") -> list[Notice]:
    with _opener.open(f"{scene.city.cashier}/notices", timeout=10) as answer:
        told = json.load(answer)
    shop = scene.clients["shop"]
    return [Notice(shop, one["headers"], one["body"].encode()) for one in told]
