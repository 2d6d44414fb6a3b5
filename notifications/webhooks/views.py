"""Pages of the systems that are told of outages, for administrators: registering one, its secret,
its log, a message to try it."""

import logging
from collections.abc import Callable, Mapping
from typing import Any, Final

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import person, role_required, shows_secret
from accounts.roles import Role
from core.form_token import form_token, once, posted
from core.forms import form_of
from core.paging import page_of
from core.problems import Invalid, Missing, Text, WrongState
from notifications.webhooks import actions
from notifications.webhooks.models import Endpoint
from notifications.webhooks.queries import ORDER, log_of

log = logging.getLogger("tongdian.notifications")
administrators_only = role_required(Role.ADMINISTRATOR)
EndpointForm = form_of(actions.NewEndpoint)
ACTIONS: Final[Mapping[str, tuple[Callable[[Endpoint], Any], Text]]] = {
    "test": (actions.test, _("A message is on its way to it.")),
    "rotate": (actions.rotate, _("It has another secret; the one before holds for a while.")),
    "end": (actions.end, _("It is told nothing more.")),
}


@administrators_only
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def listed(request: HttpRequest) -> HttpResponse:
    """Those that are told, and the form of a new one; sent twice it makes one."""
    form = EndpointForm(posted(request))
    if form.is_bound and form.is_valid():
        body = form.body()
        try:
            pk = once(request, body, lambda: actions.register(body).pk)
        except Invalid as problem:
            form.refused(problem)
        else:
            log.info("system %s is told, by account %s", pk, person(request).pk)
            return redirect("notifications:system", pk)
    context = {
        "form": form,
        "form_token": form_token(request, 0),
        "label": _("Tell this system"),
        "page": page_of(request, Endpoint.objects.filter(ended_at=None), order=ORDER),
    }
    status = 422 if form.errors else 200
    return render(request, "notifications/systems.html", context, status=status)


@administrators_only
@never_cache
@shows_secret
@require_safe
def one(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Endpoint, pk=pk)
    page = page_of(request, log_of(found), order=ORDER)
    return render(request, "notifications/system.html", {"system": found, "page": page})


@administrators_only
@require_POST
def act(request: HttpRequest, pk: int, action: str) -> HttpResponseBase:
    found = get_object_or_404(Endpoint, pk=pk)
    if action not in ACTIONS:
        raise Missing
    do, said = ACTIONS[action]
    return _done(request, found, lambda: do(found), said)


@administrators_only
@require_POST
def resend(request: HttpRequest, pk: int, delivery_id: int) -> HttpResponseBase:
    found = get_object_or_404(Endpoint, pk=pk)
    row = get_object_or_404(log_of(found), pk=delivery_id)
    return _done(request, found, lambda: actions.resend(row), _("The message is sent once more."))


def _done(
    request: HttpRequest, found: Endpoint, do: Callable[[], Any], said: Text
) -> HttpResponseBase:
    """A second click finds it done."""
    try:
        do()
    except WrongState as problem:
        notices.info(request, str(problem.detail))
    else:
        log.info("system %s: %s by account %s", found.pk, request.path, person(request).pk)
        notices.success(request, str(said))
    return redirect("notifications:system", found.pk)
