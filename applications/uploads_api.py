"""Files in parts over HTTP, after the core of tus 1.0.0: HEAD says how much is here, PATCH adds to
it at `Upload-Offset`."""

import base64
import binascii
from collections.abc import Mapping
from typing import IO, Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import api_view, parser_classes
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import user_of
from applications import uploads
from applications.queries import case_for
from applications.uploads import Begun, UploadAnswer
from core.api import answer_once, body_of
from core.problems import Malformed
from core.reading import whole_number
from documents.models import Upload
from documents.uploads import most_bytes


class PartBody(BaseParser):
    """The bytes of a part: no more of them than one may have, and one over."""

    media_type = "application/offset+octet-stream"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> dict[str, bytes]:
        return {"part": stream.read(most_bytes() + 1)}


@extend_schema(request=Begun, responses={201: UploadAnswer})
@api_view(["POST"])
def case_uploads(request: Request, number: str) -> Response:
    """Begin to hand in a file in parts, or go on with the same one."""
    user = user_of(request)
    case = case_for(number, user)

    def act() -> tuple[int, Any]:
        upload = uploads.begin(application=case, body=body_of(request), by=user)
        return 201, UploadAnswer(upload).data

    response = answer_once(request, act)
    response["Location"] = f"{request.path}{response.data['id']}/"
    return response


@extend_schema(methods=["GET"], responses=UploadAnswer)
@extend_schema(
    methods=["PATCH"],
    request={PartBody.media_type: OpenApiTypes.BINARY},
    responses={204: None},
    parameters=[
        OpenApiParameter("Upload-Offset", int, OpenApiParameter.HEADER, required=True),
        OpenApiParameter(
            "Upload-Checksum",
            str,
            OpenApiParameter.HEADER,
            description="`sha256` and the digest of the part in Base64",
        ),
    ],
)
@api_view(["GET", "HEAD", "PATCH"])
@parser_classes([PartBody])
def case_upload(request: Request, number: str, ref: UUID) -> Response:
    """How much of a file is here, also by HEAD; or add the next part. The last one makes it a
    document, or is refused as a document is."""
    user = user_of(request)
    case = case_for(number, user)
    if request.method != "PATCH":
        upload = uploads.find(application=case, ref=ref, by=user)
        return with_offset(Response(UploadAnswer(upload).data), upload)
    upload = uploads.append(
        application=case,
        ref=ref,
        offset=offset_of(request),
        data=request.data.get("part", b"") if isinstance(request.data, dict) else b"",
        sha256=checksum_of(request),
        by=user,
    )
    return with_offset(Response(status=204), upload)


def with_offset(response: Response, upload: Upload) -> Response:
    response["Upload-Offset"] = str(upload.received)
    response["Upload-Length"] = str(upload.size)
    response["Cache-Control"] = "no-store"
    return response


def offset_of(request: Request) -> int:
    offset = whole_number(request.headers.get("Upload-Offset", ""))
    if offset is None:
        raise Malformed(_("Say in Upload-Offset where the part begins."))
    return offset


def checksum_of(request: Request) -> bytes:
    """Return the digest that the part must have; empty where none is said."""
    said = request.headers.get("Upload-Checksum", "")
    if not said:
        return b""
    algorithm, _space, digest = said.partition(" ")
    try:
        found = base64.b64decode(digest, validate=True)
    except binascii.Error:
        found = b""
    if algorithm != "sha256" or len(found) != 32:
        raise Malformed(_("Say Upload-Checksum as sha256, a space and the digest in Base64."))
    return found
