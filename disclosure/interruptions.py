"""Complaints of enterprises that their supply was interrupted wrongly, counted in public
(plan 2(4)): how many, how many upheld, on how many an order was issued."""

from collections.abc import Iterator
from operator import attrgetter
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.answers import Count
from core.templatetags.city import figure
from disclosure import queries
from disclosure.api import PublicView
from disclosure.public import kept_page, metered, public_csv, public_page
from disclosure.serializers import Hotline
from disclosure.tables import Shown, districts_words, drawn
from oversight.interruptions.counts import Row, least, public_counts
from publishing.tables import Wording

NUMBERS: Final = ("complained", "upheld", "ordered")
CSV_NAMES: Final = ("year", "districts", *NUMBERS, "few")
EMPTY: Final = Wording(
    "",
    gettext_lazy("Nobody has complained so far"),
    gettext_lazy(
        "An enterprise whose power is cut wrongly complains to the regulator; how many did, and "
        "what came of it, is counted here by year and district."
    ),
)


def told(row: Row, name: str) -> str:
    return _("too few complaints") if row.numbers is None else figure(getattr(row.numbers, name))


def columns() -> list[Shown]:
    return [
        Shown(_("Year"), lambda row: str(row.year)),
        Shown(_("City or district"), lambda row: districts_words(row.districts)),
        Shown(pgettext("counted", "Complaints"), lambda row: told(row, "complained"), numeric=True),
        Shown(_("Upheld"), lambda row: told(row, "upheld"), numeric=True),
        Shown(_("Orders issued"), lambda row: told(row, "ordered"), numeric=True),
    ]


@kept_page(by_the_minute=True)
def page(request: HttpRequest) -> HttpResponse:
    caption = _("Complaints about interruptions of enterprises")
    context = {"table": drawn(columns(), public_counts(), caption, empty=EMPTY), "least": least()}
    return render(request, "disclosure/interruptions.html", context)


@metered
@public_page
def page_csv(request: HttpRequest) -> HttpResponse:
    return public_csv("interruptions", lines(plain=False))


def lines(*, plain: bool) -> Iterator[list[str]]:
    """`plain`: fixed names and codes instead of the reader's language."""
    if not plain:
        shown = columns()
        yield [each.label for each in shown]
        yield from ([str(each.cell(row)) for each in shown] for row in public_counts())
        return
    yield list(CSV_NAMES)
    numbers = attrgetter(*NUMBERS)
    for row in public_counts():
        cells = ["", "", ""] if row.numbers is None else list(map(str, numbers(row.numbers)))
        few = "true" if row.numbers is None else "false"
        yield [str(row.year), ";".join(row.districts), *cells, few]


class InterruptionCount(serializers.Serializer[Any]):
    year = Count()
    districts = serializers.ListField(
        child=serializers.CharField(),
        help_text="Codes; empty: the whole city. Those of few complaints are counted together.",
    )

    def get_fields(self) -> dict[str, Any]:
        help_text = "Null where they are too few for figures."
        return super().get_fields() | {
            name: Count(
                source=f"numbers.{name}", default=None, allow_null=True, help_text=help_text
            )
            for name in NUMBERS
        }


class InterruptionCounts(serializers.Serializer[Any]):
    """Complaints about interruptions of enterprises, by the year in which they were made."""

    results = InterruptionCount(many=True)
    least = Count(help_text="From how many complaints on figures are told.")
    hotlines = Hotline(many=True)


class InterruptionsView(PublicView):
    @extend_schema(responses=InterruptionCounts, operation_id="disclosure_interruptions")
    def get(self, request: Request) -> Response:
        """By year, the whole city first and then by district: complaints, upheld, ordered."""
        found = {"results": public_counts(), "least": least(), "hotlines": queries.hotlines()}
        return Response(InterruptionCounts(found).data)


class InterruptionsFile(PublicView):
    @extend_schema(responses={(200, "text/csv"): str}, operation_id="disclosure_interruptions_csv")
    def get(self, request: Request) -> HttpResponse:
        """Year, districts, complaints, upheld, ordered, and whether they are too few to tell."""
        return public_csv("interruptions", lines(plain=True))
