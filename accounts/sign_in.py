"""The two steps of signing in, and how long a session lasts.

Nobody is signed in before the second step: between the two, the session holds only who has shown
the right password. So no page has to ask whether a half-signed-in person may see it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.contrib.auth import SESSION_KEY, authenticate, login, logout
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import resolve_url
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from accounts import limits
from accounts import second_factor as factor
from accounts.hashing import place_to_hash
from accounts.kept import OPENED, begin_anew
from accounts.models import User
from core.place import one_client
from rules.limits import Meter

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

View = Callable[[HttpRequest], HttpResponseBase]


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


def check(request: HttpRequest, *, username: str, password: str) -> User | None:
    """Whose name and password these are; None where they do not fit, or the account is closed.

    Raises:
        TooMany: too many wrong ones from this client, for this name or for any.
        Busy: too many sign in at once.
    """
    client = one_client(request)
    # Asked and counted in the place: of tries at once only so many go on as there are places.
    with place_to_hash():
        limits.require(Meter.SIGN_IN_PAIR, client, username)
        limits.require(Meter.SIGN_IN_ADDRESS, client)
        user = authenticate(request, username=username, password=password)
        if isinstance(user, User):
            return user
        # The pair first: what is tried while it is closed is not counted against the whole network.
        limits.spend(Meter.SIGN_IN_PAIR, client, username)
        limits.spend(Meter.SIGN_IN_ADDRESS, client)
    return None


def is_present_password(user: User, password: str, client: str) -> bool:
    """Of somebody who is signed in.

    Raises:
        TooMany: too many wrong ones were tried from this client.
    """
    with place_to_hash():
        limits.require(Meter.PASSWORD_PAIR, client, user.pk)
        if user.check_password(password):
            return True
        limits.spend(Meter.PASSWORD_PAIR, client, user.pk)
    return False


def begin(request: HttpRequest, user: User, next_url: str) -> bool:
    """The password was right. False when the second factor is still to come."""
    if not (factor.is_set_up(user) or factor.required(user)):
        finish(request, user, second_factor=False)
        return True
    begin_anew(request, user, OPENED)
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
    if held is None or age(held["at"]) > PENDING_SIGN_IN:
        return None
    user = User.objects.filter(pk=held["user"], is_active=True).first()
    if user is None or user.get_session_auth_hash() != held["hash"]:
        return None
    return Pending(user, held["next"])


def finish(request: HttpRequest, user: User, *, second_factor: bool) -> None:
    begin_anew(request, user, OPENED)
    login(request, user)
    request.session[SECOND_FACTOR] = second_factor


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
            session, idle = request.session, age(request.session.get(SEEN_AT, 0))
            old = age(session.get(SIGNED_IN_AT, 0)) > SESSION_ABSOLUTE or idle > SESSION_IDLE
            unproven = not session.get(SECOND_FACTOR) and factor.required(request.user)
            if old or unproven:
                logout(request)
            elif idle > SEEN_EVERY:
                session[SEEN_AT] = timezone.now().timestamp()
        return view(request)

    return middleware


def age(timestamp: float) -> timedelta:
    """Of an instant that a session holds."""
    return timezone.now() - datetime.fromtimestamp(timestamp, tz=UTC)
