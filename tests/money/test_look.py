"""Prices published at the page, too early and then in time; and what the company spent, entered
and reversed: in a real browser, and every page of it in both languages."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from tests import servers
from tests.applications.walking import walker
from tests.look import DESK, PHONE, look, unreached, visit, windows

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TABLE = "/work/publish/prices/"
PUBLISH = "form[action$='/publish/'] button[type=submit]"
HEAD = "电价编号,用户类别,电压等级,季节或时段,计费单位,电价标准（元/计费单位）,收费性质,电价文件,"
DAYS = "执行起始日,执行截止日,备注\n"


def today() -> date:
    """The city's, whose clock is that of the machine here."""
    return datetime.now(ZoneInfo("Asia/Shanghai")).date()


def table_of(first: date) -> bytes:
    row = (
        "YS-1,演示用户（虚构）,演示电压（虚构）,,元/千瓦时,1,政府定价,演示文件〔2026〕1号（虚构）,"
    )
    return f"{HEAD}{DAYS}{row}{first},,演示\n".encode("gb18030")


def test_a_price_is_refused_too_early_and_published_in_time(chromium: "Browser", site: str) -> None:
    public = visit(chromium, site, language="zh-hans", width=PHONE)
    authority = walker(chromium, site, "price-authority", width=DESK, then=TABLE)
    for days, words in ((10, "至少提前1 个月向社会公布"), (62, "")):
        first = today() + timedelta(days=days)
        authority.page.goto(TABLE)
        file = {"name": "prices.csv", "mimeType": "text/csv", "buffer": table_of(first)}
        authority.page.set_input_files("input[type=file]", file)  # type: ignore[arg-type]
        authority.page.fill("[name=source]", "演示文件〔2026〕1号（虚构）")
        authority.press("form[enctype] button[type=submit]")
        shown = authority.page.locator("main").inner_text()
        assert (words in shown, "方案三(五)1" in shown) == (True, bool(words))
        authority.faults += look(authority.found, "")
    authority.press(PUBLISH)
    assert "已发布为第 1 号" in authority.page.locator(".td-notice").first.inner_text()
    public.page.goto("/disclosure/prices/")
    assert (
        f"自{first.year}年{first.month}月{first.day}日" in public.page.locator("main").inner_text()
    )
    assert authority.faults + authority.found.faults + public.faults == []


def made() -> dict[str, str]:
    """A home with what was spent on it, a high-voltage case, prices of now and then; and sessions
    of the customer, the manager, the price authority."""
    from money.investments.actions import reverse, spend
    from rules.names import Kind
    from tests.builders import filed
    from tests.money.test_prices import HEAD as COLUMNS
    from tests.money.test_prices import price
    from tests.people import again, browser, open_demonstration
    from tests.publishing.builders import published

    people = open_demonstration()
    case, by = filed(people, Kind.LV_SMALL), people["manager"]
    for body in (
        {"kind": "meter", "amount_yuan": "350.50"},
        {"kind": "line", "amount_yuan": 12_000, "item": "BLV-35 四芯 80 米" * 6},
        {"kind": "meter", "amount_yuan": "350.50"},
    ):
        spend(application=case, body=body, by=by)
    reverse(application=case, number=3, body={"reason": "同一块电能表登记了两次" * 8}, by=by)
    high = filed(people, Kind.HV_SINGLE)
    first, second = (today() + timedelta(days=40 + 60 * n) for n in range(2))
    rows = price(str(first), str(second - timedelta(days=1))) + price(str(second), yuan="0.61")
    published("prices", COLUMNS + rows, people["price-authority"])
    names = ("shop", "manager", "price-authority")
    sessions = {name: browser(again(people[name])).cookies["sessionid"].value for name in names}
    return sessions | {"case": case.number, "high": high.number}


def test_what_was_spent_is_entered_and_read_by_the_customer(
    with_people: None, committed_db: str, chromium: "Browser"
) -> None:
    case = made()["case"]
    with servers.pages() as site:
        manager = walker(chromium, site, "manager", width=PHONE, then=f"/work/cases/{case}/")
        manager.page.click("#money > summary")
        manager.follow(f"/work/cases/{case}/investment/")
        manager.send({"kind": "works", "amount_yuan": "abc"})
        assert "最多两位小数" in manager.page.locator("main").inner_text()
        manager.found.faults.clear()  # Chromium logs a 422
        manager.send({"kind": "works", "amount_yuan": "1500.00"})
        manager.page.click("#money > summary")
        assert "共承担 13,850.50 元" in manager.page.locator("#money").inner_text()
        shop = walker(chromium, site, "shop", width=PHONE, then=f"/account/cases/{case}/")
        assert "13,850.50 元，不向您收取" in shop.page.locator("main").inner_text()
        assert manager.faults + manager.found.faults + shop.faults == []


def test_the_pages_are_whole_in_both_languages(
    with_people: None, committed_db: str, chromium: "Browser"
) -> None:
    ready = made()
    case, faults = ready["case"], []
    pages = {
        "": ["/disclosure/prices/", "/disclosure/investment/", "/disclosure/fees/"],
        "shop": [f"/account/cases/{case}/"],
        "manager": [
            f"/work/cases/{case}/", f"/work/cases/{case}/investment/",
            f"/work/cases/{case}/investment/1/", f"/work/cases/{ready['high']}/investment/",
        ],
        "price-authority": ["/work/publish/", TABLE],
    }  # fmt: skip
    with servers.pages() as site:
        for who, addresses in pages.items():
            for found in windows(chromium, site):
                if who:
                    cookie = {"name": "sessionid", "value": ready[who], "url": site}
                    found.context.add_cookies([cookie])  # type: ignore[list-item]
                for address in addresses:
                    faults += look(found, address)
                    part = found.page.locator("#money > summary")
                    if part.count():
                        part.click()
                        faults += look(found, "")
                    faults += unreached(found)
    assert faults == []
