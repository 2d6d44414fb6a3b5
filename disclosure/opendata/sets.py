"""The data sets: one declaration of each, which page, API, DCAT catalogue, dictionary and feed
read."""

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, partial
from itertools import islice
from pathlib import Path
from typing import Any, Final

from django.db.models import TextChoices
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from applications.timings.models import Release
from core.problems import Missing
from disclosure import (
    interruptions,
    investment,
    orderly,
    outages,
    queries,
    reliability,
    repairs,
    reports,
    signs,
)
from disclosure.api_reliability import CountedInterruptionAnswer, LineFigureAnswer
from disclosure.cells import cell_of
from disclosure.figures import figure_line
from disclosure.opendata import words
from disclosure.opendata.columns import DataColumn, of_table
from disclosure.standards import standards, standards_lines
from disclosure.table_pages import PAGES, page_of_table
from publishing import formats
from publishing.columns import Label
from publishing.models import Kind
from publishing.sheets import records
from publishing.tables import Table, table_of, tables
from reliability import queries as reliability_queries
from rules.limits import Quota, limits

Lines = Iterable[Sequence[str]]
VERSIONS: Final = Path(__file__).with_name("versions.toml")


class Frequency(TextChoices):
    """How often a set changes; the codes are those of the Dublin Core Collection Description."""

    CONTINUOUS = "continuous", _("as things happen")
    DAILY = "daily", _("every day")
    MONTHLY = "monthly", _("every month")
    IRREGULAR = "irregular", _("whenever something is published or decided")


@dataclass(frozen=True)
class DataSet:
    """One set of rows for everybody.

    Args:
        page: the name of the page that shows the same to people.
        columns: the newest ones, in the order of the file.
        lines: the rows as texts in that order, newest first where there may be very many.
        same: names of routes that give these rows otherwise.
        kind: the published table that it is; its publications are its changes.
        feed: the name of the route of its feed where it has one of its own.
    """

    name: str
    title: Label
    text: Label
    page: str
    frequency: Frequency
    columns: Callable[[], Iterable[DataColumn]]
    lines: Callable[[], Lines]
    same: tuple[str, ...] = ()
    kind: Kind | None = None
    feed: str = ""

    @property
    def versions(self) -> Mapping[int, Sequence[str]]:
        """The names of the columns of each version, the newest last."""
        return versions()[self.name]

    @property
    def newest(self) -> int:
        return max(self.versions)

    def dictionary(self, version: int | None = None) -> list[DataColumn]:
        """The columns of a version. Raises Missing where there is none of this number."""
        names = self.versions.get(version or self.newest)
        if names is None:
            raise Missing
        known = {column.name: column for column in self.columns()}
        return [known.get(name) or DataColumn(name, name, empty=GONE) for name in names]

    def rows(self, version: int | None = None) -> "Rows":
        """Raises Missing as `dictionary`."""
        columns = self.dictionary(version)
        places = {column.name: place for place, column in enumerate(self.columns())}
        taken = [places.get(column.name) for column in columns]
        most = limits().quotas[Quota.DATA_ROWS]
        found = [
            ["" if place is None else line[place] for place in taken]
            for line in islice(self.lines(), most + 1)
        ]
        return Rows(columns, found[:most], complete=len(found) <= most)


GONE: Final = _("no longer told; it stands in newer versions under another name or not at all")


@dataclass(frozen=True)
class Rows:
    """`complete`: False where there are more than a file holds."""

    columns: Sequence[DataColumn]
    lines: Sequence[Sequence[str]]
    complete: bool

    @cached_property
    def texts(self) -> list[Sequence[str]]:
        """With the names of the columns first, as CSV."""
        return [[column.name for column in self.columns], *self.lines]

    def values(self) -> Iterator[dict[str, Any]]:
        """The same rows as JSON."""
        for line in self.lines:
            yield {
                column.name: column.json(cell)
                for column, cell in zip(self.columns, line, strict=True)
            }


@cache
def versions() -> Mapping[str, Mapping[int, Sequence[str]]]:
    """By the name of the set and the number of the version. A version stands for ever: other
    columns are a new one (docs/decisions/0099)."""
    found = tomllib.loads(VERSIONS.read_text(encoding="utf-8"))
    return {
        name: {int(number.removeprefix("v")): names for number, names in each.items()}
        for name, each in found.items()
    }


