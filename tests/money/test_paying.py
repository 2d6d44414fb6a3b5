"""Paying at the page and over the API, with a provider that pays well, late, wrong or never."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ledger.queries import timeline
from money import providers
from money.charges.models import Charge
from money.payments.actions import PAYMENTS
from money.payments.models import Payment, Refund
from money.payments.receiving import take
from money.payments.rounds import ask_due
from money.providers.interface import Standing
from notifications.models import Outbox
from tests.applications.assignments.cast import asked
from tests.builders import People
from tests.money.cast import ask_now, catalogue, due, late, ordered, paid, refunded, told, wrong
from tests.money.counterpart import Counterpart
from tests.page import Page
from tests.people import browser

pytestmark = pytest.mark.django_db
NOTICES = "/api/v1/payments/notices/wechat/"


@pytest.fixture
def charge(people: People) -> Charge:
    catalogue(people)
    return due(people)


def now(charge: Charge) -> tuple[str, list[str]]:
    charge.refresh_from_db()
    return charge.state, list(Payment.objects.order_by("id").values_list("state", flat=True))


def hear(outside: Counterpart, *, times: int = 1) -> list[int]:
    """What the portal answers to everything that the provider has told since."""
    answers = []
    for headers, body in outside.notices():
        for _ in range(times):
            answer = Client().post(NOTICES, body, content_type="application/json", headers=headers)
            answers.append(answer.status_code)
    return answers


def run_out() -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE money_payment SET expires_at = now(), ask_at = now() WHERE state = 'open'")  # fmt: skip # noqa: E501


def page_of(charge: Charge) -> str:
    return f"/account/cases/{charge.application.number}/charges/{charge.pk}/"


def test_an_applicant_pays_and_has_a_receipt(
    people: People, charge: Charge, outside: Counterpart
) -> None:
    client, page = browser(people["factory"]), page_of(charge)
    leaving = client.post(f"{page}pay/")
    assert leaving.status_code == 200
    assert leaving["Refresh"] == f"0; url={Page(leaving).link('继续')}"
    [one] = Payment.objects.all()
    outside.pay(one.number)
    assert hear(outside) == [200]
    assert now(charge) == ("paid", ["received"])
    seen = Page(client.get(page))
    assert ("已缴" in seen.text, "已收款" in seen.text, one.number in seen.text) == (True,) * 3
    receipt = Page(client.get(seen.links(".*/receipts/")[0]))
    assert "1,200" in receipt.text
    assert client.post(f"{page}pay/").status_code == 409
    desk = Page(browser(people["manager"]).get("/work/payments/"))
    assert (one.number in desk.text, "已收款" in desk.text) == (True, True)


@pytest.mark.parametrize("times", [1, 3])
def test_a_program_orders_hears_and_reads_a_payment(
    people: People, charge: Charge, outside: Counterpart, times: int
) -> None:
    path = f"applications/{charge.application.number}/charges/{charge.pk}/payments/"
    [first, again] = [asked(people["factory"], path, {}).json() for _ in range(2)]
    assert first["number"] == again["number"]
    assert first["pay_url"].startswith(outside.url)
    outside.pay(first["number"])
    assert set(hear(outside, times=times)) == {200}
    read = asked(people["factory"], f"{path}{first['number']}/", None).json()
    assert (read["state"], read["amount_yuan"], read["refunds"]) == ("received", "1200.00", [])
    listed = asked(people["manager"], "payments/?state=received", None).json()["results"]
    assert [row["number"] for row in listed] == [first["number"]]
    assert Outbox.objects.filter(kind="payment.received").count() == 1


def test_a_notice_that_never_comes_is_asked_for(
    people: People, charge: Charge, outside: Counterpart
) -> None:
    one = ordered(people, charge)
    asked(people["factory"], _payments(charge), {})
    outside.pay(one.number)
    outside.notices()
    ask_now()
    assert ask_due() == 1
    assert now(charge) == ("paid", ["received"])
    assert ask_due() == 0


def _payments(charge: Charge) -> str:
    return f"applications/{charge.application.number}/charges/{charge.pk}/payments/"


@pytest.mark.parametrize("notice", ["forged", "unknown_serial", "stale"])
def test_a_notice_that_the_provider_has_not_signed_now_changes_nothing(
    people: People, charge: Charge, outside: Counterpart, notice: str
) -> None:
    asked(people["factory"], _payments(charge), {})
    one = Payment.objects.get()
    outside.pay(one.number)
    [(headers, body)] = outside.notices()
    changed = {
        "forged": (headers, body.replace(b"resource", b"resourcE", 1)),
        "unknown_serial": (headers | {"wechatpay-serial": "0" * 40}, body),
        "stale": (headers | {"wechatpay-timestamp": "1500000000"}, body),
    }[notice]
    answer = Client().post(NOTICES, changed[1], content_type="application/json", headers=changed[0])
    assert (answer.status_code, now(charge)) == (401, ("due", ["open"]))


def test_an_order_that_runs_out_is_asked_about_and_closed(
    people: People, charge: Charge, outside: Counterpart
) -> None:
    asked(people["factory"], _payments(charge), {})
    run_out()
    again = asked(people["factory"], _payments(charge), {})
    assert again.status_code == 409
    ask_due()
    assert now(charge) == ("due", ["closed"])
    assert asked(people["factory"], _payments(charge), {}).status_code == 200
    assert now(charge) == ("due", ["closed", "open"])


def test_what_was_paid_before_it_ran_out_counts(
    people: People, charge: Charge, outside: Counterpart
) -> None:
    asked(people["factory"], _payments(charge), {})
    outside.pay(Payment.objects.get().number)
    run_out()
    ask_due()
    assert now(charge) == ("paid", ["received"])


@pytest.mark.parametrize("mode", ["mute", "broken", "busy", "redirect", "garbled"])
def test_a_provider_that_does_not_answer_leads_back_and_nothing_is_lost(
    people: People, charge: Charge, outside: Counterpart, mode: str
) -> None:
    outside.behave(mode, times=1)
    client = browser(people["factory"])
    answer = client.post(f"{page_of(charge)}pay/")
    assert (answer.status_code, answer["Location"]) == (302, page_of(charge))
    assert "尚未缴费" in Page(client.get(page_of(charge))).text
    assert client.post(f"{page_of(charge)}pay/").status_code == 200
    assert now(charge) == ("due", ["open"])


def test_without_a_provider_paying_online_is_closed_and_says_so(
    people: People, charge: Charge
) -> None:
    assert not providers.is_open()
    client = browser(people["factory"])
    assert "目前不能在线缴费" in Page(client.get(page_of(charge))).text
    assert client.post(f"{page_of(charge)}pay/").status_code == 409
    assert asked(people["factory"], _payments(charge), {}).status_code == 409
    assert Client().post(NOTICES, b"{}", content_type="application/json").status_code == 404


def test_who_may_not_pay_or_refund_is_refused_at_every_door(
    people: People, charge: Charge, outside: Counterpart
) -> None:
    path = _payments(charge)
    assert [asked(people[name], path, {}).status_code for name in ("manager", "shop")] == [403, 404]
    one = paid(people, charge)
    refunds = f"{path}{one.number}/refunds/"
    assert [
        asked(people[name], refunds, {"reason": "x"}).status_code
        for name in ("factory", "clerk", "shop")
    ] == [403, 403, 404]
    page = f"/work/charges/{charge.pk}/payments/{one.number}/ask/"
    assert [browser(people[name]).get(page).status_code for name in ("clerk", "factory")] == [
        403
    ] * 2
    assert Refund.objects.count() == 0


def test_staff_refunds_a_part_and_then_the_rest(
    people: People, charge: Charge, outside: Counterpart
) -> None:
    asked(people["factory"], _payments(charge), {})
    one = Payment.objects.get()
    outside.pay(one.number)
    hear(outside)
    page = f"/work/charges/{charge.pk}/payments/{one.number}/ask/"
    manager = browser(people["manager"])
    form = Page(manager.get(page)).carried()
    assert manager.post(page, {**form, "amount_yuan": "9999", "reason": "多收"}).status_code == 422
    for _ in range(2):
        answer = manager.post(page, {**form, "amount_yuan": "200", "reason": "多收"})
        assert answer.status_code == 302
    assert Refund.objects.count() == 1
    refunded(people, one)
    ask_now()
    ask_due()
    hear(outside, times=2)
    ask_now()
    ask_due()
    assert list(Refund.objects.values_list("state", flat=True)) == ["done", "done"]
    assert (now(charge), wrong()) == (("refunded", ["refunded"]), [])
    types = [each.type for each in timeline(charge.application.ref)]
    assert types.count("refund.done") == 2
    assert "退款" in Page(browser(people["factory"]).get(page_of(charge))).text


def test_a_late_payment_is_counted_by_staff_at_the_page(
    people: People, charge: Charge, outside: Counterpart
) -> None:
    one = ordered(people, charge)
    take(one.provider, told(one, Standing.CLOSED))
    take(one.provider, told(one))
    manager = browser(people["manager"])
    listed = Page(manager.get("/work/payments/?state=to_do"))
    seen = Page(manager.get(listed.link("Test on request")))
    form_page = seen.link("计入这笔收费")
    form = Page(manager.get(form_page)).carried()
    assert manager.post(form_page, form).status_code == 302
    assert now(charge) == ("paid", ["received"])


def test_looking_is_limited_and_says_so(
    people: People, charge: Charge, outside: Counterpart
) -> None:
    asked(people["factory"], _payments(charge), {})
    one = Payment.objects.get()
    client = browser(people["factory"])
    look = f"{page_of(charge)}payments/{one.number}/look/"
    statuses = [client.post(look).status_code for _ in range(12)]
    assert (statuses[0], statuses[-1]) == (302, 429)


def test_the_list_and_the_page_cost_the_same_for_one_and_for_three(
    people: People, charge: Charge, outside: Counterpart
) -> None:
    def cost(who: str, path: str) -> int:
        client = browser(people[who])
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        return len(queries)

    paid(people, charge)
    paths = [("manager", "/work/payments/"), ("factory", page_of(charge))]
    before = [cost(*each) for each in paths]
    for _ in range(2):
        other = due(people)
        refunded(people, paid(people, other), amount_yuan="1")
    refunded(people, Payment.objects.order_by("id")[0], amount_yuan="1")
    refunded(people, Payment.objects.order_by("id")[0], amount_yuan="2")
    assert [cost(*each) for each in paths] == before


def test_what_was_paid_and_refunded_is_in_the_copy_of_ones_data(
    people: People, charge: Charge, outside: Counterpart
) -> None:
    one = paid(people, charge)
    refund = refunded(people, one, amount_yuan="200")
    path = f"applications/{charge.application.number}/data/"
    [kept] = asked(people["factory"], path, None).json()["charges"]
    [payment] = kept["payments"]
    assert (kept["state"], kept["amount_yuan"], payment["number"], payment["amount_yuan"]) == (
        "paid", "1200.00", one.number, "1200.00",
    )  # fmt: skip
    [back] = payment["refunds"]
    assert (back["number"], back["amount_yuan"], back["words"]) == (
        refund.number,
        "200.00",
        "多收了",
    )


def test_whoever_watches_reads_what_was_paid_and_does_nothing(
    people: People, charge: Charge, outside: Counterpart
) -> None:
    one = paid(people, charge)
    refunded(people, one, amount_yuan="200")
    regulator = browser(people["regulator"])
    listed = Page(regulator.get("/oversight/charges/"))
    seen = Page(regulator.get(listed.link("Test on request")))
    assert (one.number in seen.text, "退款200" in seen.text.replace(" ", "")) == (True, True)
    assert [form.get("action") for form in seen.tree.xpath("//main//form")] == []
    case = Page(regulator.get(f"/oversight/cases/{charge.application.number}/"))
    assert case.link("Test on request") == f"/oversight/charges/{charge.pk}/"


def test_money_to_be_dealt_with_stands_in_the_list_of_what_to_do(
    people: People, charge: Charge, outside: Counterpart
) -> None:
    odd = ordered(people, due(people))
    take(odd.provider, told(odd, amount_fen=1))
    surplus = late(people, charge)
    manager = browser(people["manager"])
    desk = Page(manager.get("/desk/"))
    assert desk.links("/work/charges/") == [
        f"/work/charges/{one.charge_id}/" for one in (odd, surplus)
    ]
    PAYMENTS.perform(surplus, "apply", by=people["manager"])
    assert Page(manager.get("/desk/")).links("/work/charges/") == [
        f"/work/charges/{odd.charge_id}/"
    ]
    [row] = asked(people["supply-lead"], "desk/?feed=payments", None).json()["results"]
    assert row["url"] == f"/work/charges/{odd.charge_id}/"
