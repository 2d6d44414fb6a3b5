"""Word of outages: where somebody begins to follow them, and ends it, with an account or with a
phone that has shown a code."""

from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.decorators import person, signed_in
from accounts.models import User
from applications.views.visit import DOORS, Door, starting
from core.fields import blind_index
from core.form_token import form_token, once, posted
from core.forms import BodyForm, form_of
from core.place import one_client
from core.problems import Problem, QuotaReached, TooMany
from ledger.record import text_of
from reliability.following.actions import follow, stop
from reliability.following.bodies import NewFollowing
from reliability.following.queries import followed_by
from reliability.following.reading import rows_of
from workflow.pages import answer_form

PAGE: Final = "disclosure:outages-follow"
FollowForm = form_of(NewFollowing)


def what_comes() -> str:
    return _("You are told when an outage is announced, changed, begins, and is over.")


def wire() -> None:
    DOORS.append(
        Door(
            PAGE,
            "follow_outages",
            gettext_lazy("A code is sent there, and later word of outages."),
            what_comes,
        )
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponseBase:
    """What one follows, and the form to follow more. Whoever is not known yet shows a phone, or
    signs in, and comes back."""
    if not isinstance(request.user, User) and request.method != "POST":
        return starting(request, onward=reverse(PAGE))
    return _page(request)


@signed_in
def _page(request: HttpRequest) -> HttpResponse:
    user = person(request)

    def drawn(form: BodyForm, problem: Problem | None = None) -> HttpResponse:
        context: dict[str, Any] = {
            "form": form,
            "form_token": form_token(request, 0),
            "label": _("Send me word"),
            "followed": rows_of(followed_by(user)),
            "what_comes": what_comes(),
        }
        status = problem.status if problem else 422 if form.errors else 200
        return render(request, "disclosure/outages_follow.html", context, status=status)

    def act() -> None:
        body = form.body()
        # What is kept of the form tells no customer number: there are few enough to try them all.
        said = {"said": blind_index(text_of(body), "following form").hex()}
        once(request, said, lambda: follow(body=body, by=user, client=one_client(request)).pk)

    def overtaken(problem: Problem) -> HttpResponse:
        raise problem

    def done() -> HttpResponse:
        messages.success(request, _("You have word of these outages from now on."))
        return redirect(PAGE)

    form = FollowForm(posted(request))
    try:
        return answer_form(form, act, page=drawn, overtaken=overtaken, done=done)
    except (TooMany, QuotaReached) as problem:
        form.refused(problem)
        return drawn(form, problem)


@never_cache
@require_POST
@signed_in
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop one of them; a second click is told the same."""
    stop(pk, person(request))
    messages.success(request, _("You have no more word of these outages."))
    return redirect(PAGE)
