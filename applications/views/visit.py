"""Applying without an account: a phone shows itself by a code; a link leads back to what is begun.

The token of a link is in one address only, whose page notes it in the session and leads on.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts import codes, kept, limits, visits
from accounts.models import User
from accounts.parties import Contact, PhoneCode, ReturnLink
from accounts.sign_in import safe_next
from applications.enquiries.reading import general_words
from applications.forms import CodeForm, PhoneForm
from applications.queries import case_for
from applications.questions import carried
from applications.views.codes import NOT_SENT, code_page, drawn, refuse_code, send, take_once
from applications.views.links import lead_on
from core.form_token import fresh_key
from core.problems import Missing, Problem, Text
from notifications.addresses import Address
from notifications.outbox import send_code
from notifications.providers import is_open
from rules.delivery import Channel
from rules.limits import Keeping, Meter
from rules.limits import limits as rules_of_limits


@dataclass(frozen=True, slots=True)
class Door:
    """What is done by phone besides applying.

    Args:
        page: the name of the page of it; those under its address are behind the same door.
        template: of the two ways to it, under `applications/`.
        help: said of the phone.
        by_when: what is promised to whoever does it.
    """

    page: str
    template: str
    help: Text
    by_when: Callable[[], str]


DOORS: Final[list[Door]] = [
    Door(
        "applications:ask",
        "ask",
        gettext_lazy("A code is sent there, and later word of the answer."),
        general_words,
    ),
    Door(
        "reports:start",
        "report",
        gettext_lazy("A code is sent there, and later word of the outcome."),
        str,
    ),
]


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def phone(request: HttpRequest) -> HttpResponseBase:
    """Ask for the phone of somebody who begins; whether it is known is neither asked nor told."""
    if request.user.is_authenticated:
        return redirect("applications:apply")
    waiting = codes.asked(request, PhoneCode.Purpose.VISIT)
    mistyped = {"phone": waiting.address} if waiting and waiting.contact_id is None else None
    form = PhoneForm(request.POST or None, initial=mistyped)
    if request.method == "POST" and form.is_valid():
        try:
            send(request, form.cleaned_data["phone"])
        except NOT_SENT as problem:
            form.add_error(None, str(problem.detail))
            return starting(request, form, problem)
        if wanted := request.POST.get("next"):
            request.session[visits.NEXT] = safe_next(request, wanted)
        return redirect("applications:code")
    return starting(request, form, onward=request.session.get(visits.NEXT, ""))


def starting(
    request: HttpRequest,
    form: PhoneForm | None = None,
    problem: Problem | None = None,
    *,
    onward: str = "",
) -> HttpResponse:
    """Draw the two ways to apply, or to what else `DOORS` has: with an account, and without.

    Args:
        onward: where each leads on to; empty: to the first question of an application, with the
            answers that came along.
    """
    if not onward:
        brought = carried(request.GET)
        onward = reverse("applications:apply") + (f"?{urlencode(brought)}" if brought else "")
    if "next" in request.POST:
        onward = safe_next(request, request.POST["next"])
    form = form or PhoneForm()
    context = {"form": form, "onward": onward}
    for door in DOORS:
        if onward.startswith(reverse(door.page)):
            form.fields["phone"].help_text = str(door.help)
            return drawn(request, door.template, context | {"by_when": door.by_when()}, problem)
    return drawn(request, "start", context, problem)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponseBase:
    """Take the code; whoever has shown it acts as the party of the phone from now on."""
    if request.POST.get("do") == "again":
        return _another(request)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        contact = _confirmed(request, form.cleaned_data["code"])
        if contact is not None:
            page = _onward(request, contact)
            visits.enter(request, contact)
            return redirect(page)
        refuse_code(form)
    return _waiting_for_code(request, form)


def _confirmed(request: HttpRequest, code: str) -> Contact | None:
    pk = take_once(request, code, lambda: visits.confirm(request, code))
    return visits.shown_by(pk) if pk else None


def _onward(request: HttpRequest, contact: Contact) -> str:
    """Where somebody goes on who has shown itself; asked before the session changes."""
    wanted, link = visits.way_on(request, contact), visits.followed(request)
    if wanted:
        return wanted
    if link and link.contact_id == contact.pk:
        return reverse("applications:draft", args=[link.number])
    return reverse("applications:apply")


def _another(request: HttpRequest) -> HttpResponse:
    """Send another code to the phone that this session waits for."""
    waiting = codes.asked(request, PhoneCode.Purpose.VISIT)
    if waiting is None:
        return redirect("applications:return")
    try:
        send(request, waiting.address, waiting.contact)
    except NOT_SENT as problem:
        return _waiting_for_code(request, CodeForm(), problem)
    return redirect("applications:code")


def _waiting_for_code(
    request: HttpRequest, form: CodeForm, problem: Problem | None = None
) -> HttpResponse:
    waiting = codes.asked(request, PhoneCode.Purpose.VISIT)
    if waiting is None:
        known = visits.awaited(request) is not None
        return redirect("applications:return" if known else "applications:apply")
    before = "applications:return" if waiting.contact_id is not None else "applications:phone"
    here = reverse("applications:code")
    return code_page(request, waiting, form, problem, here=here, before=reverse(before))


@never_cache
@require_safe
def follow(request: HttpRequest, token: str) -> HttpResponseBase:
    """Only reads: what looks at links in messages before a person does sends no code."""
    link = visits.follow(request, token)
    if link is None:
        return render(request, "applications/no_link.html", status=404)
    if not leads_on(link):
        days = rules_of_limits().days[Keeping.DRAFTS]
        return render(request, "applications/no_link.html", {"kept_days": days}, status=410)
    return lead_on("applications:return")


def leads_on(link: ReturnLink) -> bool:
    """Whether what was begun is still there: it may have been thrown away, or left for too long."""
    try:
        case = case_for(link.number, visits.person_of(link.contact))
    except Missing:
        return False
    return case.draft is None or case.draft.discarded_at is None


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def come_back(request: HttpRequest) -> HttpResponseBase:
    """A code goes to the phone of whoever opened a link, or whose visit has ended by time."""
    contact, wanted = visits.awaited(request), request.GET.get("next")
    if wanted:
        request.session[visits.NEXT] = safe_next(request, wanted)
    visit = visits.contact_of(request)
    if visit is not None and contact is not None and visit.pk == contact.pk:
        return redirect(_onward(request, contact))
    if request.method != "POST" or contact is None:
        return _returning(request, contact)
    try:
        send(request, contact.address, contact)
    except NOT_SENT as problem:
        return _returning(request, contact, problem)
    return redirect("applications:code")


def _returning(
    request: HttpRequest, contact: Contact | None, problem: Problem | None = None
) -> HttpResponse:
    words = kept.waiting(request)
    context = {
        "phone": contact.address if contact else "",
        "kept": words if words and words.user < 0 else None,
        "claim_key": fresh_key(),
        "ended": visits.followed(request) is None and kept.last_here(request) < 0,
        "errors": [{"text": problem.detail}] if problem else [],
    }
    return drawn(request, "return", context, problem)


def leave_link(request: HttpRequest, number: str) -> None:
    """Send a visitor the way back to what was begun; in the transaction that begins it.

    Raises:
        TooMany: so many were begun with this phone.
    """
    contact = visits.contact_of(request)
    if contact is None:
        return
    limits.spend(Meter.LINK_PHONE, contact.address)
    token = visits.make_link(request, contact, number)
    if not is_open(Channel.SMS):
        return  # the page shows it
    send_code(
        Address(Channel.SMS, contact.address),
        kind="contact.link_sent",
        secret={"link": address_of(request, token)},
        context={"number": number},
        lasts=visits.LINK_LASTS,
        language=get_language() or User.Language.ZH,
    )


def link_shown(request: HttpRequest, number: str) -> str:
    """The link to be shown on the page of a visitor, if this session has it; else empty."""
    token = visits.shown(request, number)
    if token is None:
        return ""
    request.shows_secret = True  # type: ignore[attr-defined]
    return address_of(request, token)


def address_of(request: HttpRequest, token: str) -> str:
    return request.build_absolute_uri(reverse("applications:follow", args=[token]))
