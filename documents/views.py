from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.decorators import person, signed_in
from accounts.models import User
from accounts.roles import Role
from core.problems import Forbidden, Missing, WrongState
from documents import queries, storage
from documents.models import Document, Opening


@signed_in
@require_safe
def open_document(request: HttpRequest, ref: UUID) -> HttpResponse:
    """Hands out a file; Missing alike for none, one not to be seen, and a changed one."""
    document, user = Document.objects.filter(ref=ref).first(), person(request)
    if document is None:
        raise Missing
    return handed_out(document, user)


def handed_out(document: Document, user: User) -> HttpResponse:
    """A file as an attachment that no browser runs.

    That anybody else than its owner gets it is written down before (docs/decisions/0034).

    Raises:
        Missing: not for this person's eyes, or it was erased, is gone or changed.
        WrongState, Forbidden: no scanner has seen it yet, or a virus was found in it.
    """
    role = queries.opens_as(document, user)
    if role is None:
        raise Missing
    if role == Role.APPLICANT:
        return attachment_of(document, own=True)
    answer = attachment_of(document)
    Opening.objects.create(document=document, case_ref=document.case_ref, opened_by=user, role=role)
    return answer


def attachment_of(document: Document, *, own: bool = False) -> HttpResponse:
    """A file for whoever may have it, which the caller has asked and writes down; `own`: its owner.
    See `handed_out`."""
    if document.erased_at is not None:
        raise Missing(_("This file was erased: it had been kept for as long as the rules say."))
    if document.scan == Document.Scan.WAITING:
        raise WrongState(
            _("The file is being checked for viruses. It can be opened in a few minutes.")
        )
    if document.scan == Document.Scan.INFECTED:
        raise Forbidden(_("A virus was found in this file. Nobody can open it."))
    if own and not document.opens_for_owner:
        # Whoever came into this session sees no more by it than that it is there.
        raise Missing(_("Open this file in the case in which it was handed in first."))
    data = storage.unchanged(document)
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
