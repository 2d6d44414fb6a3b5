"""The administrator's pages: people, organisations, who holds which role."""

from typing import Any

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
    """Everybody with an account, found by the beginning of the username."""
    wanted = User.normalise(request.GET.get("q", ""))
    found = queries.people().filter(username__startswith=wanted)
    page = page_of(request, found, order=("username",))
    return render(request, "accounts/people.html", {"page": page, "q": wanted})


@sensitive_post_parameters()
@administrators_only
@require_http_methods(["GET", "HEAD", "POST"])
def new_person(request: HttpRequest) -> HttpResponseBase:
    """Makes an account for somebody; roles are given on its own page."""
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
    """One account: its roles, past ones too, and a form that gives another."""
    user = _find(user_id)
    form = GrantForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            once(request, _typed(form), lambda: _give(user, form, by=person(request)))
        except Problem as problem:
            show_problem(form, problem)
        else:
            messages.success(request, _("The role has been given. It holds from now on."))
            return redirect("accounts:person", user.pk)
    context = {
        "person": user,
        "form": form,
        "grants": _rows(user),
        "form_key": form_key(request),
    }
    return render(request, "accounts/person.html", context)


def _find(user_id: int) -> User:
    user = User.objects.filter(pk=user_id).first()
    if user is None:
        raise Http404
    return user


def _rows(user: User) -> list[tuple[RoleGrant, str, bool]]:
    """Each grant with the name of its district and whether it can still be ended."""
    names = queries.district_names()
    now = timezone.now()
    return [
        (
            row,
            names.get(row.district or "", row.district or ""),
            row.to_at is None or row.to_at > now,
        )
        for row in queries.grants_of(user)
    ]


def _typed(form: GrantForm) -> dict[str, Any]:
    return {**form.cleaned_data, "organisation": form.cleaned_data["organisation"].pk}


def _give(user: User, form: GrantForm, by: User) -> None:
    actions.grant(
        user=user,
        role=Role(form.cleaned_data["role"]),
        organisation=form.cleaned_data["organisation"],
        district=form.cleaned_data["district"] or None,
        by=by.acting_as(Role.ADMINISTRATOR),
    )


@administrators_only
@require_POST
def end_role(request: HttpRequest, grant_id: int) -> HttpResponseBase:
    """Ends one role of somebody, from now on."""
    row = RoleGrant.objects.filter(pk=grant_id).first()
    if row is None:
        raise Http404
    once(request, {}, lambda: _end(row, by=person(request)))
    messages.success(request, _("The role has ended."))
    return redirect("accounts:person", row.user_id)


def _end(row: RoleGrant, by: User) -> None:
    actions.end_role(grant=row, by=by.acting_as(Role.ADMINISTRATOR))


@administrators_only
@require_POST
def open_or_close(request: HttpRequest, user_id: int) -> HttpResponseBase:
    """Closes an account at once, or opens a closed one."""
    once(request, {}, lambda: _switch(_find(user_id)))
    user = _find(user_id)
    if user.is_active:
        messages.success(request, _("The account is open again."))
    else:
        messages.success(request, _("The account is closed. It is signed out everywhere."))
    return redirect("accounts:person", user.pk)


def _switch(user: User) -> None:
    if user.is_active:
        actions.disable(user=user)
    else:
        actions.enable(user=user)


@administrators_only
@require_POST
def forget_second_factor(request: HttpRequest, user_id: int) -> HttpResponseBase:
    """For a lost phone: the person sets up a new second factor at the next sign-in."""
    user = _find(user_id)
    second_factor.forget(user)
    messages.success(request, _("The second factor has been removed."))
    return redirect("accounts:person", user.pk)


@administrators_only
@require_http_methods(["GET", "HEAD", "POST"])
def organisations(request: HttpRequest) -> HttpResponseBase:
    """The organisations at which people hold roles, and a form that adds one."""
    form = OrganisationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            once(request, form.cleaned_data, lambda: _found(form))
        except Problem as problem:
            show_problem(form, problem)
        else:
            messages.success(request, _("The organisation has been added."))
            return redirect("accounts:organisations")
    rows = queries.organisations()
    context = {"form": form, "rows": rows, "form_key": form_key(request)}
    return render(request, "accounts/organisations.html", context)


def _found(form: OrganisationForm) -> None:
    actions.create_organisation(**form.cleaned_data)
