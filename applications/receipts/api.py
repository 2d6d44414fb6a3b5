"""Receipts over HTTP, by their own number."""

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from applications.receipts import files
from applications.receipts.reading import find, split
from applications.receipts.schema import RECEIPT
from applications.receipts.sheet import Reading, read
from approvals.api import user_of


@extend_schema(responses={200: RECEIPT}, operation_id="receipt")
@api_view(["GET"])
def receipt(request: Request, number: str) -> Response:
    """The receipt of a filing, a received document or a decision, with the proof once there is one.

    For whoever may see the case; a step of a permit also for its bureau.
    """
    return Response(files.receipt_json(_reading(request, number)))


@extend_schema(responses={(200, files.PDF): OpenApiTypes.BINARY}, operation_id="receipt_pdf")
@api_view(["GET"])
def receipt_pdf(request: Request, number: str) -> HttpResponse:
    """The same as a signed PDF in Chinese and English, with the receipt attached to it."""
    reading = _reading(request, number)
    paper = files.receipt_pdf(reading, request.build_absolute_uri("/"))
    return files.attachment(reading, paper, files.PDF, "pdf")


def _reading(request: Request, number: str) -> Reading:
    return read(find(*split(number), user_of(request)))
