"""The adapter of WeChat Pay over the wire: what it asks, and what it makes of each answer."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from money import providers
from money.providers import signing
from money.providers.interface import (
    Order,
    Outcome,
    Placed,
    RefundOrder,
    RefundTold,
    Standing,
    Told,
)
from money.providers.wechat import Wechat
from tests.money.counterpart import Counterpart

NUMBER = "PAY0000000000000000001"
REFUND = "REF0000000000000000001"


def order(number: str = NUMBER, fen: int = 20800000) -> Order:
    ends = datetime.now(UTC) + timedelta(hours=2)
    return Order(number, fen, "ZG20261130000001 高可靠性供电费", ends, "203.0.113.7", "http://a/b")


def placed(number: str = NUMBER, fen: int = 20800000) -> Order:
    placing = order(number, fen)
    assert providers.of().order(placing).outcome == Outcome.TAKEN
    return placing


def paid(outside: Counterpart, number: str = NUMBER, fen: int = 20800000) -> Told:
    placed(number, fen)
    outside.pay(number)
    return providers.of().query(number)


def refund(told: Told, number: str = REFUND, fen: int = 100) -> RefundOrder:
    assert told.amount_fen
    return RefundOrder(number, told.number, told.transaction, fen, told.amount_fen)


def test_without_a_provider_paying_online_is_closed() -> None:
    assert not providers.is_open()
    with pytest.raises(ImproperlyConfigured, match="''"):
        providers.of()


@pytest.mark.parametrize("name", ["app", "merchant", "serial", "key", "secret", "keys"])
def test_what_is_not_set_is_named(outside: Counterpart, settings: Settings, name: str) -> None:
    settings.WECHAT = settings.WECHAT | {name: ""}
    with pytest.raises(ImproperlyConfigured, match=f"PORTAL_WECHAT_{name.upper()}"):
        providers.of()


def test_an_order_leads_to_the_page_where_it_is_paid_and_back(outside: Counterpart) -> None:
    assert providers.of().order(order()) == Placed(
        Outcome.TAKEN,
        f"{outside.url}/pay/{NUMBER}?prepay_id={NUMBER}&redirect_url=http%3A%2F%2Fa%2Fb",
    )


def test_an_order_placed_twice_is_one(outside: Counterpart) -> None:
    placing = placed()
    assert providers.of().order(placing).outcome == Outcome.TAKEN
    assert providers.of().order(replace(placing, amount_fen=1)).outcome == Outcome.REFUSED


def test_an_order_that_is_paid_already_is_not_refused_but_asked_about(
    outside: Counterpart,
) -> None:
    placing = placed()
    outside.pay(NUMBER)
    assert providers.of().order(placing) == Placed(Outcome.UNKNOWN, said="ORDERPAID")


def test_it_tells_how_an_order_stands(outside: Counterpart) -> None:
    asked = providers.of()
    assert asked.query(NUMBER) == Told(NUMBER, Standing.ABSENT, said="ORDER_NOT_EXIST")
    placed()
    waiting = Told(NUMBER, Standing.OPEN, "", 20800000, merchant="1900000001", said="NOTPAY")
    assert asked.query(NUMBER) == waiting
    outside.behave(pay="failure_then_success")
    outside.pay(NUMBER)
    assert asked.query(NUMBER) == replace(waiting, standing=Standing.FAILED, said="PAYERROR")
    outside.behave(at="2026-11-30T15:59:59Z")
    outside.pay(NUMBER)
    told = asked.query(NUMBER)
    assert told == replace(
        waiting,
        standing=Standing.DONE,
        said="SUCCESS",
        transaction=told.transaction,
        at=datetime(2026, 11, 30, 15, 59, 59, tzinfo=UTC),
    )
    assert told.transaction.startswith("42")


@pytest.mark.parametrize(
    ("how", "amount", "currency", "merchant"),
    [
        ("amount", 20800001, "CNY", "1900000001"),
        ("currency", 20800000, "USD", "1900000001"),
        ("merchant", 20800000, "CNY", "1900000002"),
    ],
)
def test_what_differs_is_handed_on_to_be_compared(
    outside: Counterpart, how: str, amount: int, currency: str, merchant: str
) -> None:
    outside.behave(pay=how)
    told = paid(outside)
    assert (told.amount_fen, told.currency, told.merchant) == (amount, currency, merchant)


def test_an_order_is_closed_but_not_a_paid_one(outside: Counterpart) -> None:
    asked = providers.of()
    placed()
    assert [asked.close(NUMBER), asked.close(NUMBER)] == [Outcome.TAKEN, Outcome.TAKEN]
    assert asked.query(NUMBER).standing == Standing.CLOSED
    paid(outside, "PAY2")
    assert asked.close("PAY2") == Outcome.REFUSED
    assert asked.close("PAY3") == Outcome.REFUSED


@pytest.mark.parametrize(
    ("mode", "outcome"),
    [
        ("silent", Outcome.UNKNOWN),
        ("mute", Outcome.UNKNOWN),
        ("error", Outcome.UNKNOWN),
        ("broken", Outcome.UNKNOWN),
        ("garbled", Outcome.UNKNOWN),
        ("redirect", Outcome.UNKNOWN),
        ("busy", Outcome.NOT_NOW),
        ("refuse", Outcome.REFUSED),
    ],
)
def test_an_order_is_refused_only_where_the_provider_says_so(
    outside: Counterpart, mode: str, outcome: Outcome
) -> None:
    outside.behave(mode, 1)
    assert providers.of().order(order()).outcome == outcome


def test_whoever_does_not_answer_in_time_has_perhaps_taken_it(outside: Counterpart) -> None:
    asked = providers.of()
    assert isinstance(asked, Wechat)
    allowed = asked.client.allowed
    impatient = replace(allowed, tries=replace(allowed.tries, wait=1))
    asked.client = replace(asked.client, allowed=impatient)
    outside.behave("slow", 1, seconds=2)
    assert asked.order(order()) == Placed(Outcome.UNKNOWN, said="no answer")
    assert asked.query(NUMBER).standing == Standing.OPEN


def test_where_nobody_listens_nothing_was_taken(outside: Counterpart, settings: Settings) -> None:
    settings.WECHAT = settings.WECHAT | {"url": "http://127.0.0.1:9"}
    providers.forget()
    assert providers.of().order(order()) == Placed(Outcome.NOT_NOW, said="unreachable")


@pytest.mark.parametrize("signing", ["none", "signature", "serial", "stale", "ahead", "wordy"])
def test_an_answer_that_the_provider_has_not_signed_now_says_nothing(
    outside: Counterpart, signing: str
) -> None:
    paid(outside)
    asked = providers.of()
    outside.behave(signing=signing)
    assert asked.query(NUMBER) == Told(NUMBER, Standing.UNKNOWN, said="unsigned")
    assert asked.query("PAY9") == Told("PAY9", Standing.UNKNOWN, said="unsigned")
    assert asked.order(order("PAY2")) == Placed(Outcome.UNKNOWN, said="unsigned")
    assert asked.close(NUMBER) == Outcome.UNKNOWN


def test_who_is_not_known_there_has_surely_ordered_nothing(
    outside: Counterpart, settings: Settings
) -> None:
    settings.WECHAT = settings.WECHAT | {"serial": "ANOTHER"}
    providers.forget()
    assert providers.of().order(order()) == Placed(Outcome.NOT_NOW, said="http 401")


def test_another_orders_answer_is_none(outside: Counterpart) -> None:
    """Whoever is between us could hand on what was signed for another order."""
    placed()
    outside.behave("other", 1)
    assert providers.of().query(NUMBER) == Told(NUMBER, Standing.UNKNOWN, said="strange")


def test_a_new_key_holds_beside_the_old_one_without_a_restart(outside: Counterpart) -> None:
    asked = providers.of()
    placed()
    theirs = outside.keys / "PUB_KEY_ID_1.pem"
    outside.behave(signing="serial")
    assert asked.query(NUMBER).standing == Standing.UNKNOWN
    (outside.keys / "PUB_KEY_ID_2.pem").write_bytes(theirs.read_bytes())
    assert asked.query(NUMBER).standing == Standing.OPEN


@pytest.mark.parametrize("serial", ["../payments/PUB_KEY_ID_1", "PUB_KEY_ID_1/", "", "Ａ"])
def test_a_serial_names_a_file_of_the_folder_alone(outside: Counterpart, serial: str) -> None:
    assert signing.PublicKeys(outside.keys).of("PUB_KEY_ID_1") is not None
    assert signing.PublicKeys(outside.keys).of(serial) is None


def test_a_refund_is_under_way_then_done(outside: Counterpart) -> None:
    told, asked = paid(outside), providers.of()
    outside.behave(refunds="pending")
    begun = asked.refund(refund(told))
    assert begun == RefundTold(
        REFUND,
        NUMBER,
        Standing.OPEN,
        begun.transaction,
        100,
        merchant="1900000001",
        said="PROCESSING",
    )
    assert asked.refund(refund(told)) == begun
    outside.behave()
    assert asked.query_refund(REFUND) == replace(begun, standing=Standing.DONE, said="SUCCESS")
    assert asked.query(NUMBER) == replace(told, said="REFUND")


@pytest.mark.parametrize(
    ("how", "standing"), [("failed", Standing.FAILED), ("closed", Standing.CLOSED)]
)
def test_a_refund_that_is_not_coming_is_told(
    outside: Counterpart, how: str, standing: Standing
) -> None:
    told = paid(outside)
    outside.behave(refunds=how)
    providers.of().refund(refund(told))
    assert providers.of().query_refund(REFUND).standing == standing


def test_a_refund_that_is_refused_is_nowhere(outside: Counterpart) -> None:
    told, asked = paid(outside), providers.of()
    outside.behave(refunds="refused")
    assert asked.refund(refund(told)) == RefundTold(
        REFUND, NUMBER, Standing.FAILED, said="NOT_ENOUGH"
    )
    assert asked.query_refund(REFUND).standing == Standing.ABSENT


def test_more_than_was_paid_is_never_refunded(outside: Counterpart) -> None:
    told, asked = paid(outside, fen=100), providers.of()
    assert asked.refund(refund(told, "REF1", 60)).standing == Standing.OPEN
    assert asked.refund(refund(told, "REF2", 41)).standing == Standing.FAILED
    assert asked.refund(refund(told, "REF3", 40)).standing == Standing.OPEN


@pytest.mark.parametrize("mode", ["silent", "error", "busy", "redirect"])
def test_a_refund_that_nobody_knows_of_is_asked_about(outside: Counterpart, mode: str) -> None:
    told = paid(outside)
    outside.behave(mode, 1)
    assert providers.of().refund(refund(told)).standing == Standing.UNKNOWN
    taken = {"silent", "error"}
    wanted = Standing.DONE if mode in taken else Standing.ABSENT
    assert providers.of().query_refund(REFUND).standing == wanted


def test_a_refusal_of_what_an_earlier_try_has_brought_is_no_refusal(
    outside: Counterpart,
) -> None:
    told = paid(outside)
    providers.of().refund(refund(told))
    outside.behave("refuse", 1)
    assert providers.of().refund(refund(told)).standing == Standing.DONE


def test_no_secret_is_in_the_merchants_folder_for_others(outside: Counterpart) -> None:
    kept: Path = outside.keys / "MERCHANT.key"
    assert kept.stat().st_mode & 0o077 == 0
