"""The external line of a case: posted once, changed after a refusal, joined by the system."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _

from accounts.actor import SYSTEM, Actor
from accounts.models import User
from applications.actions import actor_of
from applications.models import Application, ExternalWorks
from applications.notices import tell_of_excluded_time
from applications.standing import check_same_rules, in_force
from applications.states import holder_in
from applications.steps import (
    Move,
    check_state,
    check_version,
    clock_words,
    make,
    prepare,
    settle_into,
    take_seen,
    tell,
)
from applications.verbs import CHANGE_LINE_WORKS, POST_LINE_WORKS, Verb
from approvals.actions import open_change, open_round
from approvals.models import LineWorks, Permit, Round
from approvals.signals import permits_moved
from approvals.states import LIVE_ROUTES, holder_of
from core.clock import city_now, local_date
from core.problems import FieldError, Invalid, Stale
from rules.policy import PermitDecision, Policy
from rules.registry import current
from rules.works import Works


def decide(*, body: Mapping[str, Any], application: Application | None) -> list[PermitDecision]:
    """Return what the rules of now say about works; nothing is written.

    Args:
        body: the works of the contract.
        application: the case, if the question is about one: its district's rules, its voltage.

    Raises:
        Invalid: refused values.
    """
    works = Works.parse(body, voltage=application.voltage if application else None)
    now = city_now()
    if application:
        return list(in_force(current(), application, now).route(works))
    policy = current().in_force(on=local_date(now), district=None)
    return list(policy.route(works))


def post(
    *, application: Application, body: Mapping[str, Any], by: User, version: int | None = None
) -> Round:
    """Post the line works of a case: all permits out at one instant, or straight on.

    Raises:
        Missing, Forbidden, WrongState, Faster, Stale, Invalid: in this order.
    """
    return _open(POST_LINE_WORKS, application=application, body=body, by=by, version=version)


def change(
    *,
    application: Application,
    body: Mapping[str, Any],
    by: User,
    version: int | None = None,
    line_version: int | None = None,
) -> Round:
    """Post the changed line after a refusal: the next round.

    Args:
        version: of the case, as a page saw it.
        line_version: of the line works, as a program saw them.

    Raises:
        Missing, Forbidden, WrongState, Faster, Stale, Invalid: in this order.
    """
    seen = {"version": version, "line_version": line_version}
    return _open(CHANGE_LINE_WORKS, application=application, body=body, by=by, **seen)


def _open(
    verb: Verb,
    *,
    application: Application,
    body: Mapping[str, Any],
    by: User,
    version: int | None,
    line_version: int | None = None,
) -> Round:
    with transaction.atomic():
        case = take_seen(application.ref, by)
        actor = actor_of(case, verb, by)
        check_state(case, verb.name, by)
        check_version(case, version)
        _check_line(case, line_version)
        if body.get("application", case.number) != case.number:
            raise _other_case(case)
        works = Works.parse(body, voltage=case.voltage)
        book = current()
        policy = in_force(book, case, city_now())
        round_ = _write(case, verb, actor, works, policy)
        check_same_rules(book, case, policy, round_.opened_at)
        return round_


def _check_line(case: Application, version: int | None) -> None:
    if version is not None and case.external_works.line_works.version != version:
        raise Stale


def _write(case: Application, verb: Verb, actor: Actor, works: Works, rules: Policy) -> Round:
    """Open the round with the case's own step in the same statement, then move the case."""
    change = verb is CHANGE_LINE_WORKS
    live = any(decision.route in LIVE_ROUTES for decision in rules.route(works))
    move = Move(verb.name, verb.event, {"live": live}, data={"works": works.as_json()})
    entry = prepare(case, move, actor)
    common: dict[str, Any] = {
        "case_ref": case.ref,
        "works": works,
        "by": actor,
        "rules": rules,
        "case_entry": lambda holder: replace(
            entry, holder=holder, clock=clock_words(case.holder, holder)
        ),
    }
    if change:
        round_ = open_change(**common)
    else:
        round_ = open_round(
            application=case.number,
            district=case.district,
            statutory_district=case.statutory_district,
            voltage=case.voltage,
            **common,
        )
        ExternalWorks.objects.create(application=case, line_works=round_.line_works)
    open_states = [permit.state for permit in round_.live]
    settle_into(case, holder_of(open_states), round_.opened_at)
    tell(case, verb.event, actor)
    if live and not open_states:
        _join(case, refused=False)
    return round_


def _join(case: Application, *, refused: bool) -> None:
    """Move a case on when its round is decided; once a round, under the case's lock."""
    make(case, Move("join", "case.permits_joined", {"refused": refused}), SYSTEM)


@receiver(permits_moved)
def follow_permits(
    *, line_works: LineWorks, permit: Permit, action: str, at: Any, waiting_before: bool,
    waiting_for_bureau: bool, joined: bool, refused: bool, said: Mapping[str, Any],
    **_kwargs: Any,
) -> None:  # fmt: skip
    """Let the case follow its permits: who holds it now, and on when the round has joined.

    The permit's own action holds the case's lock.
    """
    if joined:
        _join(case_of(line_works), refused=refused)
    elif waiting_before != waiting_for_bureau:
        case = case_of(line_works)
        settle_into(case, holder_in(case.kind, case.state, bureau_has_it=waiting_for_bureau), at)
    if action == "exclude_time":
        tell_of_excluded_time(permit, case_of(line_works), said)


def works_of(case: Application) -> LineWorks | None:
    """Return the line works of a case, if they were posted."""
    return LineWorks.objects.filter(case_ref=case.ref).first()


def case_of(line_works: LineWorks) -> Application:
    """Return the case that line works belong to."""
    return Application.objects.get(ref=line_works.case_ref).workflow()


def _other_case(case: Application) -> Invalid:
    reason = _("These line works belong to the case %(number)s.") % {"number": case.number}
    return Invalid([FieldError("/application", reason)])


def no_case() -> Invalid:
    """Return the refusal of line works that name no case."""
    return Invalid([FieldError("/application", _("Name the case by its number."))])
