"""The register as a published table: kept by the supply company's lead."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.clock import local_date
from grid.figures import LARGEST_KVA
from grid.rental.models import CODE_MAX, NAME_MAX, WORDS_MAX, RentalUnit
from grid.rental.prices import prices_on
from grid.tables import LARGEST_KV
from publishing.columns import Day, Number, Text
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


class RentalForm(RowForm):
    code = Text(
        _("Number of the unit"),
        longest=CODE_MAX,
        hint=_("By which bookings name it. It stays when the row is corrected."),
    )
    district = district_column()
    name = Text(pgettext_lazy("unit", "Name"), longest=NAME_MAX)
    equipment = Text(
        _("What it is"),
        longest=NAME_MAX,
        hint=_("Such as a box-type substation, a transformer on a trailer or a generator."),
    )
    capacity_kva = Number(_("Rated capacity"), unit="kVA", places=2, largest=LARGEST_KVA)
    voltage_kv = Number(_("Voltage"), unit="kV", places=2, largest=LARGEST_KV)
    place = Text(
        _("Where the unit is kept"),
        longest=WORDS_MAX,
        hint=_("Where it is handed over and given back."),
    )
    fee_code = Text(
        _("Item of the fee catalogue"),
        longest=32,
        hint=_("The code of the item that says its price."),
    )
    data_date = Day(_("Data as of"))
    source = source_column()

    def check(self, row: Row) -> Iterable[Complaint]:
        for name in ("capacity_kva", "voltage_kv"):
            if row[name] <= 0:
                yield name, _("Must be more than nothing.")


def refused_unit(row: Row, _old: PublishedRow | None, at: datetime) -> Iterable[Complaint]:
    if row["data_date"] > local_date(at):
        yield "data_date", _("Is in the future.")


def doubtful_unit(row: Row, _old: PublishedRow | None, at: datetime) -> Iterable[Complaint]:
    if not prices_on([row["fee_code"]], local_date(at)):
        yield "fee_code", _("The fee catalogue has no such item in force: no price is shown.")


register(
    Table(
        Kind.RENTAL,
        RentalUnit,
        RentalForm,
        key=("code",),
        listed=("code", "district", "name", "equipment", "capacity_kva", "place", "fee_code"),
        refuses=refused_unit,
        asks=doubtful_unit,
        words=Wording(
            _("Temporary supply for rent"),
            _("No unit is published"),
            _(
                "The supply company has published no unit for rent here. Temporary supply can be "
                "applied for all the same, with equipment of your own; call one of the hotlines "
                "below to ask what can be rented."
            ),
        ),
    )
)
