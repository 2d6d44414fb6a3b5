"""Every day's bill beside what we have: what differs is found, stays, and ends as it should."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.roles import Role
from core.clock import city_now, local_date
from core.problems import Faster, Forbidden, Invalid
from ledger.queries import timeline
from money import providers
from money.charges.actions import charge
from money.payments import rounds as payments
from money.payments.actions import REFUNDS, order_for
from money.payments.models import Payment, Refund
from money.payments.workflow import RefundState
from money.reconciliation import rounds
from money.reconciliation.actions import explain
from money.reconciliation.compare import Found, Ours, Theirs, differences
from money.reconciliation.models import Bill, BillEntry, BillState, Difference
from money.reconciliation.wording import sentence
from portal.invariants import broken
from rules.names import Kind
from tests.applications.assignments.cast import asked
from tests.builders import filed
from tests.money.cast import FEES
from tests.money.counterpart import Counterpart
from tests.money.differing import DAY as SHOWN
from tests.money.differing import awaited, differing
from tests.page import Page
from tests.people import browser, staff
from tests.publishing.builders import PAYEES, published

pytestmark = pytest.mark.django_db

People = dict[str, User]
DAY = date(2026, 11, 20)
NOON = "2026-11-20T12:00:00+08:00"
#: The day after, at the hour from which on a bill is asked for.
NEXT = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
FEN = 60000
Paid = Callable[..., Payment]


@pytest.fixture
def paid(people: People, outside: Counterpart) -> Paid:
    """Somebody pays one more charge of a case, at a time by the provider's clock; we hear of it
    unless it is not to be told."""
    published("payees", PAYEES, people["supply-lead"])
    published("fees", FEES, people["supply-lead"])
    case = filed(people, Kind.HV_SINGLE)

    def pay(at: str = NOON, pay: str = "well", *, heard: bool = True) -> Payment:
        body = {"fee_item": "BOTH", "quantity": "1", "payee": "GD"}
        due = charge(application=case, body=body, by=people["manager"])
        order = order_for(due, people["factory"])
        payments.place(order, client="203.0.113.7", back="http://localhost/")
        outside.behave(pay=pay, at=at)
        outside.pay(order.number)
        outside.behave(at=at)
        if heard:
            payments.look(order, providers.of())
        return Payment.objects.get(pk=order.pk)

    return pay


def refunded(payment: Payment, by: User) -> Refund:
    new = Refund(application=payment.application, payment=payment)
    body = {"amount_yuan": "1", "reason": "多收"}
    one = REFUNDS.perform(new, "ask", by=by, body=body)
    payments.press(one, providers.of())
    return payments.press(Refund.objects.get(pk=one.pk), providers.of())


def found(state: str = "open") -> list[tuple[str, str, int | None, int | None]]:
    rows = Difference.objects.filter(state=state).order_by("kind", "pk")
    return [(one.kind, one.order, one.theirs_fen, one.ours_fen) for one in rows]


def test_what_is_alike_on_both_sides_is_no_difference_however_often_it_is_compared(
    people: People, paid: Paid
) -> None:
    payment = paid()
    refunded(payment, people["manager"])
    paid()
    assert [rounds.run(NEXT), rounds.run(NEXT)] == [1, 0]
    [bill] = Bill.objects.all()
    kept = list(BillEntry.objects.order_by("pk").values_list("pk", "order", "refund", "amount_fen"))
    assert (bill.provider, bill.day, bill.state, len(kept)) == ("wechat", DAY, "fetched", 3)
    assert [rounds.run(NEXT + timedelta(days=more)) for more in (1, 2)] == [2, 3]
    assert found() == []
    again = BillEntry.objects.order_by("pk").values_list("pk", "order", "refund", "amount_fen")
    assert list(again) == kept
    assert Bill.objects.get(day=DAY).imported_at == bill.imported_at


def test_nothing_is_asked_before_its_hour_nor_without_a_provider(
    paid: Paid, settings: object
) -> None:
    paid()
    early = NEXT - timedelta(minutes=1)
    assert rounds.run(early) == 1
    assert list(Bill.objects.values_list("day", "state")) == [(date(2026, 11, 19), "waiting")]
    settings.PAYMENTS_PROVIDER = ""  # type: ignore[attr-defined]
    assert rounds.run(NEXT + timedelta(days=9)) == 0


@pytest.mark.parametrize(
    ("bills", "kind", "theirs", "ours"),
    [
        ("missing", "ours", None, FEN),
        ("extra", "theirs", 4200, None),
        ("amount", "amount", FEN + 1, FEN),
    ],
)
def test_a_row_that_is_missing_too_many_or_another_amount_is_a_difference(
    paid: Paid, outside: Counterpart, bills: str, kind: str, theirs: int | None, ours: int | None
) -> None:
    payment, other = paid(), paid()
    outside.behave(bills=bills)
    rounds.run(NEXT)
    number = "EXTRA0000000000000000001" if bills == "extra" else payment.number
    assert found() == [(kind, number, theirs, ours)]
    assert other.number != number


def test_a_payment_that_we_never_heard_of_is_a_difference_until_we_do(
    paid: Paid,
) -> None:
    payment = paid(pay="never", heard=False)
    rounds.run(NEXT)
    assert found() == [("state", payment.number, FEN, FEN)]
    payments.look(payment, providers.of())
    rounds.run(NEXT)
    assert (found(), found("agreed")) == ([], [("state", payment.number, FEN, FEN)])
    one = Difference.objects.get()
    assert one.ended_at is not None
    assert (one.words, one.explained_by) == ("", None)


def test_one_fen_too_many_is_a_difference_of_both_amounts(paid: Paid) -> None:
    payment = paid(pay="amount")
    assert payment.state == "questioned"
    rounds.run(NEXT)
    assert found() == [("amount", payment.number, FEN + 1, FEN)]


def test_a_refund_that_failed_here_and_stands_in_the_bill_is_a_difference(
    people: People, paid: Paid, outside: Counterpart
) -> None:
    payment = paid()
    outside.behave(refunds="failed", at=NOON)
    refund = refunded(payment, people["manager"])
    assert refund.state == RefundState.FAILED
    rounds.run(NEXT)
    assert found() == [("state", payment.number, 100, 100)]
    assert Difference.objects.get().refund == refund.number


def test_a_refund_that_no_bill_has_is_a_difference(
    people: People, paid: Paid, outside: Counterpart
) -> None:
    payment = paid()
    outside.behave(at="2026-11-01T12:00:00+08:00")
    refund = refunded(payment, people["manager"])
    today = local_date(city_now())
    outside.behave(bills="extra")
    rounds.run(datetime(today.year, today.month, today.day, 2, 0, tzinfo=UTC) + timedelta(days=1))
    differing = [(one.kind, one.refund) for one in Difference.objects.order_by("kind")]
    assert differing == [("ours", refund.number), ("theirs", "")]


def test_the_last_second_of_a_day_and_the_first_of_the_next_are_two_bills(paid: Paid) -> None:
    last, first = paid("2026-11-20T15:59:59Z"), paid("2026-11-20T16:00:00Z")
    rounds.run(NEXT)
    rounds.run(NEXT + timedelta(days=1))
    assert found() == []
    entries = BillEntry.objects.order_by("bill__day").values_list("bill__day", "order")
    assert list(entries) == [(DAY, last.number), (date(2026, 11, 21), first.number)]


def test_a_bill_that_is_not_there_is_asked_for_again_and_no_day_without_trade(
    paid: Paid, outside: Counterpart
) -> None:
    payment = paid()
    outside.behave(bills="not_yet")
    asked_for = [rounds.run(NEXT), rounds.run(NEXT + timedelta(minutes=59))]
    assert asked_for == [1, 0]
    assert (found(), Bill.objects.get().state) == ([], "waiting")
    outside.behave()
    assert rounds.run(NEXT + timedelta(minutes=61)) == 1
    assert (found(), Bill.objects.get(day=DAY).state) == ([], "fetched")
    assert payment.state == "received"


def test_after_a_week_without_a_bill_what_we_have_of_the_day_is_a_difference(
    paid: Paid, outside: Counterpart
) -> None:
    payment = paid()
    outside.behave(bills="not_yet")
    rounds.run(NEXT)
    rounds.run(NEXT + timedelta(days=6))
    assert found() == []
    rounds.run(NEXT + timedelta(days=7))
    assert found() == [("ours", payment.number, None, FEN)]
    bill = Bill.objects.get(day=DAY)
    assert (bill.state, bill.due_at) == (BillState.NONE, None)


@pytest.mark.parametrize("bills", ["sums", "shifted", "digest"])
def test_a_bill_that_disagrees_with_itself_is_a_difference_until_it_does_no_more(
    paid: Paid, outside: Counterpart, bills: str
) -> None:
    paid()
    outside.behave(bills=bills)
    rounds.run(NEXT)
    assert (found(), Bill.objects.get().state) == ([("bill", "", None, None)], "wrong")
    said = sentence(Difference.objects.get().said)
    assert said != ""
    assert "%" not in said
    assert BillEntry.objects.count() == 0
    outside.behave()
    rounds.run(NEXT + timedelta(hours=1))
    assert (found(), found("agreed")) == ([], [("bill", "", None, None)])
    assert Bill.objects.get().state == "fetched"


def test_another_file_for_a_day_that_was_compared_is_a_difference_by_itself(
    paid: Paid, outside: Counterpart
) -> None:
    payment = paid()
    rounds.run(NEXT)
    outside.behave(bills="amount")
    rounds.run(NEXT + timedelta(days=1))
    changed = ("changed", "", None, None)
    assert found() == [("amount", payment.number, FEN + 1, FEN), changed]
    outside.behave()
    rounds.run(NEXT + timedelta(days=2))
    assert found() == [changed, changed]
    assert found("agreed") == [("amount", payment.number, FEN + 1, FEN)]


@pytest.mark.parametrize("mode", ["silent", "broken", "busy"])
def test_a_provider_that_does_not_answer_changes_nothing(
    paid: Paid, outside: Counterpart, mode: str
) -> None:
    paid()
    outside.behave(mode, 1)
    rounds.run(NEXT)
    assert (found(), Bill.objects.get().state) == ([], "waiting")
    assert rounds.run(NEXT + timedelta(hours=1)) == 1
    assert Bill.objects.get().state == "fetched"


def test_a_worker_that_was_down_asks_for_every_day_since(paid: Paid) -> None:
    rounds.run(NEXT)
    paid("2026-11-23T12:00:00+08:00")
    rounds.run(NEXT + timedelta(days=4))
    days = [date(2026, 11, 20) + timedelta(days=more) for more in range(5)]
    assert list(Bill.objects.order_by("day").values_list("day", flat=True)) == days
    assert found() == []


def test_a_number_paid_twice_is_one_payment_of_ours_and_one_only_with_the_provider() -> None:
    rows = [Theirs("A", "", "42-1", 100), Theirs("A", "", "42-2", 100)]
    first = Ours("A", "", "42-2", 100, taken=True, state="received", district="510302")
    once = [Found(Difference.Kind.THEIRS, "A", "", "42-1", 100)]
    assert list(differences(rows, [first], [])) == once
    second = Ours("A", "", "42-1", 100, taken=True, state="surplus", district="510302")
    assert list(differences(rows, [first, second], [])) == []


# Explaining


def test_a_difference_is_explained_once_and_stays_so(
    people: People, paid: Paid, outside: Counterpart
) -> None:
    paid()
    outside.behave(bills="missing")
    rounds.run(NEXT)
    [one] = Difference.objects.all()
    done = explain(one, {"words": "次日补录"}, by=people["supply-lead"])
    [entry] = timeline(one.ref)
    assert (entry.type, entry.at) == ("difference.explained", done.ended_at)
    rounds.run(NEXT + timedelta(days=1))
    assert (found(), len(found("explained"))) == ([], 1)
    assert [name for name, rows in broken() if rows] == []
    with pytest.raises(Faster):
        explain(one, {"words": "再说一次"}, by=people["supply-lead"])


def test_only_the_lead_explains_and_in_words(people: People) -> None:
    [one] = differing()
    for who in ("manager", "regulator", "clerk", "factory"):
        with pytest.raises(Forbidden):
            explain(one, {"words": "说明"}, by=people[who])
    for words in ("", "   ", None, "x" * 1001):
        with pytest.raises(Invalid):
            explain(one, {"words": words}, by=people["supply-lead"])
    assert timeline(one.ref) == []


def test_the_database_keeps_a_difference_that_has_ended(people: People) -> None:
    [one] = differing()
    explain(one, {"words": "次日补录"}, by=people["supply-lead"])
    for change in ("state = 'open'", "words = ''", "ended_at = now()"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE money_difference SET {change} WHERE id = %s", [one.pk])
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM money_difference WHERE id = %s", [one.pk])


# Pages and API


def test_the_lead_explains_on_the_page_and_the_regulator_reads_it(people: People) -> None:
    [one] = differing()
    lead, path = browser(people["supply-lead"]), "/work/payments/differences/"
    page = Page(lead.get(path))
    assert ("仅支付机构有" in page.text, one.order in page.text) == (True, True)
    hidden = Page(lead.get(f"{path}{one.pk}/")).carried()
    assert lead.post(f"{path}{one.pk}/", {**hidden, "words": ""}).status_code == 422
    said = {**hidden, "words": "银行次日入账"}
    assert lead.post(f"{path}{one.pk}/", said).status_code == 302
    assert one.order not in Page(lead.get(path)).text
    watched = browser(people["regulator"]).get("/oversight/differences/?state=explained")
    text = Page(watched).text
    assert ("银行次日入账" in text, one.order in text) == (True, True)
    assert f"{path}{one.pk}/" not in watched.content.decode()


def test_what_is_of_no_district_is_for_those_of_the_whole_city(people: People) -> None:
    differing(district="")
    local = staff(Role.REGULATOR, username="local-regulator", district="510302")
    listed = [asked(who, "reconciliation/differences/") for who in (people["regulator"], local)]
    assert [len(each.json()["results"]) for each in listed] == [1, 0]


def test_the_api_gives_a_difference_whole_and_takes_its_explanation(people: People) -> None:
    [one] = differing()
    path = f"reconciliation/differences/{one.pk}/"
    said = asked(people["supply-lead"], path).json()
    assert said == {
        "id": one.pk,
        "provider": "wechat",
        "day": str(SHOWN),
        "kind": "theirs",
        "state": "open",
        "district": "510302",
        "order": one.order,
        "refund": "",
        "transaction": one.transaction,
        "theirs_fen": 20800000,
        "ours_fen": None,
        "ours_state": "",
        "said": "",
        "found_at": said["found_at"],
        "words": "",
        "ended_at": None,
    }
    answer = asked(people["supply-lead"], f"{path}explain/", {"words": "银行次日入账"})
    assert (answer.status_code, answer.json()["state"]) == (200, "explained")
    assert asked(people["supply-lead"], f"{path}explain/", {"words": "又"}).status_code == 409
    assert asked(people["supply-lead"], f"{path}explain/", {}).status_code in {409, 422}
    assert asked(people["supply-lead"], "reconciliation/differences/9/").status_code == 404


def test_the_bills_are_listed_by_day(people: People) -> None:
    differing()
    awaited(2)
    rows = asked(people["supply-lead"], "reconciliation/bills/").json()["results"]
    assert [(row["day"], row["state"]) for row in rows] == [
        (str(SHOWN + timedelta(days=2)), "waiting"),
        (str(SHOWN + timedelta(days=1)), "waiting"),
        (str(SHOWN), "fetched"),
    ]


def test_the_lists_cost_the_same_with_one_row_as_with_three(people: People) -> None:
    pages = [
        (people["supply-lead"], "/work/payments/differences/"),
        (people["regulator"], "/oversight/differences/"),
    ]
    counted = []
    for user, path in pages:
        browser(user).get(path)
    for more in (1, 2):
        differing(more)
        awaited(more)
        for user, path in pages:
            with CaptureQueriesContext(
                connection,
            ) as queries:
                assert browser(user).get(path).status_code == 200
            counted.append(len(queries))
    assert counted[:2] == counted[2:]


def test_a_list_is_read_page_by_page(people: People) -> None:
    differing(35)
    first = asked(people["supply-lead"], "reconciliation/differences/").json()
    assert (len(first["results"]), bool(first["next"])) == (30, True)
    page = Page(browser(people["supply-lead"]).get("/work/payments/differences/"))
    assert page.text.count("ZGP20260105") == 30


@pytest.mark.parametrize("asked_for", ["state=nothing", "kind=nothing", "district=nothing"])
def test_a_filter_that_does_not_exist_is_named(people: People, asked_for: str) -> None:
    page = browser(people["supply-lead"]).get(f"/work/payments/differences/?{asked_for}")
    assert page.status_code == 422
    answer = asked(people["supply-lead"], f"reconciliation/differences/?{asked_for}")
    assert answer.status_code == 422
