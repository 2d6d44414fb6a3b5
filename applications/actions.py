"""What people do to a case. One action is one transaction, or nothing at all."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actor import Actor
from accounts.models import User
from applications import filing
from applications.models import Application
from applications.queries import done_already
from applications.steps import (
    SUBJECT,
    Move,
    check_state,
    check_version,
    make,
    prepare,
    settle_into,
    take_seen,
    tell,
)
from applications.verbs import VERBS, Verb
from approvals.actions import withdraw_line_works
from core.problems import Forbidden, Missing, WrongState
from documents.queries import on_file


def perform(
    *,
    application: Application,
    action: str,
    by: User,
    body: Mapping[str, Any] | None = None,
    version: int | None = None,
) -> Application:
    """Carry out one action on a case, in one transaction.

    Args:
        application: the case, as it was found; it is read again under its lock.
        action: a name of `verbs.VERBS`.
        by: who does it.
        body: the action's fields.
        version: the version the person saw, if the request says so.

    Returns:
        The case after the step.

    Raises:
        Missing: no such action, or the person may not see the case.
        Forbidden: the person may not do this.
        WrongState, Faster: not from where the case stands.
        Stale: the case has moved since `version`.
        Invalid: refused values.
    """
    verb = VERBS.get(action)
    if verb is None:
        raise Missing
    with transaction.atomic():
        case = take_seen(application.ref, by)
        actor = actor_of(case, verb, by)
        check_state(case, verb.name, by)
        check_once(case, verb)
        check_version(case, version)
        _run(case, verb, actor, verb.read(case, body or {}))
    return case.workflow()


def actor_of(case: Application, verb: Verb, by: User) -> Actor:
    """Return the person as the record knows it, under the role that allows the action.

    Raises:
        Forbidden: no role of the person does.
    """
    role = verb.party(case, by)
    if role is None:
        raise Forbidden(_("Your roles do not allow this."))
    return Actor(by.pk, role, case.district)


def check_once(case: Application, verb: Verb) -> None:
    """Refuse what is done once a case a second time.

    Raises:
        WrongState: it was done already.
    """
    if reason := done_already(case, verb):
        raise WrongState(reason)


def _run(case: Application, verb: Verb, actor: Actor, values: dict[str, Any]) -> None:
    if verb.name == "submit":
        filing.submit(case, actor)
        return
    args = verb.effect(case, values)
    handed_in = {"documents": on_file(SUBJECT, case.pk)} if verb.hands_in else {}
    move = Move(verb.name, verb.event, args, verb.columns, data=values | handed_in)
    if verb.name == "withdraw":
        _withdraw(case, move, actor)
        return
    make(case, move, actor)


def _withdraw(case: Application, move: Move, actor: Actor) -> None:
    """End the case and its open permits at one instant."""
    entry = prepare(case, move, actor)
    at = withdraw_line_works(case_ref=case.ref, by=actor, case_entry=entry)
    settle_into(case, entry.holder, at, columns=move.columns)
    tell(case, move.event, actor)
