"""What is made of a provider's notices: signed by it now, as it came, and of the kind it says."""

import base64
import json
import time
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from money import providers
from money.providers import signing
from money.providers.interface import (
    NoticeProbed,
    NoticeRefused,
    RefundTold,
    Standing,
    Told,
)
from tests.money.counterpart import Counterpart
from tests.money.test_provider import NUMBER, REFUND, paid, placed, refund
from tools.counterparts.payments.book import SECRET, key_of

PAID = {
    "mchid": "1900000001",
    "out_trade_no": NUMBER,
    "transaction_id": "42000001",
    "trade_state": "SUCCESS",
    "success_time": "2026-11-30T23:59:59+08:00",
    "amount": {"total": 100, "currency": "CNY"},
}
GIVEN = {
    "mchid": "1900000001",
    "out_trade_no": NUMBER,
    "transaction_id": "42000001",
    "out_refund_no": REFUND,
    "refund_id": "50000001",
    "refund_status": "SUCCESS",
    "amount": {"total": 100, "refund": 60},
}


def heard(headers: dict[str, str], body: bytes, *, after: float = 0) -> Told | RefundTold | None:
    return providers.of().notice(headers, body, now=time.time() + after)


def signed(outside: Counterpart, body: bytes) -> dict[str, str]:
    at, nonce = str(int(time.time())), "nonce"
    key = key_of(outside.keys, "PUB_KEY_ID_1")
    return {
        "wechatpay-timestamp": at,
        "wechatpay-nonce": nonce,
        "wechatpay-serial": "PUB_KEY_ID_1",
        "wechatpay-signature": signing.signature(key, signing.lines(at, nonce, body)),
    }


def notice(
    content: Any,
    event: str = "TRANSACTION.SUCCESS",
    kind: str = "transaction",
    secret: bytes = SECRET,
) -> bytes:
    """As the provider writes one; `content` may be JSON already."""
    plain = content if isinstance(content, str) else json.dumps(content)
    sealed = AESGCM(secret).encrypt(b"0123456789ab", plain.encode(), kind.encode())
    resource = {
        "original_type": kind,
        "algorithm": "AEAD_AES_256_GCM",
        "ciphertext": base64.b64encode(sealed).decode(),
        "associated_data": kind,
        "nonce": "0123456789ab",
    }
    return json.dumps({"id": "1", "event_type": event, "resource": resource}).encode()


def told(outside: Counterpart, body: bytes) -> Told | RefundTold | None:
    return heard(signed(outside, body), body)


def test_a_payment_is_told_as_it_is_when_asked(outside: Counterpart) -> None:
    asked = paid(outside)
    assert [heard(*each) for each in outside.notices()] == [asked]


def test_what_is_told_several_times_is_the_same(outside: Counterpart) -> None:
    outside.behave(pay="thrice")
    asked = paid(outside)
    assert [heard(*each) for each in outside.notices()] == [asked] * 3


@pytest.mark.parametrize("how", ["signature", "serial", "stale"])
def test_what_the_provider_has_not_signed_now_is_refused(outside: Counterpart, how: str) -> None:
    outside.behave(pay=how)
    paid(outside)
    [each] = outside.notices()
    with pytest.raises(NoticeRefused, match="signature"):
        heard(*each)


def test_an_empty_body_is_refused_though_it_is_signed(outside: Counterpart) -> None:
    outside.behave(pay="empty_body")
    asked = paid(outside)
    empty, other = outside.notices()
    with pytest.raises(NoticeRefused, match="content"):
        heard(*empty)
    assert heard(*other) == asked


def test_a_probe_is_refused_and_nobody_need_be_told(outside: Counterpart) -> None:
    outside.behave(pay="probe")
    paid(outside)
    [each] = outside.notices()
    with pytest.raises(NoticeProbed):
        heard(*each)


@pytest.mark.parametrize(
    ("after", "holds"), [(-61, False), (-59, True), (0, True), (299, True), (302, False)]
)
def test_a_notice_is_taken_from_a_minute_ahead_to_five_minutes_old(
    outside: Counterpart, after: int, holds: bool
) -> None:
    paid(outside)
    [each] = outside.notices()
    if holds:
        assert isinstance(heard(*each, after=after), Told)
        return
    with pytest.raises(NoticeRefused, match="signature"):
        heard(*each, after=after)


@pytest.mark.parametrize("name", ["timestamp", "nonce", "serial", "signature"])
@pytest.mark.parametrize("said", [None, "", "123abc", "-1", "１７００００００００", "9" * 400])
def test_a_header_that_is_missing_or_no_such_thing_refuses_the_notice(
    outside: Counterpart, name: str, said: str | None
) -> None:
    paid(outside)
    [(headers, body)] = outside.notices()
    del headers[f"wechatpay-{name}"]
    if said is not None:
        headers[f"wechatpay-{name}"] = said
    with pytest.raises(NoticeRefused, match="signature"):
        heard(headers, body)


def test_the_body_is_read_byte_by_byte(outside: Counterpart) -> None:
    """The same JSON written anew is another message."""
    paid(outside)
    [(headers, body)] = outside.notices()
    for other in (json.dumps(json.loads(body), indent=1).encode(), body + b" ", body[:-1], b""):
        with pytest.raises(NoticeRefused, match="signature"):
            heard(headers, other)


