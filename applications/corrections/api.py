"""Corrections of name and number over HTTP; deciding and taking back are acts of the case."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view, parser_classes
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import FileField, ListField

from accounts.api import user_of
from accounts.roles import CASE_WORKERS
from applications.actions import CASES
from applications.answers import CaseAnswer, case_json
from applications.corrections.queries import with_files
from applications.corrections.serializers import CorrectionAnswer, Proposal
from applications.corrections.views import CORRECT
from applications.queries import case_for
from applications.reveal import NOT_YOURS
from applications.who import as_reader
from core.answers import page_of
from core.api import answer_once, body_of, version_of, with_version
from core.fields import blind_index
from core.paging import paged
from core.parsers import JsonBody
from core.problems import Forbidden
from deadlines.sweep import settle
from documents.actions import digest_of
from ledger.record import text_of


class ProposalWithFiles(Proposal):
    """As `Proposal`, with its document in parts of a form."""

    files = ListField(child=FileField())


@extend_schema(methods=["GET"], responses=page_of(CorrectionAnswer), operation_id="corrections")
@extend_schema(
    methods=["POST"],
    request={"multipart/form-data": ProposalWithFiles, "application/json": Proposal},
    responses={201: CaseAnswer},
    operation_id="propose_correction",
)
@api_view(["GET", "POST"])
@parser_classes([JsonBody, MultiPartParser])
def corrections(request: Request, number: str) -> Response:
    """List the corrections of name and number of a case, newest first; or propose one, with the
    document that shows it. What an identity service has confirmed needs none."""
    user = user_of(request)
    case = case_for(number, user)
    if request.method == "GET":
        if not (as_reader(case, user) or user.role_in(*CASE_WORKERS, district=case.district)):
            raise Forbidden(NOT_YOURS)
        return paged(
            request,
            case.identity_corrections.all(),
            lambda rows: CorrectionAnswer(with_files(rows), many=True).data,
        )
    settle(case.ref)
    uploads = request.FILES.getlist("files")
    said = body_of(request)

    def act() -> tuple[int, Any]:
        version = version_of(request)
        moved = CASES.perform(case, CORRECT, by=user, body=said, uploads=uploads, version=version)
        return 201, case_json(moved, user)

    # What is kept of the request tells neither name nor number.
    same = {
        "said": blind_index(text_of(said), "identity correction").hex(),
        "files": [digest_of(each) for each in uploads],
    }
    response = answer_once(request, act, body=same)
    return with_version(response, response.data["version"])
