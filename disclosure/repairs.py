"""How long repairs took, in public: by month and district, and by class of area beside what is
promised."""

from collections.abc import Iterator
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.answers import Count, MaybeDay
from disclosure import queries
from disclosure.api import PublicView
from disclosure.public import kept_page, metered, public_csv, public_page
from disclosure.serializers import Hotline
from reliability.crews import figures, times
from reliability.crews.times import Row

CSV_NAMES: Final = ("month", "parts", "promised", *figures.NUMBERS, "few")


@kept_page(by_the_minute=True)
def page(request: HttpRequest) -> HttpResponse:
    found = times.repairs()
    by_class = (figures.classes(), figures.promises())
    context = {
        "months": figures.table(times.by_month(found), _("Repairs by month")),
        "classes": figures.table(times.by_class(found), _("Repairs by class of area"), by_class),
        "least": times.least(),
    }
    return render(request, "disclosure/repairs.html", context)


@metered
@public_page
def page_csv(request: HttpRequest) -> HttpResponse:
    return public_csv("repairs", lines())


def lines() -> Iterator[list[str]]:
    """Fixed names and codes; classes of area have no month."""
    yield list(CSV_NAMES)
    found = times.repairs()
    for row in [*times.by_month(found), *times.by_class(found)]:
        numbers = [
            "" if row.numbers is None else _text(getattr(row.numbers, name))
            for name in figures.NUMBERS
        ]
        month = f"{row.month:%Y-%m}" if row.month else ""
        few = "true" if row.numbers is None else "false"
        yield [month, ";".join(row.parts), _text(row.promised), *numbers, few]


def _text(value: int | None) -> str:
    return "" if value is None else str(value)


class RepairFigures(serializers.Serializer[Any]):
    """Of the faults of a month and some districts, or of a class of area; minutes are counted from
    the report."""

    month = MaybeDay(help_text="Its first day; null: all the months.")
    parts = serializers.ListField(
        child=serializers.CharField(),
        help_text="Codes of districts or classes of area; empty: the whole city. Those of few "
        "faults are counted together.",
    )
    promised = Count(allow_null=True, help_text="Minutes within which a crew is to be there.")

    def get_fields(self) -> dict[str, Any]:
        help_text = "Null where they are too few."
        return super().get_fields() | {
            name: Count(
                source=f"numbers.{name}", default=None, allow_null=True, help_text=help_text
            )
            for name in figures.NUMBERS
        }


class Repairs(serializers.Serializer[Any]):
    """How long repairs of faults took."""

    months = RepairFigures(many=True)
    classes = RepairFigures(many=True)
    least = Count(help_text="From how many faults on figures are told.")
    hotlines = Hotline(many=True)


class RepairsView(PublicView):
    @extend_schema(responses=Repairs, operation_id="disclosure_repairs")
    def get(self, request: Request) -> Response:
        """By month, the whole city first and then by district; and by class of area."""
        found: list[times.Repair] = times.repairs()
        months: list[Row] = times.by_month(found)
        said = {"months": months, "classes": times.by_class(found), "least": times.least()}
        return Response(Repairs({**said, "hotlines": queries.hotlines()}).data)


class RepairsFile(PublicView):
    @extend_schema(responses={(200, "text/csv"): str}, operation_id="disclosure_repairs_csv")
    def get(self, request: Request) -> HttpResponse:
        """As the list, months first and then classes of area, and whether they are too few."""
        return public_csv("repairs", lines())
