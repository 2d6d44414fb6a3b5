from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext_lazy as _

from accounts.kept import keep_for_last, last_here
from accounts.models import User
from accounts.roles import Role
from core.problems import Forbidden

P = ParamSpec("P")
WAY_BACK = "applications:return"
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def role_required(*roles: Role) -> Callable[[View[P]], View[P]]:
    """Opens a page to those who hold one of `roles` now, in any district; others are Forbidden."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            user = request.user
            if not isinstance(user, User):
                kept = keep_for_last(request) if request.method == "POST" else None
                # Whoever was here without an account has no password to give, but a phone.
                own = Role.APPLICANT in roles
                door = WAY_BACK if own and last_here(request) < 0 else None
                return redirect_to_login(kept or request.get_full_path(), door)
            if user.role_in(*roles) is None:
                raise Forbidden(_("This page belongs to other roles than yours."))
            return view(request, *args, **kwargs)

        return guarded

    return decorate


#: Opens a page to everybody who is signed in.
signed_in = role_required(Role.APPLICANT)


def account_only(view: View[P]) -> View[P]:
    """Opens a page about the account itself; whoever acts without one has none to change."""

    @signed_in
    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not person(request).has_account:
            raise Forbidden(_("This page belongs to an account, and you are here without one."))
        return view(request, *args, **kwargs)

    return guarded


def person(request: HttpRequest) -> User:
    """Raises Forbidden where nobody is signed in."""
    if not isinstance(request.user, User):
        raise Forbidden(_("Please sign in first."))
    return request.user


def shows_secret(view: View[P]) -> View[P]:
    """For pages with a token, a code or the secret behind codes: they are sent uncompressed."""

    @wraps(view)
    def marked(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        request.shows_secret = True  # type: ignore[attr-defined]
        return view(request, *args, **kwargs)

    return marked
