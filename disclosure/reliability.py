"""The pages of reliability: figures, the lines that they are of, the interruptions that they are
made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.clock import city_now, local_date
from core.paging import Page, page_of
from core.problems import Missing
from core.reading import whole_number
from core.templatetags.city import day, figure, instant
from disclosure.figure_plots import Plot, by_class, by_month
from disclosure.figures import (
    class_name,
    figures_file,
    hours_columns,
    indices_table,
    level_name,
    times_columns,
    where,
    written,
)
from disclosure.forms import ReliabilityForm
from disclosure.lines import LineFigure, line_columns, lines_told
from disclosure.plots import drawn_plot
from disclosure.public import kept_page, metered, public_page
from disclosure.rows import paired, parts
from disclosure.tables import Context, Shown, drawn
from publishing import formats
from publishing import queries as publishing
from publishing.models import Kind
from publishing.tables import table_of
from reliability import queries
from reliability.indices import reading
from reliability.indices.figures import Figure
from reliability.indices.formulas import HOUR
from reliability.indices.models import CountedInterruption, DailyFigure
from reliability.indices.queries import ALL, Asked, Counted, MajorDays, Reader, counted, major_days
from reliability.outages.kinds import OutageKind
from reliability.rules import joining, often

ORDER = ("-begun_at", "-id")


def asked_year(asked: str, years: list[int]) -> int | None:
    """The newest year with data where none is asked for, None where none has data. Raises Missing
    where the year asked for has none."""
    if not asked:
        return years[0] if years else None
    year = whole_number(asked)
    if year not in years:
        raise Missing
    return year


@dataclass(frozen=True)
class Wanted:
    """What an address asks for, and what the figures are of. `asked`: None where there is no year
    with data, or nothing was counted yet."""

    form: ReliabilityForm
    years: list[int]
    year: int | None
    counted: Counted

    @property
    def asked(self) -> Asked | None:
        if self.year is None or self.counted.at is None or self.form.errors:
            return None
        return self.form.asked(self.year)

    @property
    def reader(self) -> Reader | None:
        if self.year is None or self.counted.at is None:
            return None
        return Reader(self.year, self.counted.at)

    def query(self, **others: Any) -> str:
        """The address's own parameters with others in their place."""
        kept = {"year": self.year, **{name: self.form.wanted(name) for name in self.form.fields}}
        return urlencode({name: value for name, value in {**kept, **others}.items() if value})


def wanted(parameters: QueryDict) -> Wanted:
    """Raises Missing as `asked_year`."""
    years = queries.years()
    year = asked_year(parameters.get("year", ""), years)
    return Wanted(ReliabilityForm(parameters), years, year, counted())


def figures_of(found: Wanted) -> list[Figure]:
    asked, reader = found.asked, found.reader
    return reader.figures(asked) if asked and reader else []


@kept_page(by_the_minute=True)
def reliability(request: HttpRequest) -> HttpResponse:
    found = wanted(request.GET)
    context = {
        "found": found,
        "year": found.year,
        "years": found.years,
        "form": found.form,
        "levels": _levels(found),
        "period": _period(found),
        "customers": publishing.newest(Kind.CUSTOMERS),
        "outages": publishing.newest(Kind.OUTAGES),
        "wording": table_of(Kind.CUSTOMERS).words,
        "formats": formats.formats_of(table_of(Kind.CUSTOMERS).standing),
        "query": found.query(),
        "method": _method(found),
    }
    return render(request, "disclosure/reliability.html", context, status=found.form.status)


def _period(found: Wanted) -> str:
    """In words; empty where there is none."""
    if found.year is None:
        return ""
    month = found.form.wanted("month")
    if not month:
        return pgettext("period", "{year}").format(year=found.year)
    return _("{year}, month {month}").format(year=found.year, month=month)


def _method(found: Wanted) -> dict[str, Any]:
    """The numbers of the method, by the rules of today."""
    today = local_date(found.counted.at or city_now())
    rule = joining(today)
    minute = timedelta(minutes=1)
    return {
        "gap": rule.gap // minute,
        "momentary": rule.momentary and rule.momentary // minute,
        "limit_is_momentary": rule.limit_is_momentary,
        "often": often(today),
    }


