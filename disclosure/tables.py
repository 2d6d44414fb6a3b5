from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applications.rentals.reading import free_words, late_words, place_of, price_and_item
from approvals.policies.models import PolicyDocument
from approvals.roads.closure import Closure
from approvals.roads.models import Cause, Road
from core.templatetags.city import day, figure, instant
from disclosure.queries import today
from disclosure.rows import noted, parts
from grid.areas.models import AreaRow
from grid.figures import kva_words
from grid.models import ElementRow
from grid.rental.models import RentalUnit
from money.tables import payers
from publishing.columns import NOTHING
from publishing.models import InForce, Kind
from publishing.tables import Wording, table_of
from reliability.models import OutageRow
from rules.city import city

Context = dict[str, Any]


@dataclass(frozen=True)
class Shown:
    """One column of a public table: `cell` gives the words of a row (None: no data), or a link's
    text and url;
    see components/data_table.html."""

    label: str
    cell: Callable[[Any], str | dict[str, str] | None]
    unit: str = ""
    numeric: bool = False


def drawn(
    columns: Sequence[Shown],
    rows: Iterable[Any],
    caption: str,
    *,
    empty: Wording | None = None,
) -> Context:
    """The context of `components/data_table.html`."""
    context: Context = {
        "caption": caption,
        "columns": [{"label": c.label, "unit": c.unit, "numeric": c.numeric} for c in columns],
        "rows": [[column.cell(row) for column in columns] for row in rows],
        "stack": True,
    }
    if empty:
        context["empty"] = {"title": empty.empty_title, "text": empty.empty_text}
    return context


def districts_words(codes: Sequence[str]) -> str:
    """Of none: the whole city."""
    return _(", ").join(map(district_name, codes)) if codes else _("Whole city")


def district_name(code: str) -> str:
    return str(city().district(code).name)


def span(since: date, until: date | None, *, begun: bool = True) -> str:
    """From when until when something is in force, the last day included."""
    if until is None:
        words = _("since {since}") if begun else _("from {since} on")
        return words.format(since=day(since))
    return _("{since} to {until}").format(since=day(since), until=day(until))


def fee_columns() -> list[Shown]:
    return [
        Shown(_("Charge item"), lambda row: noted(row.item, row.code)),
        Shown(_("Who pays, for what"), lambda row: noted(row.payer, payers(row))),
        Shown(_("Payees"), lambda row: row.paid_to or _("all but affiliates")),
        Shown(_("Rate"), lambda row: figure(row.rate.normalize()), _("CNY"), numeric=True),
        Shown(_("Unit of charge"), lambda row: row.unit),
        Shown(_("Nature of the price"), lambda row: str(row.get_nature_display())),
        Shown(_("Legal basis"), lambda row: row.legal_basis),
        *in_force_columns(),
    ]


def payee_columns() -> list[Shown]:
    return [
        Shown(_("Name of the payee"), lambda row: noted(row.name, row.code)),
        Shown(_("Unified social credit code"), lambda row: row.credit_code or NOTHING),
        Shown(
            _("Affiliated with the supply company"),
            lambda row: noted(_("Yes"), row.relation) if row.affiliated else _("No"),
        ),
        *in_force_columns(),
    ]


def price_columns() -> list[Shown]:
    return [
        Shown(_("Class of customers"), lambda row: noted(row.customers, row.code)),
        Shown(_("Voltage class"), lambda row: noted(row.voltage, row.period or _("at any time"))),
        Shown(
            _("Price"),
            lambda row: {"text": figure(row.price.normalize()), "url": "", "note": row.unit},
            numeric=True,
        ),
        Shown(_("Nature of the price"), lambda row: str(row.get_nature_display())),
        Shown(_("Price document"), lambda row: row.document),
        Shown(_("Published on"), lambda row: day(row.published_on)),
        *in_force_columns(),
    ]


