"""Fetching a licence, and using an accepted document again, for programs."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import user_of
from applications.answers import DocumentAnswer
from applications.documents import OfChecklist
from applications.licences.actions import Fetch, begin, carry_out, reuse
from applications.licences.answers import FetchRow
from applications.licences.models import TOLD, LicenceFetch
from applications.queries import case_for
from core.api import answer_once, body_of
from core.problems import WrongState
from deadlines.sweep import settle
from documents.models import Document


class NotFetched(WrongState):
    """409: the library was asked, or is being asked, and nothing came of it."""

    type = "licence-not-fetched"
    title = _("The licence was not fetched")

    def __init__(self, fetch: LicenceFetch) -> None:
        super().__init__(TOLD[fetch.outcome], extra={"outcome": fetch.outcome})


class FetchAnswer(FetchRow):
    """A licence that was fetched; `document` is null where its draft was thrown away since."""

    document = serializers.SerializerMethodField()

    @extend_schema_field(DocumentAnswer(allow_null=True))
    def get_document(self, fetch: LicenceFetch) -> Any:
        document = Document.objects.filter(pk=fetch.document_id or 0).first()
        return DocumentAnswer(document).data if document else None


class ReuseAnswer(serializers.Serializer[Any]):
    """The files that are used again, as this case has them."""

    documents = DocumentAnswer(many=True)


@extend_schema(request=Fetch, responses={201: FetchAnswer})
@api_view(["POST"])
def fetch_document(request: Request, number: str) -> Response:
    """Have a document fetched from the licence library, with the consent of whoever it is about.

    The library is asked once per `Idempotency-Key`; what came of it, 409 `licence-not-fetched` with
    its `outcome` included, is the answer to each request with the key.
    """
    case, by = case_for(number, user_of(request)), user_of(request)
    said = body_of(request)
    settle(case.ref)

    def agree() -> tuple[int, Any]:
        requirement, consent = (str(said.get(name) or "") for name in ("requirement", "consent"))
        fetch = begin(application=case, requirement=requirement, consent=consent, by=by)
        return 201, {"fetch": fetch.pk}

    kept = answer_once(request, agree)
    fetch = LicenceFetch.objects.get(pk=kept.data["fetch"])
    fetch = carry_out(fetch, application=case, by=by)
    if fetch.outcome != LicenceFetch.Outcome.FETCHED:
        raise NotFetched(fetch)
    return Response(FetchAnswer(fetch).data, status=201)


@extend_schema(request=OfChecklist, responses={201: ReuseAnswer})
@api_view(["POST"])
def reuse_document(request: Request, number: str) -> Response:
    """Use a document again that staff accepted in an earlier case of the same applicant."""
    case, by = case_for(number, user_of(request)), user_of(request)
    requirement = str(body_of(request).get("requirement") or "")
    settle(case.ref)

    def act() -> tuple[int, Any]:
        files = reuse(application=case, requirement=requirement, by=by)
        return 201, ReuseAnswer({"documents": files}).data

    return answer_once(request, act)
