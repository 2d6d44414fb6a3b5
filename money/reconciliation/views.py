"""Pages of differences: the supply company's lead explains them (/work/), those who watch read them
(/oversight/)."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import person, role_required
from accounts.roles import OVERSIGHT, Role
from core.form_token import form_token, once, posted
from core.forms import BodyForm, form_of
from core.paging import page_of
from core.problems import Problem
from core.templatetags.city import day, instant, money
from money.payments.workflow import PaymentState, RefundState
from money.reconciliation import queries
from money.reconciliation.actions import explain, must_explain
from money.reconciliation.filters import ListFilter
from money.reconciliation.models import Difference
from money.reconciliation.serializers import DifferenceExplanation
from money.reconciliation.wording import sentence
from money.yuan import yuan_of
from rules.city import city
from workflow.pages import answer_form, winner_words

ExplanationForm = form_of(DifferenceExplanation, rows=4)


def row_of(one: Difference) -> dict[str, Any]:
    """A difference, with its district in words and its amounts in yuan."""
    return {
        "one": one,
        "said": sentence(one.said),
        "district": str(city().district(one.district).name) if one.district else "",
        "theirs": _yuan(one.theirs_fen),
        "ours": _yuan(one.ours_fen),
        "here": _state_here(one),
    }


def _state_here(one: Difference) -> str:
    """How a payment or refund of ours stood when it was compared."""
    if not one.ours_state:
        return ""
    states = RefundState if one.refund else PaymentState
    return str(states(one.ours_state).label)


def _yuan(fen: int | None) -> Decimal | None:
    return None if fen is None else yuan_of(fen)


def facts_of(one: Difference) -> list[dict[str, Any]]:
    """What is known of a difference; how it was found, and how it ended."""
    theirs, ours = _yuan(one.theirs_fen), _yuan(one.ours_fen)
    rows = [
        (_("Day of the bill"), day(one.bill.day)),
        (_("Number"), one.order),
        (_("Number of the refund"), one.refund),
        (_("Number with the provider"), one.transaction),
        (_("With the provider"), money(theirs) if theirs is not None else ""),
        (_("Here"), money(ours) if ours is not None else ""),
        (_("State here"), _state_here(one)),
        (_("What is to be said of the bill"), sentence(one.said)),
        (_("Found on"), instant(one.found_at)),
        (_("State"), one.get_state_display()),
        (_("Ended on"), instant(one.ended_at) if one.ended_at else ""),
        (_("Explanation"), one.words),
    ]
    return [{"key": label, "value": value} for label, value in rows if value]


def _listed(request: HttpRequest, base: str, *roles: Role) -> HttpResponse:
    user = person(request)
    filters = ListFilter(request.GET, queries.seen_by(user, *roles))
    page = page_of(request, filters.qs, order=filters.order)
    context = {
        "base": base,
        "form": filters.form,
        "page": page,
        "rows": [row_of(each) for each in page.rows],
        "explains": Role.SUPPLY_LEAD in roles,
        **queries.standing(),
    }
    return render(request, "reconciliation/list.html", context, status=filters.form.status)


@require_safe
@role_required(Role.SUPPLY_LEAD)
def at_work(request: HttpRequest) -> HttpResponse:
    """Newest first; the open ones where nothing else is asked for."""
    return _listed(request, "reconciliation/_work.html", Role.SUPPLY_LEAD)


@require_safe
@role_required(*OVERSIGHT)
def watched(request: HttpRequest) -> HttpResponse:
    """The same list, read only."""
    return _listed(request, "oversight/narrowed.html", *OVERSIGHT)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.SUPPLY_LEAD)
def explaining(request: HttpRequest, pk: int) -> HttpResponse:
    """One difference, and the form that explains it."""
    user = person(request)
    one = queries.one_for(pk, user)
    must_explain(one, user)
    form = ExplanationForm(posted(request))

    def drawn(form: BodyForm | None, problem: Problem | None = None) -> HttpResponse:
        now = queries.one_for(pk, user)
        context = {"one": now, "facts": facts_of(now), "form": form, "problem": problem}
        status = problem.status if problem else 422 if form and form.errors else 200
        if problem:
            context["winner"] = winner_words(problem)
        context["form_token"] = form_token(request, 0)
        return render(request, "reconciliation/one.html", context, status=status)

    def act() -> None:
        explain(one, form.body(), by=user)

    def done() -> HttpResponse:
        messages.success(request, _("The difference is explained."))
        return redirect("reconciliation:list")

    if one.state != Difference.State.OPEN and request.method != "POST":
        return drawn(None)
    return answer_form(
        form,
        lambda: once(request, form.body(), act),
        page=drawn,
        overtaken=lambda problem: drawn(None, problem),
        done=done,
    )