@pytest.mark.parametrize(
    "amount", ["1.0", '"100"', "1e2", "true", "NaN", "0", "-1", "null", "9" * 20, "[]"]
)
def test_an_amount_is_a_whole_number_of_fen_or_the_notice_is_refused(
    outside: Counterpart, amount: str
) -> None:
    for content, event, kind, name in (
        (PAID, "TRANSACTION.SUCCESS", "transaction", "total"),
        (GIVEN, "REFUND.SUCCESS", "refund", "refund"),
    ):
        written = json.dumps({**content, "amount": {name: "@"}}).replace('"@"', amount)
        with pytest.raises(NoticeRefused):
            told(outside, notice(written, event, kind))


@pytest.mark.parametrize("name", ["out_trade_no", "transaction_id", "amount"])
def test_a_payment_without_number_or_amount_is_refused(outside: Counterpart, name: str) -> None:
    content = {key: value for key, value in PAID.items() if key != name}
    with pytest.raises(NoticeRefused, match="content"):
        told(outside, notice(content))


def test_a_name_that_stands_twice_refuses_the_notice(outside: Counterpart) -> None:
    twice = json.dumps(PAID).replace('"mchid"', '"out_trade_no": "PAY2", "mchid"')
    with pytest.raises(NoticeRefused, match="content"):
        told(outside, notice(twice))


@pytest.mark.parametrize("how", ["done", "twice"])
def test_a_refund_is_told_as_it_is_when_asked(outside: Counterpart, how: str) -> None:
    payment = paid(outside)
    outside.notices()
    outside.behave(refunds=how)
    providers.of().refund(refund(payment))
    asked = providers.of().query_refund(REFUND)
    assert asked.standing == Standing.DONE
    wanted = [asked] * (2 if how == "twice" else 1)
    assert [heard(*each) for each in outside.notices()] == wanted


def test_a_refund_in_the_shape_of_a_payment_is_read_as_neither(outside: Counterpart) -> None:
    payment = paid(outside)
    outside.notices()
    outside.behave(refunds="as_payment")
    providers.of().refund(refund(payment))
    [each] = outside.notices()
    with pytest.raises(NoticeRefused, match="content"):
        heard(*each)


@pytest.mark.parametrize(
    ("content", "event", "kind"),
    [
        (GIVEN, "TRANSACTION.SUCCESS", "refund"),
        (GIVEN, "REFUND.SUCCESS", "transaction"),
        (PAID, "REFUND.SUCCESS", "refund"),
        (PAID, "REFUND.SUCCESS", "transaction"),
        (PAID, "TRANSACTION.SUCCESS", "refund"),
        ({**PAID, "trade_state": "REFUND"}, "TRANSACTION.SUCCESS", "transaction"),
        ({**PAID, "out_refund_no": REFUND}, "TRANSACTION.SUCCESS", "transaction"),
        ({**PAID, "refund_status": "SUCCESS"}, "TRANSACTION.SUCCESS", "transaction"),
    ],
)
def test_what_contradicts_its_own_kind_is_refused(
    outside: Counterpart, content: Any, event: str, kind: str
) -> None:
    with pytest.raises(NoticeRefused):
        told(outside, notice(content, event, kind))


@pytest.mark.parametrize(
    ("event", "status", "standing"),
    [
        ("REFUND.SUCCESS", "SUCCESS", Standing.DONE),
        ("REFUND.ABNORMAL", "ABNORMAL", Standing.FAILED),
        ("REFUND.CLOSED", "CLOSED", Standing.CLOSED),
        ("REFUND.SUCCESS", "SOMETHING", Standing.UNKNOWN),
    ],
)
def test_a_refunds_notice_says_what_became_of_it(
    outside: Counterpart, event: str, status: str, standing: Standing
) -> None:
    body = notice({**GIVEN, "refund_status": status}, event, "refund")
    assert told(outside, body) == RefundTold(
        REFUND, NUMBER, standing, "50000001", 60, merchant="1900000001", said=status
    )


def test_what_is_sealed_with_another_key_is_refused(outside: Counterpart) -> None:
    with pytest.raises(NoticeRefused, match="sealed"):
        told(outside, notice(PAID, secret=b"another-key-that-is-32-bytes-long"[:32]))


@pytest.mark.parametrize("event", ["COUPON.USE", "", "transaction"])
def test_a_notice_of_something_else_is_none_of_ours(outside: Counterpart, event: str) -> None:
    assert told(outside, notice(PAID, event)) is None


@pytest.mark.parametrize("body", [b"[]", b"null", b'"text"', b"\xff", b"[" * 100000, b"{"])
def test_what_is_no_object_is_refused(outside: Counterpart, body: bytes) -> None:
    with pytest.raises(NoticeRefused, match="content"):
        told(outside, body)


def test_a_failure_told_after_a_success_is_told_as_a_failure(outside: Counterpart) -> None:
    """Which of them counts is for whoever keeps the payment to say."""
    outside.behave(pay="success_then_failure")
    placed()
    outside.pay(NUMBER)
    found = [heard(*each) for each in outside.notices()]
    assert [each.standing for each in found if each] == [Standing.DONE, Standing.FAILED]
