"""One permit as the supply company sees it: its clocks explained, and what is ours to do."""

from collections.abc import Iterable
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.decorators import person, role_required
from accounts.models import User
from accounts.roles import SUPPLY_DESK
from applications.permits import DESK_TONES, OURS, our_buttons
from approvals.actions import PERMITS
from approvals.answers import clause_of, time_left, times
from approvals.commitments.pages import commitment_context
from approvals.exclusions import exclusions
from approvals.forms import CommitmentForm
from approvals.models import Permit
from approvals.opinions.reading import opinions_words
from approvals.pages import (
    decision_rows,
    known_rows,
    limit_words,
    missing_words,
    permit_head,
    sentence,
)
from approvals.papers.queries import paper_of
from approvals.queries import clocks_by_part, permit_for
from approvals.supplement.reading import Side, side_by_side
from approvals.views import done_with
from approvals.wording import ROUTES
from approvals.workflow import TURN, State
from core.bodies import Empty
from core.clock import city_now
from core.form_token import fresh_token
from core.forms import BodyForm, form_of
from core.problems import Missing, Problem
from core.templatetags.city import due_day, instant
from workflow.buttons import choices
from workflow.machine import state_words
from workflow.pages import answer_form, refusal, steps_of, take

#: What is typed with each act: who is responsible for a commitment. What a bureau asked for is
#: answered item by item, each on a page of its own.
FORM_OF: Final[dict[str, type[BodyForm]]] = {
    "commit": CommitmentForm,
    "supply_supplement": form_of(Empty),
}


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*SUPPLY_DESK)
def page(request: HttpRequest, pk: int) -> HttpResponse:
    user = person(request)
    permit = permit_for(user, pk)

    def page(form: BodyForm, problem: Problem | None = None) -> HttpResponse:
        now = permit_for(user, pk)
        context = permit_context(now, user) | {
            "signing": commitment_context(now, user, city_now()),
            "choices": choices(PERMITS, now, user, our_buttons(now, user)),
            "form": form,
            "form_token": fresh_token(now.version),
            **refusal(request, PERMITS, now, problem),
        }
        status = problem.status if problem else 422 if form.errors else 200
        return render(request, "work/permit.html", context, status=status)

    def done() -> HttpResponse:
        done_with(request, permit, action)
        return redirect("work:case", permit.line_works.application)

    if request.method != "POST":
        return page(empty_form(permit))
    action = request.POST.get("action", "")
    if action not in OURS:
        raise Missing
    form = FORM_OF[action](request.POST)
    return answer_form(
        form,
        lambda: take(request, PERMITS, permit, action, form.body()),
        page=page,
        overtaken=lambda problem: page(empty_form(permit_for(user, pk)), problem),
        done=done,
    )


def empty_form(permit: Permit) -> BodyForm:
    """Of the act that is the company's now, if any."""
    commits = permit.state == State.AWAITING_COMMITMENT
    return FORM_OF["commit" if commits else "supply_supplement"]()


def permit_context(permit: Permit, user: User) -> dict[str, Any]:
    """Return what everybody who may open the page of a permit reads there."""
    now, clocks = city_now(), clocks_by_part([permit.ref])
    known = times(permit, clocks, now)
    head = permit_head(permit, steps_of(PERMITS, permit), clocks, now)
    same_day, sides = permit.limit_days == 0, side_by_side(permit, user)
    return {
        **head,
        "late": known.late,
        "state": state_words(permit),
        "sentence": sentence(permit, time_left(permit, clocks, now), user),
        "awaited": TURN[State(permit.state)],
        "tone": DESK_TONES.get(permit.state, "primary"),
        "paper": paper_of(permit),
        "sides": sides,
        "excluded": exclusions(permit, now),
        "opinions": opinions_words(permit, user, now),
        "items": tasks_of(permit, sides),
        "unanswered": sum(not side.is_answered for side in sides if side.supplied_at is None),
        "rows": known_rows(
            {"key": _("Bureau"), "value": head["bureau"]},
            {"key": _("Route"), "value": f"{ROUTES[permit.route]} ({clause_of(permit.clause)})"},
            {"key": _("Limit"), "value": _("the same day") if same_day else limit_words(permit)},
            {"key": _("Received at"), "value": instant(permit.received_at)},
            {"key": _("To accept or ask until"), "value": due_day(known.intake_due_at)},
            {"key": _("Asked for by the bureau"), "lines": missing_words(permit)},
            {"key": _("Accepted at"), "value": instant(permit.accepted_at)},
            {"key": _("To decide until"), "value": due_day(known.due_at)},
            {"key": _("Decided at"), "value": instant(permit.decided_at)},
            *decision_rows(permit),
        ),
    }


def tasks_of(permit: Permit, sides: Iterable[Side]) -> list[dict[str, str]]:
    """The items that wait for an answer, as `components/task_list.html` draws them."""
    return [
        {
            "title": side.asked,
            "url": reverse("work:supplement-item", args=[permit.pk, side.number]),
            "status": _("Answered") if side.is_answered else _("Not answered yet"),
            "tone": "" if side.is_answered else "warning",
        }
        for side in sides
        if side.supplied_at is None
    ]
