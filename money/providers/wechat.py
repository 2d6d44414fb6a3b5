"""WeChat Pay, API v3, orders for browsers outside WeChat (H5): https://pay.weixin.qq.com/doc/v3/

Every answer is believed only where the provider has signed it, and what is not is as no answer:
nobody knows. Addresses, fields and codes are those of the provider's pages on placing an order
(merchant/4012525153), its query and closing, refunds (merchant/4013071031) and notices.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from core.clock import CITY
from money.providers import bills, signing
from money.providers.client import Answer, Client, read
from money.providers.interface import (
    CURRENCY,
    Bill,
    BillWrong,
    NoticeProbed,
    NoticeRefused,
    Order,
    Outcome,
    Placed,
    Provider,
    RefundOrder,
    RefundTold,
    Standing,
    Told,
)
from rules.limits import limits

ORDERS: Final = "/v3/pay/transactions/h5"
BY_NUMBER: Final = "/v3/pay/transactions/out-trade-no/"
REFUNDS: Final = "/v3/refund/domestic/refunds"
BILLS: Final = "/v3/bill/tradebill"
#: Where a bill is fetched, whatever host its address names.
BILL_FILES: Final = "/v3/billdownload/"
TITLE_MAX: Final = 127
#: Of a notice that only tries whether signatures are checked.
PROBE: Final = "WECHATPAY/SIGNTEST/"
TRADE_STATES: Final = {
    "SUCCESS": Standing.DONE,
    # It was paid, and some or all of it was given back.
    "REFUND": Standing.DONE,
    "NOTPAY": Standing.OPEN,
    "USERPAYING": Standing.OPEN,
    "CLOSED": Standing.CLOSED,
    "REVOKED": Standing.CLOSED,
    "PAYERROR": Standing.FAILED,
}
REFUND_STATES: Final = {
    "SUCCESS": Standing.DONE,
    "PROCESSING": Standing.OPEN,
    "ABNORMAL": Standing.FAILED,
    "CLOSED": Standing.CLOSED,
}
#: Of refusals: the order may be there, whoever has placed it; it is there no more; none is.
THERE: Final = {"ORDERPAID", "ORDER_PAID", "OUT_TRADE_NO_USED"}
SHUT: Final = {"ORDERCLOSED", "ORDER_CLOSED"}
NONE_SUCH: Final = {"ORDER_NOT_EXIST", "ORDERNOTEXIST", "RESOURCE_NOT_EXISTS"}
NO_BILL: Final = {"NO_STATEMENT_EXIST", "STATEMENT_CREATING"}
#: Digits of a number that JavaScript and PostgreSQL hold too.
MOST_FEN: Final = 10**15


class Wechat:
    name = "wechat"

    def __init__(self, client: Client, *, app: str, secret: bytes, notices: str) -> None:
        self.client, self.merchant, self.app = client, client.merchant, app
        self.secret, self.notices = secret, notices

    def order(self, order: Order) -> Placed:
        body = {
            "appid": self.app,
            "mchid": self.merchant,
            "description": order.title[:TITLE_MAX],
            "out_trade_no": order.number,
            "time_expire": order.expires_at.astimezone(CITY).isoformat(timespec="seconds"),
            "notify_url": self.notices,
            "amount": {"total": order.amount_fen, "currency": CURRENCY},
            "scene_info": {"payer_client_ip": order.client, "h5_info": {"type": "Wap"}},
        }
        answer = self.client.ask("POST", ORDERS, body)
        if answer.said in THERE:
            return Placed(Outcome.UNKNOWN, said=answer.said)
        if answer.outcome != Outcome.TAKEN:
            return Placed(answer.outcome, said=answer.said)
        address = str(read(answer.body).get("h5_url", ""))
        if urlsplit(address).scheme not in {"https", urlsplit(self.client.address).scheme}:
            return Placed(Outcome.UNKNOWN, said="strange")
        # Its page leads back there: merchant/4012525153, "h5_url".
        return Placed(Outcome.TAKEN, f"{address}&{urlencode({'redirect_url': order.back})}")

    def query(self, number: str) -> Told:
        asked = urlencode({"mchid": self.merchant})
        answer = self.client.ask("GET", f"{BY_NUMBER}{quote(number, safe='')}?{asked}")
        if answer.said in NONE_SUCH:
            return Told(number, Standing.ABSENT, said=answer.said)
        told = _payment(read(answer.body)) if answer.outcome == Outcome.TAKEN else None
        if told is None or told.number != number:
            return Told(number, Standing.UNKNOWN, said=answer.said or "strange")
        return told

    def close(self, number: str) -> Outcome:
        path = f"{BY_NUMBER}{quote(number, safe='')}/close"
        answer = self.client.ask("POST", path, {"mchid": self.merchant})
        return Outcome.TAKEN if answer.said in SHUT else answer.outcome

    def refund(self, refund: RefundOrder) -> RefundTold:
        """What the provider refuses is asked about: an earlier try may have been taken."""
        body = {
            "transaction_id": refund.transaction,
            "out_refund_no": refund.number,
            "notify_url": self.notices,
            "amount": {
                "refund": refund.amount_fen,
                "total": refund.paid_fen,
                "currency": CURRENCY,
            },
        }
        answer = self.client.ask("POST", REFUNDS, body)
        if answer.outcome == Outcome.REFUSED:
            found = self.query_refund(refund.number)
            refused = replace(found, standing=Standing.FAILED, order=refund.order, said=answer.said)
            return refused if found.standing == Standing.ABSENT else found
        return self._refund_told(answer, refund.number)

    def query_refund(self, number: str) -> RefundTold:
        return self._refund_told(
            self.client.ask("GET", f"{REFUNDS}/{quote(number, safe='')}"), number
        )

    def _refund_told(self, answer: Answer, number: str) -> RefundTold:
        if answer.said in NONE_SUCH:
            return RefundTold(number, "", Standing.ABSENT, said=answer.said)
        said = read(answer.body) if answer.outcome == Outcome.TAKEN else {}
        # Our own requests are answered without the number of the merchant who asks.
        told = _refund({"mchid": self.merchant, **said}, "status")
        if told is None or told.number != number:
            return RefundTold(number, "", Standing.UNKNOWN, said=answer.said or "strange")
        return told

    def notice(
        self, headers: Mapping[str, str], body: bytes, *, now: float
    ) -> Told | RefundTold | None:
        if headers.get("wechatpay-signature", "").startswith(PROBE):
            raise NoticeProbed
        if not self.client.is_signed(headers, body, now):
            raise NoticeRefused("signature")
        said = read(body)
        if not said:
            raise NoticeRefused("content")
        event = str(said.get("event_type", ""))
        kind = {"TRANSACTION": "transaction", "REFUND": "refund"}.get(event.partition(".")[0])
        if kind is None:
            return None
        found = self._opened(said.get("resource"), kind)
        told = _refund(found, "refund_status") if kind == "refund" else _paid(found)
        if told is None:
            raise NoticeRefused("content")
        return told

    def _opened(self, resource: Any, kind: str) -> dict[str, Any]:
        """What a notice has sealed, of the kind that its event is."""
        values = resource if isinstance(resource, dict) else {}
        if values.get("original_type") != kind or values.get("algorithm") != "AEAD_AES_256_GCM":
            raise NoticeRefused("kind")
        names = {"nonce": "nonce", "associated": "associated_data", "ciphertext": "ciphertext"}
        parts = {name: str(values.get(theirs) or "") for name, theirs in names.items()}
        try:
            return read(signing.opened(self.secret, **parts))
        except ValueError:
            raise NoticeRefused("sealed") from None

    def bill(self, day: date) -> Bill | None:
        asked = urlencode({"bill_date": day.isoformat(), "bill_type": "ALL"})
        answer = self.client.ask("GET", f"{BILLS}?{asked}")
        if answer.said in NO_BILL:
            return None
        if answer.outcome != Outcome.TAKEN:
            raise ConnectionError(answer.said)
        said = read(answer.body)
        parts = urlsplit(str(said.get("download_url", "")).strip())
        if said.get("hash_type") != "SHA1" or not parts.path.startswith(BILL_FILES):
            raise BillWrong("link")
        # The file itself bears no signature (merchant/4012084430): the signed digest vouches.
        most = self.client.allowed.bill_kilobytes * 1024
        file = self.client.ask("GET", f"{parts.path}?{parts.query}", signed=False, most=most)
        if file.outcome != Outcome.TAKEN:
            raise ConnectionError(file.said)
        return bills.read(file.body, day, self.merchant, sha1=str(said.get("hash_value", "")))


def _fen(amount: Any, name: str) -> int | None:
    """A whole number of fen; None of whatever else stands there."""
    value = amount.get(name) if isinstance(amount, dict) else None
    return value if type(value) is int and 0 < value < MOST_FEN else None


def _currency(amount: Any) -> str:
    """Merchants of the mainland have CNY alone, and it may be left out."""
    said = amount.get("currency") if isinstance(amount, dict) else None
    return CURRENCY if said is None else str(said)


def _instant(said: Any) -> datetime | None:
    try:
        at = datetime.fromisoformat(str(said))
    except ValueError:
        return None
    return at if at.tzinfo else None


def _payment(said: Mapping[str, Any]) -> Told | None:
    """What is said of an order; None where it is none, or paid without an amount and a number.

    A refund's is none, though it comes in the same shape.
    """
    standing = TRADE_STATES.get(str(said.get("trade_state")), Standing.UNKNOWN)
    if "out_refund_no" in said or "refund_status" in said or not said.get("out_trade_no"):
        return None
    told = Told(
        number=str(said["out_trade_no"]),
        standing=standing,
        transaction=str(said.get("transaction_id") or ""),
        amount_fen=_fen(said.get("amount"), "total"),
        currency=_currency(said.get("amount")),
        merchant=str(said.get("mchid", "")),
        at=_instant(said.get("success_time")),
        said=str(said.get("trade_state", ""))[:60],
    )
    whole = told.amount_fen is not None and told.transaction
    return told if standing != Standing.DONE or whole else None


def _paid(said: Mapping[str, Any]) -> Told | None:
    """What a notice says of an order; of one that was refunded it is the refund's to say."""
    return None if said.get("trade_state") == "REFUND" else _payment(said)


