"""Charges over the API."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import user_of
from applications.queries import case_for
from core.api import answer_once, body_of
from money import charges
from money.serializers import ChargeAnswer, ChargeRequest


@extend_schema(request=ChargeRequest, responses={201: ChargeAnswer})
@api_view(["POST"])
def case_charges(request: Request, number: str) -> Response:
    """Enter a charge by an item of the published catalogue."""
    case = case_for(number, user_of(request))

    def act() -> tuple[int, Any]:
        row = charges.charge(application=case, body=body_of(request), by=user_of(request))
        return 201, ChargeAnswer(row).data

    return answer_once(request, act)
