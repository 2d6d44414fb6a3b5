"""Applying: the questions one by one, the documents, a last look, filed."""

from collections.abc import Mapping
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
from applications.explained import digest_of, policy_rows
from applications.filing import already_open, already_open_words
from applications.header import header
from applications.help import HELP
from applications.mandates.reading import acting_words, choice_of_parties
from applications.models import Application
from applications.queries import case_for, counter_role, drafts_of
from applications.questions import (
    QUESTIONS,
    Answers,
    answers_of,
    carried,
    faults_of,
    field_of,
    fields_of,
    next_question,
    question_of,
    said_by,
    typed_in,
    typed_of,
    unfinished,
)
from applications.receipts.lookup import SUBMITTED, url_of_last
from applications.states import State
from applications.views.account import begun_rows, home_of, may_hand_over, own_case, refuse
from applications.views.identity import known_of, to_face_check
from applications.views.uploads import asked_now
from applications.views.visit import leave_link, link_shown, starting
from applications.who import as_applicant, as_reader
from applications.wording import kind_words, place_words
from core.bodies import NEEDED
from core.clock import city_now
from core.form_token import Filled, form_token, once
from core.forms import refusal_words
from core.problems import FieldError, Invalid, Missing, Problem, Stale, WrongState
from core.reading import whole_number
from rules.limits import Keeping, limits
from workflow.pages import OVERTAKEN, act_once, take

DRAFTS_SHOWN = 5
FIRST = next(iter(QUESTIONS))
#: The pages that a question leads back to (`return_to`).
DOCUMENTS, CHECK = "documents", "check"
#: What is mended on the last look itself: by pointer, where on it.
EXPLAINED, TOLD = "/explained", "/told"
ON_IT = {EXPLAINED: "#rules", TOLD: "#told"}
#: The questions whose answers together may be those of a case that is open.
PAIR = ("applicant", "address")


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
    """The first question; whatever it sends is kept, and the next one comes."""
    user = person(request)
    counter, party = counter_role(user) is not None, begins_for(request)
    channel = Application.Channel.COUNTER if counter else Application.Channel.ONLINE
    said = typed_in(request.POST)
    # Nothing is begun by nothing.
    faults = (
        {"purpose": [str(NEEDED)]} if request.method == "POST" and not any(said.values()) else {}
    )
    if request.method == "POST" and not faults:

        def begun() -> str:
            number = drafts.begin(typed=said, channel=channel.value, by=user, party=party).number
            leave_link(request, number)
            return number

        number = once(request, said | {"for": party}, begun)
        return saved(request, case_for(number, user), FIRST)
    brought = carried(request.GET)
    context = {
        "form": QUESTIONS[FIRST](answers=brought | filled(request), faults=faults),
        "brought": {name: value for name, value in brought.items() if name != "purpose"},
        "form_token": form_token(request, 0),
        "counter": counter,
        "for_party": party,
        "parties": {} if counter else choice_of_parties(user),
        "drafts": begun_rows(drafts_of(user)[:DRAFTS_SHOWN], user),
    }
    status = 422 if faults else 200
    return render(request, "applications/begin.html", context, status=status)


def begins_for(request: HttpRequest) -> int | None:
    """The party for which somebody begins an application, where it is not the own one."""
    return whole_number(request.POST.get("for") or request.GET.get("for") or "")


def filled(request: HttpRequest) -> dict[str, str]:
    """What was typed before a session ended, put into the form again."""
    return fields_of(typed_in(request.POST)) if isinstance(request.POST, Filled) else {}


def saved(
    request: HttpRequest, case: Application, code: str, return_to: str = DOCUMENTS
) -> HttpResponse:
    """Go on: to what has to be mended here, to the next question, or to where they all lead."""
    if case.state != State.DRAFT:
        return redirect(home_of(case))
    if unfinished(case, code):
        return redirect(question_url(case, code, return_to, sent=True))
    if code in PAIR and already_open(case):
        return redirect(question_url(case, "address", return_to, sent=True))
    say_voltage(request, case)
    following = next_question(case)
    if following:
        return redirect(question_url(case, following, return_to))
    return redirect(f"applications:{return_to}", case.number)


