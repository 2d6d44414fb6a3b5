"""The package of a permit over HTTP."""

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import user_of
from approvals import queries
from approvals.packages.reading import package_json, seen_for
from approvals.packages.serializers import PackageAnswer
from core.problems import Missing


@extend_schema(responses=PackageAnswer, tags=["permits"])
@api_view(["GET"])
def permit_package(request: Request, pk: int) -> Response:
    """What was sent with the line, as far as this permit looks at it."""
    user = user_of(request)
    seen = seen_for(queries.permit_for(user, pk), user)
    if seen is None:
        raise Missing
    return Response(package_json(seen))
