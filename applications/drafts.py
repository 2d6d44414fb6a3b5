"""Drafts: writing down what somebody applies for; nothing runs yet, and nothing is recorded."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from accounts.mandates import Right
from accounts.models import User
from accounts.roles import COUNTER
from applications.actions import CASES
from applications.begun import body_of, finished, merged
from applications.checklist import SUBJECT
from applications.declaration import Declaration
from applications.models import Application, Draft
from applications.states import State
from applications.who import as_applicant
from core.bodies import read
from core.clock import CityNow, city_now
from core.locks import try_lock_case
from core.problems import FieldError, Forbidden, Invalid, QuotaReached, Stale, WrongState
from documents.actions import discard
from rules.limits import Keeping, Quota, limits

NEW = """
SELECT nextval(pg_get_serial_sequence('applications_application', 'id')),
    'ZG' || to_char(city_now() AT TIME ZONE 'Asia/Shanghai', 'YYYYMMDD')
    || lpad(nextval('applications_case_number')::text, 6, '0')
"""

#: What saving a draft writes; its numbers and its owner stay.
CHANGES = ("channel", "office", "typed", "version", "changed_at")


def draft(*, body: Mapping[str, Any], by: User, party: int | None = None) -> Application:
    """Write down a whole draft; a clerk files for others at a counter.

    Args:
        party: for which somebody acts online; the own one if none is named.

    Raises:
        Invalid: refused values, a given kind that the rules do not give (with the clause).
        Forbidden: a case at a counter, filed by somebody who is no clerk.
        QuotaReached: see `begin`.
    """
    said = read(Declaration, body)
    with transaction.atomic():
        return finished(_begin(body, said["channel"], by, party))


def begin(
    *,
    typed: Mapping[str, Any],
    channel: str,
    by: User,
    party: int | None = None,
    resumes: Application | None = None,
) -> Draft:
    """Write down what there is of a draft, whatever is still to be filled in or mended.

    Args:
        party: see `draft`.
        resumes: the case that ended without power and is begun anew.

    Raises:
        Forbidden: see `draft`; or a party in whose cases the person may not act.
        QuotaReached: an account has as many drafts as it may; desks have no end.
    """
    with transaction.atomic():
        return _begin(typed, channel, by, party, resumes)


def redraft(
    *, application: Application, body: Mapping[str, Any], by: User, version: int | None = None
) -> Application:
    """Change a draft as a whole. After `submit` nothing of it can be changed.

    Raises:
        Missing, Forbidden, WrongState, Stale, Invalid: in this order.
    """
    with transaction.atomic():
        held = _held(application, by, version)
        said = read(Declaration, body)
        if held.office_id and said["channel"] == Application.Channel.ONLINE:
            reason = _("What was taken in at a counter is the customer's: it stays there.")
            raise Invalid([FieldError("/channel", reason)])
        held.channel = said["channel"]
        _take_in(held, by)
        _say(held, body)
        case = finished(held)
        held.save(update_fields=CHANGES)
    return case


def fill(
    *, application: Application, typed: Mapping[str, Any], by: User, version: int | None = None
) -> Draft:
    """Keep what was typed of a draft beside what there is, without judging it.

    Raises:
        Missing, Forbidden, WrongState, Stale: in this order.
    """
    with transaction.atomic():
        held = _held(application, by, version)
        _say(held, merged(body_of(held), typed))
        held.save(update_fields=CHANGES)
    return held


def forget_old() -> int:
    """Delete the drafts that nobody has changed for as long as the city keeps them."""
    oldest = city_now() - timedelta(days=limits().days[Keeping.DRAFTS])
    old = Draft.objects.filter(changed_at__lt=oldest).order_by("changed_at")
    return sum(_forget(pk, oldest) for pk in list(old.values_list("pk", flat=True)))


def _forget(pk: int, oldest: Any) -> int:
    """Whoever works on it just now keeps it."""
    with transaction.atomic():
        held = Draft.objects.filter(pk=pk).first()
        if held is None or not try_lock_case(held.ref):
            return 0
        still = Draft.objects.filter(pk=pk, changed_at__lt=oldest).first()
        if still is None:
            return 0
        discard(SUBJECT, pk)
        still.delete()
    return 1


def _begin(
    body: Mapping[str, Any],
    channel: str,
    by: User,
    party: int | None,
    resumes: Application | None = None,
) -> Draft:
    party = by.party_id if party is None or channel != Application.Channel.ONLINE else party
    if by.acts_for(Right.ACT).get(party, ()) is not None:
        raise Forbidden(_("You may not begin an application for this party."))
    _check_room(channel, party)
    begun = Draft(filed_by_id=party, channel=channel, resumes=resumes, version=0)
    _take_in(begun, by)
    _say(begun, body)
    with connection.cursor() as cursor:
        cursor.execute(NEW)
        begun.pk, begun.number = cursor.fetchone()
    begun.save(force_insert=True)
    begun.refresh_from_db(fields=["created_at", "changed_at"])
    return begun


def _check_room(channel: str, party: int) -> None:
    if channel != Application.Channel.ONLINE:
        return
    most = limits().quotas[Quota.DRAFTS]
    if Draft.objects.filter(filed_by=party, discarded_at=None).count() >= most:
        reason = _(
            "You have %(count)d drafts. File or withdraw some of them, then begin a new one."
        )
        raise QuotaReached(reason % {"count": most})


def _take_in(begun: Draft, by: User) -> None:
    """Note the office where it is a counter's; raises Forbidden for whoever is no clerk of it."""
    if begun.channel == Application.Channel.ONLINE:
        return
    begun.office_id = begun.office_id or next(iter(by.organisations(*COUNTER)), None)
    if by.role_at(begun.office_id, *COUNTER) is None:
        raise Forbidden(_("Only a clerk files at a counter. Choose online."))


def _held(application: Application, by: User, version: int | None) -> Draft:
    case = CASES.hold_seen(application, by)
    if as_applicant(case, by) is None:
        raise Forbidden(_("Only the applicant can change the draft."))
    if case.draft is None or case.state != State.DRAFT:
        raise WrongState(_("The application has been filed and cannot be changed any more."))
    if version not in (None, case.version):
        raise Stale
    return case.draft


def _say(begun: Draft, body: Mapping[str, Any]) -> None:
    begun.typed = json.dumps(dict(body), ensure_ascii=False, default=str)
    begun.version += 1
    begun.changed_at = CityNow()
