"""What a provider says of an order: twice, late, wrong, in any order; money and record agree."""

from decimal import Decimal
from itertools import permutations
from typing import Any, Final

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from accounts.actor import SYSTEM
from core.problems import Forbidden, Invalid, Missing, WrongState
from ledger.queries import timeline
from money.charges.actions import CHARGES
from money.charges.models import Charge
from money.payments.actions import PAYMENTS, REFUNDS, annul, left_of, order_for
from money.payments.models import Payment, Refund
from money.payments.receiving import take, take_refund
from money.providers.interface import Standing
from money.yuan import fen_of, yuan_of
from notifications.models import Outbox
from tests.builders import People
from tests.money.cast import (
    catalogue,
    due,
    ordered,
    paid,
    refund_failed,
    refund_told,
    refunded,
    told,
    wrong,
)
from workflow.machine import legal_moves

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("outside")]


@pytest.fixture
def charge(people: People) -> Charge:
    catalogue(people)
    return due(people)


def states() -> list[tuple[str, int]]:
    """Of every payment, with its fen, the oldest first."""
    return list(Payment.objects.order_by("id").values_list("state", "amount_fen"))


def events(charge: Charge) -> list[str]:
    """What the record says of the charge and its money, after the entry of the charge."""
    found = [each.type for each in timeline(charge.application.ref)]
    return found[found.index("case.charged") + 1 :]


def refreshed(charge: Charge) -> str:
    charge.refresh_from_db()
    return str(charge.state)


