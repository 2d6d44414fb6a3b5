"""Things of the grid's operation, each with a record of its own: how a workflow treats them, and
their pages at the desk, which are one for all of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from django.contrib import messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import person, role_required
from accounts.models import User
from accounts.roles import COMPANY, SUPERVISORS, Role
from core.filters import PageFilter
from core.form_token import form_token, once, posted
from core.forms import BodyForm, form_of
from core.paging import page_of
from core.problems import Missing, Problem, Text
from workflow.buttons import buttons, choices
from workflow.machine import acts_of
from workflow.pages import answer_form, refusal, step_page, steps_of, steps_table
from workflow.run import Workflow

T = TypeVar("T", bound=Model)
#: Who reads what is at these desks, in the districts of the grant.
READERS = (*COMPANY, *SUPERVISORS)


class OwnRecord(Workflow[T]):
    """Each is a record of its own, and one that is not there yet is as it is said."""

    def ref(self, thing: T) -> tuple[Any, None]:
        return thing.ref, None  # type: ignore[attr-defined]

    def read_anew(self, thing: T) -> T:
        return thing if thing._state.adding else super().read_anew(thing)  # noqa: SLF001 (Django's documented API)


def at_desk(model: type[T], user: User) -> QuerySet[T]:
    """Those of the districts in which somebody works or watches."""
    districts = user.districts(*READERS)
    every = model._default_manager.all()
    return every if districts is None else every.filter(district__in=sorted(districts))


def one_of(found: QuerySet[T], pk: int) -> T:
    """Raises Missing where it is none of these."""
    one = found.filter(pk=pk).first()
    if one is None:
        raise Missing
    return one


@dataclass(frozen=True, slots=True)
class Shown:
    """What a list and the page of one say of a thing."""

    title: str
    tags: Sequence[Mapping[str, str]]
    sentence: str
    facts: Sequence[Mapping[str, Any]] = ()
    number: str = ""
    links: Sequence[Mapping[str, str]] = ()
    #: For `components/data_table.html`.
    tables: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class Words:
    """Of the pages of one kind of thing."""

    title: Text
    one: Text
    new: Text
    nothing: Text
    what: Text
    made: Text


@dataclass(frozen=True, slots=True)
class Pages(Generic[T]):
    """Their list, one of them, the form of a new one and that of a step.

    Args:
        name: namespace of the addresses, which lie under `/work/<name>/`.
        found: what somebody at a desk may see.
        enter: makes one of a body; `makers` may, and only they see its form.
        shown: one in words, in a list; `page_shown` on its own page, where that says more.
        initial: what the form of a new one begins with, and that of a step, by its name.
        beside: what the list's own template shows besides.
        elsewhere: where an act is taken that has an address of its own; empty: not at the desk.
    """

    name: str
    words: Words
    workflow: Workflow[T]
    filters: type[PageFilter]
    order: Callable[[Any], tuple[str, ...]]
    found: Callable[[User], QuerySet[T]]
    shown: Callable[[T], Shown]
    page_shown: Callable[[T], Shown] | None = None
    body: type[Any] | None = None
    enter: Callable[[Mapping[str, Any], User], T] | None = None
    makers: tuple[Role, ...] = ()
    initial: Callable[[HttpRequest, T | None, str], Mapping[str, Any]] = lambda *_: {}
    list_template: str = "reliability/records/list.html"
    beside: Callable[[], Mapping[str, Any]] = dict
    elsewhere: Callable[[T, str], str] = lambda *_: ""

    def listed(self, request: HttpRequest) -> HttpResponse:
        user = person(request)
        filters = self.filters(request.GET, self.found(user))
        page = page_of(request, filters.qs, order=self.order(filters))
        context = {
            "words": self.words,
            "form": filters.form,
            "page": page,
            "rows": [(self._one_url(one), self.shown(one)) for one in page.rows],
            "new_url": self._new_url(user),
            **self.beside(),
        }
        return render(request, self.list_template, context, status=filters.form.status)

    def _new_url(self, user: User) -> str:
        may = self.enter is not None and user.role_in(*self.makers) is not None
        return reverse(f"{self.name}:new") if may else ""

    def _one_url(self, one: T) -> str:
        return reverse(f"{self.name}:one", args=[one.pk])

    def new(self, request: HttpRequest) -> HttpResponse:
        """Once however often the form is sent."""
        user, enter = person(request), self.enter
        assert self.body is not None
        assert enter is not None
        form = form_of(self.body)(posted(request), initial=dict(self.initial(request, None, "new")))
        made: list[int] = []

        def page(form: BodyForm) -> HttpResponse:
            context = {
                "words": self.words,
                "form": form,
                "form_token": form_token(request, 0),
                "label": self.words.new,
                "list_url": reverse(f"{self.name}:list"),
            }
            status = 422 if form.errors else 200
            return render(request, "reliability/records/new.html", context, status=status)

        def act() -> None:
            body = form.body()
            made.append(once(request, body, lambda: enter(body, user).pk))

        def done() -> HttpResponse:
            messages.success(request, str(self.words.made))
            return redirect(f"{self.name}:one", made[0])

        def overtaken(problem: Problem) -> HttpResponse:
            raise problem

        return answer_form(form, act, page=page, overtaken=overtaken, done=done)

    def one(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.page(request, one_of(self.found(person(request)), pk))

    def page(self, request: HttpRequest, one: T, problem: Problem | None = None) -> HttpResponse:
        user = person(request)
        own = [
            replace(button, url=url)
            for button in buttons(self.workflow, one, user)
            if (url := self._step_url(one, button.action))
        ]
        context = {
            **self._head(one),
            "choices": choices(self.workflow, one, user, own),
            "events": steps_table(steps_of(self.workflow, one)),
            **refusal(request, self.workflow, one, problem),
        }
        status = problem.status if problem else 200
        return render(request, "reliability/records/one.html", context, status=status)

    def _step_url(self, one: T, action: str) -> str:
        if acts_of(self.workflow.machine(one))[action].here:
            return reverse(f"{self.name}:step", args=[one.pk, action])
        return self.elsewhere(one, action)

    def _head(self, one: T) -> dict[str, Any]:
        return {
            "words": self.words,
            "shown": (self.page_shown or self.shown)(one),
            "list_url": reverse(f"{self.name}:list"),
            "one_url": self._one_url(one),
        }

    def step(self, request: HttpRequest, pk: int, action: str) -> HttpResponse:
        """An act: its form, and what becomes of it."""
        one = one_of(self.found(person(request)), pk)

        def page(form: BodyForm, label: Text) -> HttpResponse:
            context = {
                **self._head(one),
                "form": form,
                "label": label,
                "form_token": form_token(request, one.version),  # type: ignore[attr-defined]
            }
            status = 422 if form.errors else 200
            return render(request, "reliability/records/step.html", context, status=status)

        def form(said: Any) -> BodyForm:
            body = acts_of(self.workflow.machine(one))[action].body
            return form_of(body)(said, initial=dict(self.initial(request, one, action)))

        return step_page(
            request,
            self.workflow,
            one,
            action,
            {name: form for name, said in self.workflow.acts(one).items() if said.here},
            page=page,
            overtaken=lambda now, problem: self.page(request, now, problem),
            onward=self._one_url(one),
        )

    def urls(self) -> list[URLPattern]:
        reading, sent = role_required(*READERS), require_http_methods(["GET", "HEAD", "POST"])
        found = [
            path("", require_safe(reading(self.listed)), name="list"),
            path("<int:pk>/", require_safe(reading(self.one)), name="one"),
            path("<int:pk>/<slug:action>/", sent(reading(self.step)), name="step"),
        ]
        if self.enter is not None:
            found.insert(1, path("new/", sent(role_required(*self.makers)(self.new)), name="new"))
        return found
