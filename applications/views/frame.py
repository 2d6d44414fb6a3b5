"""What the applicant's pages share: finding the case, and answering a refusal."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.decorators import person
from accounts.models import User
from applications.actions import CASES
from applications.models import Application
from applications.permissions import counter_role
from applications.queries import case_for
from applications.workflow import State, as_applicant
from core.form_token import seen_version
from core.problems import Missing, Problem
from workflow.pages import refusal


def channel_of(user: User) -> str:
    """Return how a person files: a clerk files for others, at a counter."""
    counter = counter_role(user) is not None
    return Application.Channel.COUNTER.value if counter else Application.Channel.ONLINE.value


def own_case(request: HttpRequest, number: str) -> Application:
    """Return a case for the applicant's side of it.

    Raises:
        Missing: there is none, or this person is not on that side.
    """
    user = person(request)
    case = case_for(number, user)
    if as_applicant(case, user) is None:
        raise Missing
    return case


def home_of(case: Application) -> str:
    """Return the address of the page that a case is worked on from."""
    if case.state == State.DRAFT:
        return reverse("applications:draft", args=[case.number])
    return reverse("applications:case", args=[case.number])


def refuse(request: HttpRequest, problem: Problem, case: Application) -> HttpResponse:
    """Answer a refusal with a page that leads back to the case as it stands now."""
    seen = seen_version(request) if request.method == "POST" else None
    context = {
        **refusal(CASES, CASES.read_anew(case), problem, seen),
        "next_url": home_of(case),
        "next_label": _("Look at the case as it stands now"),
    }
    return render(request, "problem.html", context, status=problem.status)
