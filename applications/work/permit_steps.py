"""One permit as the supply company sees it: its clocks explained, and what is ours to do."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.decorators import person
from applications.work.permits import OURS, TONES
from applications.work.views import desk
from approvals.actions import PERMITS
from approvals.answers import permit_json
from approvals.custody import custody_of
from approvals.models import Permit
from approvals.pages import explained
from approvals.queries import clocks_by_part, permit_for
from approvals.wording import ROUTES, bureau_name, permit_name
from approvals.workflow import State
from core.clock import city_now
from core.form_token import fresh_token, seen_version
from core.problems import Missing, Problem
from core.templatetags.city import due_day, instant, working_days
from workflow.buttons import buttons
from workflow.pages import OVERTAKEN, refusal, steps_of, take


@require_http_methods(["GET", "HEAD", "POST"])
@desk
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """One permit; a POST commits to it, or hands in what the bureau asked for."""
    permit = permit_for(person(request), pk)
    if request.method != "POST":
        return _draw(request, permit)
    action = request.POST.get("action", "")
    if action not in OURS:
        raise Missing
    return _take(request, permit, action)


def _take(request: HttpRequest, permit: Permit, action: str) -> HttpResponse:
    try:
        take(request, PERMITS, permit, action)
    except OVERTAKEN as problem:
        return _draw(request, permit_for(person(request), permit.pk), problem)
    messages.success(request, _("Done: {step}.").format(step=permit_name(permit.permit)))
    return redirect("work:case", permit.line_works.application)


def _draw(request: HttpRequest, permit: Permit, problem: Problem | None = None) -> HttpResponse:
    user = person(request)
    context = permit_context(permit) | {
        "steps": [each for each in buttons(PERMITS, permit, user) if each.action in OURS],
        "form_token": fresh_token(permit.version),
        **refusal(PERMITS, permit, problem, seen_version(request) if problem else None),
    }
    return render(request, "work/permit.html", context, status=problem.status if problem else 200)


def permit_context(permit: Permit) -> dict[str, Any]:
    """Return what everybody who may open the page of a permit reads there."""
    now = city_now()
    clocks = clocks_by_part([permit.ref])
    answer = permit_json(permit, clocks, now)
    return {
        "permit": permit,
        "number": permit.line_works.application,
        "answer": answer,
        "name": permit_name(permit.permit),
        "state": permit.get_state_display(),
        "tone": TONES.get(State(permit.state), "primary"),
        "rows": [row for row in _rows(permit, answer) if row.get("value") or row.get("lines")],
        "timeline": custody_of(permit, steps_of(PERMITS, permit), now),
        "clocks": explained(clocks, now),
    }


def _rows(permit: Permit, answer: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield what is known of a permit; empty ones are left out by the caller."""
    limit = _("none") if permit.limit_days is None else working_days(permit.limit_days)
    yield {"key": _("Bureau"), "value": bureau_name(permit.bureau)}
    yield {"key": _("Route"), "value": f"{ROUTES[permit.route]} ({answer['clause']})"}
    yield {"key": _("Limit"), "value": limit if permit.limit_days != 0 else _("the same day")}
    yield {"key": _("Received at"), "value": instant(permit.received_at)}
    yield {"key": _("To accept or ask until"), "value": due_day(answer["intake_due_at"])}
    yield {"key": _("Asked for by the bureau"), "lines": permit.supplement_items}
    yield {"key": _("Accepted at"), "value": instant(permit.accepted_at)}
    yield {"key": _("To decide until"), "value": due_day(answer["due_at"])}
    yield {"key": _("Decided at"), "value": instant(permit.decided_at)}
    yield {"key": _("Conditions"), "value": permit.conditions}
    yield {"key": _("Reason of the refusal"), "value": permit.reason}
    yield {"key": _("Clause of the refusal"), "value": permit.refusal_clause}