def _levels(found: Wanted) -> list[dict[str, Any]]:
    asked, reader = found.asked, found.reader
    if asked is None or reader is None:
        return []
    rows = reader.figures(asked)
    levels = list(dict.fromkeys(row.group.level for row in rows))
    majors = {each.level: each for each in major_days(asked.year, levels)}
    return [
        _level(found, reader, asked, [row for row in rows if row.group.level == level],
               majors[level])
        for level in levels
    ]  # fmt: skip


def _level(
    found: Wanted, reader: Reader, asked: Asked, rows: Sequence[Figure], major: MajorDays
) -> dict[str, Any]:
    """What the page says of one level: of the place that is asked for, then of its districts."""
    period, level = _period(found), rows[0].group.level
    hours = _("Hours without power per customer (SAIDI), {period}").format(period=period)
    times = _("Times without power and their length, {period}").format(period=period)
    by_district = _("By district: {caption}")
    whole = [row for row in rows if row.group.district == asked.district]
    districts = [row for row in rows if row.group.district != asked.district]
    main = whole[0]
    caption = _("Every index, {place}, {classes}, {period}").format(
        place=where(main.group.district), classes=class_name(main.group.area_class), period=period
    )
    tables = [(hours_columns(), hours), (times_columns(), times)]
    return {
        "name": level_name(level),
        "main": main,
        "plots": [
            {"title": plot.title, "of": plot.of, "svg": drawn_plot(plot.spec)}
            for plot in plots_of(reader, asked, whole)
        ],
        "months": _months_table(reader, main) if not asked.month else None,
        "city": [drawn(columns, whole, caption) for columns, caption in tables],
        "indices": indices_table(main, caption),
        "districts": [
            drawn(columns, districts, by_district.format(caption=caption))
            for columns, caption in tables
            if districts
        ],
        "clause": next((row.target.clause for row in whole if row.target.clause), ""),
        "forecast": next((row.forecast for row in whole if row.forecast), None),
        "major": _major_words(major),
        "interruptions": found.query(level=level),
    }


def plots_of(reader: Reader, asked: Asked, whole: Sequence[Figure]) -> list[Plot]:
    """Of one level and place; the months only of a year."""
    classes = [row for row in whole if row.group.area_class != ALL or asked.area_class]
    plots = [by_class(classes)]
    if not asked.month:
        plots.append(by_month(whole[0], reader.months(whole[0])))
    return plots


def _months_table(reader: Reader, year: Figure) -> dict[str, Any]:
    columns = [
        Shown(_("Month"), lambda row: str(row.days.first.month)),
        Shown(_("Customers"), lambda row: figure(row.customers and round(row.customers)),
              numeric=True),
        Shown(_("By the plan"), lambda row: written(row.counted.saidi, 2), _("hours"),
              numeric=True),
        Shown(_("Every outage"), lambda row: written(row.everything.saidi, 2), _("hours"),
              numeric=True),
        Shown(_("Times, every outage"), lambda row: written(row.everything.saifi, 3), _("times"),
              numeric=True),
    ]  # fmt: skip
    caption = _("By month: {place}, {classes}, {year}").format(
        place=where(year.group.district), classes=class_name(year.group.area_class), year=year.year
    )
    return drawn(columns, reader.months(year), caption)


def _major_words(major: MajorDays) -> str:
    if major.limit is None:
        return _(
            "No major-event day: the limit is undefined with fewer than two days of interruptions "
            "in the years before."
        )
    limit = major.limit.as_limit
    said = _(
        "Major-event days: more than {minutes} minutes per customer, by {days} days of {years} "
        "years before."
    ).format(minutes=f"{limit.minutes:.3f}", days=limit.days, years=limit.years)
    if limit.provisional:
        said += " " + _("Provisional: five years are asked for.")
    found = "、".join(day(each) for each in major.days) or _("none")
    return said + " " + _("In this year: {days}.").format(days=found)


@metered
@public_page
def reliability_csv(request: HttpRequest) -> HttpResponse:
    return file_of(request.GET)


def file_of(parameters: QueryDict) -> HttpResponse:
    """The figures of a period as CSV. Raises as `checked`."""
    found = checked(parameters)
    month = found.form.wanted("month")
    name = "-".join(["reliability", str(found.year or "none"), *([month] if month else [])])
    return figures_file(name, figures_of(found), int(month) if month else None)


# --- what a figure is made of -------------------------------------------------------------------


