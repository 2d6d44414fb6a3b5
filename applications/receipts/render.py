"""A receipt as a page, as JSON and as a signed PDF in both languages, for people and programs."""

import logging
from dataclasses import asdict
from io import BytesIO
from pathlib import Path
from typing import Any

import segno
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import user_of
from accounts.decorators import person, signed_in
from applications.receipts.content import Reading, read
from applications.receipts.lookup import find, split
from applications.states import NOBODY, Holder
from core.problems import Problem
from ledger.api import PublishedKeysSerializer
from ledger.paper import in_both_languages
from ledger.receipts.content import FORMAT, content
from ledger.receipts.render import as_text, pdf
from ledger.trouble import RecordTrouble

TEMPLATE = Path(settings.BASE_DIR) / "templates" / "applications" / "receipt.typ"
JSON, PDF = "application/json", "application/pdf"
CODE_SCALE = 4
#: A receipt is about a person: no cache keeps it, and a browser runs nothing of it.
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store, private",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}

log = logging.getLogger("tongdian.receipts")


class NotSigned(Problem):
    """503: the receipt key cannot be reached; an operator has to look."""

    type = "receipt-not-signed"
    status = 503
    title = gettext_lazy("The receipt cannot be signed at the moment")

    def __init__(self, trouble: Exception) -> None:
        log.warning("a receipt was not signed: %s: %s", type(trouble).__name__, trouble)
        super().__init__(
            gettext_lazy("The step itself is recorded and nothing is lost. Try again later.")
        )


@signed_in
@require_safe
def page(request: HttpRequest, number: str, seq: int) -> HttpResponse:
    reading = read(find(number, seq, person(request)))
    found = reading.found
    # Back to where the step is shown: on its case, or for a bureau on its permit.
    back = {
        "url": reverse("applications:case", args=[number]),
        "label": _("Case %(number)s") % {"number": number},
    }
    if found.permit and not found.whole:
        back = {"url": reverse("bureau:permit", args=[found.permit.pk]), "label": _("Permit")}
    elif not found.whole:  # of a case that is handed over
        back = {"url": reverse("applications:account"), "label": _("My cases")}
    addresses = {
        "json_url": reverse("applications:receipt-json", args=[number, seq]),
        "pdf_url": reverse("applications:receipt-pdf", args=[number, seq]),
    }
    return shown(request, reading, back=back, **addresses)


def shown(request: HttpRequest, reading: Reading, **links: Any) -> HttpResponse:
    """A receipt as a page; `links` are `back` {url, label}, `json_url` and `pdf_url`."""
    url = reading.check_url(request.build_absolute_uri("/"))
    context = {
        "sheet": reading.sheet(),
        "check_url": url,
        "qr": _code(url).svg_data_uri(scale=CODE_SCALE, border=2, light="#fff"),
        **links,
    }
    return render(request, "applications/receipt.html", context)


@signed_in
@require_safe
def as_json(request: HttpRequest, number: str, seq: int) -> HttpResponse:
    return attached_json(read(find(number, seq, person(request))))


@signed_in
@require_safe
def as_pdf(request: HttpRequest, number: str, seq: int) -> HttpResponse:
    reading = read(find(number, seq, person(request)))
    return attached_pdf(reading, request.build_absolute_uri("/"))


class ReceiptOpeningSerializer(serializers.Serializer[Any]):
    """What opens the entry's commitment: the salt in hexadecimal, and the JSON text."""

    salt = serializers.CharField()
    data = serializers.CharField()  # type: ignore[assignment]


class ReceiptStandingSerializer(serializers.Serializer[Any]):
    """Who has the case and until when, for information: proved by nothing."""

    holder = serializers.ChoiceField([*Holder.values, NOBODY])
    held_since = serializers.DateTimeField(allow_null=True)
    due_on = serializers.DateField(allow_null=True)
    as_of = serializers.DateTimeField()


class ReceiptSerializer(serializers.Serializer[Any]):
    """One step of a case, with everything that it takes to check it without this site."""

    format = serializers.ChoiceField([FORMAT])
    number = serializers.CharField()
    entry = serializers.CharField(help_text="Canonical JSON, exactly as it was hashed.")
    opening = ReceiptOpeningSerializer(
        allow_null=True, help_text="Null where it was deleted, or is not for the reader."
    )
    standing = ReceiptStandingSerializer()
    promise = serializers.CharField(help_text="A C2SP signed note by the receipt key.")
    proof = serializers.CharField(
        allow_null=True, help_text="C2SP tlog-proof; null before a checkpoint covers the entry."
    )
    keys = PublishedKeysSerializer(help_text="The content of /record/keys.json.")


@extend_schema(responses=ReceiptSerializer, operation_id="receipt")
@api_view(["GET"])
def api_json(request: Request, number: str) -> Response:
    """The receipt of a filing, a received document or a decision, with the proof once there is one.

    For whoever may see the case; a step of a permit also for its bureau.
    """
    reading = read(find(*split(number), user_of(request)))
    return Response(ReceiptSerializer(receipt_json(reading)).data)


@extend_schema(responses={(200, PDF): OpenApiTypes.BINARY}, operation_id="receipt_pdf")
@api_view(["GET"])
def api_pdf(request: Request, number: str) -> HttpResponse:
    """The same as a signed PDF in Chinese and English, with the receipt attached to it."""
    reading = read(find(*split(number), user_of(request)))
    return attached_pdf(reading, request.build_absolute_uri("/"))


def attached_json(reading: Reading) -> HttpResponse:
    """NotSigned as `receipt_json`."""
    return _attachment(reading, as_text(receipt_json(reading)).encode(), JSON, "json")


def attached_pdf(reading: Reading, base: str) -> HttpResponse:
    """NotSigned as `receipt_pdf`; `base` is scheme and host of where it is checked."""
    return _attachment(reading, receipt_pdf(reading, base), PDF, "pdf")


def receipt_json(reading: Reading) -> dict[str, Any]:
    """Return the receipt (`tongdian-receipt/1`); NotSigned where its key cannot be reached."""
    try:
        return content(
            reading.entry,
            number=reading.number,
            opening=reading.opening,
            standing=reading.standing,
            proven=reading.proven,
        )
    except (RecordTrouble, OSError) as trouble:
        raise NotSigned(trouble) from trouble


def receipt_pdf(reading: Reading, base: str) -> bytes:
    """Return a signed PDF; NotSigned where the receipt key or the certificate cannot be reached."""
    receipt = receipt_json(reading)
    try:
        return pdf(TEMPLATE, paper(reading, base), receipt)
    except (OSError, ImproperlyConfigured) as trouble:
        raise NotSigned(trouble) from trouble


def paper(reading: Reading, base: str) -> dict[str, Any]:
    words = in_both_languages(lambda: asdict(reading.sheet()))
    url, svg = reading.check_url(base), BytesIO()
    _code(url).save(svg, kind="svg", border=0, xmldecl=False)
    return {"words": words, "url": url, "qr": svg.getvalue().decode()}


def _code(url: str) -> segno.QRCode:
    return segno.make_qr(url, error="m")


def _attachment(reading: Reading, made: bytes, kind: str, ending: str) -> HttpResponse:
    name = f"TD-{reading.number}-receipt.{ending}"
    headers = HEADERS | {"Content-Disposition": str(content_disposition_header(True, name))}
    return HttpResponse(made, content_type=kind, headers=headers)