def _below(lines: Lines) -> Lines:
    """Without the names of the columns."""
    return islice(lines, 1, None)


def _table_lines(table: Table) -> Lines:
    columns = table.standing
    rows = queries.rows(table.kind).iterator(chunk_size=formats.READ_AT_ONCE)
    return (formats.texts(columns, row, plain=True) for row in rows)


def _of_years() -> Iterator[reliability.Wanted]:
    """What there is of reliability, the newest year first."""
    for year in reliability_queries.years():
        yield reliability.wanted(QueryDict(f"year={year}"))


def _reliability_lines() -> Iterator[Sequence[str]]:
    for found in _of_years():
        yield from (figure_line(row, None) for row in reliability.figures_of(found))


def _interruption_lines() -> Iterator[Sequence[str]]:
    for found in _of_years():
        rows = reliability.interruptions_of(found).order_by(*reliability.ORDER)
        for row in rows.iterator(chunk_size=formats.READ_AT_ONCE):
            yield [cell_of(value) for value in CountedInterruptionAnswer(row).data.values()]


def _line_lines() -> Iterator[Sequence[str]]:
    for found in _of_years():
        rows = list(reliability.lines_of(found)[: limits().quotas[Quota.DATA_ROWS]])
        for row in reliability.told_of(found, rows):
            values = LineFigureAnswer(row).data.values()
            yield [str(found.year), *map(cell_of, values)]


def _timing_lines() -> Iterator[Sequence[str]]:
    newest = Release.objects.order_by("-period", "-number").distinct("period")
    for file in newest.values_list("file", flat=True).iterator(chunk_size=1):
        yield from _below(records(file, most=limits().quotas[Quota.DATA_ROWS]))


#: Of the API, where a table is not at the one of its name alone.
OTHER_ADDRESSES: Final[Mapping[str, Sequence[str]]] = {
    Kind.OUTAGES: ("outages-earlier",),
    Kind.CUSTOMERS: (),
    Kind.NEWS: ("news", "news-item"),
}


def _table_set(table: Table) -> DataSet:
    api = OTHER_ADDRESSES.get(table.kind, (table.kind,))
    shown = PAGES.get(table.kind)
    name = EARLIER if table.kind == Kind.OUTAGES else table.kind.value
    return DataSet(
        name,
        table.kind.label,
        shown.lead if shown else CUSTOMERS_TEXT,
        page_of_table(table.kind),
        Frequency.IRREGULAR,
        lambda: of_table(table_of(table.kind).standing.items()),
        partial(_table_lines, table),
        same=("file", "api-file", *(f"api-{each}" for each in api)),
        kind=table.kind,
        feed="disclosure:news-atom" if table.kind == Kind.NEWS else "",
    )


EARLIER: Final = "outages-earlier"
TIMINGS: Final = "statistics"
CUSTOMERS_TEXT: Final = _(
    "How many customers are served by year, district, class of area and level: what the figures "
    "of reliability are divided by."
)


