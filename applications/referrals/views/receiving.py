"""The pages of another city's office: a link and a code to its phone together open what was passed
on (docs/decisions/0043). It has no account; the link alone opens nothing and sends nothing."""

from collections.abc import Mapping
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import codes
from accounts.parties import PhoneCode, phone_index
from accounts.visitor import visitor
from applications.referrals import package, reading
from applications.referrals.actions import REFERRALS
from applications.referrals.models import Referral
from applications.referrals.workflow import ReferralState
from applications.views import links
from applications.views.codes import NOT_SENT, drawn, send, taking
from core.form_token import form_token, posted
from core.forms import BodyForm, form_of
from core.problems import Missing, Problem
from core.templatetags.city import masked_phone
from workflow.machine import acts_of
from workflow.pages import OVERTAKEN, answer_form, take

OFFICE: Final = PhoneCode.Purpose.OFFICE
#: What a session holds: the referral whose link was opened in it.
LINK: Final = "referral.link"
#: What the office decides, each on a page of its own.
DECISIONS: Final[dict[str, type[BodyForm]]] = {
    name: form_of(acts_of(Referral)[name].body, rows=3) for name in ("acknowledge", "decline")
}


@never_cache
@require_safe
def follow(request: HttpRequest, token: str) -> HttpResponseBase:
    return links.follow(request, token, Referral.objects.all(), key=LINK, page="referral:open")


def followed(request: HttpRequest) -> Referral:
    """Raises Missing: no link was opened in this session."""
    found = Referral.objects.select_related("office", "counter")
    one = found.filter(pk=request.session.get(LINK, 0)).first()
    if one is None:
        raise Missing(_("Open the link from the message that your office got."))
    return one


def shown(request: HttpRequest, referral: Referral) -> bool:
    """Whether the office's phone has shown itself in this session."""
    code = codes.shown(request, OFFICE)
    return code is not None and phone_index(code.address) == referral.office.phone_index


def act(request: HttpRequest, referral: Referral, name: str, body: Mapping[str, Any]) -> None:
    """Take an act as the office whose phone has shown itself (`shown`)."""
    request.user = by = visitor(referral.office.party)
    by.shown_phone = referral.office.phone_index
    take(request, REFERRALS, referral, name, body)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def open_it(request: HttpRequest) -> HttpResponse:
    """Say what it is about without saying of whom; open it, or send a code first."""
    referral = followed(request)
    known = shown(request, referral)
    if request.method != "POST":
        return door(request, referral, known=known)
    if known:
        return opened(request, referral)
    try:
        send(request, referral.office.mobile, purpose=OFFICE)
    except NOT_SENT as problem:
        return door(request, referral, problem)
    return redirect("referral:code")


def door(
    request: HttpRequest, referral: Referral, problem: Problem | None = None, *, known: bool = False
) -> HttpResponse:
    context = {
        "referral": referral,
        "sentence": reading.sentence(referral),
        "known": known,
        "phone": masked_phone(referral.office.mobile),
        "form_token": form_token(request, referral.version),
        "errors": [{"text": problem.detail}] if problem else [],
    }
    return drawn(request, "referrals/door", context, problem)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    return taking(
        request,
        OFFICE,
        here="referral:code",
        before="referral:open",
        onward=lambda request: redirect("referral:open"),
        along=[LINK],
    )


def opened(request: HttpRequest, referral: Referral) -> HttpResponse:
    """Write down that the office opens it, and show it."""
    try:
        act(request, referral, "open_it", {})
    except OVERTAKEN as problem:
        return door(request, REFERRALS.read_anew(referral), problem, known=True)
    return redirect("referral:package")


def at_hand(request: HttpRequest) -> Referral | None:
    """What the office has opened and not answered, while its phone is shown; else None."""
    referral = followed(request)
    is_open = referral.state == ReferralState.OPENED
    return referral if is_open and shown(request, referral) else None


@never_cache
@require_safe
def contents(request: HttpRequest) -> HttpResponse:
    referral = at_hand(request)
    if referral is None:
        return redirect("referral:open")
    context = {
        "referral": referral,
        "declared": reading.declared_rows(referral, whole=True),
        "papers": reading.paper_names(referral),
        "until": codes.SHOWN_LASTS.seconds // 60,
    }
    return render(request, "applications/referrals/contents.html", context)


@never_cache
@require_POST
def download(request: HttpRequest) -> HttpResponseBase:
    """The package as a ZIP that is written while it is sent."""
    referral = at_hand(request)
    if referral is None:
        return redirect("referral:open")
    response = StreamingHttpResponse(package.pieces(referral), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{referral.number}.zip"'
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, action: str) -> HttpResponse:
    """Confirm that the office has it, or decline it."""
    form_of_decision = DECISIONS.get(action)
    if form_of_decision is None:
        raise Missing
    referral = followed(request)
    if not shown(request, referral):
        return redirect("referral:open")
    label = acts_of(Referral)[action].label

    def page(form: BodyForm) -> HttpResponse:
        context = {
            "referral": referral,
            "form": form,
            "label": label,
            "tone": "warning" if action == "decline" else "",
            "form_token": form_token(request, referral.version),
        }
        status = 422 if form.errors else 200
        return render(request, "applications/referrals/decide.html", context, status=status)

    def done() -> HttpResponse:
        messages.success(request, _("Thank you. The customer and our counter are told."))
        return redirect("referral:open")

    form = form_of_decision(posted(request))
    return answer_form(
        form,
        lambda: act(request, referral, action, form.body()),
        page=page,
        overtaken=lambda problem: door(request, REFERRALS.read_anew(referral), problem, known=True),
        done=done,
    )
