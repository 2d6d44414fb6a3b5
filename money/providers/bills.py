"""The trade bill of a day as WeChat Pay writes it (docs/merchant/products/bill-download/
format-trade.html): a head, a row for each payment and refund, a head of sums, the sums. Each value
of a row begins with a backquote; amounts are yuan with at most two decimals.
"""

import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Final

from core.clock import CITY
from money.providers.interface import CURRENCY, Bill, BillRow, BillWrong

COUNT: Final = "总交易单数"
#: By the name of a sum, the column that it adds up.
SUMS: Final = {
    "应结订单总金额": "应结订单金额",
    "退款总金额": "退款金额",
    "充值券退款总金额": "充值券退款金额",
    "订单总金额": "订单金额",
    "申请退款总金额": "申请退款金额",
}
#: Without which nothing can be compared.
NEEDED: Final = (
    "交易时间", "商户号", "微信订单号", "商户订单号", "交易状态", "货币种类", "商户退款单号",
    *SUMS.values(),
)  # fmt: skip
PAID, REFUNDED = "SUCCESS", "REFUND"
YUAN: Final = re.compile(r"(\d{1,12})(?:\.(\d{1,2}))?", re.ASCII)
#: What stands where there is no refund.
NOTHING: Final = {"", "0"}

Row = Mapping[str, str]


def read(file: bytes, day: date, merchant: str, *, sha1: str) -> Bill:
    """A bill out of its file.

    Args:
        sha1: of the file, in hex, as the provider has signed it.

    Raises:
        BillWrong: it is another file, its sums disagree, or it cannot be read.
    """
    digest = hashlib.sha1(file).hexdigest()  # noqa: S324 (the provider's choice)
    if not hmac.compare_digest(digest.encode(), sha1.lower().encode()):
        raise BillWrong("the file is not the one whose digest was signed")
    try:
        said = file.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise BillWrong("the file is no UTF-8") from None
    rows, sums = _tables([line for line in said if line.strip()])
    _agree(rows, sums)
    found = [_row(row, day, merchant, at) for at, row in enumerate(rows, 1)]
    return Bill(day, found, hashlib.sha256(file).hexdigest())


def _tables(said: Sequence[str]) -> tuple[list[Row], Row]:
    """The rows by the names of their columns, and the sums by theirs."""
    ends = [at for at, line in enumerate(said) if line.startswith(COUNT)]
    if len(ends) != 1 or ends[0] == 0 or len(said) != ends[0] + 2:
        raise BillWrong("no head, or no sums at the end")
    head, sums = said[0].split(","), said[ends[0]].split(",")
    if missing := [name for name in NEEDED if head.count(name) != 1]:
        raise BillWrong(f"columns missing: {', '.join(missing)}")
    if missing := [name for name in (COUNT, *SUMS) if sums.count(name) != 1]:
        raise BillWrong(f"sums missing: {', '.join(missing)}")
    rows = [_named(head, line, at) for at, line in enumerate(said[1 : ends[0]], 1)]
    return rows, _named(sums, said[-1], len(rows) + 1)


def _named(names: Sequence[str], line: str, at: int) -> Row:
    """A title may hold a comma, but none before a backquote."""
    values = line.removeprefix("`").split(",`")
    if len(values) != len(names):
        raise BillWrong(f"row {at} has {len(values)} columns instead of {len(names)}")
    return dict(zip(names, (value.strip() for value in values), strict=True))


def _agree(rows: Sequence[Row], sums: Row) -> None:
    if sums[COUNT] != str(len(rows)):
        raise BillWrong(f"{COUNT}: {sums[COUNT][:20]} instead of {len(rows)}")
    for name, column in SUMS.items():
        added = sum(_all_fen(rows, column))
        if (said := _fen(sums[name], name)) != added:
            raise BillWrong(f"{name}: {said} fen instead of {added}")


def _all_fen(rows: Iterable[Row], column: str) -> Iterable[int]:
    return (_fen(row[column], f"row {at}, {column}") for at, row in enumerate(rows, 1))


def _fen(said: str, where: str) -> int:
    found = YUAN.fullmatch(said)
    if found is None:
        raise BillWrong(f"{where} is no amount")
    return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))


def _row(row: Row, day: date, merchant: str, at: int) -> BillRow:
    try:
        moment = datetime.strptime(row["交易时间"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=CITY)
    except ValueError:
        raise BillWrong(f"row {at}, 交易时间 is no time") from None
    if moment.date() != day:
        raise BillWrong(f"row {at} is of another day")
    if row["商户号"] != merchant or row["货币种类"] != CURRENCY:
        raise BillWrong(f"row {at} is of another merchant or currency")
    state, refund = row["交易状态"], row["商户退款单号"]
    if state not in {PAID, REFUNDED} or (refund in NOTHING) != (state == PAID):
        raise BillWrong(f"row {at} is neither a payment nor a refund")
    if not (row["商户订单号"] and row["微信订单号"]):
        raise BillWrong(f"row {at} has no number")
    column = "订单金额" if state == PAID else "申请退款金额"
    return BillRow(
        order=row["商户订单号"],
        transaction=row["微信订单号"],
        refund="" if state == PAID else refund,
        amount_fen=_fen(row[column], f"row {at}, {column}"),
        at=moment,
    )
