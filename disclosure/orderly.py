"""Orderly use of electricity in public: the city's plan, whether its districts' came in time, and
what was carried out. Categories and districts, and never a customer."""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.answers import page_of as shape_of
from core.filters import CURSOR
from core.paging import page_of, paged
from disclosure import queries
from disclosure.api import PublicView
from disclosure.public import kept_page, metered, public_csv, public_page
from disclosure.serializers import Hotline
from oversight.orderly import answers, reading
from oversight.orderly import queries as orderly
from oversight.orderly.models import CityPlan, DistrictPlan, Execution

#: Plans of the city that the page links to, the newest; programs have all.
SHOWN: Final = 20
EXECUTION_NAMES: Final = (
    "plan", "level", "districts", "reason", "ordered_mw", "shed_mw", "began_at", "ended_at",
    "corrections",
)  # fmt: skip
DISTRICT_NAMES: Final = (
    "plan", "district", "state", "on_time", "due_on", "first_handed_in_at", "accepted_at",
    "level_1_mw", "level_2_mw", "level_3_mw", "level_4_mw",
)  # fmt: skip


@kept_page(by_the_minute=True)
def page(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """A plan, the newest where none is named, with its districts and what was carried out."""
    newest = list(orderly.issued()[:SHOWN])
    if pk is None and not newest:
        return render(request, "disclosure/orderly.html", {"plan": None})
    plan = newest[0] if pk is None else orderly.issued_one(pk)
    rows = page_of(request, orderly.executed(plan), order=("-id",))
    districts = orderly.of_districts(plan)
    context = {
        "plan": plan,
        "facts": reading.plan_facts(plan),
        "levels": reading.levels_table(plan, districts),
        "districts": reading.districts_table(districts, linked=False),
        "page": rows,
        "executions": reading.executions_table(rows.rows),
        "others": [each for each in newest if each.pk != plan.pk],
    }
    return render(request, "disclosure/orderly.html", context)


def every_execution() -> Iterable[Execution]:
    return orderly.with_corrections(Execution.objects.order_by("-id")).iterator(chunk_size=500)


def execution_lines(*, plain: bool) -> Iterator[list[str]]:
    """`plain`: fixed names and codes instead of the reader's language."""
    if not plain:
        columns = reading.executions_table([])["columns"]
        yield [_("Plan"), *(str(column["label"]) for column in columns)]
        for one in every_execution():
            first, *cells = reading.execution_cells(one)
            yield [one.plan.name, f"{first['text']} – {first['note']}", *map(str, cells)]
        return
    yield list(EXECUTION_NAMES)
    for one in every_execution():
        until = one.ended_at.isoformat() if one.ended_at else ""
        shed = "" if one.shed_mw is None else str(one.shed_mw)
        yield [
            one.plan.name, str(one.level), ";".join(one.districts), one.reason,
            str(one.ordered_mw), shed, one.began_at.isoformat(), until,
            str(len(one.corrections.all())),
        ]  # fmt: skip


def district_lines() -> Iterator[list[str]]:
    yield list(DISTRICT_NAMES)
    for plan in orderly.issued().iterator(chunk_size=100):
        for each in orderly.of_districts(plan):
            yield district_line(plan, each)


def district_line(plan: CityPlan, each: DistrictPlan) -> list[str]:
    first = next(iter(each.rounds.all()), None)
    known = {None: "", True: "true", False: "false"}[orderly.on_time(each)]
    accepted = each.accepted_at.isoformat() if each.accepted_at else ""
    due = first.due_on if first else each.due_on
    levels = ("" if level is None else str(level) for level in each.levels)
    return list(
        chain(
            [plan.name, each.district, each.state, known, due.isoformat()],
            [first.at.isoformat() if first else "", accepted],
            levels,
        )
    )


@metered
@public_page
def page_csv(request: HttpRequest) -> HttpResponse:
    return public_csv("orderly-use", execution_lines(plain=False))


@metered
@public_page
def districts_csv(request: HttpRequest) -> HttpResponse:
    return public_csv("orderly-use-districts", district_lines())


class OrderlyPlans(serializers.Serializer[Any]):
    """Plans of orderly use, the newest first, with what their districts handed in."""

    results = answers.PublicPlan(many=True)
    hotlines = Hotline(many=True)


class PlansView(PublicView):
    @extend_schema(responses=OrderlyPlans, operation_id="disclosure_orderly")
    def get(self, request: Request) -> Response:
        """The newest plans: megawatts by level, categories, and the plans of the districts."""
        found = {"results": orderly.issued()[:SHOWN], "hotlines": queries.hotlines()}
        return Response(OrderlyPlans(found).data)


class ExecutionsView(PublicView):
    @extend_schema(
        responses=shape_of(answers.ExecutionRow),
        parameters=CURSOR,
        operation_id="disclosure_orderly_executions",
    )
    def get(self, request: Request) -> Response:
        """What was carried out, newest first, with what was corrected."""
        return paged(
            request, orderly.with_corrections(Execution.objects.all()), answers.ExecutionRow
        )


class ExecutionsFile(PublicView):
    @extend_schema(responses={(200, "text/csv"): str}, operation_id="disclosure_orderly_csv")
    def get(self, request: Request) -> HttpResponse:
        """What was carried out: plan, level, districts, reason, megawatts, times, corrections."""
        return public_csv("orderly-use", execution_lines(plain=True))


class DistrictsFile(PublicView):
    @extend_schema(
        responses={(200, "text/csv"): str}, operation_id="disclosure_orderly_districts_csv"
    )
    def get(self, request: Request) -> HttpResponse:
        """The plans of the districts: in time or not, megawatts by level."""
        return public_csv("orderly-use-districts", district_lines())
