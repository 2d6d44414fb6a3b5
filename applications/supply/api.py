"""The supply of a case from the grid over HTTP; reserving is an act of the case."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import user_of
from applications.models import Application
from applications.packages.api import of_company
from applications.supply import actions, queries
from applications.supply.serializers import PlaceBody, SupplyAnswer
from core.api import answer_once, body_of, with_version
from core.bodies import read
from deadlines.sweep import settle


@extend_schema(methods=["GET"], responses=SupplyAnswer, operation_id="supply")
@extend_schema(methods=["PUT"], request=PlaceBody, responses=SupplyAnswer, operation_id="place")
@api_view(["GET", "PUT"])
def supply(request: Request, number: str) -> Response:
    """What is reserved of the grid for a case, and what the grid proposes near its place; PUT says
    where it is to be supplied."""
    case = of_company(number, user_of(request))
    if request.method == "GET":
        return with_version(Response(answer_of(case)), case.version)
    settle(case.ref)

    def act() -> tuple[int, Any]:
        said = read(PlaceBody, body_of(request))
        actions.set_place(case, said["position"], by=user_of(request))
        return 200, answer_of(case)

    return with_version(answer_once(request, act), case.version)


def answer_of(case: Application) -> Any:
    held, place = queries.reserved(case), queries.place_of(case)
    said = {
        "needed_kva": queries.needed_kva(case),
        "position": place and place.position,
        "reserved": held,
        "not_reserved": (not held and queries.not_reserved(case)) or None,
        "proposals": queries.proposed(case),
    }
    return SupplyAnswer(said).data
