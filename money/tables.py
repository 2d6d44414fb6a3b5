"""The published table of money: the fee catalogue."""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from money.models import FeeItem, Nature
from publishing.columns import Choice, Day, Number, Text
from publishing.models import Kind
from publishing.tables import (
    Complaint,
    Row,
    RowComplaint,
    RowForm,
    Table,
    Wording,
    register,
    source_column,
)

LARGEST_RATE = 9_999_999_999


class FeeForm(RowForm):
    """An item of the catalogue: only what is in it may be charged (优化营商环境条例 25)."""

    code = Text(_("Item number"), longest=32)
    item = Text(_("Charge item"), longest=120)
    payer = Text(_("Who pays, for what"), longest=300)
    unit = Text(_("Unit of charge"), longest=40, hint=_("For example CNY per kVA."))
    rate = Number(_("Rate"), unit=_("CNY per unit"), places=4, largest=LARGEST_RATE)
    nature = Choice(_("Nature of the price"), Nature.choices)
    legal_basis = Text(_("Legal basis"), longest=300, hint=_("Title and document number."))
    from_date = Day(_("In force from"))
    until_date = Day(_("Last day in force"), required=False, hint=_("Empty: until further notice."))
    note = Text(_("Note"), longest=500, required=False)
    source = source_column()

    def check(self, row: Row) -> Iterable[Complaint]:
        """A range does not end before it begins."""
        if row["until_date"] and row["until_date"] < row["from_date"]:
            yield "until_date", _("Must not be before the first day in force.")


def overlaps(rows: Sequence[Row]) -> Iterable[RowComplaint]:
    """Rows of one item whose ranges overlap."""
    order = sorted(range(len(rows)), key=lambda i: (rows[i]["code"], rows[i]["from_date"]))
    for earlier, later in pairwise(order):
        first, second = rows[earlier], rows[later]
        last_day = first["until_date"] or date.max
        if first["code"] == second["code"] and second["from_date"] <= last_day:
            reason = format_lazy(
                _("Overlaps the same item in force from {from_date}: give that row a last day."),
                from_date=first["from_date"].isoformat(),
            )
            yield later, "from_date", reason


register(
    Table(
        Kind.FEES,
        FeeItem,
        FeeForm,
        key=("code", "from_date"),
        together=overlaps,
        words=Wording(
            _("Fee catalogue"),
            _("No charge item is published"),
            _(
                "The supply company has not published a catalogue yet. Until it does, nothing may "
                "be charged for a connection: only an item of the published catalogue in force "
                "that day may be charged (Regulation on Optimizing the Business Environment, "
                "article 25). Whoever is asked to pay can call one of the hotlines below."
            ),
        ),
    )
)
