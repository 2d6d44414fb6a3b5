from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe
from django_filters import FilterSet

from accounts.decorators import person, role_required
from accounts.roles import EXPLAINERS, ISSUERS, LEADS, SUPERVISORS, Role
from core.bodies import read
from core.counting import Count
from core.form_token import form_key, form_token, fresh_token, once, posted
from core.forms import BodyForm
from core.paging import page_of
from core.problems import Forbidden, Invalid, Missing, Problem
from core.reading import whole_number
from oversight import actions, findings, forms, orders, pages, queries, subjects
from oversight.filters import OwnFindings, OwnOrders, WatchedFindings, WatchedOrders
from oversight.models import Matter, RectificationOrder
from oversight.serializers import OrderIt
from workflow.pages import answer_form, refusal, take
from workflow.run import Workflow

watching = role_required(*SUPERVISORS)
addressed = role_required(*LEADS)


@dataclass(frozen=True, kw_only=True, slots=True)
class Desk:
    """`word` names the page of one behind a namespace, and the folder of its templates.

    `watched` and `own` are the namespaces of either side; `answer` is the step of the addressee.
    """

    workflow: Workflow[Any]
    word: str
    watched: str
    own: str
    watched_title: Any
    own_title: Any
    back_to_one: Any
    send: Any
    watched_filter: type[FilterSet]
    own_filter: type[FilterSet]
    rows: Callable[[Any], Any]
    counts: Callable[[Any], list[tuple[str, Any, Count]]]
    context: Callable[[HttpRequest, Any], dict[str, Any]]
    answer: str
    answered: Any
    answerers: tuple[Role, ...]

    def template(self, name: str) -> str:
        return f"oversight/{self.word}/{name}.html"

    @property
    def head(self) -> str:
        return self.template("_head")

    @property
    def said(self) -> str:
        return self.template("_said")

    @property
    def rest(self) -> str:
        return self.template("_rest")

    @property
    def watched_list(self) -> str:
        return f"{self.watched}:list"

    @property
    def watched_one(self) -> str:
        return f"{self.watched}:{self.word}"

    @property
    def own_list(self) -> str:
        return f"{self.own}:list"

    @property
    def own_one(self) -> str:
        return f"{self.own}:{self.word}"


FINDINGS: Final = Desk(
    workflow=actions.FINDINGS,
    word="signal",
    watched="oversight-signals",
    own="signals",
    watched_title=gettext_lazy("Findings of work outside the system"),
    own_title=gettext_lazy("Findings to explain"),
    back_to_one=gettext_lazy("Back to the finding"),
    send=gettext_lazy("Send our explanation"),
    watched_filter=WatchedFindings,
    own_filter=OwnFindings,
    rows=pages.finding_rows,
    counts=findings.counts,
    context=pages.finding_context,
    answer="explain",
    answered=gettext_lazy("Your explanation is recorded. The regulator reads it now."),
    answerers=EXPLAINERS,
)
ORDERS: Final = Desk(
    workflow=actions.ORDERS,
    word="order",
    watched="oversight-orders",
    own="orders",
    watched_title=gettext_lazy("Orders to put right"),
    own_title=gettext_lazy("Orders to put right"),
    back_to_one=gettext_lazy("Back to the order"),
    send=gettext_lazy("Send our answer"),
    watched_filter=WatchedOrders,
    own_filter=OwnOrders,
    rows=pages.order_rows,
    counts=orders.counts,
    context=pages.order_context,
    answer="answer",
    answered=gettext_lazy("Your answer is recorded. Whoever issued the order reads it now."),
    answerers=LEADS,
)


@require_safe
@watching
def watched_list(request: HttpRequest, desk: Desk) -> HttpResponse:
    user = person(request)
    context = {
        "heading": desk.watched_title,
        "page_name": desk.watched_one,
        "may_issue": user.role_in(*ISSUERS) is not None,
    }
    found = queries.watched_by(desk.workflow.model, user)
    return list_page(request, desk, desk.watched_filter(request.GET, found), context)


@require_safe
@addressed
def own_list(request: HttpRequest, desk: Desk) -> HttpResponse:
    if person(request).role_in(*desk.answerers) is None:
        raise Forbidden
    context = {"heading": desk.own_title, "page_name": desk.own_one, "own": True}
    found = queries.answered_by(desk.workflow.model, person(request))
    return list_page(request, desk, desk.own_filter(request.GET, found), context)


def list_page(
    request: HttpRequest, desk: Desk, filters: FilterSet, context: dict[str, Any]
) -> HttpResponse:
    page = page_of(request, filters.qs, order=filters.order)
    context |= {
        "form": filters.form,
        "page": page,
        "rows": desk.rows(page.rows),
        "counts": desk.counts(filters.queryset),
    }
    return render(request, desk.template("list"), context, status=filters.form.status)


def _one_context(request: HttpRequest, desk: Desk, found: Matter) -> dict[str, Any]:
    return desk.context(request, found) | {"desk": desk, "matter": found}


