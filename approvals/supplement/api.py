"""How a program answers a supplement request item by item; the act itself hands it in."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework.decorators import api_view, parser_classes
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import FileField, ListField

from accounts.api import user_of
from accounts.models import User
from approvals.models import Permit
from approvals.queries import permit_for
from approvals.serializers import ItemDraft
from approvals.supplement import drafts
from approvals.supplement.reading import SideAnswer, side_by_side
from core.api import answer_once, body_of, version_of, with_version
from core.bodies import read
from core.problems import Missing
from deadlines.sweep import settle
from documents.actions import compared

ItemFiles = inline_serializer("ItemFiles", {"files": ListField(child=FileField())})


@extend_schema(operation_id="permit_supplement", responses=SideAnswer(many=True), tags=["permits"])
@api_view(["GET"])
def supplement(request: Request, pk: int) -> Response:
    """What a bureau named as missing, item by item: what was there before, and what is new."""
    user = user_of(request)
    return Response(SideAnswer(side_by_side(permit_for(user, pk), user), many=True).data)


@extend_schema(request=ItemDraft, responses=SideAnswer, tags=["permits"])
@api_view(["PUT"])
def supplement_item(request: Request, pk: int, item: int) -> Response:
    """Save the words of an answer as a draft; `If-Match` is the item's version."""
    user = user_of(request)
    found, version = _found(user, pk), version_of(request)

    def act() -> tuple[int, Any]:
        words = read(ItemDraft, body_of(request))["answer"]
        drafts.save_answer(found, item, words, by=user, version=version)
        return 200, _told(found, item, user)

    return _answered(answer_once(request, act))


@extend_schema(request={"multipart/form-data": ItemFiles}, responses=SideAnswer, tags=["permits"])
@api_view(["POST"])
@parser_classes([MultiPartParser])
def supplement_files(request: Request, pk: int, item: int) -> Response:
    """Add files to the draft of an answer."""
    user = user_of(request)
    found, version = _found(user, pk), version_of(request)
    uploads = request.FILES.getlist("files")

    def act() -> tuple[int, Any]:
        drafts.add_files(found, item, uploads, by=user, version=version)
        return 201, _told(found, item, user)

    return _answered(answer_once(request, act, body=compared(request, uploads)))


@extend_schema(request=None, responses=SideAnswer, tags=["permits"])
@api_view(["DELETE"])
def supplement_file(request: Request, pk: int, item: int, ref: UUID) -> Response:
    """Take a file out of a draft again; once it is handed in it stays."""
    user = user_of(request)
    found, version = _found(user, pk), version_of(request)

    def act() -> tuple[int, Any]:
        drafts.take_out(found, item, ref, by=user, version=version)
        return 200, _told(found, item, user)

    return _answered(answer_once(request, act))


def _found(user: User, pk: int) -> Permit:
    """What is late in its case is on record by itself, so that a refusal keeps it."""
    found = permit_for(user, pk)
    settle(found.case_ref)
    return found


def _told(permit: Permit, item: int, user: User) -> dict[str, Any]:
    side = next((one for one in side_by_side(permit, user) if one.number == item), None)
    if side is None:
        raise Missing
    return dict(SideAnswer(side).data)


def _answered(response: Response) -> Response:
    return with_version(response, response.data["version"])
