"""Who acts for whom, for programs: listed, offered, ended. A code is typed by a person alone."""

from typing import Any

from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import offers
from accounts.api import user_of
from accounts.mandates import Mandate, Offer
from applications.mandates import reading
from applications.mandates.answers import MandateAnswer, OfferAnswer, PartyAnswer
from applications.mandates.offering import OfferBody, send_offer
from applications.notices import tell_of_mandate
from core.answers import page_of
from core.api import answer_once, body_of
from core.filters import CURSOR
from core.paging import paged
from core.problems import Missing
from core.reading import whole_number

PARTY = OpenApiParameter("party", OpenApiTypes.INT)


def _party(request: Request) -> int:
    """As which the person asks: the own one if none is named; raises Missing for any other."""
    user = user_of(request)
    asked = request.query_params.get("party") or str(user.party_id)
    party = whole_number(asked)
    if party is None or not user.manages(party):
        raise Missing
    return party


@extend_schema(responses=PartyAnswer(many=True), tags=["account"])
@api_view(["GET"])
def parties(request: Request) -> Response:
    """The parties for which one acts, the own one first."""
    return Response(PartyAnswer(reading.party_rows(user_of(request)), many=True).data)


@extend_schema(responses=page_of(MandateAnswer), parameters=[PARTY, *CURSOR], tags=["account"])
@api_view(["GET"])
def mandates(request: Request) -> Response:
    """Who acts, or has acted, for a party as which one is, the newest first."""
    return paged(
        request,
        reading.given_by(_party(request)),
        lambda rows: MandateAnswer(reading.given_rows(rows), many=True).data,
    )


@extend_schema(request=None, responses=MandateAnswer, tags=["account"])
@api_view(["POST"])
def end_mandate(request: Request, pk: int) -> Response:
    """End a mandate of a party as which one is, or one's own."""
    user = user_of(request)
    found = Mandate.objects.filter(pk=pk).first()
    if found is None or not (found.user_id == user.pk or user.manages(found.party_id)):
        raise Missing

    def act() -> tuple[int, Any]:
        tell_of_mandate("mandate.ended", offers.end(pk, user), by=user.party_id)
        row = Mandate.objects.select_related("user").get(pk=pk)
        return 200, MandateAnswer(reading.given_rows([row])[0]).data

    return answer_once(request, act)


@extend_schema(
    methods=["GET"], responses=page_of(OfferAnswer), parameters=[PARTY, *CURSOR], tags=["account"]
)
@extend_schema(methods=["POST"], request=OfferBody, responses={201: OfferAnswer}, tags=["account"])
@api_view(["GET", "POST"])
def open_offers(request: Request) -> Response:
    """What waits for an answer; or send one: to act, to take over a case, or to ask a customer."""
    user = user_of(request)
    if request.method == "GET":
        party = _party(request)
        found = reading.open_offers(party, user if party == user.party_id else None)
        return paged(request, found, OfferAnswer)

    def link_of(token: str) -> str:
        return request.build_absolute_uri(reverse("applications:follow-offer", args=[token]))

    def act() -> tuple[int, Any]:
        made = send_offer(body_of(request), user, link_of)
        made.refresh_from_db(fields=["until", "expires_at"])
        return 201, OfferAnswer(made).data

    return answer_once(request, act)


@extend_schema(request=None, responses={204: None}, tags=["account"])
@api_view(["DELETE"])
def withdraw_offer(request: Request, pk: int) -> Response:
    """Withdraw what waits for an answer: its link opens nothing any more."""
    user = user_of(request)
    found = Offer.objects.filter(pk=pk).first()
    if found is None or not offers.made_by(found, user):
        raise Missing
    offers.close(pk, Offer.Outcome.WITHDRAWN, user)
    return Response(status=204)
