"""Reports from the public (plan 3(4)): in public, by month, kind and district, with what came of
them, how long the answer took, and the outages that they were about."""

from collections.abc import Iterator
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.answers import Count, Day, Exact
from core.templatetags.city import figure
from disclosure import queries
from disclosure.api import PublicView
from disclosure.public import kept_page, metered, public_csv, public_page
from disclosure.serializers import Hotline
from disclosure.tables import Shown, district_name, drawn
from publishing.columns import NOTHING
from publishing.tables import Wording
from reliability.reports.figures import OUTCOMES, WAITS, Caused, Told, caused, least, told
from reliability.reports.kinds import Outcome, ReportKind

CSV_NAMES: Final = ("month", "kind", "districts", "reports", "few", *OUTCOMES, "median_hours")
PLACES: Final = 1
EMPTY: Final = Wording(
    "",
    gettext_lazy("Nothing was reported yet"),
    gettext_lazy("Figures of a month are told when it has ended."),
)
NO_OUTAGE: Final = Wording(
    "",
    gettext_lazy("No outage is entered with a confirmed report"),
    gettext_lazy("An outage is counted here once the office that confirmed a report enters it."),
)


def where(row: Told) -> str:
    return _(", ").join(map(district_name, row.districts)) if row.districts else _("Whole city")


def reports_words(row: Told) -> str:
    return _("too few reports") if row.reports is None else figure(row.reports)


def outcome_words(row: Told, outcome: str) -> str:
    """Of districts nothing: by what the whole city has, no subtraction tells of one report."""
    if row.districts:
        return NOTHING
    return _("too few reports") if row.outcomes is None else figure(row.outcomes[outcome])


def hours_words(row: Told) -> str:
    if row.districts:
        return NOTHING
    return _("too few reports") if row.hours is None else figure(row.hours, PLACES)


def _of_outcome(outcome: str) -> Shown:
    label = _("Not answered yet") if outcome == WAITS else str(Outcome(outcome).label)
    return Shown(label, lambda row: outcome_words(row, outcome), numeric=True)


def columns() -> list[Shown]:
    return [
        Shown(_("Month"), lambda row: f"{row.month:%Y-%m}"),
        Shown(_("What was reported"), lambda row: str(ReportKind(row.kind).label)),
        Shown(_("City or district"), where),
        Shown(_("Reports"), reports_words, numeric=True),
        *map(_of_outcome, OUTCOMES),
        Shown(_("Median until the answer"), hours_words, _("hours"), numeric=True),
    ]


def outage_columns() -> list[Shown]:
    return [
        Shown(_("Year"), lambda row: str(row.year)),
        Shown(_("Caused by"), lambda row: str(ReportKind(row.kind).label)),
        Shown(_("Outages"), lambda row: figure(row.outages), numeric=True),
        Shown(
            _("Customer hours without power"),
            lambda row: figure(row.hours, PLACES),
            _("hours"),
            numeric=True,
        ),
        Shown(_("Not ended yet"), lambda row: figure(row.lasting), numeric=True),
    ]


@kept_page(by_the_minute=True)
def page(request: HttpRequest) -> HttpResponse:
    context = {
        "table": drawn(columns(), told(), _("Reports from the public"), empty=EMPTY),
        "outages": drawn(
            outage_columns(), caused(), _("Outages that were caused"), empty=NO_OUTAGE
        ),
        "least": least(),
    }
    return render(request, "disclosure/reports.html", context)


@metered
@public_page
def page_csv(request: HttpRequest) -> HttpResponse:
    return public_csv("reports", lines(plain=False))


def lines(*, plain: bool) -> Iterator[list[str]]:
    """`plain`: fixed names and codes instead of the reader's language."""
    if not plain:
        shown = columns()
        yield [f"{each.label} ({each.unit})" if each.unit else each.label for each in shown]
        yield from ([str(each.cell(row)) for each in shown] for row in told())
        return
    yield list(CSV_NAMES)
    for row in told():
        outcomes = [str(row.outcomes[each]) if row.outcomes else "" for each in OUTCOMES]
        yield [
            f"{row.month:%Y-%m}",
            row.kind,
            ";".join(row.districts),
            "" if row.reports is None else str(row.reports),
            "true" if row.reports is None else "false",
            *outcomes,
            "" if row.hours is None else str(row.hours),
        ]


class OutcomesAnswer(serializers.Serializer[Any]):
    open = Count()
    confirmed = Count()
    not_confirmed = Count()
    referred = Count()
    joined = Count()


class ToldAnswer(serializers.Serializer[Any]):
    month = Day(help_text="Its first day.")
    kind = serializers.ChoiceField(ReportKind.choices)
    districts = serializers.ListField(
        child=serializers.CharField(),
        help_text="Codes; empty: the whole city. Those of few reports are counted together.",
    )
    reports = Count(allow_null=True, help_text="Null where they are too few for figures.")
    outcomes = OutcomesAnswer(
        allow_null=True, help_text="Of the whole city; null where one of them is too few."
    )
    median_hours = Exact(source="hours", allow_null=True, help_text="Of those that are answered.")


class CausedAnswer(serializers.Serializer[Any]):
    year = serializers.IntegerField()
    kind = serializers.ChoiceField(ReportKind.choices)
    outages = Count()
    lasting = Count(help_text="Not ended yet: their hours are not counted.")
    customer_hours = Exact(source="hours")


class ReportFigures(serializers.Serializer[Any]):
    """Reports of the last twelve months that have ended, and the outages that they were about."""

    results = ToldAnswer(many=True)
    outages = CausedAnswer(many=True)
    least = Count(help_text="From how many reports on figures are told.")
    hotlines = Hotline(many=True)


class ReportsView(PublicView):
    @extend_schema(responses=ReportFigures, operation_id="disclosure_reports")
    def get(self, request: Request) -> Response:
        """By month and kind, the whole city first and then by district."""
        outages: list[Caused] = caused()
        found = {
            "results": told(),
            "outages": outages,
            "least": least(),
            "hotlines": queries.hotlines(),
        }
        return Response(ReportFigures(found).data)


class ReportsFile(PublicView):
    @extend_schema(responses={(200, "text/csv"): str}, operation_id="disclosure_reports_csv")
    def get(self, request: Request) -> HttpResponse:
        """Month, kind, districts, reports, whether they are too few, outcomes, median hours."""
        return public_csv("reports", lines(plain=True))
