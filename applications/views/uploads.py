"""Files of a case: one document on its page, or all of an application on one."""

from collections.abc import Callable
from dataclasses import replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.decorators import person, signed_in
from applications import casefile
from applications.actions import CASES
from applications.documents import add
from applications.forms import UploadForm
from applications.licences.ways import NONE, ways_of
from applications.models import Application
from applications.views.account import home_of, own_case, refuse
from applications.views.acting import PAGES
from applications.workflow import State
from core.form_token import form_token
from core.forms import BodyForm, most_megabytes
from core.problems import Missing
from documents.actions import digest_of
from rules.names import Stage
from workflow.pages import act_once, answer_form


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
    papers = {paper.code: paper for paper in asked_now(case)}
    code = request.POST.get("requirement", next(iter(papers)))
    if code not in papers:
        raise Missing

    def page(form: BodyForm) -> HttpResponse:
        ways = ways_of(case, person(request))
        context = {
            "case": case,
            "papers": [
                (
                    replace(paper, ways=ways.get(paper.code, NONE)),
                    form if paper.code == code else named(UploadForm(), paper),
                )
                for paper in papers.values()
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
        if request.headers.get("X-Requested-With") == "XMLHttpRequest":
            # The script looks at the page once all files are there (static/js/upload.js).
            return HttpResponse(status=204)
        return redirect("applications:documents", number)

    form = named(sent_file(request), papers[code])
    return take_file(request, case, code, form, page=page, done=done)


def sent_file(request: HttpRequest) -> UploadForm:
    return UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()


def named(form: UploadForm, paper: casefile.Paper) -> UploadForm:
    """The form of one of several documents on a page, called as the document is."""
    form.auto_id = f"id_{paper.code}_%s"
    field = form.fields["file"]
    field.label = paper.name
    field.help_text = _("Asked for by %(clause)s.") % {"clause": paper.clause}
    return form


def asked_by(request: HttpRequest) -> str:
    """Return which page asked for a document: an act, the last look, or none of them."""
    wanted = str(request.POST.get("for") or request.GET.get("for") or "")
    return wanted if wanted in PAGES or wanted == "check" else ""


def asked_from(case: Application, wanted: str) -> str:
    """Return the page that asked for a file, to which the person goes back."""
    if wanted == "check" and case.state == State.DRAFT:
        return reverse("applications:check", args=[case.number])
    if wanted in PAGES:
        return reverse("applications:act", args=[case.number, wanted])
    return home_of(case)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def document(request: HttpRequest, number: str, code: str) -> HttpResponse:
    case = own_case(request, number)
    papers = {paper.code: paper for paper in casefile.papers(case)}
    if code not in papers:
        raise Missing
    wanted = asked_by(request)
    back_url = asked_from(case, wanted)

    def page(form: BodyForm) -> HttpResponse:
        context = {
            "case": case,
            "paper": replace(papers[code], ways=ways_of(case, person(request)).get(code, NONE)),
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
