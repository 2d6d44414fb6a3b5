"""Drafts, and the moment a draft becomes a case: rules fixed, clocks started."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from accounts.actor import Actor
from accounts.models import User
from accounts.roles import Role
from applications.intake import Declaration, parse
from applications.models import Application
from applications.permissions import as_applicant, counter_role
from applications.standing import (
    check_same_rules,
    in_force,
    kind_under,
    limit_for,
    requirements,
)
from applications.states import Holder, State
from applications.steps import (
    SUBJECT,
    Move,
    check_version,
    prepare,
    settle_into,
    take_seen,
    tell,
)
from core.clock import city_now
from core.locks import lock_pair
from core.problems import FieldError, Forbidden, Invalid, WrongState
from deadlines import actions as clocks
from deadlines.models import Clock
from deadlines.queries import used_days
from documents.queries import Digest, on_file
from ledger.record import NewEntry, append
from rules.names import Measure, Stage
from rules.policy import Policy
from rules.registry import current

NUMBER = """
SELECT 'ZG' || to_char(city_now() AT TIME ZONE 'Asia/Shanghai', 'YYYYMMDD')
    || lpad(nextval('applications_case_number')::text, 6, '0')
"""


def draft(*, body: Mapping[str, Any], by: User) -> Application:
    """Write down what somebody applies for; nothing runs yet.

    Args:
        body: the fields of the contract.
        by: the account that files, a clerk's for a case at a counter.

    Raises:
        Invalid: refused values, a given kind that the rules do not give (with the clause).
        Forbidden: a case at a counter, filed by somebody who is no clerk.
    """
    declaration = parse(body)
    with transaction.atomic():
        case = Application(**declaration.columns(), filed_by=by, holder=Holder.APPLICANT)
        actor = Actor(by.pk, _filer(declaration, by), case.district)
        _decide_kind(case, declaration)
        case.number = _next_number()
        [written] = append(_drafted(case, actor, "case.drafted"))
        case.held_since = written.at
        case.save()
    return case.workflow()


def redraft(
    *, application: Application, body: Mapping[str, Any], by: User, version: int | None = None
) -> Application:
    """Change a draft. After `submit` nothing of it can be changed.

    Raises:
        Missing, Forbidden, WrongState, Stale, Invalid: in this order.
    """
    with transaction.atomic():
        case = take_seen(application.ref, by)
        if as_applicant(case, by) is None:
            raise Forbidden(_("Only the applicant can change the draft."))
        if case.state != State.DRAFT:
            raise WrongState(_("The application has been filed and cannot be changed any more."))
        check_version(case, version)
        declaration = parse(body)
        actor = Actor(by.pk, _filer(declaration, by), declaration.district)
        for column, value in declaration.columns().items():
            setattr(case, column, value)
        _decide_kind(case, declaration)
        append(_drafted(case, actor, "case.draft_changed"))
        case.version += 1
        case.save()
    return case.workflow()


def _filer(declaration: Declaration, by: User) -> Role:
    if declaration.channel == Application.Channel.ONLINE:
        return Role.APPLICANT
    role = counter_role(by)
    if role is None:
        raise Forbidden(_("Only a clerk files at a counter. Choose online."))
    return role


def _decide_kind(case: Application, declaration: Declaration) -> None:
    """Give a draft its kind, and the voltage that goes with it (plan 3(3)1)."""
    decision = kind_under(in_force(current(), case, city_now()), case)
    if declaration.kind and declaration.kind != decision.kind:
        reason = _("By the rules this is “%(kind)s”.") % {"kind": decision.kind}
        raise Invalid([FieldError("/kind", reason, decision.clause)])
    case.kind, case.voltage = decision.kind, decision.voltage


def _next_number() -> str:
    with connection.cursor() as cursor:
        cursor.execute(NUMBER)
        number: str = cursor.fetchone()[0]
    return number


def _drafted(case: Application, actor: Actor, event: str) -> NewEntry:
    return NewEntry(
        case_ref=case.ref,
        type=event,
        actor=actor,
        to_state=State.DRAFT,
        from_state="" if event == "case.drafted" else State.DRAFT,
        holder=Holder.APPLICANT,
        data={
            "number": case.number,
            "kind": case.kind,
            "district": case.district,
            "capacity_kw": case.capacity_kw,
        },
    )


def submit(case: Application, actor: Actor) -> datetime:
    """File a held draft: the kind, limits and documents of this instant stay with the case.

    Raises:
        Invalid: documents of the checklist that are missing.
        WrongState: the same person has an open case at the same address.
    """
    book = current()
    policy = in_force(book, case, city_now())
    decision = kind_under(policy, case)
    case.kind, case.voltage = decision.kind, decision.voltage
    case = case.workflow()
    here = on_file(SUBJECT, case.pk)
    _check_documents(case, policy, here)
    before = _filing_before(case)
    _continue(case, before)
    case.rules_version = book.version
    data = {"rules": book.version, "kind": case.kind, "documents": here}
    move = Move("submit", "case.submitted", data=data)
    entry = prepare(case, move, actor)
    at = append(entry)[0].at
    check_same_rules(book, case, policy, at)
    case.filed_at = at
    case.first_filed_at = before.first_filed_at if before else at
    _start_clocks(case, policy, before, at)
    settle_into(case, entry.holder, at, columns=FILED_COLUMNS)
    tell(case, move.event, actor)
    return at


FILED_COLUMNS = (
    "kind", "voltage", "rules_version", "lineage", "continues", "filed_at", "first_filed_at",
)  # fmt: skip


def _check_documents(case: Application, policy: Policy, here: Sequence[Digest]) -> None:
    codes = {document["requirement"] for document in here}
    missing = [
        FieldError(
            f"/documents/{need.code}",
            _("Missing: %(document)s.") % {"document": need.name},
            need.clause,
        )
        for need in requirements(policy, case.kind)
        if need.stage == Stage.APPLICATION and need.code not in codes
    ]
    if missing:
        raise Invalid(missing)


def _filing_before(case: Application) -> Application | None:
    """Return the withdrawn case that this one files again, by the same person and address.

    Raises:
        WrongState: that case is still open.
    """
    lock_pair(case.id_digest, case.address_digest)
    pair = Application.objects.filter(
        id_digest=case.id_digest, address_digest=case.address_digest, filed_at__isnull=False
    )
    # The open one first, else the one that ended last; drafts may be older than either.
    last = pair.order_by(F("ended_at").desc(nulls_first=True), "-id").first()
    if last is None or last.state == State.ENERGISED:
        return None
    if last.state != State.WITHDRAWN:
        raise WrongState(
            _("This applicant already has the open case %(number)s at this address.")
            % {"number": last.number}
        )
    return last


def _continue(case: Application, before: Application | None) -> None:
    """Filing again never starts again (plan 3(1)1): the lineage and its clocks go on."""
    if before:
        case.continues, case.lineage = before, before.lineage


def _start_clocks(
    case: Application, policy: Policy, before: Application | None, at: datetime
) -> None:
    carried = used_days(before.ref, Clock.Kind.HANDLING, at) if before else 0
    common: dict[str, Any] = {
        "case_ref": case.ref,
        "district": case.district,
        "rules_version": case.rules_version,
    }
    clocks.start(
        [
            clocks.NewClock(
                kind=Clock.Kind.WHOLE_PROCESS,
                limit=limit_for(policy, case.kind, Measure.WHOLE_PROCESS),
                started_at=case.first_filed_at,
                **common,
            ),
            clocks.NewClock(
                kind=Clock.Kind.HANDLING,
                limit=limit_for(policy, case.kind, Measure.HANDLING),
                carried_days=carried,
                **common,
            ),
        ],
        at=at,
    )
