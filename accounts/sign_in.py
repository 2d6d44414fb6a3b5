"""The two steps of signing in, and how long a session lasts.

Nobody is signed in before the second step: between the two, the session holds only who has shown
the right password. So no page has to ask whether a half-signed-in person may see it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.contrib.auth import SESSION_KEY, login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from accounts import second_factor as factor
from accounts.kept import KEPT, carried
from accounts.models import User
from core.problems import Problem

PENDING = "accounts.pending"
SIGNED_IN_AT = "accounts.signed_in_at"
SEEN_AT = "accounts.seen_at"
SECOND_FACTOR = "accounts.second_factor"
# The portal's own figures, after OWASP ASVS 5.0.
#: A session ends after this long without a request, and after that long in any case.
SESSION_IDLE = timedelta(hours=1)
SESSION_ABSOLUTE = timedelta(hours=12)
#: How long a person has between the password and the second factor.
PENDING_SIGN_IN = timedelta(minutes=10)
#: The time of the last request is written at most this often: a session is a row.
SEEN_EVERY = timedelta(minutes=1)
#: How long sign-in stays closed; AXES_COOLOFF_TIME says the same in hours.
COOL_OFF_SECONDS = 900

View = Callable[[HttpRequest], HttpResponseBase]


class TooManyTries(Problem):
    """429: sign-in is closed for a while for this name from this address."""

    type = "too-many-tries"
    status = 429
    title = _("Too many wrong passwords")

    def __init__(self) -> None:
        super().__init__(
            _("Sign-in is closed for 15 minutes for this username. Then try once more.")
        )


@dataclass(frozen=True)
class Pending:
    user: User
    next_url: str


def safe_next(request: HttpRequest, wanted: str) -> str:
    """`wanted` if it is one of our pages, else the person's home."""
    ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    # Without the slash Django would take it for the name of a view.
    ours = ours and wanted.startswith("/") and "\0" not in wanted
    return wanted if ours else resolve_url(settings.LOGIN_REDIRECT_URL)


def begin(request: HttpRequest, user: User, next_url: str) -> bool:
    """The password was right. False when the second factor is still to come."""
    if not (factor.is_set_up(user) or factor.required(user)):
        finish(request, user, second_factor=False)
        return True
    held = carried(request, user)
    request.session.flush()
    _take_along(request, held)
    request.session[PENDING] = {
        "user": user.pk,
        "hash": user.get_session_auth_hash(),
        "at": timezone.now().timestamp(),
        "next": next_url,
    }
    return False


def pending(request: HttpRequest) -> Pending | None:
    """None where nobody is between the two steps, or the time for it has run out."""
    held = request.session.get(PENDING)
    if held is None or _age(held["at"]) > PENDING_SIGN_IN:
        return None
    user = User.objects.filter(pk=held["user"], is_active=True).first()
    if user is None or user.get_session_auth_hash() != held["hash"]:
        return None
    return Pending(user, held["next"])


def finish(request: HttpRequest, user: User, *, second_factor: bool) -> None:
    """Signs in under a new session id, so that an id planted before is worth nothing."""
    held = carried(request, user)
    request.session.flush()
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    _take_along(request, held)
    request.session[SECOND_FACTOR] = second_factor


def _take_along(request: HttpRequest, held: str | None) -> None:
    """What the person had typed when the session before this one ended."""
    if held:
        request.session[KEPT] = held


def stamp(sender: object, request: HttpRequest, user: User, **kwargs: object) -> None:
    """From when the limits of the new session count. A token is no session: nothing is stamped."""
    if SESSION_KEY in request.session:
        now = timezone.now().timestamp()
        request.session[SIGNED_IN_AT] = now
        request.session[SEEN_AT] = now


def session_limits(view: View) -> View:
    """Ends sessions that are idle too long, too old, or lack the second factor of a new role.

    After AuthenticationMiddleware. A request without our cookie costs nothing.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and isinstance(request.user, User):
            session, idle = request.session, _age(request.session.get(SEEN_AT, 0))
            old = _age(session.get(SIGNED_IN_AT, 0)) > SESSION_ABSOLUTE or idle > SESSION_IDLE
            unproven = not session.get(SECOND_FACTOR) and factor.required(request.user)
            if old or unproven:
                logout(request)
            elif idle > SEEN_EVERY:
                session[SEEN_AT] = timezone.now().timestamp()
        return view(request)

    return middleware


def _age(timestamp: float) -> timedelta:
    return timezone.now() - datetime.fromtimestamp(timestamp, tz=UTC)


def locked_out(
    request: HttpRequest, original_response: HttpResponse | None, credentials: object
) -> HttpResponseBase:
    """What django-axes answers once there were too many wrong passwords."""
    problem = TooManyTries()
    response: HttpResponse
    if request.path_info.startswith("/api/"):
        response = JsonResponse(
            problem.as_json(), status=problem.status, content_type="application/problem+json"
        )
    else:
        context = {"problem": problem}
        response = render(request, "accounts/locked_out.html", context, status=problem.status)
    response.headers["Retry-After"] = str(COOL_OFF_SECONDS)
    return response
