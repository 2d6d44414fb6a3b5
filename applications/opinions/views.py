"""The pages of whoever is asked for an opinion: a link and a code to the phone that was asked
together open one question (docs/decisions/0068). The link alone opens nothing and sends nothing."""

import hashlib
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts import codes
from accounts.models import User
from accounts.parties import PhoneCode, phone_index
from accounts.visitor import visitor
from accounts.visits import VISIT_IDLE
from applications.views import links
from applications.views.codes import NOT_SENT, drawn, send, taking
from approvals.offices import office_of
from approvals.opinions.actions import OPINIONS
from approvals.opinions.models import Opinion, Standing
from approvals.opinions.reading import question_words
from approvals.opinions.serializers import GivenOpinion, Position
from approvals.queries import permits
from approvals.wording import permit_name
from core.form_token import form_token, posted
from core.forms import BodyForm, form_of
from core.problems import Missing, Problem, WrongState
from core.templatetags.city import masked_phone
from documents.views import attachment_of
from workflow.machine import acts_of
from workflow.pages import answer_form, refusal, take

OPINION: Final = PhoneCode.Purpose.OPINION
#: What a session holds: the opinion whose link was opened in it.
LINK: Final = "opinion.link"
AnswerForm = form_of(
    GivenOpinion,
    rows=6,
    controls={
        "position": forms.ChoiceField(
            label=GivenOpinion().fields["position"].label,
            choices=Position.choices,
            widget=forms.RadioSelect,
        )
    },
)


@never_cache
@require_safe
def follow(request: HttpRequest, token: str) -> HttpResponseBase:
    return links.follow(request, token, Opinion.objects.all(), key=LINK, page="opinion:open")


def followed(request: HttpRequest) -> Opinion:
    """Raises Missing: no link was opened in this session."""
    one = Opinion.objects.filter(pk=request.session.get(LINK, 0)).first()
    if one is None:
        raise Missing(_("Open the link from the message that you got."))
    one.permit = permits().get(pk=one.permit_id)
    return one


def signed_for(opinion: Opinion) -> str:
    """What a code is for: this opinion, whatever else was sent to the same phone."""
    return hashlib.sha256(f"opinion {opinion.ref}".encode()).hexdigest()


def shown(request: HttpRequest, opinion: Opinion) -> bool:
    """Whether the phone that was asked has shown itself in this session, for this opinion, while
    the question waits for its answer."""
    code = codes.shown(request, OPINION, VISIT_IDLE)
    return (
        code is not None
        and opinion.standing == Standing.WAITING
        and code.signs == signed_for(opinion)
        and phone_index(code.address) == phone_index(opinion.phone)
    )


def as_asked(opinion: Opinion) -> User:
    """Whoever was asked, once `shown`."""
    by = visitor(opinion.party)
    by.shown_phone = phone_index(opinion.phone)
    return by


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def open_it(request: HttpRequest) -> HttpResponse:
    """Say who asks, and nothing of the question; send a code first."""
    opinion = followed(request)
    if opinion.standing != Standing.WAITING:
        return door(request, opinion)
    if shown(request, opinion):
        return redirect("opinion:question")
    if request.method != "POST":
        return door(request, opinion)
    try:
        send(request, opinion.phone, purpose=OPINION, signs=signed_for(opinion))
    except NOT_SENT as problem:
        return door(request, opinion, problem)
    return redirect("opinion:code")


def door(
    request: HttpRequest,
    opinion: Opinion,
    problem: Problem | None = None,
    *,
    told: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Before the phone is shown, and after the end.

    Args:
        told: what was refused there, with what was typed.
    """
    context = {
        "opinion": opinion,
        "bureau": office_of(opinion.permit),
        "name": permit_name(opinion.permit.permit),
        "waits": opinion.standing == Standing.WAITING,
        "decided": not opinion.permit.is_open(),
        "phone": masked_phone(opinion.phone),
        "form_token": form_token(request, opinion.version),
        "errors": [{"text": problem.detail}] if problem and not told else [],
        **(told or {}),
    }
    return drawn(request, "opinions/door", context, problem)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    return taking(
        request,
        OPINION,
        here="opinion:code",
        before="opinion:open",
        onward=opened,
        along=[LINK],
    )


def opened(request: HttpRequest) -> HttpResponse:
    """Write down that whoever was asked opens it; what has ended meanwhile, the door says."""
    opinion = followed(request)
    if not shown(request, opinion):
        return redirect("opinion:open")
    try:
        OPINIONS.perform(opinion, "open_it", by=as_asked(opinion))
    except WrongState:
        return redirect("opinion:open")
    return redirect("opinion:question")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest) -> HttpResponse:
    """The question with what is shown for it, and the answer."""
    opinion = followed(request)
    form = AnswerForm(posted(request))
    if not shown(request, opinion):
        return closed(request, opinion, form)

    def page(form: BodyForm) -> HttpResponse:
        context = {
            "opinion": opinion,
            "bureau": office_of(opinion.permit),
            "name": permit_name(opinion.permit.permit),
            "minutes": int(VISIT_IDLE.total_seconds() // 60),
            "label": acts_of(Opinion)["answer"].label,
            "form": form,
            "form_token": form_token(request, opinion.version),
            **question_words(opinion),
        }
        status = 422 if form.errors else 200
        return render(request, "applications/opinions/question.html", context, status=status)

    def answer() -> None:
        request.user = as_asked(opinion)
        take(request, OPINIONS, opinion, "answer", form.body())

    def done() -> HttpResponse:
        messages.success(request, _("Thank you. The bureau has your opinion."))
        return redirect("opinion:open")

    return answer_form(
        form,
        answer,
        page=page,
        overtaken=lambda problem: refused(request, opinion, problem),
        done=done,
    )


def closed(request: HttpRequest, opinion: Opinion, form: BodyForm) -> HttpResponse:
    """Nobody reads here without the phone; words that come too late are shown once more."""
    if request.method != "POST" or opinion.standing == Standing.GIVEN:
        return redirect("opinion:open")
    problem = WrongState(_("Nothing was sent. Show your phone once more by a code, if it waits."))
    form.is_valid()
    problem.typed = form.typed()
    return refused(request, opinion, problem)


def refused(request: HttpRequest, opinion: Opinion, problem: Problem) -> HttpResponse:
    now = OPINIONS.read_anew(opinion)
    return door(request, now, problem, told=refusal(request, OPINIONS, now, problem))


@never_cache
@require_safe
def file(request: HttpRequest, ref: UUID) -> HttpResponse:
    """An attachment that is shown with the question; that it was opened is in the record."""
    opinion = followed(request)
    if not shown(request, opinion):
        return redirect("opinion:open")
    found = next((each for each in opinion.shown_files() if each.ref == ref), None)
    if found is None:
        raise Missing
    return attachment_of(found)