def policy_columns() -> list[Shown]:
    columns = table_of(Kind.POLICIES).columns

    def concerns(row: PolicyDocument) -> str:
        return parts(
            columns[name].write(getattr(row, name))
            for name in ("permits", "kinds")
            if getattr(row, name)
        )

    return [
        Shown(
            _("Title of the document"),
            lambda row: {"text": row.title, "url": row.link, "note": row.number},
        ),
        Shown(_("Issuing office"), lambda row: columns["office"].show(row.office)),
        Shown(_("What it concerns"), concerns),
        Shown(_("Contents in brief"), lambda row: row.about),
        Shown(_("Replaced by"), lambda row: row.replaced_by or NOTHING),
        *in_force_columns(),
    ]


def in_force_columns() -> list[Shown]:
    """The last ones of a table whose rows are in force from one day to another."""
    on = today()
    return [
        Shown(
            _("In force"),
            lambda row: span(row.from_date, row.until_date, begun=row.from_date <= on),
        ),
        Shown(_("Today"), lambda row: today_words(row, on)),
        Shown(_("Source"), lambda row: row.source),
        Shown(_("Note"), lambda row: row.note or NOTHING),
    ]


def today_words(row: InForce, on: date) -> str:
    if row.in_force(on):
        return _("in force")
    return _("not yet in force") if on < row.from_date else _("no longer in force")


def capacity_columns() -> list[Shown]:
    def figures(name: str) -> Callable[[Any], str]:
        return lambda row: kva_words(getattr(row, name))

    return [
        Shown(_("District"), lambda row: district_name(row.district)),
        Shown(_("What it is"), lambda row: noted(row.name, row.get_kind_display())),
        Shown(_("Voltage"), lambda row: figure(row.voltage_kv.normalize()), "kV", numeric=True),
        Shown(_("Rated capacity"), figures("rating_kva"), "kVA", numeric=True),
        Shown(_("Maximum load"), figures("max_load_kva"), "kVA", numeric=True),
        Shown(_("Committed"), _committed, "kVA", numeric=True),
        Shown(_("Offered"), figures("offered_kva"), "kVA", numeric=True),
        Shown(_("Open capacity"), figures("open_kva"), "kVA", numeric=True),
        Shown(_("Waiting cases"), lambda row: figure(row.waiting), numeric=True),
        Shown(_("Limited"), _limited),
        Shown(_("Data as of"), lambda row: day(row.data_date)),
        Shown(_("Source"), lambda row: row.source),
    ]


def _committed(row: ElementRow) -> str:
    """What was promised elsewhere, and what has its power since these figures were taken."""
    if row.committed_kva is None:
        return kva_words(None)
    return kva_words(row.committed_kva + row.connected_kva)  # type: ignore[attr-defined]


def area_columns() -> list[Shown]:
    def figures(name: str) -> Callable[[Any], str]:
        return lambda row: _("not shown") if row.few else kva_words(getattr(row, name))

    def counted(row: AreaRow) -> str:
        if row.few:
            return _("too few for figures")
        return _("{room} of {all}").format(room=figure(row.with_room), all=figure(row.elements))

    return [
        Shown(_("District"), lambda row: district_name(row.district)),
        Shown(_("Area of the map"), lambda row: row.name),
        Shown(_("Room left"), lambda row: str(row.room.label)),
        Shown(_("Open at once"), figures("open_kva"), "kVA", numeric=True),
        Shown(_("Lines and transformers with room"), counted, numeric=True),
        Shown(_("Rated capacity"), figures("rated_kva"), "kVA", numeric=True),
        Shown(_("Maximum load"), figures("load_kva"), "kVA", numeric=True),
        Shown(_("Committed"), figures("committed_kva"), "kVA", numeric=True),
        Shown(_("Offered"), figures("offered_kva"), "kVA", numeric=True),
        Shown(
            _("Waiting cases"),
            lambda row: _("not shown") if row.few else figure(row.waiting),
            numeric=True,
        ),
    ]


