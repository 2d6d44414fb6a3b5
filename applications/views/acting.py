"""The applicant's actions, each on a page of its own that says what it does before it is done."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.decorators import person, signed_in
from applications import casefile
from applications.actions import CASES
from applications.checklist import STAGES, wanted
from applications.contracts.queries import phone_of
from applications.contracts.text import (
    contract_text,
    is_electronic,
    name_in,
    reading,
)
from applications.counter.views import phone_for_code, send_for, take_confirmed, with_code
from applications.forms import UploadForm, form_for
from applications.inspections.reading import inspections_context
from applications.models import Application
from applications.plans.forms import PlanAnswerForm
from applications.plans.reading import asked_words, plans_in_words
from applications.serializers import ACCEPTANCE, END
from applications.states import LOW, State
from applications.views.account import home_of, own_case, refuse
from applications.wording import kind_words, place_words
from core.clock import city_now
from core.fields import text_digest
from core.form_token import form_token, posted
from core.forms import BodyForm, most_megabytes
from core.problems import Missing, Text, WrongState
from rules.city import city
from workflow.buttons import buttons
from workflow.pages import answer_form, take


@dataclass(frozen=True, slots=True)
class Page:
    """What the page of an action says; `tone` is `warning` for what cannot be taken back."""

    title: Text
    lead: Text
    button: Text
    done: Text
    tone: str = ""
    facts: Callable[[Application], casefile.Rows] = field(default=lambda case: [])


def plan_facts(case: Application) -> casefile.Rows:
    return [{"key": _("The supply plan"), "lines": case.plan_summary.splitlines()}]


def prolongation_facts(case: Application) -> casefile.Rows:
    return [
        {"key": _("What the supply company asks"), "value": asked_words(case)},
        *plan_facts(case),
    ]


def contract_facts(case: Application) -> casefile.Rows:
    """Of a contract that the customer manager brings; at low voltage its text says all of it."""
    if case.kind in LOW:
        return []
    by_appointment = _("The customer manager brings the contract by appointment.")
    rows: casefile.Rows = [
        {"key": _("Parties to the contract"), "lines": [name_in(case), str(city().supplier)]},
        {"key": _("Case"), "value": case.number},
        {"key": _("Kind"), "value": kind_words(case.kind)},
        {"key": _("Address of the connection"), "value": place_words(case, line=True)},
        *casefile.what_rows(case),
        {"key": _("Cost"), "value": casefile.fee_words(case.kind)},
        {"key": _("How it is signed"), "value": by_appointment},
    ]
    return [*rows, *(plan_facts(case) if case.plan_summary else [])]


SIGNED_FIRST = gettext_lazy("The step is the customer's: it can be taken once this is here")

PAGES: dict[str, Page] = {
    "supply_supplement": Page(
        gettext_lazy("Add what was missing"),
        gettext_lazy("Upload what was asked for, then hand it in. Nothing more can be asked for."),
        gettext_lazy("Hand in the supplement"),
        gettext_lazy("The supplement is handed in. The supply company has the case again."),
    ),
    "confirm_plan": Page(
        gettext_lazy("Answer the supply plan"),
        gettext_lazy(
            "Agree, and the case goes on by this plan. Or say what should be different, in a line "
            "or in all of it: the supply company answers each line with its next plan."
        ),
        gettext_lazy("Send the answer"),
        gettext_lazy("Your answer is recorded."),
    ),
    "answer_prolongation": Page(
        gettext_lazy("Shall the supply plan hold longer?"),
        gettext_lazy("With your yes it holds longer; with a no it stays as it is."),
        gettext_lazy("Send the answer"),
        gettext_lazy("Your answer is recorded."),
        facts=prolongation_facts,
    ),
    "submit_design": Page(
        gettext_lazy("Hand in the design"),
        gettext_lazy("The supply company reviews it and names every finding at one time."),
        gettext_lazy("Hand in the design"),
        gettext_lazy("The design is handed in. The supply company reviews it."),
    ),
    "request_inspection": Page(
        gettext_lazy("Request the inspection during the works"),
        gettext_lazy("Before anything is covered up, the supply company inspects the works."),
        gettext_lazy("Request the inspection"),
        gettext_lazy("The inspection is requested. The supply company comes to inspect."),
    ),
    "report_completion": Page(
        gettext_lazy("Report that the works are complete"),
        gettext_lazy("The supply company then inspects the completed works."),
        gettext_lazy("Report completion"),
        gettext_lazy("Completion is reported. The supply company comes to inspect."),
    ),
    "sign_contract": Page(
        gettext_lazy("Sign the supply contract"),
        gettext_lazy("Read what is signed. With your signature the supply company goes on."),
        gettext_lazy("Sign the contract"),
        gettext_lazy("The contract is signed. The supply company has the case."),
        facts=contract_facts,
    ),
    "rate": Page(
        gettext_lazy("Rate the service"),
        gettext_lazy(
            "Once for how the application was accepted, and once when the power is on. Your "
            "answer changes nothing for you."
        ),
        gettext_lazy("Send the rating"),
        gettext_lazy("Thank you. Your rating is recorded."),
    ),
    "take_back_correction": Page(
        gettext_lazy("Take back the correction of name and number"),
        gettext_lazy("Nothing of the case changes. You can propose it again."),
        gettext_lazy("Take the correction back"),
        gettext_lazy("The correction is taken back."),
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
def acting(request: HttpRequest, number: str, action: str) -> HttpResponse:
    said = PAGES.get(action)
    if said is None:
        raise Missing
    case = own_case(request, number)
    if request.method != "POST":
        found = (each for each in buttons(CASES, case, person(request)) if each.action == action)
        button = next(found, None)
        reason = button.reason if button else _("Cases of this kind do not have this step.")
        if reason:
            return refuse(request, WrongState(reason), case)

    text, counter = text_to_sign(case, action), action in case.signed_for()

    def page(form: BodyForm) -> HttpResponse:
        papers, signs = tasks(case, action), action in case.signed_for()
        context = {
            "case": case,
            "action": action,
            "page": said,
            "form": form,
            "form_token": form_token(request, case.version),
            "back_url": home_of(case),
            "facts": said.facts(case),
            "plans": plans_in_words(case) if action == "confirm_plan" else None,
            "contract": text and reading(text),
            "phone": phone_of(case, person(request).party_id) if text else None,
            "tasks": papers,
            "megabytes": most_megabytes(),
            "missing": [task for task in papers if not (task["paper"].met or signs)],
            "code_phone": phone_for_code(case, action),
            "kind": kind_words(case.kind),
            "place": place_words(case, line=True),
            "was_filed": case.filed_at is not None,
            **(inspections_context(case, casefile.papers(case)) if action in STAGES else {}),
        }
        status = 422 if form.errors else 200
        return render(request, "applications/acting.html", context, status=status)

    def done() -> HttpResponse:
        messages.success(request, str(said.done))
        return redirect("applications:case", case.number)

    # A signature says of which text it is.
    shown = {"text": text_digest(text)} if text and is_electronic(case) else {}
    form = (
        PlanAnswerForm(case, posted(request))
        if action == "confirm_plan"
        else form_for(action)(posted(request), initial=shown)
    )
    if counter and phone_for_code(case, action):
        with_code(form)
        if request.POST.get("do") == "code":
            return send_for(request, case, action, form, page)
    return answer_form(
        form,
        lambda: (
            take_confirmed(request, case, action, form)
            if counter
            else take(request, CASES, case, action, said_now(case, action, form))
        ),
        page=page,
        overtaken=lambda problem: refuse(request, problem, case),
        done=done,
    )


def text_to_sign(case: Application, action: str) -> str:
    """The text of the contract that the page is about; empty for every other page."""
    return contract_text(case) if action == "sign_contract" and case.kind in LOW else ""


def said_now(case: Application, action: str, form: BodyForm) -> dict[str, Any]:
    """What a form says; a rating is of what there is: the acceptance, or in the end all of it."""
    if action != "rate":
        return form.body()
    return form.body() | {"stage": END if case.state == State.ENERGISED else ACCEPTANCE}


def tasks(case: Application, action: str) -> list[dict[str, Any]]:
    """Return the documents that an act cannot do without, each with the form that takes it in."""
    policy = case.rules(city_now())
    needed = {need.code for need in wanted(case, policy, action)}
    reasons = {}
    if action == "supply_supplement":
        reasons = {item["requirement"]: item["reason"] for item in case.supplement_items}
    elif signed := case.signed_for().get(action):
        reasons = {signed.code: str(SIGNED_FIRST)}
    return [
        {
            "paper": paper,
            "url": reverse("applications:document", args=[case.number, paper.code]),
            "form": UploadForm().named(paper, reasons.get(paper.code, "")),
        }
        for paper in (casefile.papers(case) if needed else [])
        if paper.code in needed
    ]