@public_page
def interruptions(request: HttpRequest) -> HttpResponse:
    found = checked(request.GET)
    page = page_of(request, interruptions_of(found), order=ORDER)
    caption = _("Interruptions, {period}").format(period=_period(found))
    lead = _("What the figures are made of, the newest first: they add up to the figures.")
    table = drawn(interruption_columns(), page.rows, caption, empty=table_of(Kind.OUTAGES).words)
    return _rows(request, found, page, lead=lead, table=table)


@public_page
def lines(request: HttpRequest) -> HttpResponse:
    found = checked(request.GET)
    page = page_of(request, lines_of(found), order=reading.LINE_ORDER)
    caption = _("Lines, {period}").format(period=_period(found))
    lead = _(
        "Of each line what its interruptions add up to. Only outages that were recorded here "
        "say on which line they were."
    )
    columns = line_columns(lambda row: found.query(line=row.line, level=row.level))
    told = told_of(found, page.rows)
    empty = {
        "title": _("No interruption of a line is recorded in this period"),
        "text": _("What was published of the time before this portal names no line."),
    }
    table = drawn(columns, told, caption) | {"empty": empty}
    return _rows(request, found, page, lead=lead, table=table)


def _rows(
    request: HttpRequest, found: Wanted, page: Page[Any], *, lead: str, table: Context
) -> HttpResponse:
    context = {
        "title": table["caption"],
        "lead": lead,
        "group": _group_words(found),
        "page": page,
        "table": table,
        "found": found,
        "query": found.query(line=""),
    }
    return render(request, "disclosure/reliability_rows.html", context)


def checked(parameters: QueryDict) -> Wanted:
    """Raises Invalid with every value that does not exist, Missing for a year without data."""
    found = wanted(parameters)
    found.form.check()
    return found


def interruptions_of(found: Wanted) -> QuerySet[CountedInterruption]:
    """Nothing where there is no year with data."""
    asked = found.asked
    if asked is None:
        return CountedInterruption.objects.none()
    return reading.interruptions(asked.group, asked.days, found.form.wanted("line"))


def lines_of(found: Wanted) -> QuerySet[DailyFigure, Any]:
    """As `interruptions_of`."""
    asked = found.asked
    return DailyFigure.objects.none() if asked is None else reading.lines(asked.group, asked.days)


def told_of(found: Wanted, rows: Sequence[Any]) -> list[LineFigure]:
    """Of rows of `lines_of`."""
    return lines_told(rows, found.asked.days) if found.asked else []


def _group_words(found: Wanted) -> str:
    wanted = found.form.wanted
    said = [where(wanted("district")), class_name(wanted("area_class"))]
    if level := wanted("level"):
        said.append(level_name(level))
    if line := wanted("line"):
        said.append(_("line {line}").format(line=line))
    return parts(said)


def interruption_columns() -> list[Shown]:
    return [
        Shown(_("Outage"), lambda row: {
            "text": ", ".join(row.numbers), "note": str(OutageKind(row.kind).label),
        }),
        Shown(_("Where"), lambda row: {
            "text": paired(where(row.district), class_name(row.area_class)),
            "note": parts([row.line, level_name(row.level)]) if row.line else level_name(row.level),
        }),
        Shown(_("Power off at"), lambda row: instant(row.begun_at)),
        Shown(_("Restored at"), lambda row: instant(row.ended_at) if row.ended_at else
              _("still off, not counted")),
        Shown(_("Customers"), lambda row: figure(row.customers), numeric=True),
        Shown(_("Customer hours"), lambda row: _hours(row.lost, row.ended_at), numeric=True),
        Shown(_("As first recorded"), lambda row: _hours(row.recorded, row.ended_at), numeric=True),
        Shown(_("How it counts"), _how),
    ]  # fmt: skip


def _hours(lost: Any, ended: Any) -> str | None:
    return figure(lost / HOUR, 2) if ended else None


def _how(row: CountedInterruption) -> str:
    if row.ended_at is None:
        return _("still off, not counted")
    said = []
    if row.momentary:
        said.append(_("momentary: in MAIFI alone"))
    if row.customers_counted == 0:
        said.append(_("left out by the plan"))
    if row.corrected:
        said.append(_("times corrected"))
    if len(row.numbers) > 1:
        said.append(_("several outages are one interruption"))
    return parts(said) if said else _("in full")
