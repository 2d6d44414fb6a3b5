"""What the counterpart keeps of orders and refunds, and what it tells of them."""

import base64
import json
import secrets
import threading
import time
import urllib.request
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from core.clock import CITY
from money.providers import signing
from tools.counterparts import server
from tools.counterparts.payments.bills import BILLS
from tools.counterparts.payments.pages import PAYS

#: Of a demonstration (portal/outside.py): no secrets.
APP, MERCHANT, MERCHANT_SERIAL = "wx0000000000000000", "1900000001", "MERCHANT"
SECRET: Final = b"of-a-demonstration-and-no-secret"
SERIAL: Final = "PUB_KEY_ID_1"
#: How a message is signed.
HOW: Final = ("well", "none", "signature", "serial", "stale", "ahead", "wordy", "probe")
REFUNDS: Final = ("done", "pending", "failed", "closed", "twice", "as_payment", "refused")
REFUND_STATES: Final = {"pending": "PROCESSING", "failed": "ABNORMAL", "closed": "CLOSED"}
STEP, TRIES = 2.0, 5
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

Said = dict[str, Any]
#: What is told, and how it is signed.
Notices = list[tuple[Said | None, str]]


def key_of(folder: Path, name: str) -> rsa.RSAPrivateKey:
    """The private key of that name in a folder, made where there is none."""
    file = folder / f"{name}.key"
    if not file.exists():
        made = rsa.generate_private_key(65537, 2048)
        pem = made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        file.touch(0o600)
        file.write_bytes(pem)
    return signing.private_key(file)