def road_columns() -> list[Shown]:
    closure = Closure.now()
    return [
        Shown(_("Road"), lambda row: noted(f"{row.name} {row.section}", row.number)),
        Shown(_("District"), lambda row: district_name(row.district)),
        Shown(_("Why it is closed"), partial(_cause, closure)),
        Shown(_("Closed since"), lambda row: day(row.since)),
        Shown(_("May not be dug"), partial(_until, closure)),
        Shown(_("Basis"), lambda row: row.basis),
        Shown(_("Source"), lambda row: row.source),
    ]


def _cause(closure: Closure, row: Road) -> str:
    """With the years of the law."""
    years = closure.years(Cause(row.cause))
    counted = ngettext("{years} year", "{years} years", years).format(years=years)
    return noted(row.get_cause_display(), counted)


def _until(closure: Closure, row: Road) -> str:
    last = closure.until(Cause(row.cause), row.since)
    said = _("until {day}") if closure.is_closed(row) else _("it could not be dug until {day}")
    return said.format(day=day(last))


def rental_columns() -> list[Shown]:
    return [
        Shown(_("Unit for rent"), lambda row: {"text": row.name, "url": "", "note": row.code}),
        Shown(_("What it is"), lambda row: row.equipment),
        Shown(
            _("Rated capacity"),
            lambda row: figure(row.capacity_kva.normalize()),
            "kVA",
            numeric=True,
        ),
        Shown(_("Voltage"), lambda row: figure(row.voltage_kv.normalize()), "kV", numeric=True),
        Shown(_("Where the unit is kept"), place_of),
        Shown(_("Price today, by the fee catalogue"), lambda row: price_and_item(row.price)),
        Shown(_("Free, from its first day to its day of return"), _free),
        Shown(_("Data as of"), lambda row: day(row.data_date)),
        Shown(_("Source"), lambda row: row.source),
    ]


def _free(row: RentalUnit) -> str:
    return parts(filter(None, [free_words(row.free), late_words(row)]))


def _limited(row: ElementRow) -> str:
    """Whether the capacity is limited, here or by what feeds it: why, what is done, until when
    (plan 3(5)1); never which one above."""
    by = row.limiting or row
    if not by.limited:
        return _("No")
    words = _("Yes, by what feeds it ({kind}): {reason}") if row.limiting else _("Yes: {reason}")
    said = [words.format(kind=by.get_kind_display(), reason=by.reason)]
    if by.measure:
        said.append(by.measure)
    if by.expected_end:
        said.append(_("expected until {day}").format(day=day(by.expected_end)))
    return parts(said)


def outage_columns() -> list[Shown]:
    return [
        Shown(_("Area"), lambda row: f"{district_name(row.district)} · {row.area}"),
        Shown(_("Kind and cause"), _kind_and_cause),
        Shown(
            _("Planned"),
            lambda row: (
                NOTHING
                if row.planned_from is None
                else _("{since} to {until}").format(
                    since=instant(row.planned_from), until=instant(row.planned_until) or NOTHING
                )
            ),
        ),
        Shown(_("Power off at"), lambda row: instant(row.started_at) or NOTHING),
        Shown(_("Restored at"), lambda row: instant(row.restored_at) or NOTHING),
        Shown(
            _("Customers affected"),
            lambda row: noted(figure(row.customers), row.get_level_display()),
            numeric=True,
        ),
        Shown(_("Published, source"), lambda row: noted(instant(row.announced_at), row.source)),
    ]


def _kind_and_cause(row: OutageRow) -> str:
    words = _("{kind}: {cause}").format(kind=row.get_kind_display(), cause=row.cause)
    if not row.regulation:
        return words
    cited = _("prescribed by: {regulation}")
    if row.excluded_by_policy:
        cited = _("left out of the plan's hours: {regulation}")
    return parts([words, cited.format(regulation=row.regulation)])