def question_url(
    case: Application, code: str, return_to: str = DOCUMENTS, *, sent: bool = False
) -> str:
    """The page of a question; `sent` where its own form was, and something is still missing."""
    asked = {"return_to": "check"} if return_to == CHECK else {}
    query = urlencode(asked | ({"sent": "1"} if sent else {}))
    url = reverse("applications:question", args=[case.number, code])
    return f"{url}?{query}" if query else url


def say_voltage(request: HttpRequest, case: Application) -> None:
    """Tell a three-zero customer who asked for high voltage that low is meant (plan 3(3)1)."""
    if not case.kind or case.draft is None:
        return
    if body_of(case.draft).get("voltage") in (None, case.voltage):
        return
    decision = case.kind_under(case.rules(city_now()))
    text = _("By the rules this is connected at low voltage, free of charge (%(clause)s).")
    messages.info(request, text % {"clause": decision.clause})


@sensitive_post_parameters()
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """One question; what is sent is kept and not judged."""
    case, by = own_case(request, number), person(request)
    if code not in QUESTIONS:
        raise Missing
    # What is sent once it is filed is refused below, and shown: nothing that was typed is lost.
    if request.method != "POST" and case.state != State.DRAFT:
        return redirect(home_of(case))
    # Where a person came from to change something: the last look, or the way there.
    wanted = request.POST.get("return_to") or request.GET.get("return_to")
    return_to = CHECK if wanted == CHECK else DOCUMENTS
    if request.method == "POST":
        said = said_by(request.POST, case, code)

        def step(version: int) -> None:
            drafts.fill(application=case, typed=said, by=by, version=version)

        try:
            act_once(request, CASES, case, said, step)
        except OVERTAKEN as problem:
            problem.typed = QUESTIONS[code](answers=fields_of(said), faults={}).typed()
            return refuse(request, problem, case)
        if "face" in request.POST:
            return to_face_check(request.POST["face"], question_url(case, code, return_to))
        return saved(request, CASES.read_anew(case), code, return_to)
    known = known_of(request, case, code, by)
    answers = {**known.untyped, **answers_of(case), **known.instead, **filled(request)}
    if not QUESTIONS[code].fits(answers):
        return redirect("applications:draft", number)
    faults = faults_of(case.refusals, None if "sent" in request.GET else typed_of(case))
    faults = {name: words for name, words in faults.items() if name not in known.instead}
    open_case = already_open(case) if code == "address" else None
    if open_case:
        faults.setdefault("address_line", []).append(str(already_open_words(case, open_case)))
    context = {
        "form": QUESTIONS[code](answers=answers, faults=faults),
        "help": HELP[code],
        "case": case,
        "form_token": form_token(request, case.version),
        "return_to": return_to,
        "open_url": home_of(open_case) if open_case and as_reader(open_case, by) else "",
        **known.context,
    }
    return render(request, "applications/question.html", context)


@signed_in
@require_safe
def draft(request: HttpRequest, number: str) -> HttpResponse:
    """What is done and what is still to do."""
    case, user = own_case(request, number), person(request)
    if case.state != State.DRAFT:
        return redirect(home_of(case))
    may_act = as_applicant(case, user) is not None
    papers, args = asked_now(case), [case.number]
    complete = bool(case.kind) and all(paper.met for paper in papers)
    documents = {"title": _("Documents"), "status": _("They follow from the answers above")}
    if case.kind:
        here = sum(paper.met for paper in papers)
        documents |= {
            "url": reverse("applications:documents", args=args),
            "status": _("%(here)d of %(all)d are here") % {"here": here, "all": len(papers)},
            "tone": "" if complete else "warning",
        }
    last = {"title": _("Check and submit"), "status": _("Cannot start yet")}
    if complete:
        url = reverse("applications:check", args=args)
        last |= {"url": url, "status": _("Ready"), "tone": "primary"}
    faults = faults_of(case.refusals, typed_of(case))
    following = next_question(case)
    context = {
        "case": case,
        "kind": kind_words(case.kind),
        "place": place_words(case, line=True),
        "tasks": [
            # Whoever only reads is led to nothing that changes it.
            task if may_act else task | {"url": ""}
            for task in [*question_tasks(case, faults), documents, last]
        ],
        "errors": [
            {"text": word, "href": f"{question_url(case, question_of(name))}#id_{name}"}
            for name, words in faults.items()
            for word in words
        ],
        "kept_days": limits().days[Keeping.DRAFTS],
        "return_link": link_shown(request, case.number),
        "ready": complete,
        "acting": acting_words(case, user),
        "may_act": may_act,
        "may_hand_over": may_hand_over(case, user),
        "go_on": question_url(case, following) if following else documents["url"],
    }
    return render(request, "applications/draft.html", context)