def _declared() -> Iterator[DataSet]:
    yield DataSet(
        "standards",
        _("Service standards"),
        _("Limits, three-zero service and joint limits in force today, and what was before."),
        "disclosure:standards",
        Frequency.IRREGULAR,
        lambda: words.STANDARDS,
        lambda: _below(standards_lines(standards(queries.today()))),
        same=("standards-csv", "api-standards", "api-standards-csv"),
    )
    yield from (_table_set(table) for table in tables() if table.for_public)
    yield DataSet(
        TIMINGS,
        _("Real timings"),
        _("How long ended cases took, as frozen by month and year, in the newest release of each."),
        "disclosure:statistics",
        Frequency.MONTHLY,
        lambda: words.TIMINGS,
        _timing_lines,
        same=(
            "statistics-csv",
            "statistics-release-csv",
            "api-statistics-list",
            "api-statistics",
            "api-statistics-csv",
        ),
    )
    yield DataSet(
        "outages",
        _("Outages"),
        _("What is off or announced, and what ended in the last 31 days; at most 500."),
        "disclosure:outages",
        Frequency.CONTINUOUS,
        lambda: words.OUTAGES,
        lambda: _below(outages.lines(outages.lately())),
        same=("outages-csv", "api-outages-public", "api-outages-csv", "api-outage-public"),
        feed="disclosure:outages-atom",
    )
    yield DataSet(
        "reliability",
        _("Reliability"),
        _("SAIDI, SAIFI, CAIDI, ASAI, MAIFI and CEMI of each year, place, class and level."),
        "disclosure:reliability",
        Frequency.CONTINUOUS,
        words.reliability,
        _reliability_lines,
        same=("reliability-csv", "api-reliability", "api-reliability-csv"),
    )
    yield DataSet(
        "reliability-interruptions",
        _("Interruptions that the figures are made of"),
        _("Each interruption as the indices count it, the newest first."),
        "disclosure:reliability-interruptions",
        Frequency.CONTINUOUS,
        lambda: words.COUNTED_INTERRUPTIONS,
        _interruption_lines,
        same=("api-reliability-interruptions",),
    )
    yield DataSet(
        "reliability-lines",
        _("Reliability by line"),
        _("Of each line and year what its interruptions add up to."),
        "disclosure:reliability-lines",
        Frequency.CONTINUOUS,
        lambda: words.LINES,
        _line_lines,
        same=("api-reliability-lines",),
    )
    yield DataSet(
        "repairs",
        _("How long repairs took"),
        _("By month and district, and by class of area beside what is promised."),
        "disclosure:repairs",
        Frequency.CONTINUOUS,
        words.repaired,
        lambda: _below(repairs.lines()),
        same=("repairs-csv", "api-repairs", "api-repairs-csv"),
    )
    yield DataSet(
        "reports",
        _("Reports from the public"),
        _("Of the last twelve months that have ended, by month, kind and district."),
        "disclosure:reports",
        Frequency.MONTHLY,
        words.reports,
        lambda: _below(reports.lines(plain=True)),
        same=("reports-csv", "api-public-reports", "api-public-reports-csv"),
    )
    yield DataSet(
        "interruptions",
        _("Power cut off wrongly"),
        _("Complaints about interruptions of enterprises and what came of them, by year."),
        "disclosure:interruptions",
        Frequency.CONTINUOUS,
        lambda: words.INTERRUPTIONS,
        lambda: _below(interruptions.lines(plain=True)),
        same=("interruptions-csv", "api-interruptions", "api-interruptions-csv"),
    )
    yield DataSet(
        "investment",
        _("What the supply company bears"),
        _("What it spent on energised cases, by kind of case and district."),
        "disclosure:investment",
        Frequency.CONTINUOUS,
        lambda: words.INVESTMENT,
        lambda: _below(investment.lines(plain=True)),
        same=("investment-csv", "api-investment", "api-investment-csv"),
    )
    yield DataSet(
        "orderly-use",
        _("Orderly use of electricity: carried out"),
        _("What was shed at which level, where and when, the newest first."),
        "disclosure:orderly",
        Frequency.CONTINUOUS,
        lambda: words.EXECUTIONS,
        lambda: _below(orderly.execution_lines(plain=True)),
        same=("orderly-csv", "api-orderly-csv", "api-orderly-executions"),
    )
    yield DataSet(
        "orderly-use-districts",
        _("Orderly use of electricity: plans of the districts"),
        _("Whether each district's plan came in time, and megawatts by level."),
        "disclosure:orderly",
        Frequency.CONTINUOUS,
        lambda: words.DISTRICT_PLANS,
        lambda: _below(orderly.district_lines()),
        same=("orderly-districts-csv", "api-orderly-districts-csv", "api-orderly"),
    )
    yield DataSet(
        "signals",
        _("Findings of work outside the system"),
        _("By quarter and sign, with what became of them."),
        "disclosure:record-signs",
        Frequency.CONTINUOUS,
        words.signs,
        lambda: _below(signs.lines(plain=True)),
        same=("record-signs-csv", "api-signals", "api-signals-csv"),
    )


DATA: Final[Mapping[str, DataSet]] = {each.name: each for each in _declared()}


def data_set(name: str) -> DataSet:
    """Raises Missing where there is none of this name."""
    try:
        return DATA[name]
    except KeyError:
        raise Missing from None
