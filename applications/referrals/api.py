"""Referrals over HTTP, for the programs of a counter."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.decorators import api_view, parser_classes
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import user_of
from accounts.roles import COUNTER
from applications.referrals import answers, queries
from applications.referrals.actions import REFERRALS, send
from applications.referrals.declaration import NewReferral
from applications.referrals.filters import ReferralFilter
from applications.referrals.models import Referral
from core.answers import page_of
from core.api import answer_once, body_of, with_version
from core.filters import narrowed, parameters_of
from core.paging import paged
from core.parsers import JsonBody
from core.problems import Forbidden
from core.reading import whole_number
from documents.actions import compared
from workflow.api import bodies_of, take

#: As it is sent: with its files, so as a form.
SENT = inline_serializer(
    "NewReferralForm",
    {
        **NewReferral().fields,
        "papers": serializers.ListField(child=serializers.FileField()),
        "consent": serializers.FileField(
            required=False, help_text="Signed; left out where a code was just typed on the page."
        ),
    },
)


@extend_schema(
    methods=["GET"],
    operation_id="referrals_list",
    responses=page_of(answers.ReferralRow),
    parameters=parameters_of(ReferralFilter),
)
@extend_schema(
    methods=["POST"],
    request={"multipart/form-data": SENT},
    responses={201: answers.ReferralMoved},
)
@api_view(["GET", "POST"])
@parser_classes([JsonBody, MultiPartParser])
def referrals(request: Request) -> Response:
    """List what one's counter passed on to other cities, newest first; or pass one on."""
    user = user_of(request)
    if request.method == "POST":
        return _send(request)
    return paged(request, narrowed(ReferralFilter, request, queries.own(user)), answers.ReferralRow)


def _send(request: Request) -> Response:
    user, papers = user_of(request), request.FILES.getlist("papers")
    consent = request.FILES.get("consent")

    def act() -> tuple[int, Any]:
        body: dict[str, Any] = body_of(request)
        if isinstance(body.get("office"), str):  # a form has no numbers
            body["office"] = whole_number(body["office"])
        site = request.build_absolute_uri("/")
        new = send(body, papers=papers, consent=consent, site=site, by=user)
        return 201, answers.ReferralMoved.of(new, user)

    uploads = [*papers, *([consent] if consent else [])]
    response = answer_once(request, act, body=compared(request, uploads))
    return with_version(response, response.data["version"])


@extend_schema(responses=answers.ReferralAnswer)
@api_view(["GET"])
def referral(request: Request, number: str) -> Response:
    """One that one's counter passed on; name and numbers are masked."""
    user = user_of(request)
    one = queries.one_for(number, user)
    return with_version(Response(answers.ReferralAnswer.of(one, user)), one.version)


@extend_schema(request=bodies_of("ReferralAct", Referral), responses=answers.ReferralMoved)
@api_view(["POST"])
def action(request: Request, number: str, name: str) -> Response:
    """Take one back for the customer (`withdraw`). What its office does, it does on its page."""
    user = user_of(request)
    return take(
        request,
        REFERRALS,
        queries.one_for(number, user),
        name,
        lambda moved: answers.ReferralMoved.of(moved, user),
    )


@extend_schema(responses=answers.OfficeAnswer(many=True))
@api_view(["GET"])
def offices(request: Request) -> Response:
    """The registered offices of other cities, by city; for counters."""
    if user_of(request).role_in(*COUNTER) is None:
        raise Forbidden(_("Only a clerk at a counter passes applications on."))
    found = queries.open_offices()
    return Response(answers.OfficeAnswer(found, many=True).data)
