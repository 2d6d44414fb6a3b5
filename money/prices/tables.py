"""Retail prices as a published table: kept by the city's price authority alone."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from core.clock import local_date
from money.prices.models import NATURES, PricePolicy
from money.prices.notice import TERMS, against
from money.tables import CODE_MAX, overlaps
from publishing.columns import Choice, Day, Number, Text
from publishing.models import Kind, PublishedRow
from publishing.tables import (
    InForceForm,
    Keeper,
    Row,
    Table,
    Wording,
    first_day,
    last_day,
    register,
    source_column,
)

LARGEST_PRICE = 99_999_999


class PriceForm(InForceForm):
    code = Text(
        _("Number of the price"),
        longest=CODE_MAX,
        hint=_("The price that follows it has the same number, and a later first day."),
    )
    customers = Text(_("Class of customers"), longest=120)
    voltage = Text(_("Voltage class"), longest=60)
    period = Text(_("Season or hours"), longest=120, required=False, hint=_("Empty: at any time."))
    unit = Text(_("Unit of the price"), longest=40, hint=_("For example CNY per kWh."))
    price = Number(_("Price"), unit=_("CNY per unit"), places=6, largest=LARGEST_PRICE)
    nature = Choice(_("Nature of the price"), NATURES)
    document = Text(_("Price document"), longest=300, hint=_("Title and document number."))
    from_date = first_day()
    until_date = last_day()
    note = Text(_("Note"), longest=500, required=False)
    source = source_column()


def noted(row: Row, old: PublishedRow | None, at: datetime) -> Mapping[str, Any]:
    """A correction of other words than those of the price keeps the day of its publication."""
    if isinstance(old, PricePolicy) and all(getattr(old, name) == row[name] for name in TERMS):
        return {"published_on": old.published_on}
    return {"published_on": local_date(at)}


register(
    Table(
        Kind.PRICES,
        PricePolicy,
        PriceForm,
        key=("code", "from_date"),
        together=overlaps,
        against=against,
        notes=noted,
        computed=lambda: {"published_on": Day(_("Published on"))},
        keeper=Keeper(
            (Role.PRICE_AUTHORITY,), _("Only the city's price authority publishes prices.")
        ),
        words=Wording(
            _("Price policies"),
            _("No price policy is published here"),
            _(
                "The city's price authority sets and adjusts the retail prices of electricity. It "
                "has published none here, which does not mean that there is none: those from "
                "before stand where the authority published them. Whatever it sets or adjusts is "
                "published here a month before it takes effect (plan, part 3 (5), item 1)."
            ),
        ),
    )
)
