"""How a person takes an act from a page: one form view, one answer to whoever came second."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.contrib import messages
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts.decorators import person
from accounts.roles import role_words
from core.events import words_of
from core.form_token import Filled, once, posted, seen_version
from core.forms import BodyForm
from core.problems import Forbidden, Invalid, Missing, Problem, Stale, Text, WrongState
from core.templatetags.city import instant, short_instant
from deadlines.sweep import settle
from documents.actions import digest_of
from ledger.queries import Event, timeline
from workflow.machine import events_of
from workflow.run import Uploads, Workflow

T = TypeVar("T", bound=models.Model)
#: Refusals after which the person looks at the thing as it stands now.
OVERTAKEN = (Stale, WrongState, Forbidden)


def take(
    request: HttpRequest,
    workflow: Workflow[T],
    thing: T,
    name: str,
    body: Mapping[str, Any] | None = None,
    *,
    uploads: Uploads = (),
) -> None:
    """Take an act from a page: once per form and words, never on what the person has not seen.

    Raises:
        Problem: everything that `Workflow.perform` refuses; the form's key stays good then.
    """
    by = person(request)
    # A file that no field of the form took is still one that came.
    uploads = uploads or [one for _name, sent in request.FILES.lists() for one in sent]

    def act(version: int) -> None:
        workflow.perform(thing, name, by=by, body=body, uploads=uploads, version=version)

    workflow.make_ready(thing, name)
    said = {"act": name, "body": dict(body or {}), "files": [digest_of(each) for each in uploads]}
    act_once(request, workflow, thing, said, act)


def act_once(
    request: HttpRequest,
    workflow: Workflow[T],
    thing: T,
    said: Any,
    act: Callable[[int], None],
) -> None:
    """Do something about a thing, once per form; what is late is recorded first.

    Args:
        said: what makes the request the same as another one, as JSON values.
        act: does it, given the version that the person saw; when it refuses, the key stays good.
    """
    settle(workflow.ref(thing)[0])
    once(request, said, lambda: act(seen_version(request)))


def answer_form(
    form: BodyForm,
    take: Callable[[], object],
    *,
    page: Callable[[BodyForm], HttpResponse],
    overtaken: Callable[[Problem], HttpResponse],
    done: Callable[[], HttpResponse],
) -> HttpResponse:
    """Draw a form, or act on a valid one; `overtaken` answers who came too late, or may not."""
    if isinstance(form.data, Filled) or not (form.is_bound and form.is_valid()):
        return page(form)
    try:
        take()
    except Invalid as problem:
        form.refused(problem)
        return page(form)
    except OVERTAKEN as problem:
        problem.typed = form.typed()
        return overtaken(problem)
    return done()


def step_page(
    request: HttpRequest,
    workflow: Workflow[T],
    thing: T,
    action: str,
    forms: Mapping[str, Callable[[Any], BodyForm]],
    *,
    page: Callable[[BodyForm, Text], HttpResponse],
    overtaken: Callable[[T, Problem], HttpResponse],
    onward: str,
) -> HttpResponse:
    """The page of one act of a thing: its form, and what becomes of it.

    Args:
        page: draws the form, given the act's label.
        overtaken: draws the thing as it is now, with the refusal on top.
        onward: the address of the thing.

    Raises:
        Missing: there is no such act. Forbidden: it is not this person's.
    """
    said = workflow.acts(thing).get(action)
    if said is None:
        raise Missing
    if request.method != "POST":
        workflow.role_in(thing, said, person(request))
    form = forms[action](posted(request))

    def done() -> HttpResponse:
        messages.success(request, _("Done: %(step)s.") % {"step": said.label})
        return redirect(onward)

    return answer_form(
        form,
        lambda: take(request, workflow, thing, action, form.body()),
        page=lambda form: page(form, said.label),
        overtaken=lambda problem: overtaken(workflow.read_anew(thing), problem),
        done=done,
    )


def refusal(
    request: HttpRequest, workflow: Workflow[T], thing: T, problem: Problem | None
) -> dict[str, Any]:
    """What `components/refused.html` draws; only who sent a form has missed steps since."""
    if problem is None:
        return {"problem": None}
    sent = request.method == "POST"
    unseen = steps_since(workflow, thing, seen_version(request)) if sent else []
    changed = [step_words(step) for step in unseen]
    return {"problem": problem, "winner": winner_words(problem), "changed": changed}


def winner_words(problem: Problem) -> str:
    """Who was faster, and when; empty where nobody was."""
    winner = problem.extra.get("winner")
    if not winner:
        return ""
    at = short_instant(datetime.fromisoformat(winner["at"]))
    return _("It was: {who}, {when}.").format(who=role_words(winner["role"]), when=at)


def steps_of(workflow: Workflow[T], thing: T) -> list[Event]:
    """Return the thing's own entries of the record, oldest first."""
    case_ref, part = workflow.ref(thing)
    return [event for event in timeline(case_ref) if event.part == part]


def steps_since(workflow: Workflow[T], thing: T, version: int) -> list[Event]:
    """Those that a person with an older version has not seen: one for each version since."""
    moves = events_of(workflow.machine(thing))
    steps = [event for event in steps_of(workflow, thing) if event.type in moves]
    grown = thing.version - max(version, 0)  # type: ignore[attr-defined]
    return steps[-grown:] if grown > 0 else []


def steps_table(steps: Iterable[Event]) -> dict[str, Any]:
    """For `components/data_table.html`."""
    return {
        "caption": _("Every step, from the record"),
        "columns": [{"label": _("At what time")}, {"label": _("What")}, {"label": _("Who")}],
        "rows": [[instant(step.at), words_of(step.type), role_words(step.role)] for step in steps],
        "stack": True,
    }


def step_words(step: Event) -> str:
    return _("%(what)s, by %(who)s, %(when)s") % {
        "what": words_of(step.type, step.to_state),
        "who": role_words(step.role),
        "when": short_instant(step.at),
    }
