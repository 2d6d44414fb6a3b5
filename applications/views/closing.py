"""The page on which a person closes the own account."""

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.decorators import account_only, person
from accounts.forms import PresentPasswordForm
from applications.closing import close, hindrance
from core.form_token import posted
from core.place import one_client


@never_cache
@sensitive_post_parameters()
@account_only
@require_http_methods(["GET", "HEAD", "POST"])
def closing(request: HttpRequest) -> HttpResponse:
    """Say what goes, what stays and what stands in the way; close it with the present password."""
    user = person(request)
    reason = hindrance(user)
    form = PresentPasswordForm(posted(request), user=user, client=one_client(request))
    if request.method == "POST" and not reason and form.is_valid():
        close(user)
        logout(request)
        messages.success(request, _("Your account is closed, and you are signed out everywhere."))
        return redirect("home")
    status = 409 if request.method == "POST" and reason else 422 if form.errors else 200
    context = {"form": form, "reason": reason}
    return render(request, "applications/close_account.html", context, status=status)