def question_tasks(case: Application, faults: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The questions that are asked of this case, as far as its answers say, each with its state."""
    answers, typed, found = answers_of(case), typed_of(case), []
    for code, page in QUESTIONS.items():
        open_, fields = unfinished(case, code), page.base_fields.keys()
        if not page.fits(answers) or not (open_ or fields & typed.keys()):
            continue
        status = _("Not finished") if open_ else _("Done")
        if fields & faults.keys():
            status = _("To be mended")
        found.append(
            {
                "title": page.heading,
                "url": question_url(case, code),
                "status": status,
                "tone": "warning" if open_ else "",
            }
        )
    return found


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
        submit(request, case)
    except (Invalid, Stale, WrongState) as problem:
        # What can be mended is said on the same page; who came second sees the case as it is.
        if isinstance(problem, Invalid) or (isinstance(problem, WrongState) and is_draft):
            return last_look(request, case, problem)
        return refuse(request, problem, case)
    return redirect("applications:filed", case.number)


def submit(request: HttpRequest, case: Application) -> None:
    """File it by the rules that the page has shown; a clerk says to have explained them."""
    if case.office_id and "told" not in request.POST:
        raise Invalid([FieldError(TOLD, _("Explain these rules to the customer first."))])
    take(request, CASES, case, "submit", {"explained": request.POST.get("explained", "")})


def last_look(
    request: HttpRequest, case: Application, problem: Problem | None = None
) -> HttpResponse:
    """Draw the whole application; what was refused leads to the page that mends it."""
    policy, status = case.rules(city_now()), problem.status if problem else 200
    groups = (
        (_("About the supply"), casefile.what_rows(case)),
        (_("About the applicant"), casefile.who_rows(case)),
        (_("About the place"), casefile.where_rows(case)),
    )
    answers = answers_of(case)
    errors = mending(case, problem) if problem else []
    context = {
        "case": case,
        "form_token": form_token(request, case.version),
        "errors": errors,
        "untold": [error["text"] for error in errors if error.get("href") == ON_IT[TOLD]],
        "failed": problem is not None,
        "groups": [
            {
                "title": title,
                "rows": [row | {"url": change_url(case, row["field"], answers)} for row in rows],
            }
            for title, rows in groups
        ],
        "papers": [
            {
                "key": paper.name,
                "lines": [casefile.file_words(file) for file in paper.files]
                or [_("Still missing")],
                "url": upload_url(case, paper.code),
            }
            for paper in asked_now(case)
        ],
        "policy": policy_rows(case, policy),
        "explained": digest_of(case, policy),
        "at_counter": case.office_id is not None,
    }
    return render(request, "applications/check.html", context, status=status)


def mending(case: Application, problem: Problem) -> list[dict[str, str]]:
    if not problem.errors:
        return [{"text": str(problem.detail)}]
    found = []
    for error in problem.errors:
        if error.pointer in ON_IT:
            found.append({"text": refusal_words(error), "href": ON_IT[error.pointer]})
            continue
        place, _slash, code = error.pointer.removeprefix("/").partition("/")
        url = question_url(case, question_of(field_of(error)), CHECK)
        if place == "documents":
            url = upload_url(case, code)
        found.append({"text": refusal_words(error), "href": url})
    return found


def change_url(case: Application, field: str, answers: Answers) -> str:
    """Where an answer is changed; nowhere if it follows from others."""
    code = question_of(field)
    return question_url(case, code, CHECK) if QUESTIONS[code].fits(answers) else ""


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
        "policy": policy_rows(case, policy),
        "rows": casefile.declared_rows(case),
        "papers": asked_now(case),
    }
    return render(request, "applications/filed.html", context)
