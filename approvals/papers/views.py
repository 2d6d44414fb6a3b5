"""Whether a permit is valid, for everybody: page and API answer its number, what it is, who granted
it, when, and whether it holds; nothing of whose line it is."""

import logging
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view, authentication_classes, permission_classes
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import limits
from accounts.api import user_of
from approvals import queries
from approvals.offices import office_of
from approvals.papers.queries import Standing, paper_by_number, paper_of, standing_of
from approvals.wording import permit_name
from core.answers import Day
from core.clock import local_date
from core.forms import TextField
from core.identifiers import plain
from core.place import one_client
from core.problems import Missing
from core.templatetags.city import day
from core.widgets import line_of
from documents.views import handed_out
from rules.limits import Meter
from rules.names import Permit as PermitCode

log = logging.getLogger("tongdian.security")
UNKNOWN = gettext_lazy("There is no permit with this number.")
NUMBER_MAX = 40


@dataclass(frozen=True, slots=True)
class Checked:
    number: str
    permit: str
    bureau: str
    decided_on: date
    standing: Standing
    #: The office of the bureau that granted it.
    bureau_name: str

    @property
    def name(self) -> str:
        return permit_name(self.permit)


def checked(number: str, client: str) -> Checked | None:
    """None where there is none, which is counted.

    Raises:
        TooMany: too many unknown numbers from this client.
    """
    limits.require(Meter.PERMIT_ADDRESS, client)
    paper = paper_by_number(number)
    if paper is None or paper.permit.decided_at is None:
        limits.spend(Meter.PERMIT_ADDRESS, client)
        log.info("no such permit")
        return None
    permit = paper.permit
    decided_on = local_date(paper.permit.decided_at)
    return Checked(
        paper.number,
        permit.permit,
        permit.bureau,
        decided_on,
        standing_of(permit),
        office_of(permit),
    )


class NumberForm(forms.Form):
    number = TextField(
        label=gettext_lazy("Permit number"),
        help_text=gettext_lazy("As it stands on the paper, beside the code."),
        max_length=NUMBER_MAX,
        widget=line_of(20, autocapitalize="characters"),
    )


@never_cache
@require_safe
def ask(request: HttpRequest) -> HttpResponse:
    form = NumberForm(request.GET if "number" in request.GET else None)
    if form.is_valid() and (number := plain(form.cleaned_data["number"])):
        return redirect("permits:check", number)
    context = {"form": form, "found": None}
    return render(request, "approvals/check.html", context, status=422 if form.errors else 200)


@never_cache
@require_safe
def check(request: HttpRequest, number: str) -> HttpResponse:
    found = checked(number, one_client(request))
    form = NumberForm(initial={"number": number[:NUMBER_MAX]})
    context = {
        "form": form,
        "found": found,
        "rows": rows_of(found) if found else [],
        "unknown": found is None,
        "number": number,
    }
    return render(request, "approvals/check.html", context, status=200 if found else 404)


def rows_of(found: Checked) -> list[dict[str, str]]:
    return [
        {"key": _("Permit number"), "value": found.number},
        {"key": _("Permit"), "value": found.name},
        {"key": _("Bureau"), "value": found.bureau_name},
        {"key": _("Granted on"), "value": day(found.decided_on)},
    ]


class CheckedAnswer(serializers.Serializer[Any]):
    """Whether a permit is valid, was revoked, or holds no longer because the line was changed."""

    number = serializers.CharField()
    permit = serializers.ChoiceField([str(code) for code in PermitCode])
    name = serializers.CharField()
    bureau = serializers.CharField()
    bureau_name = serializers.CharField()
    decided_on = Day()
    standing = serializers.ChoiceField(Standing.choices)


@extend_schema(responses=CheckedAnswer, operation_id="permit_check", tags=["permits"], auth=[])
@never_cache
@api_view(["GET"])
@authentication_classes(())
@permission_classes((AllowAny,))
def api_check(request: Request, number: str) -> Response:
    """Whether a permit is valid, by the number on its paper; for everybody."""
    found = checked(number, one_client(request))
    if found is None:
        raise Missing(UNKNOWN)
    return Response(CheckedAnswer(found).data)


@extend_schema(
    responses={(200, "application/pdf"): OpenApiTypes.BINARY},
    operation_id="permit_paper",
    tags=["permits"],
)
@api_view(["GET"])
def api_paper(request: Request, pk: int) -> HttpResponse:
    """A granted permit as it is kept, sealed; for whoever sees the permit."""
    user = user_of(request)
    paper = paper_of(queries.permit_for(user, pk))
    if paper is None:
        raise Missing
    if paper.document is None:
        raise Missing(_("The PDF of this permit is not made yet."))
    return handed_out(paper.document, user)