def _refund(said: Mapping[str, Any], state: str) -> RefundTold | None:
    """What is said of a refund, whose state stands under that name; None where it is none."""
    amount = said.get("amount")
    told = RefundTold(
        number=str(said.get("out_refund_no") or ""),
        order=str(said.get("out_trade_no") or ""),
        standing=REFUND_STATES.get(str(said.get(state)), Standing.UNKNOWN),
        transaction=str(said.get("refund_id") or ""),
        amount_fen=_fen(amount, "refund"),
        currency=_currency(amount),
        merchant=str(said.get("mchid", "")),
        said=str(said.get(state, ""))[:60],
    )
    whole = told.number and told.order and told.transaction and told.amount_fen is not None
    return told if whole else None


def provider(notices: str) -> Provider:
    values = settings.WECHAT
    if missing := sorted(name for name, value in values.items() if not value):
        named = ", ".join(f"PORTAL_WECHAT_{name.upper()}" for name in missing)
        raise ImproperlyConfigured(f"PORTAL_PAYMENTS=wechat needs {named}.")
    secret = values["secret"].encode()
    if len(secret) != signing.SECRET_BYTES:
        raise ImproperlyConfigured("PORTAL_WECHAT_SECRET is not 32 bytes long.")
    try:
        key = signing.private_key(Path(values["key"]))
    except (OSError, ValueError) as error:
        raise ImproperlyConfigured(
            "PORTAL_WECHAT_KEY names no file with an RSA private key in PEM."
        ) from error
    client = Client(
        values["url"].rstrip("/"),
        values["merchant"],
        values["serial"],
        key,
        signing.PublicKeys(Path(values["keys"])),
        limits().payments,
    )
    return Wechat(client, app=values["app"], secret=secret, notices=notices)
