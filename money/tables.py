"""The published tables of money: the fee catalogue, and who may be paid."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import pairwise

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from applications.models import Application
from applications.states import ZERO_INVESTMENT
from core.clock import local_date
from core.identifiers import credit_code_checks, plain
from money.catalogue import FeeItem, Nature, Payee
from money.queries import payees_in_force
from publishing.columns import PARTED, Choice, Choices, Codes, Flag, Number, Several, Text
from publishing.models import Kind, PublishedRow
from publishing.tables import (
    Complaint,
    InForceForm,
    Row,
    RowComplaint,
    Table,
    Wording,
    first_day,
    last_day,
    register,
    source_column,
    table_of,
)
from rules.city import city

LARGEST_RATE = 9_999_999_999
CODE_MAX = 32


def charged_kinds() -> Choices:
    """Without those that pay nothing (plan 3(3)2)."""
    return [(one.code, one.name) for one in city().kinds if one.code not in ZERO_INVESTMENT]


class FeeForm(InForceForm):
    """An item of the catalogue: only what is in it may be charged (优化营商环境条例 25)."""

    code = Text(_("Item number"), longest=CODE_MAX)
    item = Text(_("Charge item"), longest=120)
    payer = Text(_("Who pays, for what"), longest=300)
    kinds = Several(
        _("Kinds of case that are charged"),
        charged_kinds,
        hint=_("Whatever else the item says, a case of another kind is not charged by it."),
    )
    purposes = Several(
        _("Purposes that are charged"),
        Application.Purpose.choices,
        required=False,
        hint=_("Empty: every purpose."),
    )
    payees = Codes(
        _("Payees"),
        longest=300,
        required=False,
        hint=_(
            "Codes of the table of payees, parted by semicolons. Empty: every one of it but "
            "affiliates."
        ),
    )
    unit = Text(_("Unit of charge"), longest=40, hint=_("For example CNY per kVA."))
    rate = Number(_("Rate"), unit=_("CNY per unit"), places=4, largest=LARGEST_RATE)
    nature = Choice(_("Nature of the price"), Nature.choices)
    legal_basis = Text(_("Legal basis"), longest=300, hint=_("Title and document number."))
    from_date = first_day()
    until_date = last_day()
    note = Text(_("Note"), longest=500, required=False)
    source = source_column()


def payers(item: FeeItem) -> str:
    """The kinds, and the purposes if not all, of the cases that an item is charged to."""
    columns = table_of(Kind.FEES).columns
    named = (columns[name].write(getattr(item, name)) for name in ("kinds", "purposes"))
    return " · ".join(filter(None, named))


class PayeeForm(InForceForm):
    """Who may be paid for a connection; affiliates are declared (plan 3(3)3)."""

    code = Text(_("Code of the payee"), longest=CODE_MAX)
    name = Text(_("Name of the payee"), longest=120)
    credit_code = Text(_("Unified social credit code"), longest=18, required=False)
    affiliated = Flag(_("Affiliated with the supply company"))
    relation = Text(
        _("What it is to the supply company"),
        longest=300,
        required=False,
        hint=_("Needed of an affiliate, such as a subsidiary, or a company of its trade union."),
    )
    from_date = first_day()
    until_date = last_day()
    note = Text(_("Note"), longest=500, required=False)
    source = source_column()

    def check(self, row: Row) -> Iterable[Complaint]:
        yield from super().check(row)
        if row["affiliated"] and not row["relation"]:
            yield "relation", _("Say what the affiliate is to the supply company.")
        if row["relation"] and not row["affiliated"]:
            yield "affiliated", _("Say yes where it has a relation to the supply company.")
        if row["credit_code"] and not credit_code_checks(plain(row["credit_code"])):
            yield "credit_code", _("This credit code is mistyped: its last character does not fit.")


def overlaps(rows: Sequence[Row]) -> Iterable[RowComplaint]:
    """Rows of one item whose ranges overlap."""
    order = sorted(range(len(rows)), key=lambda i: (rows[i]["code"], rows[i]["from_date"]))
    for earlier, later in pairwise(order):
        first, second = rows[earlier], rows[later]
        last = first["until_date"] or date.max
        if first["code"] == second["code"] and second["from_date"] <= last:
            reason = format_lazy(
                _("Overlaps the same item in force from {from_date}: give that row a last day."),
                from_date=first["from_date"].isoformat(),
            )
            yield later, "from_date", reason


def unknown_payees(row: Row, _old: PublishedRow | None, at: datetime) -> Iterable[Complaint]:
    """Nobody is paid by an item whose payees are not declared: it may be that they are to be."""
    known = set(payees_in_force(local_date(at)).values_list("code", flat=True))
    for code in filter(None, row["payees"].split(PARTED)):
        if code not in known:
            reason = _("No payee of code “{code}” is declared today: nobody is paid by it.")
            yield "payees", format_lazy(reason, code=code)


register(
    Table(
        Kind.FEES,
        FeeItem,
        FeeForm,
        key=("code", "from_date"),
        together=overlaps,
        listed=(
            "code",
            "item",
            "kinds",
            "payees",
            "unit",
            "rate",
            "legal_basis",
            "from_date",
            "until_date",
        ),
        asks=unknown_payees,
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

register(
    Table(
        Kind.PAYEES,
        Payee,
        PayeeForm,
        key=("code", "from_date"),
        together=overlaps,
        words=Wording(
            _("Payees"),
            _("No payee is declared"),
            _(
                "The supply company has not declared who may be paid for a connection. Until it "
                "does, nothing may be charged. Whoever is asked to pay can call one of the "
                "hotlines below."
            ),
        ),
    )
)
