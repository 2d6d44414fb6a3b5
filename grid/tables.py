from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from core.clock import local_date
from grid.models import CapacityRow
from publishing.columns import Day, Flag, Number, Text
from publishing.models import Kind, PublishedRow
from publishing.tables import (
    Complaint,
    Row,
    RowForm,
    Table,
    Wording,
    district_column,
    register,
    source_column,
)

LARGEST_KVA = 9_999_999_999
LARGEST_KV = 1_000


class CapacityForm(RowForm):
    """Open capacity on the load side; what is limited says why (plan 三(五)1)."""

    district = district_column()
    substation = Text(_("Substation"), longest=80)
    voltage_kv = Number(_("Voltage"), unit="kV", places=2, largest=LARGEST_KV)
    transformer = Text(_("Transformer"), longest=60)
    line = Text(_("Line"), longest=80)
    capacity_kva = Number(_("Line capacity"), unit="kVA", places=2, largest=LARGEST_KVA)
    open_kva = Number(_("Open capacity"), unit="kVA", places=2, largest=LARGEST_KVA)
    limited = Flag(_("Limited"))
    reason = Text(
        _("Why it is limited"),
        longest=300,
        required=False,
        hint=_("Needed where the capacity is limited."),
    )
    measure = Text(_("What is done about it"), longest=300, required=False)
    expected_end = Day(_("Limited until, expected"), required=False)
    data_date = Day(_("Data as of"))
    source = source_column()

    def check(self, row: Row) -> Iterable[Complaint]:
        if row["open_kva"] > row["capacity_kva"]:
            yield "open_kva", _("Must not be more than the capacity.")
        if row["limited"] and not row["reason"]:
            yield "reason", _("Say why the capacity is limited.")


def refused_capacity(row: Row, _old: PublishedRow | None, at: datetime) -> Iterable[Complaint]:
    if row["data_date"] > local_date(at):
        yield "data_date", _("Is in the future.")


register(
    Table(
        Kind.CAPACITY,
        CapacityRow,
        CapacityForm,
        key=("district", "substation", "transformer", "line"),
        refuses=refused_capacity,
        words=Wording(
            _("Open capacity by line"),
            _("No open capacity is published"),
            _(
                "The supply company has not published figures here yet, which does not mean that "
                "there is no capacity. An application is answered all the same; call one of the "
                "hotlines below to ask about a place."
            ),
        ),
    )
)
