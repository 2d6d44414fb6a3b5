"""Differences, and the page on which a demonstration's person pays, in a real browser."""

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests import servers
from tests.look import PHONE, look, visit, windows

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def prepared() -> tuple[dict[str, str], int]:
    """The sessions of who explains and who watches, and a difference that is open."""
    from accounts.models import User
    from money.reconciliation.actions import explain
    from money.reconciliation.models import Difference
    from tests.money.differing import awaited, differing
    from tests.people import browser, open_demonstration

    people: dict[str, User] = open_demonstration()
    explained, open_, ours = differing(3)
    awaited(2)
    Difference.objects.bulk_create(
        [
            Difference(
                bill=ours.bill,
                kind=Difference.Kind.AMOUNT,
                district="510302",
                order=ours.order,
                refund="ZGR2026010500000001",
                transaction=ours.transaction,
                theirs_fen=20800001,
                ours_fen=20800000,
                ours_state="done",
                found_at=ours.found_at,
            ),
            Difference(
                bill=ours.bill,
                kind=Difference.Kind.BILL,
                said={"why": "sum", "name": "订单总金额", "said": "20800000", "wanted": "20800001"},
                found_at=ours.found_at,
            ),
        ]
    )
    explain(explained, {"words": "银行次日入账，已补录。"}, by=people["supply-lead"])
    sessions = {
        who: browser(people[who]).cookies["sessionid"].value for who in ("supply-lead", "regulator")
    }
    return sessions, open_.pk


def test_differences_are_whole_in_every_width(
    with_people: None, committed_db: str, chromium: "Browser"
) -> None:
    sessions, one = prepared()
    pages = {
        "supply-lead": {
            "/work/payments/differences/": "payment-differences",
            "/work/payments/differences/?state=all": "",
            f"/work/payments/differences/{one}/": "payment-difference",
        },
        "regulator": {"/oversight/differences/?state=all": "oversight-differences"},
    }
    with servers.pages() as address:
        faults = []
        for who, shown in pages.items():
            for found in windows(chromium, address):
                cookie = {"name": "sessionid", "value": sessions[who], "url": found.base}
                found.context.add_cookies([cookie])  # type: ignore[list-item]
                for path, name in shown.items():
                    faults += look(found, path, name=name)
        assert faults == []


def test_one_pays_at_the_counterpart_on_a_phone_and_reads_that_no_money_moves(
    tmp_path: "Path", chromium: "Browser"
) -> None:
    from money import providers
    from tests.money.counterpart import payments
    from tests.money.test_provider import NUMBER, order

    with payments(tmp_path) as outside:
        placed = providers.of().order(replace(order(), back=f"{outside.url}/"))
        found = visit(chromium, outside.url, language="zh-hans", width=PHONE)
        page = found.page
        page.goto(placed.address)
        assert "没有真的付款" in page.inner_text("main")
        assert "¥208000.00" in page.inner_text("main")
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
        page.get_by_role("button", name="支付 Pay", exact=True).first.click()
        page.wait_for_url(f"{outside.url}/")
        assert f"{NUMBER} · ¥208000.00" in page.inner_text("main")
        assert "已支付" in page.inner_text("main")
        assert providers.of().query(NUMBER).said == "SUCCESS"