@pytest.mark.parametrize(
    ("model", "function"), [(Payment, "payment_moves"), (Refund, "refund_moves")]
)
def test_the_database_has_the_same_moves(model: Any, function: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT from_state, to_state FROM {function}()")
        kept = set(cursor.fetchall())
    assert kept == {move for move in legal_moves(model) if move[0] != "new"}


def test_what_is_ordered_is_the_amount_of_the_charge_and_asked_twice_it_is_one_order(
    people: People, charge: Charge
) -> None:
    first, again = ordered(people, charge), ordered(people, charge)
    assert (first.number, first.amount_fen, first.merchant) == (
        again.number, 120_000, again.merchant,
    )  # fmt: skip
    assert states() == [("open", 120_000)]
    for name in ("shop", "manager"):
        with pytest.raises((Missing, Forbidden)):
            order_for(charge, people[name])


def test_a_notice_said_thrice_is_one_payment_one_entry_and_one_message(
    people: People, charge: Charge
) -> None:
    one = ordered(people, charge)
    for _ in range(3):
        take(one.provider, told(one))
    assert (states(), refreshed(charge)) == ([("received", 120_000)], "paid")
    assert events(charge) == ["payment.ordered", "payment.received", "charge.paid"]
    told_of = Outbox.objects.filter(kind="payment.received").values_list("recipient", flat=True)
    assert list(told_of) == [people["factory"].party_id]
    assert wrong() == []


NEXT: Final = {
    "failed": Standing.FAILED, "closed": Standing.CLOSED, "open": Standing.OPEN,
    "absent": Standing.ABSENT, "unknown": Standing.UNKNOWN,
}  # fmt: skip


@pytest.mark.parametrize("later", NEXT)
def test_what_is_paid_stays_paid_whatever_is_said_later(
    people: People, charge: Charge, later: str
) -> None:
    one = paid(people, charge)
    take(one.provider, told(one, NEXT[later]))
    assert (states(), refreshed(charge)) == ([("received", 120_000)], "paid")


@pytest.mark.parametrize("before", ["failed", "open", "absent", "unknown"])
def test_an_attempt_that_failed_or_is_not_known_can_still_be_paid(
    people: People, charge: Charge, before: str
) -> None:
    one = ordered(people, charge)
    take(one.provider, told(one, NEXT[before]))
    assert states() == [("open", 120_000)]
    take(one.provider, told(one))
    assert (states(), refreshed(charge)) == ([("received", 120_000)], "paid")


def test_money_after_a_close_is_kept_and_is_somebodys_to_deal_with(
    people: People, charge: Charge
) -> None:
    one = ordered(people, charge)
    take(one.provider, told(one, Standing.CLOSED))
    assert states() == [("closed", 120_000)]
    take(one.provider, told(one))
    take(one.provider, told(one))
    assert (states(), refreshed(charge)) == ([("surplus", 120_000)], "due")
    desk = Outbox.objects.filter(kind="payment.surplus", subject_kind="payment_at_work")
    assert desk.exists()
    PAYMENTS.perform(Payment.objects.get(), "apply", by=people["manager"])
    assert (states(), refreshed(charge)) == ([("received", 120_000)], "paid")
    assert wrong() == []


def test_money_for_a_charge_that_was_taken_back_is_refunded_and_not_applied(
    people: People, charge: Charge
) -> None:
    one = ordered(people, charge)
    CHARGES.perform(charge, "withdraw", by=people["manager"], body={"reason": "按错了"})
    take(one.provider, told(one))
    assert (states(), refreshed(charge)) == ([("surplus", 120_000)], "withdrawn")
    surplus = Payment.objects.get()
    with pytest.raises(WrongState):
        PAYMENTS.perform(surplus, "apply", by=people["manager"])
    back = refunded(people, surplus)
    take_refund(one.provider, refund_told(back))
    assert (states(), refreshed(charge)) == ([("refunded", 120_000)], "withdrawn")
    assert wrong() == []


def test_paid_twice_by_one_order_is_one_payment_and_one_to_give_back(
    people: People, charge: Charge
) -> None:
    one = paid(people, charge)
    for _ in range(2):
        take(one.provider, told(one, transaction="T-2"))
    take(one.provider, told(one, transaction="T-3", amount_fen=1))
    assert states() == [("received", 120_000), ("surplus", 120_000), ("surplus", 1)]
    numbers = Payment.objects.order_by("id").values_list("number", flat=True)
    assert list(numbers) == [one.number, f"{one.number}-2", f"{one.number}-3"]
    assert (refreshed(charge), wrong()) == ("paid", [])


def test_paid_by_two_orders_is_one_payment_and_one_to_give_back(
    people: People, charge: Charge
) -> None:
    first = ordered(people, charge)
    take(first.provider, told(first, Standing.CLOSED))
    second = ordered(people, charge)
    take(first.provider, told(first))
    take(second.provider, told(second))
    assert (states(), refreshed(charge)) == (
        [("surplus", 120_000), ("received", 120_000)], "paid",
    )  # fmt: skip
    with pytest.raises(WrongState):
        PAYMENTS.perform(Payment.objects.get(number=first.number), "apply", by=people["manager"])


@pytest.mark.parametrize(
    ("said", "differs"),
    [
        ({"amount_fen": 119_999}, "amount"),
        ({"amount_fen": 120_001}, "amount"),
        ({"amount_fen": None}, "amount"),
        ({"currency": "USD"}, "currency"),
        ({"merchant": "another"}, "merchant"),
        ({"merchant": ""}, "merchant"),
        ({"transaction": ""}, "transaction"),
    ],
)
def test_what_is_not_as_ordered_is_not_paid_and_somebody_looks_at_it(
    people: People, charge: Charge, said: dict[str, Any], differs: str
) -> None:
    one = ordered(people, charge)
    for _ in range(2):
        take(one.provider, told(one, **said))
    now = Payment.objects.get()
    assert (now.state, now.questioned, refreshed(charge)) == ("questioned", differs, "due")
    assert events(charge) == ["payment.ordered", "payment.questioned"]
    assert Outbox.objects.filter(kind="payment.questioned").exists()
    # It is cleared: by the provider's right word, or by whoever gave it back there.
    if differs == "amount":
        PAYMENTS.perform(now, "dismiss", by=people["manager"], body={"reason": "已在渠道退回"})
        assert states() == [("closed", 120_000)]
        assert ordered(people, charge).number != one.number
    else:
        take(one.provider, told(one))
        assert (states(), refreshed(charge)) == ([("received", 120_000)], "paid")
    assert wrong() == []


def test_an_order_of_nobody_and_one_of_another_provider_are_not_known(
    people: People, charge: Charge
) -> None:
    one = ordered(people, charge)
    for provider, number in ((one.provider, "ZGP1"), ("another", one.number)):
        with pytest.raises(Missing):
            take(provider, told(one, number=number))
    assert states() == [("open", 120_000)]


SAID: Final = ("paid", "failed", "closed", "again")


@pytest.mark.parametrize("order", list(permutations(SAID)))
def test_in_whatever_order_it_is_said_the_money_is_counted_once(
    people: People, charge: Charge, order: tuple[str, ...]
) -> None:
    one = ordered(people, charge)
    for word in order:
        take(one.provider, told(one, NEXT.get(word, Standing.DONE)))
    assert Payment.objects.filter(transaction=f"T-{one.number}").count() == 1
    late = order.index("closed") < min(order.index("paid"), order.index("again"))
    assert (states(), refreshed(charge)) == (
        ([("surplus", 120_000)], "due") if late else ([("received", 120_000)], "paid")
    )
    assert wrong() == []


# Refunds


def test_refunds_never_come_to_more_than_was_paid_and_the_last_takes_the_rest(
    people: People, charge: Charge
) -> None:
    one = paid(people, charge)
    parts = [refunded(people, one, amount_yuan=amount) for amount in ("400", "399.99")]
    for amount in ("400.02", "1200", "1e9"):
        with pytest.raises(Invalid):
            refunded(people, one, amount_yuan=amount)
    parts.append(refunded(people, one))
    assert [part.amount_fen for part in parts] == [40_000, 39_999, 40_001]
    with pytest.raises(WrongState):
        refunded(people, one, amount_yuan="0.01")
    for part in parts:
        assert (refreshed(charge), Payment.objects.get().state) == ("paid", "received")
        take_refund(one.provider, refund_told(part))
        take_refund(one.provider, refund_told(part))
    assert (refreshed(charge), Payment.objects.get().state) == ("refunded", "refunded")
    assert wrong() == []


def test_a_refund_that_failed_is_tried_again_under_its_own_number(
    people: People, charge: Charge
) -> None:
    one = paid(people, charge)
    back = refund_failed(people, one, amount_yuan="1000")
    # It may come all the same: nobody gives it twice.
    assert (back.state, left_of(one)) == ("failed", 20_000)
    with pytest.raises(Invalid):
        refunded(people, one, amount_yuan="300")
    again = REFUNDS.perform(back, "retry", by=people["manager"])
    assert (again.state, again.number) == ("asked", back.number)
    take_refund(one.provider, refund_told(again))
    take_refund(one.provider, refund_told(again, Standing.FAILED))
    again.refresh_from_db()
    assert (again.state, wrong()) == ("done", [])


def test_a_refund_that_failed_and_comes_late_is_done(people: People, charge: Charge) -> None:
    one = paid(people, charge)
    back = take_refund(one.provider, refund_told(refund_failed(people, one)))
    assert (back.state, refreshed(charge), wrong()) == ("done", "refunded", [])


def test_what_the_provider_has_closed_can_be_refunded_by_another(
    people: People, charge: Charge
) -> None:
    one = paid(people, charge)
    back = take_refund(one.provider, refund_told(refunded(people, one), Standing.CLOSED))
    assert (back.state, left_of(one)) == ("closed", 120_000)
    with pytest.raises(WrongState):
        REFUNDS.perform(back, "retry", by=people["manager"])
    other = refunded(people, one)
    take_refund(one.provider, refund_told(other))
    assert (refreshed(charge), wrong()) == ("refunded", [])


@pytest.mark.parametrize(
    "said", [{"amount_fen": 1}, {"amount_fen": None}, {"currency": "USD"}, {"merchant": "x"}]
)
def test_a_refund_of_something_else_is_not_done_and_cannot_be_asked_for_twice(
    people: People, charge: Charge, said: dict[str, Any]
) -> None:
    one = paid(people, charge)
    back = refunded(people, one)
    take_refund(one.provider, refund_told(back, **said))
    back.refresh_from_db()
    assert (back.state, back.said, left_of(one)) == ("asked", "amount", 0)


def test_a_complaint_that_is_upheld_takes_a_charge_back_or_refunds_what_was_paid(
    people: People, charge: Charge
) -> None:
    other = due(people)
    one = paid(people, other)
    refunded(people, one, amount_yuan="200")
    with transaction.atomic():
        annul(charge, SYSTEM, "投诉成立")
        annul(other, SYSTEM, "投诉成立")
    assert refreshed(charge) == "withdrawn"
    asked = Refund.objects.order_by("id").values_list("amount_fen", "state")
    assert list(asked) == [(20_000, "asked"), (100_000, "asked")]
    assert left_of(one) == 0


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE money_payment SET amount_fen = 1",
        "UPDATE money_payment SET transaction = 'x'",
        "UPDATE money_payment SET state = 'closed', ended_at = now()",
        "DELETE FROM money_payment",
        "UPDATE money_payment SET charge_id = charge_id + 1",
    ],
)
def test_the_database_refuses_what_no_act_does(people: People, charge: Charge, change: str) -> None:
    paid(people, charge)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


@given(st.integers(min_value=0, max_value=10**13))
def test_fen_and_yuan_are_the_same_sum(fen: int) -> None:
    assert fen_of(yuan_of(fen)) == fen


@pytest.mark.parametrize("yuan", ["19.9", "0.29", "4.35", "8.2", "1234567.89"])
def test_no_fen_is_lost_between_yuan_and_fen(yuan: str) -> None:
    assert fen_of(Decimal(yuan)) == int(
        yuan.replace(".", "").ljust(len(yuan.split(".", maxsplit=1)[0]) + 2, "0")
    )
    with pytest.raises(ValueError, match=r"1$"):
        fen_of(Decimal(yuan) + Decimal("0.001"))
