"""The public counts of signs of work outside the system, with what is counted and with what.

Nothing but counts: no case, no district, no addressee.
"""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import CharField, ChoiceField

from core.answers import Count
from core.templatetags.city import figure
from disclosure import queries
from disclosure.api import PublicView
from disclosure.public import metered, public_csv, public_page
from disclosure.rows import parts
from disclosure.serializers import Hotline
from disclosure.tables import Shown, drawn, span
from oversight import orders, wording
from oversight.answers import Threshold
from oversight.detectors import DETECTORS
from oversight.detectors.base import Detector
from oversight.findings import Quarter, public_counts
from oversight.workflow import FindingState
from rules.policy import Policy
from rules.registry import current
from rules.values import Valued

CSV_NAMES = ("quarter", "sign", *FindingState.values, "total")


@public_page
def page(request: HttpRequest) -> HttpResponse:
    policy = policy_of_today()
    signs = []
    for detector in DETECTORS.values():
        rows = detector.rows(policy)  # without its rows it is not computed, and says so
        signs.append(
            {
                "name": detector.name,
                "code": detector.code,
                "definition": detector.describe(_numbers(rows)) if rows is not None else "",
                "harmless": detector.harmless,
            }
        )
    context = {
        "counts": counts_table(public_counts()),
        "orders": orders_table(),
        "signs": signs,
        "numbers": numbers_table(policy),
        "later": [{"name": name, "why": why} for name, why in wording.LATER],
    }
    return render(request, "disclosure/signs.html", context)


def policy_of_today() -> Policy:
    return current().in_force(on=queries.today())


def counts_table(found: list[Quarter]) -> dict[str, Any]:
    columns = [
        Shown(_("Quarter"), lambda row: row.name),
        Shown(pgettext("signal", "Finding"), lambda row: str(DETECTORS[row.detector].name)),
        *(
            Shown(
                str(state.label),
                partial(lambda state, row: figure(row.states[state]), state),
                numeric=True,
            )
            for state in FindingState
        ),
        Shown(_("In all"), lambda row: figure(row.total), numeric=True),
    ]
    table = drawn(columns, found, _("Findings, by what became of them"))
    return table | {
        "empty": {
            "title": _("Nothing has been found so far"),
            "text": _("The record is looked through every minute; what is found is counted here."),
        }
    }


def orders_table() -> dict[str, Any]:
    """Orders that followed from a sign and all others, counted together."""
    columns = [
        Shown(_("Quarter"), lambda row: row.name),
        Shown(_("Orders issued"), lambda row: figure(row.issued), numeric=True),
        Shown(_("Became late"), lambda row: figure(row.late), numeric=True),
        Shown(_("Put right and closed"), lambda row: figure(row.closed), numeric=True),
    ]
    return drawn(columns, orders.public_counts(), _("Orders to put something right"))


def _numbers(rows: dict[str, Valued]) -> dict[str, int]:
    return {name: int(row.number) for name, row in rows.items()}


def numbers_table(policy: Policy) -> dict[str, Any]:
    """Where all numbers come from one place it is said once, as `origin`."""
    found = [
        (detector, name, row)
        for detector in DETECTORS.values()
        for name, row in (detector.rows(policy) or {}).items()
    ]
    columns = [
        Shown(pgettext("signal", "Finding"), lambda each: str(each[0].name)),
        Shown(_("What"), lambda each: str(each[0].thresholds[each[1]])),
        Shown(_("Value"), lambda each: wording.amount(each[2])),
    ]
    origins = sorted({_origin(row) for _detector, _name, row in found})
    if len(origins) > 1:
        columns.append(Shown(_("Where it comes from"), lambda each: _origin(each[2])))
    table = drawn(columns, found, _("The numbers, and where they come from"))
    return table | {"origin": origins[0] if len(origins) == 1 else ""}


def _origin(row: Valued) -> str:
    until = row.until - timedelta(days=1) if row.until else None
    said = [span(row.since, until), row.clause, row.source.title]
    return parts([*said, row.note] if row.note else said)


@metered
@public_page
def page_csv(request: HttpRequest) -> HttpResponse:
    return public_csv("signs", lines(plain=False))


def lines(*, plain: bool) -> Iterator[list[str]]:
    """`plain`: fixed names and codes instead of the reader's language."""
    words = [
        _("Quarter"),
        pgettext("signal", "Finding"),
        *(str(state.label) for state in FindingState),
        _("In all"),
    ]
    yield list(CSV_NAMES) if plain else words
    for row in public_counts():
        sign = row.detector if plain else str(DETECTORS[row.detector].name)
        yield [row.name, sign, *(str(row.states[state]) for state in FindingState), str(row.total)]


class FindingCount(serializers.Serializer[Any]):
    quarter = CharField(source="name", help_text="such as 2026Q4")
    sign = ChoiceField(choices=list(DETECTORS), source="detector")

    def get_fields(self) -> dict[str, Any]:
        states = {str(state): Count(source=f"states.{state}") for state in FindingState}
        return {**super().get_fields(), **states, "total": Count()}


class OrderCount(serializers.Serializer[Any]):
    quarter = CharField(source="name", help_text="such as 2026Q4")
    issued = Count()
    late = Count()
    closed = Count()


class SignAnswer(serializers.Serializer[Any]):
    sign = ChoiceField(choices=list(DETECTORS), source="code")
    name = CharField()
    definition = serializers.SerializerMethodField()
    harmless = serializers.ListField(child=CharField())
    thresholds = serializers.SerializerMethodField()

    def get_definition(self, detector: Detector) -> str | None:
        rows = detector.rows(self.context["policy"])
        return None if rows is None else detector.describe(_numbers(rows))

    @extend_schema_field(Threshold(many=True))
    def get_thresholds(self, detector: Detector) -> Any:
        rows = detector.rows(self.context["policy"]) or {}
        return Threshold(rows.values(), many=True).data


class PublicCounts(serializers.Serializer[Any]):
    on = serializers.DateField()
    rules_version = CharField()
    counts = FindingCount(many=True)
    orders = OrderCount(many=True)
    signs = SignAnswer(many=True)
    later = serializers.ListField(child=CharField())
    hotlines = Hotline(many=True)


class SignalsView(PublicView):
    @extend_schema(responses=PublicCounts, operation_id="disclosure_signals")
    def get(self, request: Request) -> Response:
        """Counts by quarter and sign, and each sign with its thresholds in force today."""
        policy = policy_of_today()
        found = {
            "on": queries.today(),
            "rules_version": policy.version,
            "counts": public_counts(),
            "orders": orders.public_counts(),
            "signs": DETECTORS.values(),
            "later": [name for name, _why in wording.LATER],
            "hotlines": queries.hotlines(),
        }
        return Response(PublicCounts(found, context={"policy": policy}).data)


class SignalsFile(PublicView):
    @extend_schema(responses={(200, "text/csv"): str}, operation_id="disclosure_signals_csv")
    def get(self, request: Request) -> HttpResponse:
        """Quarter, sign, the count in each state, and the total."""
        return public_csv("signals", lines(plain=True))
