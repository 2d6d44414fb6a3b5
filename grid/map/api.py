"""The elements of the grid where they lie, for the supply company's desks alone."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import user_of
from core.problems import Forbidden
from grid.areas.drawing import collection
from grid.map.queries import asked_box, elements_in
from grid.map.reading import MAP_ROLES, element_feature
from grid.map.serializers import ElementsAnswer

BOX = OpenApiParameter(
    "bbox", str, required=True, description="West, south, east, north in degrees."
)


@extend_schema(responses=ElementsAnswer, parameters=[BOX], operation_id="grid_map")
@api_view(["GET"])
def elements(request: Request) -> Response:
    """Elements that meet a box, with what each can still take; internal, not to be published."""
    if user_of(request).role_in(*MAP_ROLES) is None:
        raise Forbidden
    found = elements_in(asked_box(request.query_params.get("bbox", "")))
    return Response(collection(map(element_feature, found.elements), more=found.more))
