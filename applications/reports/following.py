"""What is seen of a report by its number and phone: how it stands, and with a code to that phone
its words and the answer (applications/views/progress.py)."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.codes import shown
from accounts.parties import PhoneCode, phone_index
from applications.forms import ProgressForm
from applications.views.codes import drawn
from core.identifiers import is_mobile, plain_phone
from core.problems import Problem
from reliability.reports.models import Report
from reliability.reports.queries import every
from reliability.reports.reading import own_context

#: What a session holds: the report that a code was asked for.
REPORT: Final = "progress.report"


def passing(
    request: HttpRequest, form: ProgressForm, report: Report, problem: Problem | None = None
) -> HttpResponse:
    """A report as everybody with its number and phone sees it: none of its words."""
    context = {
        **own_context(report),
        "form": form,
        "mobile": is_mobile(plain_phone(form.cleaned_data["phone"])),
        "errors": [{"text": problem.detail}] if problem else [],
    }
    return drawn(request, "progress_report", context, problem)


@never_cache
@require_safe
def everything(request: HttpRequest) -> HttpResponse:
    """All of a report, once its phone has shown itself; nothing is done here."""
    phone = shown(request, PhoneCode.Purpose.PROGRESS)
    found = every().filter(pk=request.session.get(REPORT, 0))
    one = found.filter(phone_digest=phone_index(phone.address)).first() if phone else None
    if one is None:
        return redirect("applications:progress")
    return render(request, "reports/own.html", own_context(one) | {"followed": True})
