"""What the supply company spent so that customers pay nothing (plan 3(3)2): in public, by kind of
case and district, from as many cases on as figures are told of."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from applications.wording import kind_words
from core.answers import Count, Exact
from core.templatetags.city import figure
from disclosure import queries
from disclosure.api import PublicView
from disclosure.public import kept_page, metered, public_csv, public_page
from disclosure.serializers import Hotline
from disclosure.tables import Shown, districts_words, drawn
from money.investments.queries import Borne, borne, least
from publishing.columns import NOTHING
from publishing.tables import Wording
from rules.names import Kind

CSV_NAMES = ("kind", "districts", "cases", "yuan", "mean_yuan", "few")
FEN = 2
EMPTY = Wording(
    "",
    gettext_lazy("Nothing is entered yet"),
    gettext_lazy(
        "The supply company has entered of no energised case what it spent, which does not mean "
        "that it spent nothing. What a customer may be charged is in the fee catalogue."
    ),
)


def told(row: Borne, yuan: Decimal | None) -> str:
    """A sum; nothing of no case, and of too few cases that they are."""
    if row.cases is None:
        return _("too few cases")
    return figure(yuan, FEN) if row.cases else NOTHING


def columns() -> list[Shown]:
    return [
        Shown(_("Kind of case"), lambda row: kind_words(row.kind)),
        Shown(_("City or district"), lambda row: districts_words(row.districts)),
        Shown(
            _("Energised cases"),
            lambda row: _("too few cases") if row.cases is None else figure(row.cases),
            numeric=True,
        ),
        Shown(
            _("Borne by the supply company"),
            lambda row: told(row, row.yuan),
            _("CNY"),
            numeric=True,
        ),
        Shown(_("A case on average"), lambda row: told(row, row.mean), _("CNY"), numeric=True),
    ]


@kept_page(by_the_minute=True)
def page(request: HttpRequest) -> HttpResponse:
    found = borne()
    rows = found if any(row.cases != 0 for row in found) else []
    caption = _("What the supply company spent on connections")
    context = {"table": drawn(columns(), rows, caption, empty=EMPTY), "least": least()}
    return render(request, "disclosure/investment.html", context)


@metered
@public_page
def page_csv(request: HttpRequest) -> HttpResponse:
    return public_csv("investment", lines(plain=False))


def lines(*, plain: bool) -> Iterator[list[str]]:
    """`plain`: fixed names and codes instead of the reader's language."""
    if not plain:
        shown = columns()
        yield [f"{each.label} ({each.unit})" if each.unit else each.label for each in shown]
        yield from ([str(each.cell(row)) for each in shown] for row in borne())
        return
    yield list(CSV_NAMES)
    for row in borne():
        cells = ("" if value is None else str(value) for value in (row.cases, row.yuan, row.mean))
        few = "true" if row.cases is None else "false"
        yield [row.kind, ";".join(row.districts), *cells, few]


class BorneAnswer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=list(Kind))
    districts = serializers.ListField(
        child=serializers.CharField(),
        help_text="Codes; empty: the whole city. Those of few cases are counted together.",
    )
    cases = Count(allow_null=True, help_text="Null where they are too few for figures.")
    yuan = Exact(allow_null=True)
    mean_yuan = Exact(source="mean", allow_null=True)


class Investments(serializers.Serializer[Any]):
    """What the supply company spent on energised cases."""

    results = BorneAnswer(many=True)
    least = Count(help_text="From how many cases on figures are told.")
    hotlines = Hotline(many=True)


class InvestmentView(PublicView):
    @extend_schema(responses=Investments, operation_id="disclosure_investment")
    def get(self, request: Request) -> Response:
        """By kind of case, the whole city first and then by district: cases, sum, mean."""
        found = {"results": borne(), "least": least(), "hotlines": queries.hotlines()}
        return Response(Investments(found).data)


class InvestmentFile(PublicView):
    @extend_schema(responses={(200, "text/csv"): str}, operation_id="disclosure_investment_csv")
    def get(self, request: Request) -> HttpResponse:
        """Kind, districts, cases, sum, mean, and whether the cases are too few for figures."""
        return public_csv("investment", lines(plain=True))
