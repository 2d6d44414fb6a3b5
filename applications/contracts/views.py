"""The contract of a case: the page, its PDF, and both in the API."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import CharField, Serializer

from accounts.api import user_of
from accounts.decorators import person, signed_in
from accounts.models import User
from applications.contracts.models import Contract
from applications.contracts.paper import signed_pdf, unsigned_pdf
from applications.contracts.queries import contract_of, is_to_be_signed
from applications.contracts.text import contract_text, reading
from applications.models import Application
from applications.queries import case_for
from applications.receipts.render import HEADERS, PDF
from applications.who import as_reader
from core.answers import MaybeChoice, MaybeInstant, MaybeText
from core.clock import city_now
from core.fields import text_digest
from core.problems import Missing
from documents.views import handed_out


@signed_in
@require_safe
def page(request: HttpRequest, number: str) -> HttpResponse:
    case, contract = _signed(number, person(request))
    context = {
        "case": case,
        "contract": contract,
        "text": reading(contract.text),
        "pdf_url": reverse("applications:contract-pdf", args=[case.number]),
    }
    return render(request, "applications/contract.html", context)


@signed_in
@require_safe
def as_pdf(request: HttpRequest, number: str) -> HttpResponse:
    return pdf_of(case_for(number, person(request)), person(request))


class ContractAnswer(Serializer[Any]):
    """The contract of a low-voltage case, signed or to be signed."""

    number = CharField(source="application.number")
    text = MaybeText(
        help_text="Canonical JSON in both languages, exactly as it was hashed; null for all but "
        "the applicant: others open the PDF, which is written down."
    )
    sha256 = CharField(source="digest", help_text="Of `text`, in hexadecimal digits.")
    consent = MaybeChoice(Contract.Consent.choices)
    signed_at = MaybeInstant()
    kept_at = MaybeInstant(help_text="Since when the PDF is kept; null: it is being made.")
    file_sha256 = MaybeText(source="document.sha256", default="", help_text="Of the PDF kept.")
    sealed_by = MaybeText(help_text="Whom the certificate of the seal names; null: no seal.")
    stamped_at = MaybeInstant()
    trouble = MaybeChoice(
        Contract.Trouble.choices[1:], help_text="Why it is not kept yet; it is tried again."
    )


@extend_schema(responses=ContractAnswer, operation_id="contract")
@api_view(["GET"])
def api_contract(request: Request, number: str) -> Response:
    """How the contract was signed, and how its PDF stands; to the applicant, its text."""
    user = user_of(request)
    case = case_for(number, user)
    contract = contract_of(case)
    if contract is None and is_to_be_signed(case):
        text = contract_text(case)
        contract = Contract(application=case, text=text, digest=text_digest(text))
    if contract is None:
        raise Missing
    answer = ContractAnswer(contract).data
    if as_reader(case, user) is None:
        answer["text"] = None
    return Response(answer)


@extend_schema(responses={(200, PDF): OpenApiTypes.BINARY}, operation_id="contract_pdf")
@api_view(["GET"])
def api_pdf(request: Request, number: str) -> HttpResponse:
    """The same as PDF: as it is kept; before that as signed, or as it is to be signed."""
    return pdf_of(case_for(number, user_of(request)), user_of(request))


def pdf_of(case: Application, user: User) -> HttpResponse:
    """Whoever is not the applicant has what is kept, and that it was opened is written down.

    Raises:
        Missing: there is no electronic contract yet, or its file is gone or changed.
    """
    contract = contract_of(case)
    if contract and contract.document:
        return handed_out(contract.document, user)
    if as_reader(case, user) is None:
        raise Missing(_("The PDF of this contract is not made yet."))
    if contract:
        return _attachment(case, signed_pdf(contract))
    if is_to_be_signed(case):
        return _attachment(case, unsigned_pdf(contract_text(case), city_now()))
    raise Missing


def _signed(number: str, user: User) -> tuple[Application, Contract]:
    """Raises Missing where there is no such case, it is another's, or nothing was signed here."""
    case = case_for(number, user)
    contract = contract_of(case)
    if contract is None or as_reader(case, user) is None:
        raise Missing
    return case, contract


def _attachment(case: Application, made: bytes) -> HttpResponse:
    name = content_disposition_header(True, f"TD-{case.number}-contract.pdf")
    return HttpResponse(
        made, content_type=PDF, headers=HEADERS | {"Content-Disposition": str(name)}
    )
