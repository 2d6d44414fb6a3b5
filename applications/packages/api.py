"""The package of a case over HTTP."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.decorators import api_view, parser_classes
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import user_of
from accounts.models import User
from accounts.roles import COMPANY
from applications.by_whom import OTHERS
from applications.models import Application
from applications.packages import actions
from applications.queries import case_for
from approvals.packages.reading import package_json
from approvals.packages.serializers import (
    AttachmentAnswer,
    AttachmentBody,
    PackageAnswer,
    PackageBody,
)
from approvals.roads.approving import ApprovalBody
from core.api import answer_once, body_of, version_of, with_version
from core.problems import Forbidden
from deadlines.sweep import settle
from documents.actions import digest_of

#: An attachment as it is sent: with an approval, what it says.
ATTACHED = inline_serializer(
    "AttachmentForm",
    {
        **AttachmentBody().fields,
        **dict.fromkeys(ApprovalBody().fields, serializers.CharField(required=False)),
    },
)


def of_company(number: str, user: User) -> Application:
    """A case for everybody of the company that prepares its package. Raises Missing, Forbidden."""
    case = case_for(number, user)
    if user.role_in(*COMPANY, district=case.district) is None:
        raise Forbidden(OTHERS)
    return case


@extend_schema(methods=["GET"], responses=PackageAnswer, tags=["line-works"])
@extend_schema(methods=["PUT"], request=PackageBody, responses=PackageAnswer, tags=["line-works"])
@api_view(["GET", "PUT"])
def package(request: Request, number: str) -> Response:
    """The package of the line as it is prepared, or as it was sent last; or keep what goes into it,
    as a whole but for its attachments."""
    user = user_of(request)
    case = of_company(number, user)

    def answer() -> dict[str, Any]:
        return package_json(actions.shown(case))

    if request.method == "GET":
        told = answer()
        return with_version(Response(told), told["version"])
    settle(case.ref)

    def act() -> tuple[int, Any]:
        actions.save(application=case, body=body_of(request), by=user, version=version_of(request))
        return 200, answer()

    response = answer_once(request, act)
    return with_version(response, response.data["version"])


@extend_schema(
    request={"multipart/form-data": ATTACHED},
    responses={201: AttachmentAnswer},
    tags=["line-works"],
)
@api_view(["POST"])
@parser_classes([MultiPartParser])
def attachments(request: Request, number: str) -> Response:
    """Add a file that the permits of the line look at; with an approval to dig a closed road, what
    it says."""
    user = user_of(request)
    case = of_company(number, user)
    said = body_of(request)
    requirement, upload = str(said.pop("requirement", "")), request.FILES.get("file")
    said.pop("file", None)
    settle(case.ref)

    def act() -> tuple[int, Any]:
        document = actions.attach(
            application=case, requirement=requirement, upload=upload, by=user, approval=said
        )
        return 201, AttachmentAnswer(document).data

    told = said | {"requirement": requirement, "file": digest_of(upload)}
    return answer_once(request, act, body=told)


@extend_schema(responses={204: None}, tags=["line-works"])
@api_view(["DELETE"])
def attachment(request: Request, number: str, ref: UUID) -> Response:
    """Take a file out of the package that is prepared."""
    user = user_of(request)
    case = of_company(number, user)
    settle(case.ref)
    actions.detach(application=case, ref=ref, by=user)
    return Response(status=204)
