"""How a page acts on a case: every form of ours comes through here.

A form carries the version of the case that the person saw (`version`) and a key issued with the
page (`idempotency_key`). A second click answers like the first; a form from before somebody
else's step is refused with what that step was.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.decorators import person
from applications.actions import perform
from applications.models import Application
from applications.wording import event_words, role_words
from core import idempotency
from core.api import digest_of
from core.problems import Faster, Missing, Stale
from core.reading import whole_number
from core.templatetags.city import short_instant
from deadlines.doors import settle
from ledger.queries import timeline

VERSION, KEY = "version", "idempotency_key"
Act = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Door:
    """The two hidden fields of a form, as `templates/applications/_door.html` draws them."""

    version: int
    key: str


def door(request: HttpRequest, case: Application | None = None) -> Door:
    """Return the hidden fields of a form about a case.

    A form that comes back refused keeps what it was sent with: nothing was done under its key,
    and the version is still the one that the person has read.
    """
    version = whole_number(str(request.POST.get(VERSION, "")))
    key = str(request.POST.get(KEY, ""))
    seen = (case.version if case else 0) if version is None else version
    return Door(seen, key or uuid4().hex)


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

    def act_and_answer() -> tuple[int, Any]:
        step(_version(request))
        return 200, {}

    try:
        _keyed(request, body, act_and_answer)
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

    def act_and_answer() -> tuple[int, Any]:
        return 201, {"number": make().number}

    answer = _keyed(request, body, act_and_answer)
    return Application.objects.get(number=answer["number"]).workflow()


def fresh(case: Application) -> Application:
    """Return the case as it stands now, with the transitions of its kind."""
    found = Application.objects.filter(pk=case.pk).first()
    if found is None:
        raise Missing
    return found.workflow()


def _version(request: HttpRequest) -> int:
    """The version that the form was made from; a form without one is stale by definition."""
    version = whole_number(str(request.POST.get(VERSION, "")))
    return -1 if version is None else version


def _keyed(request: HttpRequest, body: Any, act_and_answer: Callable[[], tuple[int, Any]]) -> Any:
    """Act once per key and body. The digest is part of the key: a form that is sent again with
    other words is another request, and its version refuses it."""
    digest = digest_of(body)
    key = str(request.POST.get(KEY, ""))[:100] or uuid4().hex
    _status, answer = idempotency.once(
        actor=person(request).pk,
        route=f"POST {request.path}"[:200],
        key=f"{key}:{digest.hex()}",
        digest=digest,
        act=act_and_answer,
    )
    return answer


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
