"""What pages show of payments and refunds."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from applications import casefile
from applications.wording import place_words
from core.templatetags.city import money, short_instant
from ledger.queries import timeline
from money import providers
from money.charges.models import Charge
from money.charges.reading import AT_WORK_PAGES, OWN_PAGES, one_url
from money.charges.workflow import ChargeState
from money.payments.actions import PAYMENTS, REFUNDS, left_of
from money.payments.models import Payment, Refund
from money.payments.queries import of_charge
from money.payments.workflow import HELD, PaymentState, RefundState, payer
from workflow.buttons import Button, buttons
from workflow.machine import state_words

TONES: Final = {
    PaymentState.OPEN: "primary",
    PaymentState.RECEIVED: "success",
    PaymentState.REFUNDED: "success",
    PaymentState.SURPLUS: "warning",
    PaymentState.QUESTIONED: "danger",
    RefundState.ASKED: "primary",
    RefundState.DONE: "success",
    RefundState.FAILED: "danger",
}


def sentence(one: Payment) -> str:
    """How a payment stands, for whoever paid and whoever deals with it."""
    text, at = {
        PaymentState.OPEN: (
            _("Waiting for the word of the payment provider. It can be paid until %(when)s."),
            one.expires_at,
        ),
        PaymentState.RECEIVED: (_("Received on %(when)s."), one.received_at),
        PaymentState.QUESTIONED: (
            _("The provider's word differs from what was ordered: %(differs)s. It does not count as paid until that is cleared."),  # noqa: E501
            None,
        ),
        PaymentState.SURPLUS: (
            _("Received once more on %(when)s: it is refunded, or counted where the charge is still due.")  # noqa: E501
            if one.repeats_id
            else _("Received on %(when)s, when nothing was to be paid by it any more: it is refunded, or counted where the charge is still due."),  # noqa: E501
            one.received_at,
        ),
        PaymentState.REFUNDED: (_("Refunded in whole on %(when)s."), one.ended_at),
        PaymentState.CLOSED: (_("Closed on %(when)s."), one.ended_at),
    }[PaymentState(one.state)]  # fmt: skip
    when = short_instant(at) if at else ""
    return text % {"when": when, "differs": one.get_questioned_display()}


def of_charge_page(charge: Charge, user: User, pages: str) -> dict[str, Any]:
    """What the page of a charge shows of its payments. See `money.charges.reading.one_url`."""
    found, case = of_charge(charge), charge.application
    refs = {charge.ref, *(one.ref for one in found)}
    refs |= {refund.ref for one in found for refund in one.refunds.all()}
    events = [event for event in timeline(case.ref) if event.part in refs]
    mine = payer(Payment(application=case, charge=charge), user) is not None
    return {
        "payments": [_row(one, user, pages) for one in found],
        "steps": casefile.steps(case, events, receipts=user.has_account),
        "pays": mine and charge.state == ChargeState.DUE,
        "pays_online": providers.is_open(),
        "pay_amount": money(charge.amount_yuan),
    }


def _row(one: Payment, user: User, pages: str) -> dict[str, Any]:
    base = f"{one_url(one.charge, pages)}payments/{one.number}/"
    may_look = one.state == PaymentState.OPEN and pages in (OWN_PAGES, AT_WORK_PAGES)
    acts = list(_own(buttons(PAYMENTS, one, user), base)) if pages == AT_WORK_PAGES else []
    if pages == AT_WORK_PAGES and one.state in HELD and left_of(one):
        new = Refund(application=one.application, payment=one)
        acts += _own(buttons(REFUNDS, new, user), base)
    return {
        "number": one.number,
        "amount": money(one.amount_yuan),
        "state": state_words(one),
        "tone": TONES.get(PaymentState(one.state), ""),
        "sentence": sentence(one),
        "words": one.words,
        "transaction": one.transaction,
        "look_url": f"{base}look/" if may_look else "",
        "acts": acts,
        "refunds": [_refund_row(each, user, pages) for each in one.refunds.all()],
    }


def _refund_row(one: Refund, user: User, pages: str) -> dict[str, Any]:
    base = f"{one_url(one.charge, pages)}refunds/{one.number}/"
    return {
        "number": one.number,
        "amount": money(one.amount_yuan),
        "state": state_words(one),
        "tone": TONES.get(RefundState(one.state), ""),
        "asked": short_instant(one.asked_at),
        "words": one.words,
        "said": one.said if pages == AT_WORK_PAGES else "",
        "acts": list(_own(buttons(REFUNDS, one, user), base)) if pages == AT_WORK_PAGES else [],
    }


def _own(found: Iterable[Button], base: str) -> Iterable[Button]:
    for button in found:
        if button.mine and button.allowed:
            yield replace(button, url=f"{base}{button.action}/")


def rows_of(payments: Iterable[Payment]) -> list[dict[str, Any]]:
    """A list at the desk; each knows its charge and its case."""
    return [
        {
            "url": reverse(f"{AT_WORK_PAGES}:one", args=[one.charge_id]),
            "number": one.number,
            "item": one.charge.fee_item.item,
            "case": one.application.number,
            "place": place_words(one.application),
            "amount": money(one.amount_yuan),
            "state": state_words(one),
            "tone": TONES.get(PaymentState(one.state), ""),
            "when": short_instant(one.received_at or one.ordered_at),
        }
        for one in payments
    ]
