"""The applicant's actions, each on a page of its own that says what it does before it is done."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.decorators import person, signed_in
from applications import casefile
from applications.actions import CASES
from applications.documents import add
from applications.forms import UploadForm, form_for
from applications.models import Application
from applications.views.frame import home_of, own_case, refuse
from applications.wording import kind_words, place_words, voltage_words
from applications.workflow import LOW, State
from core.clock import city_now
from core.form_token import form_token
from core.forms import BodyForm
from core.problems import Invalid, Missing, WrongState
from core.templatetags.city import figure
from documents.actions import digest_of
from rules.names import Stage
from workflow.buttons import buttons
from workflow.pages import act_once, answer_form, take

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Page:
    """What the page of an action says.

    Args:
        title: what it is about.
        lead: what happens, and who has the case then.
        button: the verb.
        done: the message afterwards.
        stage: whose documents go with it.
        tone: `warning` for what cannot be taken back.
        facts: rows to read before deciding.
    """

    title: Text
    lead: Text
    button: Text
    done: Text
    stage: Stage | None = None
    tone: str = ""
    facts: Callable[[Application], list[dict[str, Any]]] = field(default=lambda case: [])


def _plan_facts(case: Application) -> list[dict[str, Any]]:
    return [{"key": _("The supply plan"), "lines": case.plan_summary.splitlines()}]


def _contract_facts(case: Application) -> list[dict[str, Any]]:
    """What is signed: the parties, the place, the supply, the limit of what one pays."""
    by_appointment = _("The customer manager brings the contract by appointment.")
    online = _("Electronic: it is signed here.")
    rows = [
        {
            "key": _("Parties to the contract"),
            "value": f"{case.applicant_name} · {_('Supply company')}",
        },
        {"key": _("Case"), "value": case.number},
        {"key": _("Kind"), "value": kind_words(case.kind)},
        {"key": _("Address of the connection"), "value": place_words(case, line=True)},
        {"key": _("Capacity"), "value": f"{figure(case.capacity_kw)} kW"},
        {"key": _("Voltage"), "value": voltage_words(case)},
        {"key": _("Supplies"), "value": str(case.sources)},
        {"key": _("Purpose"), "value": case.get_purpose_display()},
        {"key": _("Cost"), "value": casefile.fee_words(case)},
        {"key": _("How it is signed"), "value": online if case.kind in LOW else by_appointment},
    ]
    return [*rows, *(_plan_facts(case) if case.plan_summary else [])]


PAGES: dict[str, Page] = {
    "supply_supplement": Page(
        gettext_lazy("Add what was missing"),
        gettext_lazy("Upload what was asked for, then hand it in. Nothing more can be asked for."),
        gettext_lazy("Hand in the supplement"),
        gettext_lazy("The supplement is handed in. The supply company has the case again."),
    ),
    "confirm_plan": Page(
        gettext_lazy("Answer the supply plan"),
        gettext_lazy("Agree, and the case goes on; or say what should be different."),
        gettext_lazy("Send the answer"),
        gettext_lazy("Your answer is recorded."),
        facts=_plan_facts,
    ),
    "submit_design": Page(
        gettext_lazy("Hand in the design"),
        gettext_lazy("The supply company reviews it and names every finding at one time."),
        gettext_lazy("Hand in the design"),
        gettext_lazy("The design is handed in. The supply company reviews it."),
        stage=Stage.DESIGN_REVIEW,
    ),
    "request_inspection": Page(
        gettext_lazy("Request the inspection during the works"),
        gettext_lazy("Before anything is covered up, the supply company inspects the works."),
        gettext_lazy("Request the inspection"),
        gettext_lazy("The inspection is requested. The supply company comes to inspect."),
        stage=Stage.MID_CONSTRUCTION_INSPECTION,
    ),
    "report_completion": Page(
        gettext_lazy("Report that the works are complete"),
        gettext_lazy("The supply company then inspects the completed works."),
        gettext_lazy("Report completion"),
        gettext_lazy("Completion is reported. The supply company comes to inspect."),
        stage=Stage.COMPLETION_INSPECTION,
    ),
    "sign_contract": Page(
        gettext_lazy("Sign the supply contract"),
        gettext_lazy("Read what is signed. With your signature the supply company goes on."),
        gettext_lazy("Sign the contract"),
        gettext_lazy("The contract is signed. The supply company has the case."),
        facts=_contract_facts,
    ),
    "rate": Page(
        gettext_lazy("Rate the service"),
        gettext_lazy("Once for each case. Your answer changes nothing for you."),
        gettext_lazy("Send the rating"),
        gettext_lazy("Thank you. Your rating is recorded."),
    ),
    "withdraw": Page(
        gettext_lazy("Withdraw the application"),
        gettext_lazy("The case ends here, and its open permits with it. This cannot be undone."),
        gettext_lazy("Withdraw the application"),
        gettext_lazy("The application is withdrawn."),
        tone="warning",
    ),
}


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def acting(request: HttpRequest, number: str, action: str) -> HttpResponseBase:
    """Say what an action does, ask what it needs, and do it.

    Raises:
        Missing: no such case for this person, or no such action of an applicant.
    """
    page = PAGES.get(action)
    if page is None:
        raise Missing
    case = own_case(request, number)
    if request.method != "POST" and (reason := _why_not(request, case, action)):
        return refuse(request, WrongState(reason), case)
    form = form_for(action)(request.POST if request.method == "POST" else None)

    def done() -> HttpResponse:
        messages.success(request, str(page.done))
        return redirect("applications:case", case.number)

    return answer_form(
        form,
        lambda: take(request, CASES, case, action, form.body()),
        page=lambda form: _page(request, case, action, page, form),
        overtaken=lambda problem: refuse(request, problem, case),
        done=done,
    )


def _why_not(request: HttpRequest, case: Application, action: str) -> str:
    """Why the page of an action is closed now, in the words of its button."""
    found = {button.action: button for button in buttons(CASES, case, person(request))}
    button = found.get(action)
    if button is None:
        return _("Cases of this kind do not have this step.")
    return "" if button.allowed else str(button.reason)


def _page(
    request: HttpRequest,
    case: Application,
    action: str,
    page: Page,
    form: BodyForm,
) -> HttpResponse:
    context: dict[str, Any] = {
        "case": case,
        "action": action,
        "page": page,
        "form": form,
        "form_token": form_token(request, case.version),
        "back_url": home_of(case),
        "facts": page.facts(case),
        "tasks": _tasks(case, action, page),
        "kind": kind_words(case.kind),
        "place": place_words(case, line=True),
        "was_filed": case.filed_at is not None,
        "last_findings": case.findings if page.stage else [],
    }
    context["missing"] = [task for task in context["tasks"] if task.get("tone")]
    status = 422 if form.errors else 200
    return render(request, "applications/acting.html", context, status=status)


def _tasks(case: Application, action: str, page: Page) -> list[dict[str, Any]]:
    """The documents that go with an action, each with the page that takes it."""
    if action == "supply_supplement":
        return _supplement_tasks(case)
    if page.stage is None:
        return []
    rows = casefile.papers(case, case.rules(city_now()))
    return [_task(case, paper, action) for paper in rows if paper.stage == page.stage]


def _supplement_tasks(case: Application) -> list[dict[str, Any]]:
    """What was asked for, why, and whether a file has come since."""
    rows = {paper.code: paper for paper in casefile.papers(case, case.rules(city_now()))}
    found = []
    for item in case.supplement_items:
        paper = rows[item["requirement"]]
        since = [f for f in paper.files if case.held_since and f.uploaded_at >= case.held_since]
        task = _task(case, paper, "supply_supplement", here=bool(since))
        found.append(task | {"hint": item["reason"]})
    return found


def _task(
    case: Application, paper: casefile.Paper, action: str, *, here: bool | None = None
) -> dict[str, Any]:
    done = paper.met if here is None else here
    url = reverse("applications:document", args=[case.number, paper.code]) + f"?for={action}"
    status: Mapping[str, str] = (
        {"status": _("Done")} if done else {"status": _("Still missing"), "tone": "warning"}
    )
    return {"title": paper.name, "url": url, **status}


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def document(request: HttpRequest, number: str, code: str) -> HttpResponseBase:
    """One document of the checklist: what is here for it, and a file more.

    Raises:
        Missing: no such case for this person, or nothing that may be asked for.
    """
    case = own_case(request, number)
    papers = {paper.code: paper for paper in casefile.papers(case, case.rules(city_now()))}
    if code not in papers:
        raise Missing
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        form = UploadForm(request.POST, request.FILES)
        if form.is_valid() and (answer := _uploaded(request, case, code, form)):
            return answer
    context = {
        "case": case,
        "paper": papers[code],
        "form": form,
        "form_token": form_token(request, case.version),
        "takes": casefile.may_add_files(case),
        "back_url": _after(request, case),
        "for_action": _for(request),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "applications/document.html", context, status=status)


def _uploaded(
    request: HttpRequest, case: Application, code: str, form: UploadForm
) -> HttpResponseBase | None:
    upload, by = form.cleaned_data["file"], person(request)

    def step(_version: int) -> None:
        """A file may come in beside any other step: the version does not matter."""
        add(application=case, requirement=code, upload=upload, by=by)

    said = {"requirement": code, "file": digest_of(upload)}
    try:
        act_once(request, CASES, case, said, step)
    except Invalid as refused:
        form.refused(refused)
        return None
    except WrongState as problem:
        return refuse(request, problem, case)
    messages.success(request, _("The file is here."))
    return redirect(_after(request, case))


def _for(request: HttpRequest) -> str:
    wanted = str(request.POST.get("for") or request.GET.get("for") or "")
    return wanted if wanted in PAGES or wanted == "check" else ""


def _after(request: HttpRequest, case: Application) -> str:
    """Back to where the file was asked for."""
    wanted = _for(request)
    if wanted == "check" and case.state == State.DRAFT:
        return reverse("applications:check", args=[case.number])
    if wanted in PAGES:
        return reverse("applications:act", args=[case.number, wanted])
    return home_of(case)
