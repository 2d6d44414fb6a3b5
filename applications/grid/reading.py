"""The grid in words: rows of its lists, and what the page of one element says."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from applications.grid import queries
from applications.plans.queries import last_day
from core.clock import city_now, local_date
from core.counting import bounded
from core.templatetags.city import day, figure, instant
from grid.figures import figures, kva_words
from grid.models import Element, ElementRow, Reservation, Waiting
from grid.points import queries as points
from grid.points.models import AreaClass, Level
from publishing.columns import NOTHING, Column
from publishing.models import Kind
from publishing.tables import table_of
from rules.city import city

Cell = str | dict[str, str]
KVA = "kVA"


def column(label: str, unit: str = "", *, numeric: bool = False) -> dict[str, Any]:
    return {"label": label, "unit": unit, "numeric": numeric or bool(unit)}


def table(
    caption: str, columns: Sequence[dict[str, Any]], rows: Iterable[Sequence[Cell]], **more: Any
) -> dict[str, Any]:
    """The context of `components/data_table.html`."""
    return {"caption": caption, "columns": columns, "rows": list(rows), "stack": True, **more}


def linked(code: str, name: str) -> Cell:
    return {"text": name, "url": reverse("work-grid:element", args=[code]), "note": code}


def where(row: ElementRow) -> str:
    return f"{row.get_kind_display()} · {city().district(row.district).name}"


def elements_table(rows: Iterable[Any], caption: str, short: Mapping[int, Any]) -> dict[str, Any]:
    """Elements with their figures.

    Args:
        short: the shortages, by the key of the element.
    """
    columns = [
        column(_("Element")), column(_("What it is")), column(_("Rated capacity"), KVA),
        column(_("Maximum load"), KVA), column(_("Committed"), KVA),
        column(_("Connected since"), KVA), column(_("Offered"), KVA),
        column(_("Open capacity"), KVA), column(_("Waiting cases"), numeric=True),
        column(_("To mind")),
    ]  # fmt: skip
    cells = (
        [
            linked(row.code, row.name), where(row), kva_words(row.rating_kva),
            kva_words(row.max_load_kva), kva_words(row.committed_kva), kva_words(row.connected_kva),
            kva_words(row.offered_kva), kva_words(row.open_kva), figure(row.waiting),
            to_mind(row, short.get(row.element.pk)),
        ]
        for row in rows
    )  # fmt: skip
    return table(caption, columns, cells)


def to_mind(row: ElementRow, shortage: queries.Shortage | None) -> str:
    said = [_("Limited: %(reason)s") % {"reason": row.reason}] if row.limited else []
    if shortage:
        said.insert(0, _("Short by %(kva)s kVA") % {"kva": kva_words(shortage.short_kva)})
    return " · ".join(said) or NOTHING


def shortages_table(
    rows: Iterable[Element], short: Mapping[int, queries.Shortage]
) -> dict[str, Any]:
    columns = [
        column(_("Element")), column(_("What it is")), column(_("Room by its figures"), KVA),
        column(_("Reserved"), KVA), column(_("Short by"), KVA), column(_("Figures")),
    ]  # fmt: skip
    cells = []
    for each in rows:
        found, row = short[each.pk], each.row
        cells.append([
            linked(each.code, row.name if row else _("withdrawn")),
            where(row) if row else NOTHING,
            kva_words(found.room_kva), kva_words(found.promised_kva), kva_words(found.short_kva),
            published(row) if row else NOTHING,
        ])  # fmt: skip
    title = _("No element is short")
    text = _("Nothing promised is more than what the published figures leave.")
    return table(_("Shortages"), columns, cells, empty={"title": title, "text": text})


def published(row: ElementRow) -> str:
    said = {
        "number": row.publication.number,
        "at": instant(row.publication.published_at),
        "day": day(row.data_date),
    }
    return _("publication %(number)s, %(at)s, data as of %(day)s") % said


def element_context(found: Element, held: Sequence[Reservation], user: User) -> dict[str, Any]:
    """The page of an element but for the paging of what is promised of it.

    Args:
        held: the reservations of this page.
    """
    row = queries.figures_of(found)
    short, hanging = queries.shortages(), queries.hanging(found)
    waiting = list(queries.waiting_for(found)[: queries.SHOWN])
    numbers = [each.number for each in held] + [each.number for each in waiting]
    links = {
        number: reverse("work:case", args=[number]) for number in queries.readable(numbers, user)
    }
    return {
        "code": found.code,
        "row": row,
        "facts": facts(row) if row else [],
        "shortage": short.get(found.pk),
        "short_kva": kva_words(short[found.pk].short_kva) if found.pk in short else "",
        "way": _way(found),
        "below": elements_table(
            hanging[: queries.SHOWN].select_related("element"), _("What hangs below it"), short
        ),
        "below_count": bounded(hanging),
        "customers": customers_table(
            points.below(found.pk, local_date(city_now())), _("Customers below it"), placed=False
        ),
        "reservations": reservations_table(held, links),
        "waiting": waiting_table(waiting, links),
        "history": history_table(queries.history(found)),
    }


def facts(row: Any) -> list[dict[str, str]]:
    """The figures of now, then what was published, as the table of elements words them; an unknown
    figure says so, and what else is empty is left out."""
    columns: dict[str, Column] = {**figures(), **table_of(Kind.CAPACITY).columns}
    found = []
    for name, each in columns.items():
        value = getattr(row, name)
        if name in ("code", "name") or (value in (None, "") and not each.numeric):
            continue
        found.append({
            "key": f"{each.title} ({each.unit})" if each.unit else str(each.title),
            "value": _("unknown") if value is None else each.show(value),
        })  # fmt: skip
    return found


def _way(found: Element) -> dict[str, Any]:
    columns = [column(_("Element")), column(_("What it is")), column(_("Open capacity"), KVA)]
    rows = (
        [linked(each.code, each.row.name), where(each.row), kva_words(each.open_kva)]
        for each in queries.way_up(found)
    )
    return table(_("What feeds it"), columns, rows)


def reservations_table(rows: Iterable[Reservation], links: Mapping[str, str]) -> dict[str, Any]:
    columns = [
        column(_("Case")), column(_("Reserved"), KVA), column(_("Element")),
        column(_("Since")), column(_("Until")),
    ]  # fmt: skip
    cells = (
        [
            cased(each.number, links), kva_words(each.kva), each.element.code,
            instant(each.from_at), until(each),
        ]
        for each in rows
    )  # fmt: skip
    empty = {"title": _("Nothing is promised of it"), "text": ""}
    return table(_("What is promised"), columns, cells, empty=empty)


def cased(number: str, links: Mapping[str, str]) -> Cell:
    """The number of a case, a link for whoever may read it."""
    return {"text": number, "url": links[number]} if number in links else number


def until(held: Reservation) -> str:
    if held.connected_at:
        return _("in use since %(at)s") % {"at": instant(held.connected_at)}
    said = [_("until the case ends")]
    if held.lapses_at:
        said = [_("with the plan, until %(day)s") % {"day": day(last_day(held.lapses_at))}]
    if held.until_at:
        said.append(_("planned until %(at)s") % {"at": instant(held.until_at)})
    return " · ".join(said)


def waiting_table(rows: Iterable[Waiting], links: Mapping[str, str]) -> dict[str, Any]:
    columns = [column(_("Case")), column(_("Needed"), KVA), column(_("Since"))]
    cells = ([cased(each.number, links), kva_words(each.kva), instant(each.since)] for each in rows)
    return table(_("Who waits"), columns, cells)


def history_table(rows: Iterable[ElementRow]) -> dict[str, Any]:
    columns = [
        column(_("Published")), column(_("Fed from")), column(_("Rated capacity"), KVA),
        column(_("Maximum load"), KVA), column(_("Committed"), KVA), column(_("Limited")),
        column(_("Data as of")),
    ]  # fmt: skip
    cells = (
        [
            _("Publication %(number)s, %(at)s")
            % {"number": row.publication.number, "at": instant(row.publication.published_at)},
            row.fed_from or NOTHING, kva_words(row.rating_kva), kva_words(row.max_load_kva),
            kva_words(row.committed_kva), row.reason if row.limited else _("No"),
            day(row.data_date),
        ]
        for row in rows
    )  # fmt: skip
    return table(_("As it was published"), columns, cells)


def customers_table(
    counts: Iterable[points.Count],
    caption: str,
    *,
    placed: bool = True,
    published_counts: Mapping[tuple[str, str, str], Any] | None = None,
) -> dict[str, Any]:
    """Counts of customers by class and level.

    Args:
        placed: by district too.
        published_counts: the rows of customers served, by district, class and level, to be shown
            beside.
    """
    columns = [
        *([column(_("District"))] if placed else []),
        column(_("Class of area")), column(_("Customer level")),
        column(_("Customers"), numeric=True), column(_("Of energised cases"), numeric=True),
        column(_("Connection points"), numeric=True), column(_("Data as of")),
        *(
            [column(_("Customers served, published"), numeric=True)]
            if published_counts is not None
            else []
        ),
    ]  # fmt: skip
    rows = []
    for each in counts:
        cells = [
            *([str(city().district(each.district).name)] if placed else []),
            class_words(each.area_class), str(Level(each.level).label), figure(each.customers),
            figure(each.of_cases), figure(each.points), days(each),
        ]  # fmt: skip
        if published_counts is not None:
            served = published_counts.get((each.district, each.area_class, each.level))
            cells.append(f"{figure(served.customers)} ({served.year})" if served else NOTHING)
        rows.append(cells)
    title = _("No connection point is known")
    text = _("Whoever keeps the connection points publishes them; energised cases add their own.")
    return table(caption, columns, rows, empty={"title": title, "text": text})


def class_words(area_class: str) -> str:
    return str(AreaClass(area_class).label) if area_class else _("not known yet")


def days(each: points.Count) -> str:
    if each.oldest == each.newest:
        return day(each.newest)
    return _("%(oldest)s to %(newest)s") % {"oldest": day(each.oldest), "newest": day(each.newest)}
