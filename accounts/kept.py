"""What was typed into a form that could not be taken is kept, for the person who typed it.

It lies sealed in the row of the session: in no address, log, cache or page. Whoever signs in as
somebody else does not get it. Files are not kept; their names are told.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidTag
from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase

from accounts.models import User
from core.fields import seal, unseal
from core.form_token import KEY, VERSION, Filled

View = Callable[[HttpRequest], HttpResponseBase]

KEPT, PURPOSE = "accounts.kept", "session.kept"
#: Which link was opened in a session: of what was begun without an account, of an offer. Neither
#: opens anything by itself, so it goes along to the session of whoever signs in.
LINK, OFFER = OPENED = ("visits.link", "offers.link")
#: Who was signed in here last, signed: whose form it is that comes after the session has ended.
LAST = "tongdian_last"
#: Answers of pages whose form can be sent again once its page is read anew.
AGAIN = (403, 412)
#: Characters of all that is kept; forms may have 2 MB.
LONGEST = 1_000_000
TOKENS = frozenset({"csrfmiddlewaretoken", VERSION, KEY, "base"})
#: Fields that carry no words of the person.
SILENT = TOKENS | {"next", "return_to", "for", "action", "do", "passkey"}
#: Secrets are typed there.
SECRET_PAGES = frozenset(
    {
        "accounts:sign-in", "accounts:second-factor", "accounts:register", "accounts:password",
        "accounts:own-second-factor", "accounts:tokens", "accounts:passkeys",
        "accounts:sign-in-by-passkey", "accounts:identity-link", "applications:phone",
        "applications:code", "applications:sign-in-phone", "applications:sign-in-code",
        "applications:offer-code", "applications:claim-code",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kept:
    """`page` has the form, which posts to `path`; `filled`: the form shows the words again."""

    user: int
    page: str
    path: str
    fields: Mapping[str, Sequence[str]]
    files: Sequence[str]

    @property
    def filled(self) -> bool:
        return urlsplit(self.page).path == self.path

    @property
    def words(self) -> list[str]:
        return words_of(self.fields)


def words_of(fields: Mapping[str, Sequence[str]]) -> list[str]:
    """In the order of the form."""
    return [
        value
        for name, values in fields.items()
        if name not in SILENT
        for value in values
        if value.strip()
    ]


def typed(request: HttpRequest) -> dict[str, list[str]]:
    """What a form of our own pages sent; nothing of another site's, and no secret."""
    match = request.resolver_match
    secret = match is None or match.view_name in SECRET_PAGES
    if request.method != "POST" or secret or not from_our_page(request):
        return {}
    return {
        name: [str(value) for value in values]
        for name, values in request.POST.lists()
        if "password" not in name
    }


def from_our_page(request: HttpRequest) -> bool:
    """Another site could put its own words into our form; browsers say who sends one."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return False
    ours = f"{request.scheme}://{request.get_host()}"
    return request.headers.get("Origin", ours) == ours


def page_of(request: HttpRequest) -> str:
    """The page that has the form."""
    sent = urlsplit(request.headers.get("Referer", ""))
    if sent.path and sent.netloc == request.get_host():
        return sent.path + (f"?{sent.query}" if sent.query else "")
    return request.path


def keep(request: HttpRequest, user: int, *, without: frozenset[str]) -> str | None:
    """Keep what was typed for a person; returns the page of the form, None where nothing was."""
    found = typed(request)
    if not words_of(found):
        return None
    page = page_of(request)
    held = {
        "user": user,
        "page": page,
        "path": request.path,
        "fields": {name: values for name, values in found.items() if name not in without},
        "files": [str(file.name) for _name, files in request.FILES.lists() for file in files],
    }
    text = json.dumps(held, ensure_ascii=False)
    if len(text) > LONGEST:
        return None
    request.session[KEPT] = seal(text, purpose=PURPOSE)
    return page


def keep_for_last(request: HttpRequest) -> str | None:
    """As `keep`, where nobody is signed in any more: for whoever was."""
    user = last_here(request)
    return keep(request, user, without=frozenset({"csrfmiddlewaretoken"})) if user else None


def last_here(request: HttpRequest) -> int:
    """Who was here last in this browser: below zero somebody without an account, zero nobody."""
    try:
        return int(request.get_signed_cookie(LAST, salt=LAST) or "")
    except (KeyError, ValueError, signing.BadSignature):
        return 0


def waiting(request: HttpRequest) -> Kept | None:
    """What is kept in this session, for whomever."""
    sealed = request.session.get(KEPT)
    if not sealed:
        return None
    try:
        return Kept(**json.loads(unseal(sealed, purpose=PURPOSE)))
    except (InvalidTag, KeyError):  # its key is out of use
        return None


def begin_anew(request: HttpRequest, user: User, along: Iterable[str] = ()) -> None:
    """Another session, so that an id planted before is worth nothing; of the one before only what
    this person had typed goes along, and what is named `along`."""
    found = waiting(request)
    held = request.session[KEPT] if found and found.user == user.pk else None
    named = {name: request.session[name] for name in along if name in request.session}
    request.session.flush()
    request.session.update(named)
    if held:
        request.session[KEPT] = held


def kept_forms(view: View) -> View:
    """Fill a form again with what is kept for it, and keep what a page had to refuse.

    After the session and its person are known.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith("/api/"):
            return view(request)
        if request.method == "GET" and isinstance(request.user, User):
            fill(request, request.user)
        response = view(request)
        if isinstance(request.user, User):
            if request.method == "POST" and response.status_code in AGAIN:
                keep(request, request.user.pk, without=TOKENS)
            remember(request, response, request.user)
        return response

    return middleware


def fill(request: HttpRequest, user: User) -> None:
    """Give the page of a form what was typed there, once; it is shown, and nothing is done."""
    if KEPT not in request.session:
        return
    found = waiting(request)
    if found is None or found.user != user.pk or urlsplit(found.page).path != request.path:
        return
    del request.session[KEPT]
    request.kept = found  # type: ignore[attr-defined]
    if found.filled:
        data = Filled("", mutable=True)
        for name, values in found.fields.items():
            data.setlist(name, list(values))
        assert not request.FILES  # reads the request, which would drop what is set next
        request.POST = data  # type: ignore[assignment]


def remember(request: HttpRequest, response: HttpResponseBase, user: User) -> None:
    """Not beside what shared caches may hand on."""
    if "public" in response.get("Cache-Control", "") or "/record/" in request.path_info:
        return
    if request.COOKIES.get(LAST, "").startswith(f"{user.pk}:"):
        return
    response.set_signed_cookie(
        LAST,
        str(user.pk),
        salt=LAST,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
