"""Cases in a state of your choice, brought there by the real actions of the real people."""

import itertools
import os
from collections.abc import Callable, Mapping
from typing import Any

from accounts.models import User
from applications import drafts
from applications.actions import CASES
from applications.begun import as_cases
from applications.inspections.forms import inspection_form
from applications.models import WORKFLOWS, Application, Draft
from applications.packages import actions as packages
from applications.states import State
from approvals.actions import PERMITS
from approvals.models import Permit
from approvals.workflow import DECIDED
from approvals.workflow import State as PermitState
from rules.names import Kind
from tests.people import open_demonstration
from tools import scenarios
from tools.acts import hand_in as hand_in  # noqa: PLC0414 (for tests, too)
from tools.acts import pdf as pdf  # noqa: PLC0414
from tools.scenarios import (
    BODIES,
    BY_APPLICANT,
    FOUR_REVIEWS,
    KINDS,
    LINE_WORKS,
    NO_WORKS,
    PERMIT_BODIES,
    WAYS,
    decision,
    manager_for,
)
from workflow.machine import arrows
from workflow.run import Uploads

People = Mapping[str, User]
Ready = Callable[[Kind, State], Application]

_addresses = itertools.count(1)


def perform(
    *,
    application: Application,
    action: str,
    by: User,
    body: Any = None,
    version: int | None = None,
    uploads: Uploads = (),
) -> Application:
    """One act of a case, as pages and programs take it."""
    return CASES.perform(application, action, by=by, body=body, version=version, uploads=uploads)


def permit_step(
    *, permit: Permit, action: str, by: User, body: Any = None, version: int | None = None
) -> Permit:
    """One act of a permit, as pages and programs take it."""
    return PERMITS.perform(permit, action, by=by, body=body, version=version)


def states_of(kind: Kind) -> set[str]:
    """The states that cases of a kind can come to, from a draft onwards, by acts alone; to be
    closed takes days (tests/applications/waiting.py)."""
    found = arrows(WORKFLOWS[kind], State.DRAFT)
    reached = {arrow.source for arrow in found} | {arrow.target for arrow in found}
    return reached - {State.CLOSED.value}


def fresh_address() -> str:
    """An address that no other test case has, those of a scene built by another worker included."""
    return f"解放路{os.getpid()}-{next(_addresses)}号"


def declaration(kind: Kind, **changes: Any) -> dict[str, Any]:
    """The body of an application of a kind, at a fresh address."""
    return scenarios.declaration(kind, fresh_address()) | changes


def drafted(people: People, kind: Kind, **changes: Any) -> Application:
    """A draft, its documents of the application stage handed in."""
    who = people[KINDS[kind][0]]
    case = drafts.draft(body=declaration(kind, **changes), by=who)
    hand_in(case, "submit")
    return case


def filed(people: People, kind: Kind, **changes: Any) -> Application:
    """A case that was just submitted."""
    return do(people, drafted(people, kind, **changes), "submit")


def do(people: People, case: Application, action: str, **body: Any) -> Application:
    """One action by the person whose it is, with the papers it needs and a body that serves."""
    who = case.filed_by.user if action in BY_APPLICANT else people[manager_for(case.kind, action)]
    if action in BY_APPLICANT - {"submit"}:
        hand_in(case, action)
    return perform(application=case, action=action, by=who, body=body or BODIES.get(action, {}))


def post_works(people: People, case: Application, works: dict[str, Any]) -> Application:
    """Post the line works of a case; `voltage` is added."""
    body = works if works.get("none") else works | {"voltage": case.voltage}
    by = people[manager_for(case.kind, "post_line_works")]
    perform(application=case, action="post_line_works", by=by, body=body)
    return again(case)


def packed(people: People, case: Application, **changes: Any) -> str:
    """Prepare a whole package of a line; return what names it where it is sent."""
    by = people[manager_for(case.kind, "post_line_works")]
    packages.save(application=case, body=scenarios.PACKAGE | changes, by=by)
    for code in scenarios.ATTACHED:
        packages.attach(application=case, requirement=code, upload=pdf("图纸.pdf"), by=by)
    return packages.shown(again(case)).package.digest()


def all_in_order(case: Application, action: str) -> dict[str, str]:
    """What an inspector fills in on the page of an act who finds everything in order."""
    fields = inspection_form(case, action, None).fields
    return {name: "met" for name in fields if name.startswith("said_")}


def again(case: Application) -> Application:
    """The case, or what is begun, as it stands now."""
    return CASES.read_anew(case)


#: States that lie beside the straight way, and how each is reached.
ASIDE: dict[State, tuple[State, str, dict[str, Any]]] = {
    State.SUPPLEMENT: (State.SUBMITTED, "request_supplement", {}),
    State.WITHDRAWN: (State.SUBMITTED, "withdraw", {}),
}


def case_at(people: People, kind: Kind, state: State) -> Application:
    """A case of a kind in a state."""
    if state in ASIDE:
        before, action, body = ASIDE[state]
        return do(people, case_at(people, kind, before), action, **body)
    case = drafted(people, kind)
    for action in WAYS[kind]:
        if case.state == state:
            return case
        if action != LINE_WORKS:
            case = do(people, case, action)
        elif state in (State.PERMITS, State.REPLANNING):
            case = post_works(people, case, FOUR_REVIEWS)
            if state == State.REPLANNING:
                decide_all(people, case, refuse="planning")
            return again(case)
        else:
            case = post_works(people, case, NO_WORKS)
    if case.state != state:
        raise AssertionError(f"{kind} has no way to {state}")
    return case


def build_every_state() -> None:
    """One case of every kind in every state that it can come to."""
    people = open_demonstration()
    for kind in Kind:
        for state in sorted(states_of(kind)):
            case_at(people, kind, State(state))


def ready_case(kind: Kind, state: State) -> Application:
    """The case of a kind that stands ready in a state; see the fixture `ready`."""
    if state == State.DRAFT:
        begun = as_cases(Draft.objects.order_by("pk"))
        return next(case for case in begun if case.kind == kind)
    return Application.objects.filter(kind=kind, state=state).earliest("pk").workflow()


def open_permits(case: Application) -> list[Permit]:
    """The permits of a case that are not decided yet, in their order."""
    ended = [*DECIDED, PermitState.WITHDRAWN]
    return list(Permit.objects.filter(case_ref=case.ref).exclude(state__in=ended).order_by("id"))


def decide_all(people: People, case: Application, *, refuse: str = "") -> None:
    """Accept and decide every open permit of a case by its own officer."""
    for permit in open_permits(case):
        refused = permit.permit == refuse
        for action in decision(state=permit.state, route=permit.route, refused=refused):
            ours = manager_for(case.kind, action)
            by = people[ours if action == "commit" else permit.bureau]
            permit_step(permit=permit, action=action, by=by, body=PERMIT_BODIES.get(action, {}))


def taken_in(
    people: Mapping[str, User], by: str = "clerk", kind: Kind = Kind.RESIDENTIAL, **changes: Any
) -> Any:
    """A case that a clerk filed for a customer, in another district than the clerk's people."""
    body = declaration(kind, channel="counter", **changes)
    case = drafts.draft(body=body, by=people[by])
    hand_in(case, "submit")
    return perform(application=case, action="submit", by=people[by])
