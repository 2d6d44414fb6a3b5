"""What the customer sees of a referral: by its number and phone how it stands, and with a code to
that phone what was passed on and the receipts (applications/views/progress.py)."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.codes import shown
from accounts.parties import PhoneCode
from applications.declaration import phone_digest
from applications.forms import ProgressForm
from applications.receipts import render as receipts
from applications.referrals import reading
from applications.referrals.models import Referral
from applications.referrals.receipt import ReferralReading, read
from applications.views.codes import drawn
from core.identifiers import is_mobile, plain_phone
from core.problems import Missing, Problem

#: What a session holds: the referral that a code was asked for.
REFERRAL: Final = "progress.referral"


def passing(
    request: HttpRequest, form: ProgressForm, referral: Referral, problem: Problem | None = None
) -> HttpResponse:
    """A referral as everybody with its number and phone number sees it: nothing personal."""
    context = {
        **reading.one_context(referral),
        "form": form,
        "mobile": is_mobile(plain_phone(form.cleaned_data["phone"])),
        "errors": [{"text": problem.detail}] if problem else [],
    }
    return drawn(request, "referrals/progress", context, problem)


def followed(request: HttpRequest) -> Referral | None:
    """The referral whose phone has shown itself in this session."""
    phone = shown(request, PhoneCode.Purpose.PROGRESS)
    if phone is None:
        return None
    found = Referral.objects.select_related("office", "counter")
    one = found.filter(pk=request.session.get(REFERRAL, 0)).first()
    if one is None or bytes(one.phone_digest) != phone_digest(phone.address):
        return None
    return one


@never_cache
@require_safe
def everything(request: HttpRequest) -> HttpResponse:
    """All of a referral, once its phone has shown itself; nothing is done here."""
    referral = followed(request)
    if referral is None:
        return redirect("applications:progress")
    context = {
        **reading.one_context(
            referral, lambda step: reverse("referral-progress:receipt", args=[step.seq])
        ),
        "declared": reading.declared_rows(referral),
        "papers": reading.paper_names(referral),
    }
    return render(request, "applications/referrals/followed.html", context)


def _reading(request: HttpRequest, seq: int) -> ReferralReading:
    """Raises Missing: the phone has not shown itself, or there is no such receipt."""
    referral = followed(request)
    if referral is None:
        raise Missing
    return read(referral, seq)


@never_cache
@require_safe
def receipt(request: HttpRequest, seq: int) -> HttpResponse:
    found = _reading(request, seq)
    return receipts.shown(
        request,
        found,
        back={"url": reverse("referral-progress:all"), "label": found.referral.number},
        json_url=reverse("referral-progress:receipt-json", args=[seq]),
        pdf_url=reverse("referral-progress:receipt-pdf", args=[seq]),
    )


@never_cache
@require_safe
def receipt_json(request: HttpRequest, seq: int) -> HttpResponse:
    return receipts.attached_json(_reading(request, seq))


@never_cache
@require_safe
def receipt_pdf(request: HttpRequest, seq: int) -> HttpResponse:
    return receipts.attached_pdf(_reading(request, seq), request.build_absolute_uri("/"))
