import logging
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.decorators import person, signed_in
from core.problems import Missing
from documents import queries, storage
from documents.models import Document

log = logging.getLogger("tongdian.documents")


@signed_in
@require_safe
def open_document(request: HttpRequest, ref: UUID) -> HttpResponse:
    """Hands out a file; Missing alike for none, one not to be seen, and a changed one."""
    document = Document.objects.filter(ref=ref).first()
    if document is None or not queries.may_open(document, person(request)):
        raise Missing
    return attachment(document)


def attachment(document: Document) -> HttpResponse:
    """A file for somebody who may open it, never run by a browser; Missing where it is gone or
    changed."""
    try:
        data = storage.read(document.stored_name)
    except FileNotFoundError:
        data = b""
    if storage.sha256(data) != document.sha256:
        log.error("document %s: its file is missing or changed", document.ref)
        raise Missing(_("This file cannot be opened. Please tell us its case number."))
    name = content_disposition_header(as_attachment=True, filename=document.original_name)
    return HttpResponse(
        data,
        content_type=document.content_type,
        headers={
            "Content-Disposition": name or "attachment",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store, private",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        },
    )
