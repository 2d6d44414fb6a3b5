"""Applying: the declaration, the documents one by one, a last look, filed."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import person, signed_in
from accounts.models import User
from applications import casefile, drafts
from applications.actions import CASES
from applications.forms import DetailsForm, details_of
from applications.header import header
from applications.models import Application
from applications.receipts.kinds import SUBMITTED, url_of_last
from applications.standing import kind_under
from applications.views.frame import channel_of, own_case, refuse
from applications.wording import kind_words, place_words
from applications.workflow import State
from core.clock import city_now
from core.form_token import form_token, once
from core.forms import refusal_words
from core.problems import FieldError, Invalid, Stale, WrongState
from rules.names import Stage
from rules.policy import Policy
from workflow.pages import act_once, take

DRAFTS_SHOWN = 5


@sensitive_post_parameters()
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest) -> HttpResponseBase:
    """Who applies, where, and for what. Saved, it is a draft."""
    user = person(request)
    channel = channel_of(user)
    form = DetailsForm(request.POST or None, channel=channel, initial=_known(user, channel))
    if request.method == "POST" and form.is_valid():
        try:
            body = form.body()
            number = once(request, body, lambda: drafts.draft(body=body, by=user).number)
        except Invalid as refused:
            form.refused(refused)
        else:
            case = Application.objects.get(number=number).workflow()
            _say_voltage(request, form, case)
            return redirect("applications:draft", case.number)
    context = {
        "form": form,
        "form_token": form_token(request, 0),
        "counter": channel == Application.Channel.COUNTER,
        "drafts": _drafts(user) if request.method != "POST" else [],
    }
    return render(request, "applications/begin.html", context, status=_status(form))


def _say_voltage(request: HttpRequest, form: DetailsForm, case: Application) -> None:
    """Tell a three-zero customer who asked for high voltage that low is meant (plan 3(3)1)."""
    if form.cleaned_data["voltage"] == case.voltage:
        return
    decision = kind_under(case.rules(city_now()), case)
    text = _("By the rules this is connected at low voltage, free of charge (%(clause)s).")
    messages.info(request, text % {"clause": decision.clause})


def _known(user: User, channel: str) -> dict[str, str]:
    """What an account already says of its person; a clerk files for somebody else."""
    if channel == Application.Channel.COUNTER:
        return {}
    return {"applicant_name": user.name, "phone": user.phone}


def _drafts(user: User) -> list[dict[str, str]]:
    rows = Application.objects.filed_by(user).filter(state=State.DRAFT).order_by("-id")
    return [
        {
            "url": reverse("applications:draft", args=[case.number]),
            "text": f"{kind_words(case.kind)} · {place_words(case, line=True)}",
        }
        for case in rows[:DRAFTS_SHOWN]
    ]


def _status(form: DetailsForm) -> int:
    return 422 if form.is_bound and form.errors else 200


@sensitive_post_parameters()
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def details(request: HttpRequest, number: str) -> HttpResponseBase:
    """Change what a draft declares."""
    case = own_case(request, number)
    if case.state != State.DRAFT:
        return redirect("applications:case", number)
    form = DetailsForm(request.POST or None, channel=case.channel, initial=details_of(case))
    if request.method == "POST" and form.is_valid():
        try:
            _redraft(request, case, form)
        except Invalid as refused:
            form.refused(refused)
        except (Stale, WrongState) as problem:
            return refuse(request, problem, case)
        else:
            _say_voltage(request, form, CASES.read_anew(case))
            return redirect(_back(request, case))
    context = {
        "form": form,
        "case": case,
        "form_token": form_token(request, case.version),
        "counter": case.channel == Application.Channel.COUNTER,
        "back_url": _back(request, case),
        "return_to": _wanted(request),
    }
    return render(request, "applications/details.html", context, status=_status(form))


def _redraft(request: HttpRequest, case: Application, form: DetailsForm) -> None:
    by = person(request)

    def step(version: int) -> None:
        drafts.redraft(application=case, body=form.body(), by=by, version=version)

    act_once(request, CASES, case, form.body(), step)


def _wanted(request: HttpRequest) -> str:
    """Where a person came from to change something: the last look, or the draft."""
    wanted = request.POST.get("return_to") or request.GET.get("return_to")
    return "check" if wanted == "check" else "draft"


def _back(request: HttpRequest, case: Application) -> str:
    return reverse(f"applications:{_wanted(request)}", args=[case.number])


@signed_in
@require_safe
def draft(request: HttpRequest, number: str) -> HttpResponseBase:
    """What of the application is done, and what is still to do."""
    case = own_case(request, number)
    if case.state != State.DRAFT:
        return redirect("applications:case", number)
    policy = case.rules(city_now())
    rows = _asked_now(case, policy)
    missing = [paper for paper in rows if not paper.met]
    context = {
        "case": case,
        "kind": kind_words(case.kind),
        "place": place_words(case, line=True),
        "tasks": _tasks(case, rows, ready=not missing),
        "ready": not missing,
    }
    return render(request, "applications/draft.html", context)


def _asked_now(case: Application, policy: Policy) -> list[casefile.Paper]:
    papers = casefile.papers(case, policy)
    return [paper for paper in papers if paper.stage == Stage.APPLICATION]


def _tasks(case: Application, rows: list[casefile.Paper], *, ready: bool) -> list[dict[str, Any]]:
    args = [case.number]
    found: list[dict[str, Any]] = [
        {
            "title": _("Who, where and what"),
            "url": reverse("applications:details", args=args),
            "status": _("Done"),
        }
    ]
    for paper in rows:
        tone = {} if paper.met else {"tone": "warning"}
        url = reverse("applications:document", args=[case.number, paper.code])
        status = _("Done") if paper.met else _("Still missing")
        found.append({"title": paper.name, "url": url, "status": status} | tone)
    last: dict[str, Any] = {"title": _("Check and submit"), "status": _("Cannot start yet")}
    if ready:
        url = reverse("applications:check", args=args)
        last |= {"url": url, "status": _("Ready"), "tone": "primary"}
    return [*found, last]


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, number: str) -> HttpResponseBase:
    """Everything at one glance, each with a link to change it; then submit."""
    case = own_case(request, number)
    if request.method == "POST":
        return _submit(request, case)
    if case.state != State.DRAFT:
        return redirect("applications:case", number)
    return _checked(request, case)


def _submit(request: HttpRequest, case: Application) -> HttpResponseBase:
    try:
        take(request, CASES, case, "submit")
    except Invalid as refused:
        return _checked(request, case, [_mend(case, error) for error in refused.errors], 422)
    except Stale as problem:
        return refuse(request, problem, case)
    except WrongState as problem:
        if case.state != State.DRAFT:
            return refuse(request, problem, case)
        return _checked(request, case, [{"text": str(problem.detail)}], problem.status)
    return redirect("applications:filed", case.number)


def _mend(case: Application, error: FieldError) -> dict[str, str]:
    """A refusal of the submission, with the page that mends it."""
    place, _slash, code = error.pointer.removeprefix("/").partition("/")
    url = reverse("applications:details", args=[case.number]) + "?return_to=check"
    if place == "documents":
        url = _upload_url(case, code)
    return {"text": refusal_words(error), "href": url}


def _checked(
    request: HttpRequest,
    case: Application,
    errors: list[dict[str, str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    policy = case.rules(city_now())
    decision = kind_under(policy, case)
    case.kind = decision.kind
    limit = policy.limit(decision.kind)
    context = {
        "case": case,
        "form_token": form_token(request, case.version),
        "errors": errors,
        "failed": bool(errors),
        "groups": _groups(case),
        "papers": _paper_rows(case, _asked_now(case, policy)),
        "kind": kind_words(decision.kind),
        "kind_clause": decision.clause,
        "limit": casefile.limit_words(limit),
        "limit_clause": limit.clause,
        "steps": casefile.step_words(policy, decision.kind),
        "fee": casefile.fee_words(case),
    }
    return render(request, "applications/check.html", context, status=status)


def _groups(case: Application) -> list[dict[str, Any]]:
    """The declaration in its three groups, every row with the link that changes it."""
    url = reverse("applications:details", args=[case.number]) + "?return_to=check"
    groups = (
        (_("About the applicant"), casefile.who_rows(case)),
        (_("About the place"), casefile.where_rows(case)),
        (_("About the supply"), casefile.what_rows(case)),
    )
    return [
        {
            "title": title,
            "rows": [
                row | {"url": f"{url}#id_{row.get('field', 'applicant_type_0')}"} for row in rows
            ],
        }
        for title, rows in groups
    ]


def _paper_rows(case: Application, rows: list[casefile.Paper]) -> list[dict[str, Any]]:
    return [
        {
            "key": paper.name,
            "lines": [file.original_name for file in paper.files] or [_("Still missing")],
            "url": _upload_url(case, paper.code),
        }
        for paper in rows
    ]


def _upload_url(case: Application, code: str) -> str:
    """The page that takes a document and comes back to the last look."""
    return reverse("applications:document", args=[case.number, code]) + "?for=check"


@signed_in
@require_safe
def filed(request: HttpRequest, number: str) -> HttpResponseBase:
    """The confirmation: the number, what happens next, by when and from whom."""
    case = own_case(request, number)
    if case.filed_at is None:
        return redirect("applications:draft", number)
    head = header(case, person(request))
    policy = case.rules(head.now)
    limit = policy.limit(case.kind)
    context = {
        "case": case,
        "head": head,
        "receipt_url": url_of_last(case.number, head.events, SUBMITTED),
        "limit": casefile.limit_words(limit),
        "limit_clause": limit.clause,
        "fee": casefile.fee_words(case),
        "steps": casefile.step_words(policy, case.kind),
        "rows": [
            *casefile.who_rows(case, masked=True),
            *casefile.where_rows(case),
            *casefile.what_rows(case),
        ],
        "papers": _asked_now(case, policy),
    }
    return render(request, "applications/filed.html", context)
