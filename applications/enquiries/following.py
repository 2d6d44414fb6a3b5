"""What is seen of a question without a case by its number and phone: how it stands, and with a code
to that phone its words and the answer (applications/views/progress.py)."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.codes import shown
from accounts.parties import PhoneCode, phone_index
from applications.enquiries.models import Enquiry
from applications.enquiries.reading import one_context
from applications.forms import ProgressForm
from applications.views.codes import drawn
from core.identifiers import is_mobile, plain_phone
from core.problems import Problem

#: What a session holds: the question that a code was asked for.
QUESTION: Final = "progress.question"


def passing(
    request: HttpRequest, form: ProgressForm, enquiry: Enquiry, problem: Problem | None = None
) -> HttpResponse:
    """A question as everybody with its number and phone sees it: none of its words."""
    context = {
        **one_context(enquiry),
        "form": form,
        "mobile": is_mobile(plain_phone(form.cleaned_data["phone"])),
        "errors": [{"text": problem.detail}] if problem else [],
    }
    return drawn(request, "progress_question", context, problem)


@never_cache
@require_safe
def everything(request: HttpRequest) -> HttpResponse:
    """All of a question, once its phone has shown itself; nothing is done here."""
    phone = shown(request, PhoneCode.Purpose.PROGRESS)
    found = Enquiry.objects.filter(pk=request.session.get(QUESTION, 0), application=None)
    one = found.filter(phone_digest=phone_index(phone.address)).first() if phone else None
    if one is None:
        return redirect("applications:progress")
    return render(request, "enquiries/own.html", one_context(one) | {"followed": True})
