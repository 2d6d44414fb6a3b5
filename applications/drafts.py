"""Drafts: writing down what somebody applies for; nothing runs yet."""

from collections.abc import Mapping
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from accounts.actor import Actor
from accounts.models import User
from accounts.roles import COUNTER, Role
from applications.actions import CASES, represented
from applications.declaration import Declaration
from applications.models import Application
from applications.workflow import Holder, State, as_applicant
from core.bodies import read
from core.clock import city_now
from core.problems import FieldError, Forbidden, Invalid, QuotaReached, Stale, WrongState
from ledger.record import NewEntry, append
from rules.limits import Quota, limits
from rules.registry import current

NUMBER = """
SELECT 'ZG' || to_char(city_now() AT TIME ZONE 'Asia/Shanghai', 'YYYYMMDD')
    || lpad(nextval('applications_case_number')::text, 6, '0')
"""


def draft(*, body: Mapping[str, Any], by: User) -> Application:
    """Write down a draft; a clerk files for others at a counter.

    Raises:
        Invalid: refused values, a given kind that the rules do not give (with the clause).
        Forbidden: a case at a counter, filed by somebody who is no clerk.
    """
    columns = read(Declaration, body)
    kind = columns.pop("kind")
    _check_room(columns["channel"], by)
    with transaction.atomic():
        case = Application(**columns, filed_by=by.party, holder=Holder.APPLICANT)
        actor = Actor(by.pk, _take_in(case, by), case.district)
        _decide_kind(case, kind)
        with connection.cursor() as cursor:
            cursor.execute(NUMBER)
            [case.number] = cursor.fetchone()
        [written] = append(_drafted(case, actor, "case.drafted"))
        case.held_since = written.at
        case.save()
    return case.workflow()


def _check_room(channel: str, by: User) -> None:
    """Raises QuotaReached where an account has as many drafts as it may; desks have no end."""
    if channel != Application.Channel.ONLINE:
        return
    most = limits().quotas[Quota.DRAFTS]
    if Application.objects.filter(filed_by=by.party_id, state=State.DRAFT).count() >= most:
        reason = _(
            "You have %(count)d drafts. File or withdraw some of them, then begin a new one."
        )
        raise QuotaReached(reason % {"count": most})


def redraft(
    *, application: Application, body: Mapping[str, Any], by: User, version: int | None = None
) -> Application:
    """Change a draft. After `submit` nothing of it can be changed.

    Raises:
        Missing, Forbidden, WrongState, Stale, Invalid: in this order.
    """
    with transaction.atomic():
        case = CASES.hold_seen(application, by)
        if as_applicant(case, by) is None:
            raise Forbidden(_("Only the applicant can change the draft."))
        if case.state != State.DRAFT:
            raise WrongState(_("The application has been filed and cannot be changed any more."))
        if version not in (None, case.version):
            raise Stale
        columns = read(Declaration, body)
        if case.office_id and columns["channel"] == Application.Channel.ONLINE:
            reason = _("What was taken in at a counter is the customer's: it stays there.")
            raise Invalid([FieldError("/channel", reason)])
        kind = columns.pop("kind")
        for column, value in columns.items():
            setattr(case, column, value)
        actor = Actor(by.pk, _take_in(case, by), case.district)
        _decide_kind(case, kind)
        append(_drafted(case, actor, "case.draft_changed"))
        case.version += 1
        case.save()
    return case.workflow()


def _take_in(case: Application, by: User) -> Role:
    """Return under which role, and note the office where it is a counter's."""
    if case.channel == Application.Channel.ONLINE:
        return Role.APPLICANT
    case.office_id = case.office_id or next(iter(by.organisations(*COUNTER)), None)
    role = by.role_at(case.office_id, *COUNTER)
    if role is None:
        raise Forbidden(_("Only a clerk files at a counter. Choose online."))
    return role


def _decide_kind(case: Application, wanted: str) -> None:
    """Give a draft its kind, and the voltage that goes with it (plan 3(3)1)."""
    decision = case.kind_under(case.in_force(current(), city_now()))
    if wanted and wanted != decision.kind:
        reason = _("By the rules this is “%(kind)s”.") % {"kind": decision.kind}
        raise Invalid([FieldError("/kind", reason, decision.clause)])
    case.kind, case.voltage = decision.kind, decision.voltage


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
            **represented(case),
        },
    )
