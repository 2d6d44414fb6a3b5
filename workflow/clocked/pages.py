"""Their pages: a list, the page of one and the form of a step, for the desk that ends them (/work/)
and the same without steps for those who watch (/oversight/), each under its own address; of
complaints the other way round."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import person, role_required
from accounts.models import User
from accounts.roles import Role
from core.form_token import form_token
from core.forms import BodyForm
from core.paging import page_of
from core.problems import Problem, Text
from workflow.buttons import buttons, choices
from workflow.clocked.filters import ClockedListFilter
from workflow.clocked.lists import Listed
from workflow.pages import refusal, step_page
from workflow.run import Workflow

T = TypeVar("T", bound=Model)


@dataclass(frozen=True, slots=True)
class Side:
    """From where somebody looks: the namespace of the pages, and the page of a case, for those that
    are about one.

    Args:
        frame: the template that the pages stand in.
        lists: whether it has a list; else `shown` says by `list_url` what the page leads back to.
    """

    name: str
    roles: tuple[Role, ...]
    case: str = ""
    frame: str = "workbench.html"
    lists: bool = True


@dataclass(frozen=True, slots=True)
class Pages(Generic[T]):
    """The pages of one sort of them.

    Args:
        templates: the folder with `one.html` and `_head.html`, which says of the form of a step
            what it is about.
        heading: of the list.
        back: what leads from that form back to the page of one.
        at_work: the side of those who take the steps.
        listed: those that somebody has in the list of a side.
        find: one for somebody's eyes; raises Missing.
        rows: some in words, of which the list shows what `shows` says.
        shown: everything about one, seen from a side.
        above: what stands above the list, of all that it is narrowed from.
    """

    templates: str
    heading: Text
    back: Text
    workflow: Workflow[T]
    at_work: Side
    forms: Mapping[str, type[BodyForm]]
    filters: type[ClockedListFilter]
    listed: Callable[[User], QuerySet[T]]
    find: Callable[[int, User], T]
    rows: Callable[[Sequence[T]], Sequence[Any]]
    shows: Listed
    shown: Callable[[T, User, Side], dict[str, Any]]
    above: Callable[[QuerySet[T], User], dict[str, Any]] = lambda _found, _user: {}

    def list_page(self, request: HttpRequest, side: Side) -> HttpResponse:
        filters = self.filters(request.GET, self.listed(person(request)))
        page = page_of(request, filters.qs, order=filters.order)
        rows = self.rows(page.rows)
        context = {
            "heading": self.heading,
            "form": filters.form,
            "page": page,
            "rows": rows,
            "listed": self.shows,
            "lines": self.shows.lines(rows),
            "one": f"{side.name}:one",
            **self.above(filters.queryset, person(request)),
        }
        return render(request, "clocked/list.html", context, status=filters.form.status)

    def one_page(self, request: HttpRequest, pk: int, side: Side) -> HttpResponse:
        return self.drawn(request, self.find(pk, person(request)), side=side)

    def drawn(
        self,
        request: HttpRequest,
        one: T,
        problem: Problem | None = None,
        *,
        side: Side | None = None,
    ) -> HttpResponse:
        """The page of one, with the refusal on top where a step was refused."""
        side, user = side or self.at_work, person(request)
        own = [
            replace(button, url=self.url("step", one.pk, button.action))
            for button in buttons(self.workflow, one, user)
        ]
        context = {
            "frame": side.frame,
            "list_url": reverse(f"{side.name}:list") if side.lists else "",
            **self.shown(one, user, side),
            "choices": choices(self.workflow, one, user, own),
            **refusal(request, self.workflow, one, problem),
        }
        status = problem.status if problem else 200
        return render(request, f"{self.templates}/one.html", context, status=status)

    def step(self, request: HttpRequest, pk: int, action: str) -> HttpResponse:
        """An act: its form, and what becomes of it."""
        one = self.find(pk, person(request))
        return step_page(
            request,
            self.workflow,
            one,
            action,
            self.forms,
            page=lambda form, label: self.form_page(request, one, form, str(label)),
            overtaken=lambda now, problem: self.drawn(request, now, problem),
            onward=self.url("one", one.pk),
        )

    def form_page(self, request: HttpRequest, one: T, form: BodyForm, label: str) -> HttpResponse:
        context = {
            "frame": self.at_work.frame,
            **self.shown(one, person(request), self.at_work),
            "choices": None,
            "tone": "",
            "form": form,
            "label": label,
            "head": f"{self.templates}/_head.html",
            "back_label": self.back,
            "one_url": self.url("one", one.pk),
            "form_token": form_token(request, one.version),  # type: ignore[attr-defined]
        }
        status = 422 if form.errors else 200
        return render(request, "clocked/step.html", context, status=status)

    def urls(self, side: Side) -> list[URLPattern]:
        """The page of one, which every side has, and the list."""
        may = role_required(*side.roles)
        one = path("<int:pk>/", may(require_safe(self.one_page)), {"side": side}, name="one")
        if not side.lists:
            return [one]
        return [path("", may(require_safe(self.list_page)), {"side": side}, name="list"), one]

    def steps(self) -> URLPattern:
        may = role_required(*self.at_work.roles)
        view = require_http_methods(["GET", "HEAD", "POST"])(may(self.step))
        return path("<int:pk>/<slug:action>/", view, name="step")

    def url(self, page: str, *args: Any) -> str:
        return reverse(f"{self.at_work.name}:{page}", args=args)
