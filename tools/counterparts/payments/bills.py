"""The trade bill of a day, as the counterpart of WeChat Pay writes it, right and wrong."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

#: How bills are: as they should be, not there yet; or with a row missing, a row too many, another
#: amount, wrong sums, columns in another order, values beside their columns, another digest.
BILLS: Final = (
    "well", "not_yet", "missing", "extra", "amount", "sums", "moved", "shifted", "digest",
)  # fmt: skip
HEAD: Final = [
    "交易时间",
    "公众账号ID",
    "商户号",
    "特约商户号",
    "设备号",
    "微信订单号",
    "商户订单号",
    "用户标识",
    "交易类型",
    "交易状态",
    "付款银行",
    "货币种类",
    "应结订单金额",
    "代金券金额",
    "微信退款单号",
    "商户退款单号",
    "退款金额",
    "充值券退款金额",
    "退款类型",
    "退款状态",
    "商品名称",
    "商户数据包",
    "手续费",
    "费率",
    "订单金额",
    "申请退款金额",
    "费率备注",
]
SUMS: Final = {
    "应结订单总金额": "应结订单金额",
    "退款总金额": "退款金额",
    "充值券退款总金额": "充值券退款金额",
    "手续费总金额": "手续费",
    "订单总金额": "订单金额",
    "申请退款总金额": "申请退款金额",
}

Row = dict[str, str]


def asked(counterpart: Any, day: str, host: str) -> tuple[int, dict[str, Any]]:
    """Where the bill of a day is, and its digest."""
    if counterpart.bills == "not_yet":
        return 400, {"code": "STATEMENT_CREATING", "message": ""}
    if not (rows_of(counterpart, day) or counterpart.bills == "extra"):
        return 400, {"code": "NO_STATEMENT_EXIST", "message": ""}
    digest = hashlib.sha1(file(counterpart, day).encode()).hexdigest()  # noqa: S324 (its choice)
    return 200, {
        "hash_type": "SHA1",
        "hash_value": "0" * 40 if counterpart.bills == "digest" else digest,
        "download_url": f"{host}/v3/billdownload/file?token={day}",
    }


def file(counterpart: Any, day: str) -> str:
    rows, how = rows_of(counterpart, day), counterpart.bills
    if how == "missing":
        rows = rows[1:]
    if how == "extra":
        rows = [*rows, _paid("EXTRA0000000000000000001", "4200000000000000000000000009", day, 4200)]
    if how == "amount":
        _add_a_fen(rows[0])
    sums = {name: sum(_fen(row[column]) for row in rows) for name, column in SUMS.items()}
    if how == "sums":
        sums["订单总金额"] += 1
    head = HEAD[::-1] if how == "moved" else HEAD
    written = [[row[name] for name in head] for row in rows]
    if how == "shifted":
        written = [[*values[1:], values[0]] for values in written]
    lines = [
        ",".join(head),
        *("".join(f",`{value}" for value in values)[1:] for values in written),
        ",".join(["总交易单数", *sums]),
        ",".join(f"`{value}" for value in [str(len(rows)), *map(_yuan, sums.values())]),
    ]
    return "\ufeff" + "".join(f"{line}\r\n" for line in lines)


def rows_of(counterpart: Any, day: str) -> list[Row]:
    """What was paid, and what refunds were begun, on a day in the city."""
    paid = [
        _paid(number, order["transaction_id"], order["success_time"], order["amount"]["total"])
        for number, order in counterpart.orders.items()
        if order.get("success_time", "").startswith(day)
    ]
    refunded = [
        _refunded(number, refund, counterpart.orders[refund["order"]])
        for number, refund in counterpart.refunds.items()
        if refund["created"].startswith(day)
    ]
    return [*paid, *refunded]


def _row(number: str, transaction: str, at: str, **said: str) -> Row:
    usual = dict.fromkeys(HEAD, "") | {
        "交易时间": datetime.fromisoformat(at).strftime("%Y-%m-%d %H:%M:%S"),
        "公众账号ID": "wx0000000000000000",
        "商户号": "1900000001",
        "特约商户号": "0",
        "微信订单号": transaction,
        "商户订单号": number,
        "交易类型": "MWEB",
        "付款银行": "OTHERS",
        "货币种类": "CNY",
        "商品名称": "演示,没有真的付款",
        "费率": "0.00%",
        "手续费": "0.00000",
    }
    amounts = (
        "应结订单金额",
        "代金券金额",
        "退款金额",
        "充值券退款金额",
        "订单金额",
        "申请退款金额",
    )
    return usual | dict.fromkeys(amounts, "0.00") | said


def _paid(number: str, transaction: str, at: str, fen: int) -> Row:
    none = {"微信退款单号": "0", "商户退款单号": "0", "交易状态": "SUCCESS"}
    return _row(number, transaction, at, **none, 应结订单金额=_yuan(fen), 订单金额=_yuan(fen))


def _refunded(number: str, refund: dict[str, Any], order: dict[str, Any]) -> Row:
    said = {
        "交易状态": "REFUND",
        "微信退款单号": refund["refund_id"],
        "商户退款单号": number,
        "退款类型": "ORIGINAL",
        "退款状态": "PROCESSING",
    }
    amount = _yuan(refund["refund"])
    paid = {"退款金额": amount, "申请退款金额": amount}
    return _row(refund["order"], order["transaction_id"], refund["created"], **said, **paid)


def _add_a_fen(row: Row) -> None:
    names: Sequence[str] = ("应结订单金额", "订单金额")
    if row["交易状态"] == "REFUND":
        names = ("退款金额", "申请退款金额")
    for name in names:
        row[name] = _yuan(_fen(row[name]) + 1)


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02}"


def _fen(yuan: str) -> int:
    whole, _, part = yuan.partition(".")
    return int(whole) * 100 + int(part[:2] or 0)
