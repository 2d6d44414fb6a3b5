"""A provider that does every mischief, and many at the same instant: money and record agree, and
nothing is counted twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any, Final

import pytest
from django.db import connection

from core import demonstration
from money.charges.actions import CHARGES
from money.charges.models import Charge
from money.payments.actions import order_for
from money.payments.models import Payment, Refund
from money.payments.receiving import take
from money.payments.rounds import ask_due
from notifications.models import Outbox
from tests.applications.assignments.cast import asked
from tests.builders import People
from tests.money.cast import ask_now, catalogue, due, ordered, paid, refunded, told, wrong
from tests.money.counterpart import Counterpart
from tests.money.test_paying import hear, now
from tests.people import again, open_demonstration
from tools.counterparts.payments.pages import PAYS

PAID: Final = ("paid", ["received"])
ODD: Final = ("due", ["questioned"])
OPEN: Final = ("due", ["open"])
#: By mischief: what the portal answers, and how it stands after the notices and after it has asked.
DONE: Final[dict[str, tuple[list[int], Any, Any]]] = {
    "well": ([200], PAID, PAID),
    "thrice": ([200] * 3, PAID, PAID),
    "two_at_once": ([200] * 2, PAID, PAID),
    "empty_body": ([401, 200], PAID, PAID),
    "late": ([200], PAID, PAID),
    "amount": ([200], ODD, ODD),
    "currency": ([200], ODD, ODD),
    "merchant": ([200], ODD, ODD),
    "number": ([404], OPEN, PAID),
    "signature": ([401], OPEN, PAID),
    "serial": ([401], OPEN, PAID),
    "stale": ([401], OPEN, PAID),
    "probe": ([401], OPEN, PAID),
    "never": ([], OPEN, PAID),
    "failure_then_success": ([], OPEN, OPEN),
    "success_then_failure": ([200, 200], PAID, PAID),
}


@pytest.mark.django_db
@pytest.mark.parametrize("how", PAYS)
def test_whatever_a_provider_does_money_and_record_agree(
    people: People, outside: Counterpart, how: str
) -> None:
    catalogue(people)
    charge = due(people)
    path = f"applications/{charge.application.number}/charges/{charge.pk}/payments/"
    number = asked(people["factory"], path, {}).json()["number"]
    outside.behave(pay=how)
    outside.pay(number)
    answers, heard, looked = DONE[how]
    assert (hear(outside), now(charge)) == (answers, heard)
    ask_now()
    ask_due()
    assert (now(charge), wrong()) == (looked, [])
    messages = Outbox.objects.filter(kind="payment.received")
    assert messages.count() == (looked == PAID)


@pytest.mark.django_db
def test_how_much_is_paid_no_browser_says(people: People, outside: Counterpart) -> None:
    catalogue(people)
    charge = due(people)
    path = f"applications/{charge.application.number}/charges/{charge.pk}/payments/"
    for _ in range(2):
        answer = asked(people["factory"], path, {"amount_yuan": "0.01"})
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/amount_yuan")
        asked(people["factory"], path, {})
    assert list(Payment.objects.values_list("amount_fen", flat=True)) == [120_000]


# At the same instant


@pytest.fixture
def city(with_people: None, committed_db: str, outside: Counterpart) -> People:
    """A database of this test's own, where transactions really commit."""
    demonstration._known.clear()
    people = open_demonstration()
    catalogue(people)
    return people


def at_once(*acts: Callable[[], Any]) -> list[str]:
    """How each ended: empty, or the name of its refusal."""
    ready = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> str:
        ready.wait(timeout=30)
        try:
            act()
        except Exception as refusal:  # noqa: BLE001 (its name is what is compared)
            return type(refusal).__name__
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(run, acts))


def test_four_who_leave_to_pay_at_once_have_one_order(city: People) -> None:
    charge = due(city)
    payers = [again(city["factory"]) for _ in range(4)]
    acts = [
        lambda by=by: order_for(Charge.objects.select_related("application").get(), by)
        for by in payers
    ]
    assert at_once(*acts) == [""] * 4
    assert (Payment.objects.count(), now(charge)) == (1, OPEN)


def test_four_notices_at_once_are_one_payment(city: People) -> None:
    charge = due(city)
    one = ordered(city, charge)
    said = told(one)
    assert at_once(*[lambda: take(one.provider, said)] * 4) == [""] * 4
    assert (now(charge), wrong()) == (PAID, [])
    assert Outbox.objects.filter(kind="payment.received").count() == 1


def test_paid_and_taken_back_at_once_is_one_of_both(city: People) -> None:
    charge = due(city)
    one = ordered(city, charge)
    manager, said = again(city["manager"]), told(one)

    def back() -> None:
        found = Charge.objects.select_related("application").get()
        CHARGES.perform(found, "withdraw", by=manager, body={"reason": "按错了"})

    ends = at_once(lambda: take(one.provider, said), back)
    assert (ends, now(charge)) in (
        (["", ""], ("withdrawn", ["surplus"])),
        (["", "WrongState"], PAID),
    )
    assert wrong() == []


def test_refunds_at_once_never_come_to_more_than_was_paid(city: People) -> None:
    charge = due(city)
    one = paid(city, charge)
    ends = at_once(*[lambda: refunded(city, one, amount_yuan="500")] * 4)
    assert ends == ["", "", "Invalid", "Invalid"]
    assert (sum(Refund.objects.values_list("amount_fen", flat=True)), wrong()) == (100_000, [])


def test_two_workers_at_once_ask_and_refund_once(city: People, outside: Counterpart) -> None:
    charge = due(city)
    path = f"applications/{charge.application.number}/charges/{charge.pk}/payments/"
    asked(city["factory"], path, {})
    outside.pay(Payment.objects.get().number)
    ask_now()
    assert at_once(ask_due, ask_due) == ["", ""]
    assert now(charge) == PAID
    refunded(city, Payment.objects.get())
    for _ in range(2):
        ask_now()
        assert at_once(ask_due, ask_due) == ["", ""]
    assert (now(charge), wrong()) == (("refunded", ["refunded"]), [])