@require_safe
@watching
def watched_one(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    return _watched_page(request, desk, number)


def _watched_page(
    request: HttpRequest, desk: Desk, number: str, problem: Problem | None = None
) -> HttpResponse:
    user = person(request)
    found = queries.one_of(queries.watched_by(desk.workflow.model, user), number)
    context = _one_context(request, desk, found) | {
        "choices": pages.deciding_choices(desk.workflow, found, user, f"{desk.watched}:step"),
        **refusal(request, desk.workflow, found, problem),
    }
    status = problem.status if problem else 200
    return render(request, "oversight/watched_one.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@addressed
def own_one(request: HttpRequest, desk: Desk, number: str) -> HttpResponse:
    found = queries.one_of(queries.answered_by(desk.workflow.model, person(request)), number)
    sent = posted(request)
    said = () if sent is None else (sent, request.FILES)
    form = forms.FORMS[desk.answer](*said)

    def page(form: BodyForm, problem: Problem | None = None) -> HttpResponse:
        # What is read now is what a second try is about.
        token = fresh_token(found.version) if problem else form_token(request, found.version)
        context = _one_context(request, desk, found) | {
            "form": form,
            "answer_label": desk.workflow.acts(found)[desk.answer].label,
            "may_answer": desk.workflow.why_not(found, desk.answer) is None,
            "form_token": token,
            **refusal(request, desk.workflow, found, problem),
        }
        status = problem.status if problem else 422 if form.errors else 200
        return render(request, "oversight/own_one.html", context, status=status)

    def overtaken(problem: Problem) -> HttpResponse:
        found.refresh_from_db()
        return page(form, problem)

    def done() -> HttpResponse:
        messages.success(request, desk.answered)
        return redirect(desk.own_one, found.number)

    return answer_form(
        form,
        lambda: take(
            request, desk.workflow, found, desk.answer, form.body(), uploads=form.uploads()
        ),
        page=page,
        overtaken=overtaken,
        done=done,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@watching
def step(request: HttpRequest, desk: Desk, number: str, action: str) -> HttpResponse:
    user, workflow = person(request), desk.workflow
    found = queries.one_of(queries.watched_by(workflow.model, user), number)
    said = workflow.acts(found).get(action)
    if said is None or action == desk.answer:
        raise Missing
    if request.method != "POST":
        workflow.role_in(found, said, user)
    form = forms.FORMS[action](posted(request))
    token = form_token(request, found.version)
    issues = (workflow, action) == (actions.FINDINGS, "order")

    def page(form: BodyForm) -> HttpResponse:
        context = _one_context(request, desk, found) | {
            "title": said.label,
            "warning": action == "escalate",
            "issues": issues,
            "form": form,
            "form_token": token,
        }
        status = 422 if form.errors else 200
        return render(request, "oversight/step.html", context, status=status)

    def done() -> HttpResponse:
        messages.success(request, _("Done: %(step)s.") % {"step": said.label})
        return redirect(desk.watched_one, found.number)

    # What cannot be done any more is said by the act itself.
    if issues and workflow.why_not(found, action) is None and request.POST.get("do") != "issue":
        one = reverse(desk.watched_one, args=[found.number])
        frame = {"form_token": token, "back_url": one, "back_label": desk.back_to_one}

        def draft() -> RectificationOrder:
            return actions.order_for(found, read(OrderIt, form.body()))

        return checked(request, form, draft, page=page, frame=frame)
    return answer_form(
        form,
        lambda: take(request, workflow, found, action, form.body()),
        page=page,
        overtaken=lambda problem: _watched_page(request, desk, number, problem),
        done=done,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*ISSUERS)
def new_order(request: HttpRequest) -> HttpResponse:
    """Its form can begin with a case or a permit that the address names; a check page follows."""
    about, sent = None, posted(request)
    if sent is None:
        number, permit = request.GET.get("case", ""), request.GET.get("permit", "")
        try:
            about = subjects.named(person(request), application=number, permit=whole_number(permit))
        except Invalid as problem:
            raise Missing from problem
        initial: dict[str, Any] = {}
        if about:
            new = RectificationOrder(subject_kind=about.kind, subject_ref=about.ref)
            if near := new.part_of(person(request)):
                raise Forbidden(near)
            initial = {
                "district": about.district,
                "application": about.number,
                "permit": about.permit,
            }
        form = forms.NewOrderForm(initial=initial)
    else:
        form = forms.NewOrderForm(sent)

    def page(form: BodyForm) -> HttpResponse:
        context = {"form": form, "about": about, "key": form_key(request)}
        status = 422 if form.errors else 200
        return render(request, "oversight/order/new.html", context, status=status)

    def issued() -> str:
        return actions.issue(form.body(), by=person(request)).number

    if request.POST.get("do") != "issue":
        frame = {
            "key": form_key(request),
            "back_url": reverse(ORDERS.watched_list),
            "back_label": ORDERS.watched_title,
        }

        def draft() -> RectificationOrder:
            return actions.draft_order(form.body(), by=person(request))

        return checked(request, form, draft, page=page, frame=frame)
    if form.is_valid():
        try:
            number = once(request, {"issue": form.body()}, issued)
        except Invalid as problem:
            form.refused(problem)
        else:
            messages.success(request, _("The order is issued and its clock runs."))
            return redirect("oversight-orders:order", number)
    return page(form)


def checked(
    request: HttpRequest,
    form: BodyForm,
    draft: Callable[[], RectificationOrder],
    *,
    page: Callable[[BodyForm], HttpResponse],
    frame: dict[str, Any],
) -> HttpResponse:
    """Show what an order would say, and to whom, before it is issued; nothing is written.

    `page` draws its form: at first, for a change, and with what cannot be issued. `frame` is
    what `order/check.html` asks for besides.
    """
    if request.method != "POST" or request.POST.get("do") == "edit" or not form.is_valid():
        return page(form)
    try:
        new = draft()
    except Invalid as problem:
        form.refused(problem)
        return page(form)
    context = frame | {"form": form, "rows": pages.rows_to_check(new, person(request))}
    return render(request, "oversight/order/check.html", context)
