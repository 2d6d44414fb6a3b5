"""What pages show of a charge."""

from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _

from applications.wording import kind_words
from core.templatetags.city import figure, money, short_instant
from money.charges.models import Charge
from money.charges.workflow import ChargeState
from money.complaints.queries import is_contested
from workflow.machine import state_words

#: The namespaces of the pages of the applicant's side, and of the supply company.
OWN_PAGES, AT_WORK_PAGES = "charges", "work-charges"
TONES: Final = {
    ChargeState.DUE: "primary",
    ChargeState.PAID: "success",
    ChargeState.REFUNDED: "success",
}


def one_url(one: Charge, pages: str) -> str:
    """
    Args:
        pages: the namespace of the reader's pages of charges.
    """
    return reverse(
        f"{pages}:one", args=[one.application.number, one.pk] if pages == OWN_PAGES else [one.pk]
    )


def sentence(one: Charge) -> str:
    match one.state:
        case ChargeState.DUE if is_contested(one):
            return _("A complaint about it is with the regulator: it is not due before that ends.")
        case ChargeState.DUE:
            return _("To be paid to %(payee)s.") % {"payee": one.payee}
        case ChargeState.NOTHING:
            return _("It comes to nothing: there is nothing to pay.")
        case ChargeState.PAID:
            assert one.paid_at is not None
            return _("Paid on %(when)s.") % {"when": short_instant(one.paid_at)}
        case ChargeState.REFUNDED:
            assert one.ended_at is not None
            words = _("All that was paid was refunded by %(when)s.")
            return words % {"when": short_instant(one.ended_at)}
        case _withdrawn:
            assert one.ended_at is not None
            words = _("Taken back on %(when)s: nothing is owed.")
            return words % {"when": short_instant(one.ended_at)}


def one_context(one: Charge) -> dict[str, Any]:
    """Everything about one."""
    item, case = one.fee_item, one.application
    payee = f"{one.payee} · {one.affiliate_words}" if one.affiliate_words else one.payee
    counted = _("%(quantity)s, each CNY %(rate)s (%(unit)s)") % {
        "quantity": figure(one.quantity.normalize()),
        "rate": figure(item.rate.normalize()),
        "unit": item.unit,
    }
    return {
        "charge": one,
        "case": case,
        "kind": kind_words(case.kind),
        "sentence": sentence(one),
        "tags": [{"text": state_words(one), "tone": TONES.get(ChargeState(one.state), "")}],
        "facts": [
            {"key": _("Amount"), "value": money(one.amount_yuan)},
            {"key": _("Item of the fee catalogue"), "value": f"{item.item} ({item.code})"},
            {"key": _("How it is counted"), "value": counted},
            {"key": _("Legal basis"), "value": item.legal_basis},
            {"key": _("Who is paid"), "value": payee},
        ],
    }