class Counterpart(server.Behaviour):
    """Orders and refunds by our numbers, kept in a folder with the keys of both sides."""

    def __init__(self, folder: Path, portal: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.portal, self.file = portal, folder / "kept.json"
        self.merchant = key_of(folder, MERCHANT_SERIAL).public_key()
        self.key, self.other = key_of(folder, SERIAL), key_of(folder, "FORGED")
        public = self.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        (folder / f"{SERIAL}.pem").write_bytes(public)
        kept = json.loads(self.file.read_text()) if self.file.exists() else {}
        self.orders: dict[str, Said] = kept.get("orders", {})
        self.refunds: dict[str, Said] = kept.get("refunds", {})
        self.kept: Notices = []
        super().__init__()

    def behave(self, said: Said) -> None:
        super().behave(said)
        self.signing = _one_of(HOW, said.get("signing", "well"))
        self.pays = _one_of(PAYS, said.get("pay", "well"))
        self.refunding = _one_of(REFUNDS, said.get("refunds", "done"))
        self.bills = _one_of(BILLS, said.get("bills", "well"))
        self.at = datetime.fromisoformat(said["at"]) if "at" in said else None

    # What is signed and sealed

    def signed(self, body: bytes, how: str) -> dict[str, str]:
        """The headers of a message of now."""
        age = {"stale": -301, "ahead": 301}.get(how, 0)
        at = "123abc" if how == "wordy" else str(int(time.time()) + age)
        nonce = secrets.token_hex(16)
        key = self.other if how == "signature" else self.key
        by = signing.signature(key, signing.lines(at, nonce, body))
        headers = {
            "Wechatpay-Timestamp": at,
            "Wechatpay-Nonce": nonce,
            "Wechatpay-Serial": "PUB_KEY_ID_2" if how == "serial" else SERIAL,
            "Wechatpay-Signature": f"WECHATPAY/SIGNTEST/{by}" if how == "probe" else by,
            "Wechatpay-Signature-Type": signing.SCHEME,
        }
        return {} if how == "none" else headers

    def asked_well(self, method: str, path: str, headers: Any, body: bytes) -> bool:
        """Whether the merchant has signed a request, in the last five minutes."""
        scheme, _, rest = str(headers.get("Authorization", "")).partition(" ")
        said = dict(each.split("=", 1) for each in rest.split(",") if "=" in each)
        said = {name: value.strip('"') for name, value in said.items()}
        at = said.get("timestamp", "")
        lines = signing.lines(method, path, at, said.get("nonce_str", ""), body)
        known = (signing.SCHEME, MERCHANT, MERCHANT_SERIAL)
        return (
            (scheme, said.get("mchid"), said.get("serial_no")) == known
            and at.isdigit()
            and abs(time.time() - int(at)) <= 300
            and signing.is_signed(self.merchant, lines, said.get("signature", ""))
        )

    def notice(self, event: str, kind: str, content: Said) -> Said:
        nonce = secrets.token_hex(6)
        plain = json.dumps(content, ensure_ascii=False).encode()
        sealed = AESGCM(SECRET).encrypt(nonce.encode(), plain, kind.encode())
        return {
            "id": secrets.token_hex(16),
            "create_time": _text(datetime.now(CITY)),
            "resource_type": "encrypt-resource",
            "event_type": event,
            "summary": event,
            "resource": {
                "original_type": kind,
                "algorithm": "AEAD_AES_256_GCM",
                "ciphertext": base64.b64encode(sealed).decode(),
                "associated_data": kind,
                "nonce": nonce,
            },
        }

    # Orders

    def place(self, said: Said) -> tuple[int, Said]:
        number = str(said["out_trade_no"])
        asked = {name: said[name] for name in ("amount", "description", "time_expire")}
        with self.lock:
            there = self.orders.get(number)
            if there and there["asked"] != asked:
                return 400, {"code": "INVALID_REQUEST", "message": "another order"}
            if there and there["state"] not in {"NOTPAY", "PAYERROR"}:
                paid = there["state"] in {"SUCCESS", "REFUND"}
                return 400, {"code": "ORDERPAID" if paid else "ORDER_CLOSED", "message": ""}
            self.orders.setdefault(
                number,
                {
                    "asked": asked,
                    "tell": said["notify_url"],
                    "state": "NOTPAY",
                    "amount": dict(said["amount"]),
                    "merchant": said["mchid"],
                },
            )
            self._keep()
        return 200, {}

    def close(self, number: str) -> tuple[int, Said]:
        with self.lock:
            order = self.orders.get(number)
            if order is None:
                return 404, {"code": "ORDER_NOT_EXIST", "message": ""}
            if order["state"] in {"SUCCESS", "REFUND"}:
                return 400, {"code": "ORDERPAID", "message": ""}
            order["state"] = "CLOSED"
            self._keep()
        return 204, {}

    def queried(self, number: str) -> tuple[int, Said]:
        with self.lock:
            order = self.orders.get(number)
            if order is None:
                return 404, {"code": "ORDER_NOT_EXIST", "message": ""}
            return 200, self._told(number, order, order["state"])

    def _told(self, number: str, order: Said, state: str) -> Said:
        told = {
            "appid": APP,
            "mchid": order["merchant"],
            "out_trade_no": number,
            "trade_type": "MWEB",
            "trade_state": state,
            "trade_state_desc": state,
            "amount": order["amount"],
        }
        paid = {name: order[name] for name in ("transaction_id", "success_time") if name in order}
        return told | paid

    def pay(self, number: str, how: str = "") -> bool:
        """Whether a person could pay it: as they say, or as it was told to behave."""
        how = self.pays if how not in PAYS or how == "well" else how
        with self.lock:
            order = self.orders.get(number)
            payable = {"NOTPAY", "PAYERROR", *(("CLOSED",) if how == "late" else ())}
            if order is None or order["state"] not in payable:
                return False
            if how == "failure_then_success" and order["state"] == "NOTPAY":
                order["state"] = "PAYERROR"
                self._keep()
                return True
            self._pay(order, how)
            told = self._told(number, order, "SUCCESS")
            self._keep()
        if how == "number":
            told["out_trade_no"] = f"{number[:-1]}x"
        notice = self.notice("TRANSACTION.SUCCESS", "transaction", told)
        older = self.notice(
            "TRANSACTION.SUCCESS", "transaction", told | {"trade_state": "PAYERROR"}
        )
        several: dict[str, Notices] = {
            "thrice": [(notice, "well")] * 3,
            "two_at_once": [(notice, "well")] * 2,
            "empty_body": [(None, "well"), (notice, "well")],
            "never": [],
            "success_then_failure": [(notice, "well"), (older, "well")],
        }
        one: Notices = [(notice, how if how in HOW else "well")]
        self._tell(order["tell"], several.get(how, one), at_once=how == "two_at_once")
        return True

    def _pay(self, order: Said, how: str) -> None:
        order["success_time"] = _text(self.at or datetime.now(CITY))
        order["transaction_id"] = f"42{secrets.randbelow(10**26):026}"
        order["state"] = "SUCCESS"
        if how == "amount":
            order["amount"]["total"] += 1
        if how == "currency":
            order["amount"]["currency"] = "USD"
        if how == "merchant":
            order["merchant"] = "1900000002"

    # Refunds

    def refund(self, said: Said) -> tuple[int, Said]:
        number, wanted = str(said["out_refund_no"]), said["amount"]["refund"]
        with self.lock:
            if number in self.refunds:
                return 200, self._refund_told(number, "status")
            paid = {each.get("transaction_id"): name for name, each in self.orders.items()}
            name = paid.get(said["transaction_id"])
            if name is None:
                return 404, {"code": "RESOURCE_NOT_EXISTS", "message": ""}
            given = sum(
                each["refund"]
                for each in self.refunds.values()
                if each["order"] == name and each["state"] != "CLOSED"
            )
            if not 0 < wanted <= self.orders[name]["amount"]["total"] - given:
                return 400, {"code": "INVALID_REQUEST", "message": ""}
            if self.refunding == "refused":
                return 403, {"code": "NOT_ENOUGH", "message": ""}
            self.refunds[number] = {
                "order": name,
                "refund": wanted,
                "state": "PROCESSING",
                "tell": said["notify_url"],
                "refund_id": f"50{secrets.randbelow(10**26):026}",
                "created": _text(self.at or datetime.now(CITY)),
            }
            self.orders[name]["state"] = "REFUND"
            answer = self._refund_told(number, "status")
            self._keep()
        self._end_refund(number)
        return 200, answer

    def queried_refund(self, number: str) -> tuple[int, Said]:
        if number not in self.refunds:
            return 404, {"code": "RESOURCE_NOT_EXISTS", "message": ""}
        self._end_refund(number)
        with self.lock:
            return 200, self._refund_told(number, "status")

    def _end_refund(self, number: str) -> None:
        with self.lock:
            refund = self.refunds[number]
            if refund["state"] != "PROCESSING" or self.refunding in {"pending", "refused"}:
                return
            refund["state"] = state = REFUND_STATES.get(self.refunding, "SUCCESS")
            refund["success_time"] = _now()
            told = {"mchid": MERCHANT, **self._refund_told(number, "refund_status")}
            self._keep()
        notice = self.notice(f"REFUND.{state}", "refund", told)
        if self.refunding == "as_payment":
            notice = self.notice(
                "TRANSACTION.SUCCESS", "transaction", told | {"trade_state": "SUCCESS"}
            )
        self._tell(refund["tell"], [(notice, "well")] * (2 if self.refunding == "twice" else 1))

    def _refund_told(self, number: str, state: str) -> Said:
        refund = self.refunds[number]
        order = self.orders[refund["order"]]
        return {
            "refund_id": refund["refund_id"],
            "out_refund_no": number,
            "transaction_id": order["transaction_id"],
            "out_trade_no": refund["order"],
            state: refund["state"],
            "amount": {"total": order["amount"]["total"], "refund": refund["refund"]},
        }

    # Telling

    def _tell(self, to: str, notices: Notices, *, at_once: bool = False) -> None:
        if not self.portal:
            with self.lock:
                self.kept += notices
            return
        address = f"{self.portal}{urlsplit(to).path}"
        for several in [[each] for each in notices] if at_once else [notices]:
            threading.Thread(target=self._send, args=(address, several), daemon=True).start()

    def _send(self, address: str, notices: Notices) -> None:
        for notice, how in notices:
            body = _body(notice)
            for attempt in range(TRIES):
                time.sleep(STEP if attempt else 0.2)
                request = urllib.request.Request(  # noqa: S310 (the portal's own address)
                    address,
                    data=body,
                    headers={"Content-Type": "application/json", **self.signed(body, how)},
                )
                try:
                    _opener.open(request, timeout=10).close()
                except OSError:
                    continue
                break

    def taken(self) -> list[Said]:
        """What would have been told since this was asked the last time."""
        with self.lock:
            kept, self.kept = self.kept, []
        return [
            {"body": _body(notice).decode(), "headers": self.signed(_body(notice), how)}
            for notice, how in kept
        ]

    def _keep(self) -> None:
        kept = {"orders": self.orders, "refunds": self.refunds}
        self.file.write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")


def _one_of(known: Any, said: Any) -> str:
    if said not in known:
        raise KeyError(said)
    return str(said)


def _body(notice: Said | None) -> bytes:
    return b"" if notice is None else json.dumps(notice, ensure_ascii=False).encode()


def _text(at: datetime) -> str:
    return at.astimezone(CITY).isoformat(timespec="seconds")


def _now() -> str:
    return _text(datetime.now(CITY))
