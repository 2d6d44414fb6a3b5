"""The steps that people take with a permit.

Each takes the permit as the caller last saw it, reads it anew under the lock of its case, and
returns it as it is afterwards. `version`: what the caller saw; another one is refused as stale.

Raises (all of them): Forbidden, Faster, WrongState, Stale, ClockBehind; Invalid where said.
"""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from approvals import clocks
from approvals.actions.step import Step
from approvals.models import ExcludedTime, Permit
from core.problems import FieldError, Invalid
from deadlines import actions as timing
from deadlines.models import Clock

KIND = Clock.Kind
TEXT_MAX = 2_000
ITEMS_MAX = 50
EXPECTED_MAX = 366


def accept(*, permit: Permit, by: User, version: int | None = None) -> Permit:
    """Accept the application as complete; the review clock starts (行政许可法 32)."""
    with transaction.atomic():
        step = Step.begin(permit, by, "accept", version)
        permit = step.permit
        starting = clocks.at_acceptance(permit)
        review = ", review started" if starting else ""
        at = step.move(clock=f"intake stopped{review}", saves=("accepted_at",))
        timing.stop(case_ref=permit.case_ref, part=permit.ref, kinds=[KIND.INTAKE.value], at=at)
        if starting:
            timing.start(starting, at=at)
    return permit


def request_supplement(
    *, permit: Permit, by: User, items: Sequence[str], version: int | None = None
) -> Permit:
    """Name everything that is missing, once.

    Raises:
        Invalid: no item, or an empty one.
    """
    with transaction.atomic():
        step = Step.begin(permit, by, "request_supplement", version)
        permit, missing = step.permit, _items(items)
        at = step.move(
            clock="intake stopped" if permit.is_formally_accepted() else "",
            data={"items": missing},
            saves=("supplement_items", "supplement_asked"),
            items=missing,
        )
        part = {"case_ref": permit.case_ref, "part": permit.ref}
        if permit.is_formally_accepted():
            timing.stop(**part, kinds=[KIND.INTAKE.value], at=at)
        if clocks.runs_from_receipt(permit):
            timing.pause(**part, kinds=clocks.DECISION_KINDS, at=at)
    return permit


def supply_supplement(*, permit: Permit, by: User, version: int | None = None) -> Permit:
    """Hand in what was missing: a new intake limit starts, a paused review goes on."""
    with transaction.atomic():
        step = Step.begin(permit, by, "supply_supplement", version)
        permit, starting = step.permit, clocks.at_supplement(step.permit)
        at = step.move(clock="intake started" if starting else "")
        if starting:
            timing.start(starting, at=at)
        if clocks.runs_from_receipt(permit):
            timing.resume(
                case_ref=permit.case_ref, part=permit.ref, kinds=clocks.DECISION_KINDS, at=at
            )
    return permit


def exclude_time(
    *, permit: Permit, by: User, ground: str, expected_days: int, version: int | None = None
) -> Permit:
    """Begin a span that the law leaves out of the review (行政许可法 45).

    Args:
        ground: one that the rules list.
        expected_days: working days that it is expected to take; told to the applicant.

    Raises:
        Invalid: a ground that the law does not know, or no whole number of days.
    """
    with transaction.atomic():
        step = Step.begin(permit, by, "exclude_time", version)
        permit = step.permit
        _check_excluded(permit, ground, expected_days)
        data = {"ground": ground, "expected_days": expected_days}
        at = step.move(clock="review paused", data=data)
        ExcludedTime.objects.create(permit=permit, began_at=at, **data)
        timing.pause(case_ref=permit.case_ref, part=permit.ref, kinds=[KIND.REVIEW.value], at=at)
    return permit


def resume(*, permit: Permit, by: User, version: int | None = None) -> Permit:
    """End the span that the law leaves out; the review goes on."""
    with transaction.atomic():
        step = Step.begin(permit, by, "resume", version)
        permit = step.permit
        at = step.move(clock="review resumed")
        ExcludedTime.objects.filter(permit=permit, ended_at=None).update(ended_at=at)
        timing.resume(case_ref=permit.case_ref, part=permit.ref, kinds=[KIND.REVIEW.value], at=at)
    return permit


def commit(*, permit: Permit, by: User, version: int | None = None) -> Permit:
    """Commit to the conditions of the law, or file: granted at once, checked afterwards."""
    with transaction.atomic():
        step = Step.begin(permit, by, "commit", version)
        step.move(saves=("decided_at",))
    return step.permit


def grant(*, permit: Permit, by: User, conditions: str = "", version: int | None = None) -> Permit:
    """Grant the permit, with conditions if need be."""
    with transaction.atomic():
        step = Step.begin(permit, by, "grant", version)
        text = _text("/conditions", conditions, needed=False)
        _stop_decision(step, ("decided_at", "conditions"), {"conditions": text})
    return step.permit


def refuse(
    *, permit: Permit, by: User, reason: str, clause: str, version: int | None = None
) -> Permit:
    """Refuse the permit; the case goes back for a changed plan when the round joins.

    Raises:
        Invalid: reason or clause is missing.
    """
    with transaction.atomic():
        step = Step.begin(permit, by, "refuse", version)
        said = _reasons(reason, clause)
        _stop_decision(step, ("decided_at", "reason", "refusal_clause"), said)
    return step.permit


def _stop_decision(step: Step, saves: tuple[str, ...], said: dict[str, str]) -> None:
    permit = step.permit
    running = permit.limit_days is not None
    kind = KIND.INSTANT if permit.is_instant() else KIND.REVIEW
    at = step.move(clock=f"{kind.value} stopped" if running else "", data=said, saves=saves, **said)
    if running:
        timing.stop(case_ref=permit.case_ref, part=permit.ref, kinds=[kind.value], at=at)


def _text(pointer: str, value: str, *, needed: bool = True) -> str:
    text = value.strip()
    if needed and not text:
        raise Invalid([FieldError(pointer, _("This is missing."))])
    if len(text) > TEXT_MAX:
        raise Invalid([FieldError(pointer, _("This is longer than 2,000 characters."))])
    return text


def _reasons(reason: str, clause: str) -> dict[str, str]:
    """Return both texts; both are named at once where both are missing."""
    errors: list[FieldError] = []
    said = {}
    for name, value in (("reason", reason), ("clause", clause)):
        try:
            said[name] = _text(f"/{name}", value)
        except Invalid as refused:
            errors += refused.errors
    if errors:
        raise Invalid(errors, _("A refusal states its reason and its clause."))
    return said


def _items(items: Sequence[str]) -> list[str]:
    if not items:
        raise Invalid([FieldError("/items", _("Name at least one thing that is missing."))])
    if len(items) > ITEMS_MAX:
        raise Invalid([FieldError("/items", _("These are more than 50 things."))])
    return [_text(f"/items/{index}", item) for index, item in enumerate(items)]


def _check_excluded(permit: Permit, ground: str, expected_days: int) -> None:
    grounds = clocks.policy_of(permit).excluded_grounds()
    errors = []
    if ground not in grounds.codes:
        reason = _("The law does not leave out time on this ground.")
        errors.append(FieldError("/ground", reason, grounds.clause))
    if not 1 <= expected_days <= EXPECTED_MAX:
        errors.append(FieldError("/expected_days", _("This must be between 1 and 366 days.")))
    if errors:
        raise Invalid(errors)
