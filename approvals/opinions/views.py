"""The bureau's pages of opinions: asking for one, reminding of it, withdrawing it."""

from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts.decorators import person, signed_in
from approvals import queries as permits
from approvals.opinions.actions import NO_SMS, OPINIONS, person_digest
from approvals.opinions.models import Opinion
from approvals.opinions.queries import one_for
from approvals.opinions.serializers import SHOWN_FIRST, NewOpinion, Part
from approvals.packages.needs import document_name
from approvals.views import permit_page
from approvals.wording import permit_name
from core.fields import text_digest
from core.form_token import form_token, posted
from core.forms import BodyForm, form_of
from core.problems import Busy, Invalid, Missing, Problem, QuotaReached, TooMany, WrongState
from notifications.providers import is_open
from rules.delivery import Channel
from rules.limits import Keeping, limits
from workflow.machine import acts_of
from workflow.pages import OVERTAKEN, act_once, answer_form, refusal, take

#: Said on the page on which it was tried.
NOT_SENT: Final = (Busy, TooMany, QuotaReached)
#: What is done about one that was asked for.
STEPS: Final = ("remind", "withdraw")
FIELDS: Final = NewOpinion().fields


def ticked(name: str) -> forms.MultipleChoiceField:
    field = FIELDS[name]
    return forms.MultipleChoiceField(
        label=field.label,
        help_text=field.help_text or "",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class AskingForm(
    form_of(  # type: ignore[misc]
        NewOpinion, rows=5, controls={name: ticked(name) for name in ("parts", "files")}
    )
):
    def __init__(self, opinion: Opinion, *args: Any, **kwargs: Any) -> None:
        most = limits().days[Keeping.OPINIONS]
        super().__init__(*args, initial={"parts": SHOWN_FIRST, "days": most}, **kwargs)
        self.fields["days"].widget.attrs["max"] = most
        self.fields["parts"].choices = Part.choices
        offered = [(str(file.ref), file_words(file)) for file in opinion.offered()]
        self.fields["files"].choices = offered
        if not offered:
            del self.fields["files"]


def file_words(file: Any) -> str:
    return _("%(what)s: %(name)s") % {
        "what": document_name(file.requirement), "name": file.original_name,
    }  # fmt: skip


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask somebody outside for an opinion about a permit."""
    permit = permits.permit_for(person(request), pk)
    new = Opinion(permit=permit)
    said = acts_of(Opinion)["ask"]
    if request.method != "POST":
        OPINIONS.role_in(new, said, person(request))
        if reason := OPINIONS.why_not(new, "ask"):
            return refused(request, new, WrongState(reason))
    form = AskingForm(new, posted(request))

    def page(form: BodyForm) -> HttpResponse:
        context = {
            "permit": permit,
            "name": permit_name(permit.permit),
            "number": permit.line_works.application,
            "title": said.label,
            "form": form,
            "form_token": form_token(request, 0),
            "no_sms": "" if is_open(Channel.SMS) else NO_SMS,
        }
        status = 422 if form.errors else 200
        return render(request, "approvals/opinion_ask.html", context, status=status)

    def done() -> HttpResponse:
        messages.success(request, _("The link was sent. The answer will stand here."))
        return redirect("bureau:permit", permit.pk)

    return answer_form(
        form,
        lambda: send(request, new, form),
        page=page,
        overtaken=lambda problem: refused(request, new, problem),
        done=done,
    )


def send(request: HttpRequest, new: Opinion, form: BodyForm) -> None:
    """Once per form and words.

    Raises:
        Invalid: also for what cannot be sent now, so that what was typed stays.
        Problem: everything else that `Workflow.perform` refuses.
    """
    body = form.body()
    # What is kept of the request must not tell who is asked.
    private = {
        "asked": person_digest(body["name"], body["phone"]),
        "question": text_digest(body["question"]),
    }
    said = private | {"parts": body["parts"], "files": body.get("files", []), "days": body["days"]}

    def act(_version: int) -> None:
        OPINIONS.perform(new, "ask", by=person(request), body=body)

    try:
        act_once(request, OPINIONS, new, said, act)
    except NOT_SENT as problem:
        raise Invalid([], problem.detail) from problem


@require_POST
@signed_in
def act(request: HttpRequest, pk: int, opinion: int, action: str) -> HttpResponse:
    """Remind whoever was asked, or withdraw the question."""
    one = one_for(pk, opinion, person(request))
    if action not in STEPS:
        raise Missing
    try:
        take(request, OPINIONS, one, action)
    except (*OVERTAKEN, *NOT_SENT) as problem:
        return refused(request, OPINIONS.read_anew(one), problem)
    messages.success(request, _("Done: %(step)s.") % {"step": acts_of(Opinion)[action].label})
    return redirect("bureau:permit", one.permit_id)


def refused(request: HttpRequest, one: Opinion, problem: Problem) -> HttpResponse:
    """The page of the permit, with what was not done on top."""
    told = refusal(request, OPINIONS, one, problem)
    return permit_page(request, one.permit_id, problem, told=told)
