"""Applying: the declaration, the documents one by one, a last look, filed."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import person, signed_in
from applications import casefile, drafts
from applications.actions import CASES
from applications.begun import body_of
from applications.forms import POINTERS, DetailsForm, fields_of, typed_in
from applications.header import header
from applications.models import Application
from applications.queries import case_for, counter_role
from applications.receipts.lookup import SUBMITTED, url_of_last
from applications.views.account import begun_rows, home_of, own_case, refuse
from applications.views.visit import leave_link, link_shown, starting
from applications.wording import kind_words, place_words
from applications.workflow import State
from core.clock import city_now
from core.form_token import Filled, form_token, once
from core.forms import refusal_words
from core.problems import Invalid, Problem, Stale, WrongState
from rules.limits import Keeping, limits
from rules.names import Stage
from workflow.pages import OVERTAKEN, act_once, take

DRAFTS_SHOWN = 5
PARTS = list(DetailsForm.groups)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponseBase:
    """Whoever has not shown who it is chooses how; what was typed waits for its person."""
    if request.method != "POST" and not request.user.is_authenticated:
        return starting(request)
    return begin(request)


@sensitive_post_parameters()
@signed_in
def begin(request: HttpRequest) -> HttpResponse:
    """The first page of the form; whatever it sends is kept, and the next page comes."""
    user = person(request)
    # A clerk files for others, of whom the account says nothing.
    counter = counter_role(user) is not None
    channel = Application.Channel.COUNTER if counter else Application.Channel.ONLINE
    if request.method == "POST":
        said = typed_in(request.POST)

        def begun() -> str:
            number = drafts.begin(typed=said, channel=channel.value, by=user).number
            leave_link(request, number)
            return number

        number = once(request, said, begun)
        return saved(request, case_for(number, user), PARTS[0])
    known = {} if counter else {"applicant_name": user.name, "phone": user.phone}
    context = {
        "form": DetailsForm(part=PARTS[0], initial=known | filled(request)),
        "form_token": form_token(request, 0),
        "counter": counter,
        "drafts": begun_rows(user, DRAFTS_SHOWN),
    }
    return render(request, "applications/begin.html", context)


def filled(request: HttpRequest) -> dict[str, Any]:
    """What was typed before a session ended, put into the form again."""
    return fields_of(typed_in(request.POST)) if isinstance(request.POST, Filled) else {}


def saved(
    request: HttpRequest, case: Application, part: str, return_to: str = "draft"
) -> HttpResponse:
    """Go on: to what has to be mended here, to the next part, or back to where it was asked for."""
    if case.state != State.DRAFT:
        return redirect(home_of(case))
    if to_mend(case, part):
        messages.warning(request, _("It is kept. Something has to be mended before you submit."))
        return redirect(part_url(case, part, return_to))
    say_voltage(request, case)
    later = PARTS[PARTS.index(part) + 1 :] if part in PARTS else []
    after = next((each for each in later if unfinished(case, each)), None)
    if return_to == "draft" and after:
        return redirect(part_url(case, after))
    return redirect(f"applications:{return_to}", case.number)


def part_url(case: Application, part: str, return_to: str = "draft") -> str:
    asked = {"part": part, "return_to": "" if return_to == "draft" else return_to}
    wanted = urlencode({name: value for name, value in asked.items() if value})
    url = reverse("applications:details", args=[case.number])
    return f"{url}?{wanted}" if wanted else url


def form_about(case: Application, part: str, **initial: Any) -> DetailsForm:
    typed = fields_of(body_of(case.draft)) if case.draft else {}
    return DetailsForm(part=part, initial=typed | initial, refusals=case.refusals)


def to_mend(case: Application, part: str) -> bool:
    """Whether something was typed that is refused."""
    return bool(form_about(case, part).errors)


def unfinished(case: Application, part: str) -> bool:
    names = set(DetailsForm.groups[part][1])
    return any(POINTERS.get(error.pointer) in names for error in case.refusals)


def say_voltage(request: HttpRequest, case: Application) -> None:
    """Tell a three-zero customer who asked for high voltage that low is meant (plan 3(3)1)."""
    if not case.kind or case.draft is None or body_of(case.draft)["voltage"] == case.voltage:
        return
    decision = case.kind_under(case.rules(city_now()))
    text = _("By the rules this is connected at low voltage, free of charge (%(clause)s).")
    messages.info(request, text % {"clause": decision.clause})


@sensitive_post_parameters()
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def details(request: HttpRequest, number: str) -> HttpResponse:
    """One part of the declaration, or all of it; what is sent is kept and not judged."""
    case, by = own_case(request, number), person(request)
    if case.state != State.DRAFT:
        return redirect(home_of(case))
    wanted = request.POST.get("part") or request.GET.get("part") or ""
    part = wanted if wanted in PARTS else ""
    # Where a person came from to change something: the last look, or the draft.
    wanted = request.POST.get("return_to") or request.GET.get("return_to") or ""
    return_to = "check" if wanted == "check" else "draft"
    if request.method == "POST":
        said = typed_in(request.POST)

        def step(version: int) -> None:
            drafts.fill(application=case, typed=said, by=by, version=version)

        try:
            act_once(request, CASES, case, said, step)
        except OVERTAKEN as problem:
            problem.typed = DetailsForm(request.POST).typed()
            return refuse(request, problem, case)
        return saved(request, CASES.read_anew(case), part, return_to)
    context = {
        "form": form_about(case, part, **filled(request)),
        "case": case,
        "form_token": form_token(request, case.version),
        "counter": case.channel == Application.Channel.COUNTER,
        "back_url": reverse(f"applications:{return_to}", args=[case.number]),
        "part": part,
        "return_to": return_to,
    }
    return render(request, "applications/details.html", context)


@signed_in
@require_safe
def draft(request: HttpRequest, number: str) -> HttpResponse:
    """What is done and what is still to do."""
    case = own_case(request, number)
    if case.state != State.DRAFT:
        return redirect(home_of(case))
    papers, args = asked_now(case), [case.number]
    ready = bool(case.kind) and all(paper.met for paper in papers)
    documents = [
        {
            "title": paper.name,
            "url": reverse("applications:document", args=[case.number, paper.code]),
            "status": _("Done") if paper.met else _("Still missing"),
            "tone": "" if paper.met else "warning",
        }
        for paper in papers
    ]
    if not case.kind:
        documents = [{"title": _("Documents"), "status": _("They follow from the answers above")}]
    last = {"title": _("Check and submit"), "status": _("Cannot start yet")}
    if ready:
        url = reverse("applications:check", args=args)
        last |= {"url": url, "status": _("Ready"), "tone": "primary"}
    context = {
        "case": case,
        "kind": kind_words(case.kind),
        "place": place_words(case, line=True),
        "tasks": [*part_tasks(case), *documents, last],
        "errors": [
            {"text": word, "href": f"{part_url(case, '')}#id_{name}"}
            for name, words in form_about(case, "").errors.items()
            for word in words
        ],
        "kept_days": limits().days[Keeping.DRAFTS],
        "return_link": link_shown(request, case.number),
        "ready": ready,
    }
    return render(request, "applications/draft.html", context)


def part_tasks(case: Application) -> list[dict[str, Any]]:
    found = []
    for part, (title, _names) in DetailsForm.groups.items():
        status = _("Done")
        open_ = unfinished(case, part)
        if to_mend(case, part):
            status = _("To be mended")
        elif open_:
            status = _("Not finished")
        tone = "warning" if open_ else ""
        found.append({"title": title, "url": part_url(case, part), "status": status, "tone": tone})
    return found


def asked_now(case: Application) -> list[casefile.Paper]:
    papers = casefile.papers(case)
    return [paper for paper in papers if paper.stage == Stage.APPLICATION]


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, number: str) -> HttpResponse:
    case = own_case(request, number)
    is_draft = case.state == State.DRAFT
    if is_draft and not case.kind:
        return redirect("applications:draft", number)
    if request.method != "POST":
        return last_look(request, case) if is_draft else redirect(home_of(case))
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
    policy, status = case.rules(city_now()), problem.status if problem else 200
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
            for paper in asked_now(case)
        ],
        "kind": kind_words(case.kind),
        "kind_clause": case.kind_under(policy).clause,
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
    return part_url(case, "", "check")


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
        "return_link": link_shown(request, case.number),
        "visiting": not person(request).has_account,
        "receipt_url": url_of_last(case.number, head.events, SUBMITTED),
        **casefile.rules_context(case, policy),
        "rows": casefile.declared_rows(case),
        "papers": asked_now(case),
    }
    return render(request, "applications/filed.html", context)
