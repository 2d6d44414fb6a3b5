"""Applying: the declaration, the documents one by one, a last look, filed."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import person, signed_in
from applications import casefile, drafts
from applications.actions import CASES
from applications.forms import DetailsForm, details_of
from applications.header import header
from applications.models import Application
from applications.queries import counter_role, own
from applications.receipts.lookup import SUBMITTED, url_of_last
from applications.views.account import own_case, refuse
from applications.wording import kind_words, place_words
from applications.workflow import State
from core.clock import city_now
from core.form_token import form_token, once
from core.forms import BodyForm, refusal_words
from core.problems import Invalid, Problem, Stale, WrongState
from rules.names import Stage
from rules.policy import Policy
from workflow.pages import act_once, answer_form, take

DRAFTS_SHOWN = 5


@sensitive_post_parameters()
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    user = person(request)
    # A clerk files for others, of whom the account says nothing.
    counter = counter_role(user) is not None
    channel = Application.Channel.COUNTER if counter else Application.Channel.ONLINE
    known = {} if counter else {"applicant_name": user.name, "phone": user.phone}
    form = DetailsForm(request.POST or None, channel=channel.value, initial=known)
    number = ""

    def save() -> None:
        nonlocal number
        body = form.body()
        number = once(request, body, lambda: drafts.draft(body=body, by=user).number)

    def page(form: BodyForm) -> HttpResponse:
        begun = Application.objects.filter(own(user), state=State.DRAFT).order_by("-id")
        context = {
            "form": form,
            "form_token": form_token(request, 0),
            "counter": counter,
            "drafts": [
                {
                    "url": reverse("applications:draft", args=[case.number]),
                    "text": f"{kind_words(case.kind)} · {place_words(case, line=True)}",
                }
                for case in (begun[:DRAFTS_SHOWN] if request.method != "POST" else ())
            ],
        }
        status = 422 if form.is_bound and form.errors else 200
        return render(request, "applications/begin.html", context, status=status)

    def done() -> HttpResponse:
        say_voltage(request, form, Application.objects.get(number=number).workflow())
        return redirect("applications:draft", number)

    def overtaken(problem: Problem) -> HttpResponse:
        raise problem

    return answer_form(form, save, page=page, overtaken=overtaken, done=done)


def say_voltage(request: HttpRequest, form: DetailsForm, case: Application) -> None:
    """Tell a three-zero customer who asked for high voltage that low is meant (plan 3(3)1)."""
    if form.cleaned_data["voltage"] == case.voltage:
        return
    decision = case.kind_under(case.rules(city_now()))
    text = _("By the rules this is connected at low voltage, free of charge (%(clause)s).")
    messages.info(request, text % {"clause": decision.clause})


@sensitive_post_parameters()
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def details(request: HttpRequest, number: str) -> HttpResponse:
    case, by = own_case(request, number), person(request)
    if case.state != State.DRAFT:
        return redirect("applications:case", number)
    # Where a person came from to change something: the last look, or the draft.
    wanted = request.POST.get("return_to") or request.GET.get("return_to")
    return_to = "check" if wanted == "check" else "draft"
    back_url = reverse(f"applications:{return_to}", args=[case.number])
    form = DetailsForm(request.POST or None, channel=case.channel, initial=details_of(case))

    def save() -> None:
        def step(version: int) -> None:
            drafts.redraft(application=case, body=form.body(), by=by, version=version)

        act_once(request, CASES, case, form.body(), step)

    def page(form: BodyForm) -> HttpResponse:
        context = {
            "form": form,
            "case": case,
            "form_token": form_token(request, case.version),
            "counter": case.channel == Application.Channel.COUNTER,
            "back_url": back_url,
            "return_to": return_to,
        }
        status = 422 if form.is_bound and form.errors else 200
        return render(request, "applications/details.html", context, status=status)

    def done() -> HttpResponse:
        say_voltage(request, form, CASES.read_anew(case))
        return redirect(back_url)

    return answer_form(
        form,
        save,
        page=page,
        overtaken=lambda problem: refuse(request, problem, case),
        done=done,
    )


@signed_in
@require_safe
def draft(request: HttpRequest, number: str) -> HttpResponse:
    case = own_case(request, number)
    if case.state != State.DRAFT:
        return redirect("applications:case", number)
    papers, args = asked_now(case, case.rules(city_now())), [case.number]
    ready = all(paper.met for paper in papers)
    first = {
        "title": _("Who, where and what"),
        "url": reverse("applications:details", args=args),
        "status": _("Done"),
    }
    last = {"title": _("Check and submit"), "status": _("Cannot start yet")}
    if ready:
        url = reverse("applications:check", args=args)
        last |= {"url": url, "status": _("Ready"), "tone": "primary"}
    documents = [
        {
            "title": paper.name,
            "url": reverse("applications:document", args=[case.number, paper.code]),
            "status": _("Done") if paper.met else _("Still missing"),
            "tone": "" if paper.met else "warning",
        }
        for paper in papers
    ]
    context = {
        "case": case,
        "kind": kind_words(case.kind),
        "place": place_words(case, line=True),
        "tasks": [first, *documents, last],
        "ready": ready,
    }
    return render(request, "applications/draft.html", context)


def asked_now(case: Application, policy: Policy) -> list[casefile.Paper]:
    papers = casefile.papers(case, policy)
    return [paper for paper in papers if paper.stage == Stage.APPLICATION]


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, number: str) -> HttpResponse:
    case = own_case(request, number)
    is_draft = case.state == State.DRAFT
    if request.method != "POST":
        return last_look(request, case) if is_draft else redirect("applications:case", number)
    try:
        take(request, CASES, case, "submit")
    except (Invalid, Stale, WrongState) as problem:
        # What can be mended is said on the same page; who came second sees the case as it is.
        if isinstance(problem, Invalid) or (isinstance(problem, WrongState) and is_draft):
            return last_look(request, case, problem)
        return refuse(request, problem, case)
    return redirect("applications:filed", case.number)


def last_look(
    request: HttpRequest, case: Application, problem: Problem | None = None
) -> HttpResponse:
    """Draw the whole application; what was refused leads to the page that mends it."""
    policy = case.rules(city_now())
    kind_clause, status = policy.limit(case.kind).clause, problem.status if problem else 200
    try:
        decision = case.kind_under(policy)
        case.kind, kind_clause = decision.kind, decision.clause
    except Invalid as refused:
        # A stored draft that the rules refuse: the page opens and leads to what has to be mended.
        problem = problem or refused
    groups = (
        (_("About the applicant"), casefile.who_rows(case)),
        (_("About the place"), casefile.where_rows(case)),
        (_("About the supply"), casefile.what_rows(case)),
    )
    context = {
        "case": case,
        "form_token": form_token(request, case.version),
        "errors": mending(case, problem) if problem else [],
        "failed": problem is not None,
        "groups": [
            {
                "title": title,
                "rows": [row | {"url": f"{details_url(case)}#id_{row['field']}"} for row in rows],
            }
            for title, rows in groups
        ],
        "papers": [
            {
                "key": paper.name,
                "lines": [file.original_name for file in paper.files] or [_("Still missing")],
                "url": upload_url(case, paper.code),
            }
            for paper in asked_now(case, policy)
        ],
        "kind": kind_words(case.kind),
        "kind_clause": kind_clause,
        **casefile.rules_context(case, policy),
    }
    return render(request, "applications/check.html", context, status=status)


def mending(case: Application, problem: Problem) -> list[dict[str, str]]:
    if not problem.errors:
        return [{"text": str(problem.detail)}]
    found = []
    for error in problem.errors:
        place, _slash, code = error.pointer.removeprefix("/").partition("/")
        url = upload_url(case, code) if place == "documents" else details_url(case)
        found.append({"text": refusal_words(error), "href": url})
    return found


def details_url(case: Application) -> str:
    return reverse("applications:details", args=[case.number]) + "?return_to=check"


def upload_url(case: Application, code: str) -> str:
    return reverse("applications:document", args=[case.number, code]) + "?for=check"


@signed_in
@require_safe
def filed(request: HttpRequest, number: str) -> HttpResponse:
    case = own_case(request, number)
    if case.filed_at is None:
        return redirect("applications:draft", number)
    head = header(case, person(request))
    policy = case.rules(head.now)
    context = {
        "case": case,
        "head": head,
        "receipt_url": url_of_last(case.number, head.events, SUBMITTED),
        **casefile.rules_context(case, policy),
        "rows": casefile.declared_rows(case),
        "papers": asked_now(case, policy),
    }
    return render(request, "applications/filed.html", context)
