"""The page of those who keep the registered offices of other cities."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.decorators import person, role_required
from applications.referrals import offices, queries
from applications.referrals.declaration import NewOffice
from applications.referrals.models import RegisteredOffice
from core.form_token import form_key, fresh_key, once, posted
from core.forms import form_of
from core.problems import Invalid, Missing

keeping = role_required(*offices.KEEPERS)
OfficeForm = form_of(NewOffice)


@require_http_methods(["GET", "HEAD", "POST"])
@keeping
def registered(request: HttpRequest) -> HttpResponse:
    """The offices that applications can be passed on to, and adding one."""
    form = OfficeForm(posted(request))
    if request.method == "POST" and form.is_valid():
        body = form.body()
        try:
            once(request, body, lambda: offices.add(body, by=person(request)).pk)
        except Invalid as problem:
            form.refused(problem)
        else:
            messages.success(request, _("The office has been added."))
            return redirect("referrals:offices")
    context = {
        "form": form,
        "rows": queries.open_offices(),
        "form_key": form_key(request),
        "end_key": fresh_key(),
    }
    return render(
        request, "applications/referrals/offices.html", context, status=422 if form.errors else 200
    )


@require_POST
@keeping
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Nothing more is sent there."""
    office = RegisteredOffice.objects.filter(pk=pk).first()
    if office is None:
        raise Missing
    once(request, {}, lambda: offices.end(office, by=person(request)))
    messages.success(request, _("The office has ended. What was sent there can still be opened."))
    return redirect("referrals:offices")
