"""Files of a case: one document on its page, or all of an application on one; whole by a form, or
in parts by its script (static/js/upload.js)."""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.decorators import person, signed_in
from accounts.models import User
from applications import casefile, uploads
from applications.actions import CASES
from applications.documents import add
from applications.forms import UploadForm
from applications.models import Application
from applications.states import State
from applications.uploads import UploadAnswer
from applications.views.account import home_of, own_case, refuse
from applications.views.acting import PAGES
from core.api import PROBLEM_JSON
from core.form_token import form_token
from core.forms import BodyForm, most_megabytes
from core.problems import Malformed, Missing, Problem, SignInNeeded
from core.reading import whole_number
from documents.actions import digest_of
from rules.names import Stage
from workflow.pages import act_once, answer_form

#: What the script says of a file before it sends it, beside its size.
SAID = ("requirement", "name", "sha256")
DIGEST = re.compile(r"(?:[0-9a-f]{64})?")


def asked_now(case: Application) -> list[casefile.Paper]:
    papers = casefile.papers(case)
    return [paper for paper in papers if paper.stage == Stage.APPLICATION]


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def documents(request: HttpRequest, number: str) -> HttpResponse:
    """All documents of the application, each with a form of its own; a file is kept as it comes."""
    case = own_case(request, number)
    if case.state != State.DRAFT:
        return redirect(home_of(case))
    if not case.kind:
        return redirect("applications:draft", number)
    every = casefile.papers(case)
    papers = {paper.code: paper for paper in every if paper.stage == Stage.APPLICATION}
    code = request.POST.get("requirement", next(iter(papers)))
    if code not in papers:
        raise Missing

    def page(form: BodyForm) -> HttpResponse:
        shown = casefile.with_ways(case, person(request), every)
        context = {
            "case": case,
            "papers": [
                (paper, form if paper.code == code else UploadForm().named(paper))
                for paper in shown
                if paper.code in papers
            ],
            "form": form,
            "form_token": form_token(request, case.version),
            "megabytes": most_megabytes(),
            "complete": all(paper.met for paper in papers.values()),
        }
        status = 422 if form.errors else 200
        return render(request, "applications/documents.html", context, status=status)

    def done() -> HttpResponse:
        messages.success(request, _("The file is here."))
        return redirect("applications:documents", number)

    form = sent_file(request).named(papers[code])
    return take_file(request, case, code, form, page=page, done=done)


def sent_file(request: HttpRequest) -> UploadForm:
    return UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()


def asked_by(request: HttpRequest) -> str:
    """Return which page asked for a document: an act, the last look, or none of them."""
    wanted = str(request.POST.get("for") or request.GET.get("for") or "")
    return wanted if wanted in PAGES or wanted in ("check", "correct_identity") else ""


def asked_from(case: Application, wanted: str) -> str:
    """Return the page that asked for a file, to which the person goes back."""
    if wanted == "check" and case.state == State.DRAFT:
        return reverse("applications:check", args=[case.number])
    if wanted in PAGES:
        return reverse("applications:act", args=[case.number, wanted])
    if wanted == "correct_identity":
        return reverse("applications:identity-correct", args=[case.number])
    return home_of(case)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def document(request: HttpRequest, number: str, code: str) -> HttpResponse:
    case = own_case(request, number)
    every = casefile.papers(case)
    if code not in {paper.code for paper in every}:
        raise Missing
    wanted = asked_by(request)
    back_url = asked_from(case, wanted)

    def page(form: BodyForm) -> HttpResponse:
        shown = casefile.with_ways(case, person(request), every)
        context = {
            "case": case,
            "paper": next(paper for paper in shown if paper.code == code),
            "form": form,
            "form_token": form_token(request, case.version),
            "takes": casefile.may_add_files(case),
            "back_url": back_url,
            "for_action": wanted,
        }
        status = 422 if form.errors else 200
        return render(request, "applications/document.html", context, status=status)

    def done() -> HttpResponse:
        messages.success(request, _("The file is here."))
        return redirect(back_url)

    return take_file(request, case, code, sent_file(request), page=page, done=done)


P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def for_script(view: View[P]) -> View[P]:
    """Answers a page's script: a refusal as the API says it, 401 where the session has ended."""

    @wraps(view)
    def told(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            if not isinstance(request.user, User):
                raise SignInNeeded
            return view(request, *args, **kwargs)
        except Problem as problem:
            return JsonResponse(
                problem.as_json(),
                status=problem.status,
                content_type=PROBLEM_JSON,
                headers=problem.headers,
            )

    return told


@require_POST
@for_script
def begin_upload(request: HttpRequest, number: str) -> HttpResponse:
    """Begin a file in parts, or find how much of the same one is here."""
    said: dict[str, Any] = {name: request.POST.get(name, "") for name in SAID}
    said["size"] = whole_number(request.POST.get("size", ""))
    case = own_case(request, number)
    upload = uploads.begin(application=case, body=said, by=person(request))
    return JsonResponse(UploadAnswer(upload).data, status=201)


@require_http_methods(["GET", "HEAD", "POST"])
@for_script
def upload(request: HttpRequest, number: str, ref: UUID) -> HttpResponse:
    """How much of a file is here; or the next part of it."""
    case, by = own_case(request, number), person(request)
    if request.method != "POST":
        return JsonResponse(UploadAnswer(uploads.find(application=case, ref=ref, by=by)).data)
    offset = whole_number(request.POST.get("offset", ""))
    part, digest = request.FILES.get("part"), request.POST.get("sha256", "")
    if offset is None or part is None or not DIGEST.fullmatch(digest):
        raise Malformed(_("The request could not be read."))
    found = uploads.append(
        application=case,
        ref=ref,
        offset=offset,
        data=part.read(),
        sha256=bytes.fromhex(digest),
        by=by,
    )
    if found.document:
        messages.success(request, _("The file is here."))
    return JsonResponse(UploadAnswer(found).data)


def take_file(
    request: HttpRequest,
    case: Application,
    code: str,
    form: UploadForm,
    *,
    page: Callable[[BodyForm], HttpResponse],
    done: Callable[[], HttpResponse],
) -> HttpResponse:
    """Draw the form of a file, or keep what came with it, once however often it is sent."""
    by = person(request)

    def keep() -> None:
        upload = form.cleaned_data["file"]

        def step(_version: int) -> None:
            """A file may come in beside any other step: the version does not matter."""
            add(application=case, requirement=code, upload=upload, by=by)

        act_once(request, CASES, case, {"requirement": code, "file": digest_of(upload)}, step)

    return answer_form(
        form,
        keep,
        page=page,
        overtaken=lambda problem: refuse(request, problem, case),
        done=done,
    )
