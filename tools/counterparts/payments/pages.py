"""What a person sees of the counterpart: the page on which an order is paid, and all orders."""

import html
from collections.abc import Mapping
from pathlib import Path
from string import Template
from typing import Any, Final

Said = dict[str, Any]

#: What becomes of the next payments, in words of whoever tries them.
PAYS: Final = {
    "well": "正常支付 Pay as usual",
    "thrice": "同一通知三次 Tell the same three times",
    "two_at_once": "两个通知同时 Two notices at once",
    "empty_body": "另有一个空通知 And one empty notice",
    "late": "关单后才付 Pay after it was closed",
    "amount": "多付一分 One fen too many",
    "currency": "币种不符 Another currency",
    "merchant": "商户号不符 Another merchant",
    "number": "订单号不符 Another number",
    "signature": "签名不对 A wrong signature",
    "serial": "证书序列号不对 A wrong serial",
    "stale": "过期的时间戳 A stale timestamp",
    "probe": "签名探测 A probe of signatures",
    "never": "从不通知 Never tell",
    "failure_then_success": "先失败后成功 Failure, then success",
    "success_then_failure": "先成功后失败 Success, then failure",
}
PAGE: Final = Template(Path(__file__).with_name("page.html").read_text(encoding="utf-8"))
STATES: Final = {
    "NOTPAY": "待支付 To be paid",
    "PAYERROR": "支付失败，可再试 Failed; try again",
    "SUCCESS": "已支付 Paid",
    "REFUND": "已退款 Refunded",
    "CLOSED": "已关闭 Closed",
}
BUTTONS: Final = """<form method="post"><input type="hidden" name="back" value="{back}">
<button class="pay" name="how" value="{how}">支付 Pay</button>
<button name="how" value="">不支付，返回 Go back without paying</button></form>
<details><summary>试别的情况 Try something else</summary><form method="post">
<input type="hidden" name="back" value="{back}"><label>情况 What happens<select name="how">{choices}
</select></label><button>支付 Pay</button></form></details>"""
ROW: Final = """<article><p>{number} · {sum}</p><p class="said">{said}</p></article>"""


def _sum(fen: int) -> str:
    return f"¥{fen // 100}.{fen % 100:02}"


def paying(number: str, order: Said | None, back: str) -> str:
    """What a person who is to pay sees."""
    if order is None:
        return PAGE.substitute(title="没有这个订单 No such order", content="")
    choices = "".join(f'<option value="{code}">{words}</option>' for code, words in PAYS.items())
    payable = order["state"] in {"NOTPAY", "PAYERROR", "CLOSED"}
    shown = {"back": html.escape(back, quote=True), "how": "", "choices": choices}
    shown["how"] = "well" if order["state"] != "CLOSED" else "late"
    content = (
        f'<p class="sum">{_sum(order["asked"]["amount"]["total"])}</p>'
        f"<p>{html.escape(order['asked']['description'])}</p>"
        f'<p class="said">{html.escape(number)} · {STATES[order["state"]]}</p>'
    )
    return PAGE.substitute(
        title="确认支付 Confirm the payment",
        content=content + (BUTTONS.format(**shown) if payable else ""),
    )


def overview(orders: Mapping[str, Said], refunds: Mapping[str, Said]) -> str:
    rows = [
        (number, order["amount"]["total"], STATES[order["state"]])
        for number, order in list(orders.items())[::-1]
    ] + [
        (number, refund["refund"], f"退款 Refund · {refund['order']} · {refund['state']}")
        for number, refund in list(refunds.items())[::-1]
    ]
    shown = [
        ROW.format(number=html.escape(number), sum=_sum(fen), said=html.escape(said))
        for number, fen, said in rows
    ]
    return PAGE.substitute(title="订单与退款 Orders and refunds", content="\n".join(shown))
