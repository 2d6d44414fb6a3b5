"""The page of a receipt, and the receipt as files."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.decorators import person, signed_in
from applications.receipts import files
from applications.receipts.reading import find
from applications.receipts.sheet import Reading, read, sheet

CODE_SCALE = 4


@signed_in
@require_safe
def page(request: HttpRequest, number: str, seq: int) -> HttpResponse:
    """A receipt to read and to print."""
    reading = read(find(number, seq, person(request)))
    url = reading.check_url(base_of(request))
    context = {
        "sheet": sheet(reading),
        "check_url": url,
        "qr": files.code_of(url).svg_data_uri(scale=CODE_SCALE, border=2, light="#fff"),
        "back": _back(reading),
        "json_url": reverse("applications:receipt-json", args=[number, seq]),
        "pdf_url": reverse("applications:receipt-pdf", args=[number, seq]),
    }
    return render(request, "applications/receipt.html", context)


def base_of(request: HttpRequest) -> str:
    """Return scheme and host of the site, as the request names them."""
    return request.build_absolute_uri("/")


def _back(reading: Reading) -> dict[str, str]:
    """Return the page that the step is shown on: its case, or for a bureau its permit."""
    found = reading.found
    if found.whole or found.permit is None:
        url = reverse("applications:case", args=[found.case.number])
        return {"url": url, "label": _("Case %(number)s") % {"number": found.case.number}}
    return {"url": reverse("bureau:permit", args=[found.permit.pk]), "label": _("Permit")}


@signed_in
@require_safe
def as_json(request: HttpRequest, number: str, seq: int) -> HttpResponse:
    """The receipt for programs, as a file."""
    reading = read(find(number, seq, person(request)))
    text = files.as_text(files.receipt_json(reading))
    return files.attachment(reading, text.encode(), files.JSON, "json")


@signed_in
@require_safe
def as_pdf(request: HttpRequest, number: str, seq: int) -> HttpResponse:
    """The receipt as a signed PDF, which holds the one for programs."""
    reading = read(find(number, seq, person(request)))
    paper = files.receipt_pdf(reading, base_of(request))
    return files.attachment(reading, paper, files.PDF, "pdf")
