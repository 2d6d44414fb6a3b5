"""How a page acts on a case: every form of ours comes through here.

A form carries the version of the case that the person saw (`version`) and a key issued with the
page (`idempotency_key`). A second click answers like the first; a form from before somebody
else's step is refused with what that step was.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.decorators import person
from applications.actions import perform
from applications.models import Application
from applications.wording import event_words, role_words
from core import doors
from core.doors import Door
from core.problems import Faster, Missing, Stale
from core.templatetags.city import short_instant
from deadlines.sweep import settle
from ledger.queries import timeline

Act = Callable[[int], None]


def door(request: HttpRequest, case: Application | None = None) -> Door:
    """Return the hidden fields of a form about a case, or of one that begins a case."""
    return doors.door(request, case.version if case else 0)


def act(
    request: HttpRequest, case: Application, action: str, body: Mapping[str, Any] | None = None
) -> Application:
    """Carry out an action of `applications.verbs.VERBS` from a page.

    Args:
        request: the POST; the signed-in person, the version and the key are read from it.
        case: as it was found for the page.
        body: the fields of the action, as the contract has them.

    Returns:
        The case as it stands after the step, or after the first of two equal requests.

    Raises:
        Problem: everything that `actions.perform` refuses. Stale says what was done meanwhile.
    """
    by = person(request)

    def step(version: int) -> None:
        perform(application=case, action=action, by=by, body=body, version=version)

    return once(request, case, {"action": action, "body": dict(body or {})}, step)


def once(request: HttpRequest, case: Application, body: Any, step: Act) -> Application:
    """Carry out any step on a case from a page: settled clocks first, once per key.

    Args:
        request: the POST, with the two hidden fields.
        case: whose clocks are settled first.
        body: what makes the request the same as another one, as JSON values.
        step: does it, given the version that the person saw.

    Returns:
        The case, read again.

    Raises:
        Problem: what `step` refuses; nothing is stored then, and the key stays good.
    """
    settle(case.ref)

    try:
        doors.keyed(request, body, lambda: step(doors.seen_version(request)))
    except Stale as stale:
        raise _with_reason(case.ref) from stale
    except Faster as faster:
        raise _with_words(faster) from faster
    return fresh(case)


def create(request: HttpRequest, body: Any, make: Callable[[], Application]) -> Application:
    """Make a case from a page, once per key: a second click finds the first one's case.

    Args:
        request: the POST, with its key.
        body: what makes the request the same as another one, as JSON values.
        make: writes the case.

    Raises:
        Problem: what `make` refuses.
    """

    number = doors.keyed(request, body, lambda: make().number)
    return Application.objects.get(number=number).workflow()


def fresh(case: Application) -> Application:
    """Return the case as it stands now, with the transitions of its kind."""
    found = Application.objects.filter(pk=case.pk).first()
    if found is None:
        raise Missing
    return found.workflow()


def _with_reason(case_ref: UUID) -> Stale:
    """The refusal of an old form, naming the last step: what, by which role, when."""
    events = timeline(case_ref)
    if not events:
        return Stale()
    last = events[-1]
    text = _("%(what)s, by %(who)s, %(when)s. Look at the case as it stands now and go on from it.")
    values = {
        "what": event_words(last.type, last.to_state),
        "who": role_words(last.role),
        "when": short_instant(last.at),
    }
    return Stale(text % values)


def _with_words(faster: Faster) -> Faster:
    """The refusal of a race, its winner named as people say it."""
    winner = faster.extra["winner"]
    at = short_instant(datetime.fromisoformat(winner["at"]))
    return Faster(faster.detail, winner={"role": role_words(winner["role"]), "at": at})
