"""A day's bill as the provider writes it: read by the names of its columns, or refused."""

import hashlib
from datetime import UTC, date, datetime

import pytest

from money import providers
from money.providers import bills
from money.providers.interface import BillRow, BillWrong
from tests.money.counterpart import Counterpart
from tests.money.test_provider import NUMBER, REFUND, paid, refund

DAY = date(2026, 11, 30)
LAST, FIRST = "2026-11-30T15:59:59Z", "2026-11-30T16:00:00Z"


def traded(outside: Counterpart) -> list[BillRow]:
    """A payment in the last second of a day in the city, a refund of it in the same, and a payment
    in the first second of the next."""
    outside.behave(at=LAST)
    first = paid(outside)
    providers.of().refund(refund(first))
    outside.behave(at=FIRST)
    second = paid(outside, "PAY2", 4200)
    at = [datetime(2026, 11, 30, 15, 59, 59, tzinfo=UTC), datetime(2026, 11, 30, 16, tzinfo=UTC)]
    return [
        BillRow(NUMBER, first.transaction, "", 20800000, at[0]),
        BillRow(NUMBER, first.transaction, REFUND, 100, at[0]),
        BillRow("PAY2", second.transaction, "", 4200, at[1]),
    ]


def test_the_last_second_of_a_day_and_the_first_of_the_next_are_in_two_bills(
    outside: Counterpart,
) -> None:
    rows = traded(outside)
    found, following = providers.of().bill(DAY), providers.of().bill(date(2026, 12, 1))
    assert found
    assert following
    assert (list(found.rows), list(following.rows)) == (rows[:2], rows[2:])
    assert len(found.digest) == 64
    assert found == providers.of().bill(DAY)


@pytest.mark.parametrize("how", ["well", "not_yet"])
def test_a_bill_that_is_not_there_is_none(outside: Counterpart, how: str) -> None:
    outside.behave(bills=how)
    if how == "not_yet":
        paid(outside)
    assert providers.of().bill(DAY) is None


def test_columns_may_stand_in_another_order(outside: Counterpart) -> None:
    rows = traded(outside)
    outside.behave(bills="moved")
    found = providers.of().bill(DAY)
    assert found
    assert list(found.rows) == rows[:2]


@pytest.mark.parametrize(
    ("how", "why"),
    [("sums", "订单总金额"), ("shifted", "sum|amount"), ("digest", "digest")],
)
def test_a_bill_that_disagrees_with_itself_is_refused_and_says_where(
    outside: Counterpart, how: str, why: str
) -> None:
    traded(outside)
    outside.behave(bills=how)
    with pytest.raises(BillWrong, match=why):
        providers.of().bill(DAY)


@pytest.mark.parametrize("mode", ["silent", "broken", "busy", "refuse", "redirect"])
def test_a_provider_that_does_not_answer_has_no_bill_and_no_day_without_trade(
    outside: Counterpart, mode: str
) -> None:
    traded(outside)
    outside.behave(mode, 1)
    with pytest.raises(ConnectionError):
        providers.of().bill(DAY)


HEAD = (
    "交易时间,商户号,微信订单号,商户订单号,交易状态,货币种类,商户退款单号,应结订单金额,退款金额,"
    "充值券退款金额,订单金额,申请退款金额"
)
ROW = "`2026-11-30 10:00:00,`1900000001,`42,`PAY1,`SUCCESS,`CNY,`0,`0.29,`0,`0,`0.29,`0"
SUMS = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,订单总金额,申请退款总金额"
TAIL = "`1,`0.29,`0,`0,`0.29,`0"


def read(*lines: str) -> list[BillRow]:
    file = "\n".join(lines).encode()
    sha1 = hashlib.sha1(file).hexdigest()
    return list(bills.read(file, DAY, "1900000001", sha1=sha1).rows)


@pytest.mark.parametrize(
    ("yuan", "fen"),
    [
        ("0.29", 29),
        ("19.9", 1990),
        ("4.35", 435),
        ("8.2", 820),
        ("208000.00", 20800000),
        ("7", 700),
    ],
)
def test_yuan_become_whole_fen(yuan: str, fen: int) -> None:
    lines = [each.replace("0.29", yuan) for each in (ROW, TAIL)]
    assert [row.amount_fen for row in read(HEAD, lines[0], SUMS, lines[1])] == [fen]


def test_a_day_of_sums_alone_has_no_trade() -> None:
    assert read(HEAD, SUMS, "`0,`0.00,`0.00,`0.00,`0.00,`0.00") == []


@pytest.mark.parametrize(
    "lines",
    [
        (),
        ("",),
        (HEAD,),
        (HEAD, ROW),
        (HEAD, ROW, SUMS),
        (HEAD, ROW, SUMS, TAIL, TAIL),
        (HEAD, ROW, ROW, SUMS, TAIL),
        (HEAD, ROW, SUMS, TAIL.replace("`1", "`2")),
        (HEAD.replace("订单金额", "金额"), ROW, SUMS, TAIL),
        (HEAD, ROW, SUMS.replace("申请退款总金额", "退款"), TAIL),
        (HEAD, ROW + ",`", SUMS, TAIL),
        (HEAD, ROW.replace("0.29", "0.290"), SUMS, TAIL),
        (HEAD, ROW.replace("0.29", "-0.29"), SUMS, TAIL),
        (HEAD, ROW.replace("0.29", "2.9E-1"), SUMS, TAIL),
        (HEAD, ROW.replace("0.29", "０.２９"), SUMS, TAIL),
        (HEAD, ROW.replace("11-30", "11-29"), SUMS, TAIL),
        (HEAD, ROW.replace("2026-11-30 10:00:00", "yesterday"), SUMS, TAIL),
        (HEAD, ROW.replace("1900000001", "1900000002"), SUMS, TAIL),
        (HEAD, ROW.replace("CNY", "USD"), SUMS, TAIL),
        (HEAD, ROW.replace("SUCCESS", "REVOKED"), SUMS, TAIL),
        (HEAD, ROW.replace("SUCCESS", "REFUND"), SUMS, TAIL),
        (HEAD, ROW.replace("`CNY,`0", "`CNY,`REF1"), SUMS, TAIL),
        (HEAD, ROW.replace("PAY1", ""), SUMS, TAIL),
    ],
)
def test_what_is_no_bill_of_that_day_is_refused_whole(lines: tuple[str, ...]) -> None:
    with pytest.raises(BillWrong):
        read(*lines)
