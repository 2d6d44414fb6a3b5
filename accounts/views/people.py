from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import actions, queries, second_factor
from accounts.decorators import person, role_required
from accounts.forms import GrantForm, OrganisationForm, PersonForm, show_problem
from accounts.models import RoleGrant, User
from accounts.roles import Role
from core.form_token import form_key, once
from core.paging import page_of
from core.problems import Problem

administrators_only = role_required(Role.ADMINISTRATOR)


@administrators_only
@require_GET
def people(request: HttpRequest) -> HttpResponse:
    wanted = User.normalise(request.GET.get("q", ""))
    found = queries.people().filter(username__startswith=wanted)
    page = page_of(request, found, order=("username",))
    return render(request, "accounts/people.html", {"page": page, "q": wanted})


@sensitive_post_parameters()
@administrators_only
@require_http_methods(["GET", "HEAD", "POST"])
def new_person(request: HttpRequest) -> HttpResponseBase:
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            # A second click is known by the username: a plain digest of a password tells it.
            same = {"username": form.cleaned_data["username"]}
            pk = once(request, same, lambda: actions.create_person(**form.cleaned_data).pk)
        except Problem as problem:
            show_problem(form, problem)
        else:
            return redirect("accounts:person", pk)
    context = {"form": form, "form_key": form_key(request)}
    return render(request, "accounts/new_person.html", context)


@administrators_only
@require_http_methods(["GET", "HEAD", "POST"])
def one_person(request: HttpRequest, user_id: int) -> HttpResponseBase:
    user = _find(user_id)
    form = GrantForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        role, place, district = Role(said["role"]), said["organisation"], said["district"] or None
        by = person(request).acting_as(Role.ADMINISTRATOR)
        give = partial(
            actions.grant, user=user, role=role, organisation=place, district=district, by=by
        )
        try:
            once(request, {**said, "organisation": place.pk}, lambda: give().pk)
        except Problem as problem:
            show_problem(form, problem)
        else:
            messages.success(request, _("The role has been given. It holds from now on."))
            return redirect("accounts:person", user.pk)
    names, now = {"": "", **queries.district_names()}, timezone.now()
    context = {
        "person": user,
        "form": form,
        "grants": [
            (row, names.get(code := row.district or "", code), row.to_at is None or row.to_at > now)
            for row in queries.grants_of(user)
        ],
        "form_key": form_key(request),
    }
    return render(request, "accounts/person.html", context)


def _find(user_id: int) -> User:
    user = User.objects.filter(pk=user_id).first()
    if user is None:
        raise Http404
    return user


@administrators_only
@require_POST
def end_role(request: HttpRequest, grant_id: int) -> HttpResponseBase:
    row = RoleGrant.objects.filter(pk=grant_id).first()
    if row is None:
        raise Http404
    by = person(request).acting_as(Role.ADMINISTRATOR)
    once(request, {}, lambda: actions.end_role(grant=row, by=by).pk)
    messages.success(request, _("The role has ended."))
    return redirect("accounts:person", row.user_id)


@administrators_only
@require_POST
def open_or_close(request: HttpRequest, user_id: int) -> HttpResponseBase:
    """What is wanted is said by the form: of two people who close an account none opens it."""
    by = person(request).acting_as(Role.ADMINISTRATOR)
    acts: dict[str, Callable[..., None]] = {
        "close": partial(actions.disable, by=by),
        "open": actions.enable,
    }
    act = acts.get(request.POST.get("want", ""))
    if act is None:
        raise Http404
    once(request, {}, lambda: act(user=_find(user_id)))
    user = _find(user_id)
    if user.is_active:
        messages.success(request, _("The account is open again."))
    else:
        messages.success(request, _("The account is closed. It is signed out everywhere."))
    return redirect("accounts:person", user.pk)


@administrators_only
@require_POST
def forget_second_factor(request: HttpRequest, user_id: int) -> HttpResponseBase:
    """For a lost phone."""
    user = _find(user_id)
    second_factor.forget(user)
    messages.success(request, _("The second factor has been removed."))
    return redirect("accounts:person", user.pk)


@administrators_only
@require_http_methods(["GET", "HEAD", "POST"])
def organisations(request: HttpRequest) -> HttpResponseBase:
    form = OrganisationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            once(
                request,
                form.cleaned_data,
                lambda: actions.create_organisation(**form.cleaned_data).pk,
            )
        except Problem as problem:
            show_problem(form, problem)
        else:
            messages.success(request, _("The organisation has been added."))
            return redirect("accounts:organisations")
    rows = queries.organisations()
    context = {"form": form, "rows": rows, "form_key": form_key(request)}
    return render(request, "accounts/organisations.html", context)
