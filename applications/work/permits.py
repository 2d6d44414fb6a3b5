"""One permit as the supply company sees it: its clocks explained, and what is ours to do."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.decorators import person, role_required
from accounts.roles import SUPPLY_DESK
from applications.permits import DESK_TONES, OURS, our_buttons
from approvals.actions import PERMITS
from approvals.answers import clause_of, times
from approvals.models import Permit
from approvals.pages import decision_rows, known_rows, limit_words, permit_head
from approvals.queries import clocks_by_part, permit_for
from approvals.wording import ROUTES, permit_name
from core.clock import city_now
from core.form_token import fresh_token
from core.problems import Missing
from core.templatetags.city import due_day, instant
from workflow.buttons import choices
from workflow.pages import OVERTAKEN, refusal, steps_of, take


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*SUPPLY_DESK)
def page(request: HttpRequest, pk: int) -> HttpResponse:
    user = person(request)
    permit, problem = permit_for(user, pk), None
    if request.method == "POST":
        action = request.POST.get("action", "")
        if action not in OURS:
            raise Missing
        try:
            take(request, PERMITS, permit, action)
        except OVERTAKEN as overtaken:
            permit, problem = permit_for(user, pk), overtaken
        else:
            done = _("Done: {step}.").format(step=permit_name(permit.permit))
            messages.success(request, done)
            return redirect("work:case", permit.line_works.application)
    context = permit_context(permit) | {
        "choices": choices(PERMITS, permit, user, our_buttons(permit, user)),
        "form_token": fresh_token(permit.version),
        **refusal(request, PERMITS, permit, problem),
    }
    return render(request, "work/permit.html", context, status=problem.status if problem else 200)


def permit_context(permit: Permit) -> dict[str, Any]:
    """Return what everybody who may open the page of a permit reads there."""
    now, clocks = city_now(), clocks_by_part([permit.ref])
    known = times(permit, clocks, now)
    head = permit_head(permit, steps_of(PERMITS, permit), clocks, now)
    same_day = permit.limit_days == 0
    return {
        **head,
        "late": known.late,
        "state": permit.get_state_display(),
        "tone": DESK_TONES.get(permit.state, "primary"),
        "rows": known_rows(
            {"key": _("Bureau"), "value": head["bureau"]},
            {"key": _("Route"), "value": f"{ROUTES[permit.route]} ({clause_of(permit.clause)})"},
            {"key": _("Limit"), "value": _("the same day") if same_day else limit_words(permit)},
            {"key": _("Received at"), "value": instant(permit.received_at)},
            {"key": _("To accept or ask until"), "value": due_day(known.intake_due_at)},
            {"key": _("Asked for by the bureau"), "lines": permit.supplement_items},
            {"key": _("Accepted at"), "value": instant(permit.accepted_at)},
            {"key": _("To decide until"), "value": due_day(known.due_at)},
            {"key": _("Decided at"), "value": instant(permit.decided_at)},
            *decision_rows(permit),
        ),
    }
