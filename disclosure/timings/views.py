"""The pages of real timings: the frozen figures of a month or year, and their releases."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from applications.timings.models import ALL, Cell, Release, Table
from applications.timings.releases import LARGE, in_each, release_named
from applications.timings.wording import changes_table
from disclosure.figures import where
from disclosure.plots import drawn_plot
from disclosure.public import kept_page, metered, public_file, public_page
from disclosure.rows import joined
from disclosure.tables import Context, Shown, drawn
from disclosure.timings.columns import (
    MEAN_PLACES,
    count_words,
    days_words,
    delay_columns,
    kind_columns,
    kind_words,
    month_columns,
    period_words,
    permit_columns,
    place_columns,
    step_columns,
    with_open_words,
)
from disclosure.timings.plots import by_kind, by_month
from disclosure.timings.reading import (
    Row,
    Wanted,
    case_rows,
    permit_rows,
    place_rows,
    step_rows,
    wanted,
)
from rules.names import Kind, Statistic
from rules.registry import current


@kept_page()
def page(request: HttpRequest) -> HttpResponse:
    found = wanted(request.GET)
    context: Context = {"form": found.form, "release": found.release}
    if found.release:
        context |= _told(found, found.release)
    return render(request, "disclosure/statistics.html", context, status=found.form.status)


def _told(found: Wanted, release: Release) -> Context:
    cases, place, period = case_rows(found), where(found.district), period_words(release.of)
    months = in_each(found.months, Table.ENERGISED, found.kind, found.district)
    kind = kind_words(cases[-1])
    monthly = _("By month: {kind}, {place}, {year}").format(
        kind=kind, place=place, year=release.of.year
    )
    plots = by_kind(cases, period), by_month(months, monthly)
    late = [row for row in cases if row.done.count != 0]
    tables = {
        _("By district"): told(place_columns(), place_rows(found), f"{kind}, {period}"),
        _("By month"): told(month_columns(), months, monthly),
        _("By step"): told(step_columns(), step_rows(found), f"{place}, {period}"),
        _("Whose the delay was"): told(delay_columns(), late, f"{place}, {period}"),
        _("Permits by bureau"): told(permit_columns(), permit_rows(found), f"{place}, {period}"),
    }
    return {
        "title": period,
        "average": _average(found, release),
        "plots": [{"title": plot.title, "svg": drawn_plot(plot.spec)} for plot in plots],
        "kinds": told(kind_columns(), cases, _("By kind: {place}, {period}").format(
            place=place, period=period)),
        "tables": tables,
        "releases": _releases(release),
    }  # fmt: skip


@dataclass(frozen=True)
class Told:
    """A table, and the names of the rows in which nothing is counted: they take no room in it."""

    table: Context
    without: str


def told(columns: Sequence[Shown], rows: Sequence[Row | Cell], caption: str) -> Told:
    empty = [row for row in rows if row.is_empty]
    table = drawn(columns, [row for row in rows if not row.is_empty], caption)
    return Told(table, joined(columns[0].cell(row) for row in empty))


def _releases(release: Release) -> list[Release]:
    """All of a period, the newest first."""
    found = Release.objects.filter(period=release.period).defer(*LARGE)
    return list(found.order_by("-number"))


def _average(found: Wanted, release: Release) -> dict[str, Any] | None:
    """Homes have a target on average: their mean stands against it, with the open ones beside."""
    row = Row(found, Kind.RESIDENTIAL, found.district)
    limit = current().in_force(on=release.of.last, district=None).limit(Kind.RESIDENTIAL)
    if found.kind not in (ALL, Kind.RESIDENTIAL) or limit.statistic != Statistic.AVERAGE:
        return None
    return {
        "mean": days_words(row.done, "mean", MEAN_PLACES),
        "days": limit.days,
        "open": count_words(row.still_open),
        "with_open": with_open_words(row),
    }


@metered
@public_page
def release_csv(request: HttpRequest, period: str, number: int | None = None) -> HttpResponse:
    """The file of a release byte for byte as it was published; the newest of the period where no
    number is asked for. Raises Missing where there is none."""
    return file_of(release_named(period, number))


def file_of(release: Release) -> HttpResponse:
    answer = HttpResponse(release.file, content_type="text/csv; charset=utf-8")
    name = f"statistics-{release.period}-{release.number}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    digest = b64encode(bytes.fromhex(release.digest)).decode()
    answer["Repr-Digest"] = f"sha-256=:{digest}:"
    return public_file(answer)


@public_page
def release_page(request: HttpRequest, period: str, number: int) -> HttpResponse:
    """What a revision changed of the release before, and why."""
    release = release_named(period, number)
    context = {
        "release": release,
        "title": period_words(release.of),
        "table": changes_table(release.differences, _("What was changed")),
        "releases": _releases(release),
    }
    return render(request, "disclosure/statistics_release.html", context)
