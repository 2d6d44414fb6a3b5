"""Reads of commitments: what is to be checked, and which bureaus take none at present."""

from collections.abc import Collection
from datetime import date
from typing import Final

from django.db.models import Max, Q, QuerySet

from accounts.models import User
from accounts.roles import Role
from approvals.commitments.models import Commitment
from approvals.offices import desks
from core.clock import city_now, local_date
from core.ways import EVERYTHING, any_of
from deadlines.models import Clock
from deadlines.queries import in_order_of_time_left, was_late
from rules.policy import PermitDecision, Policy
from rules.works import Works

KIND: Final = Clock.Kind.CHECK
Commitments = QuerySet[Commitment]


def at_desk(user: User) -> Commitments:
    """Those of the bureaus for which the person decides; for the digital bureau, all of its
    districts."""
    districts = user.districts(Role.DIGITAL)
    ways = checks_of(user)
    if districts is None:
        ways = [EVERYTHING]
    elif districts:
        ways.append(Q(district__in=sorted(districts)))
    return _rows().filter(any_of(ways))


def checks_of(user: User) -> list[Q]:
    """What each of the person's offices checks; any will do."""
    return [desk.decides("permit__") for desk in desks(user)]


def watched(districts: set[str] | None) -> Commitments:
    """None means every district."""
    found = _rows()
    return found if districts is None else found.filter(district__in=sorted(districts))


def _rows() -> Commitments:
    # Not joined: a list that is put in order by a clock would join all of it before its first page.
    return Commitment.objects.prefetch_related("permit__line_works")


def by_time_left(found: Commitments) -> Commitments:
    return in_order_of_time_left(found, KIND)


def late(found: Commitments) -> Commitments:
    """Those whose check is or was late, by the instant only."""
    return found.filter(was_late(KIND))


def barred_bureaus(on: date | None = None) -> dict[str, date]:
    """Those that take no commitment and no filing of the supply company on a day, today unless one
    is given, each with the last such day. A city has one supply company."""
    day = on or local_date(city_now())
    revoked = Commitment.objects.filter(revoked_at__isnull=False, barred_until__gte=day)
    return dict(revoked.order_by().values_list("bureau").annotate(Max("barred_until")))


def has_revoked(bureau: str) -> bool:
    """Whether a bureau ever revoked a permit of the company because a commitment was not kept."""
    return Commitment.objects.filter(bureau=bureau, revoked_at__isnull=False).exists()


def routed(
    policy: Policy, works: Works, holding_on: Collection[str] = ()
) -> tuple[PermitDecision, ...]:
    """The decision on every permit for the supply company as it stands with each bureau now.

    `holding_on`: permits that were granted in an earlier round and stay as they were.
    """
    plain, barred = policy.route(works), barred_bureaus()
    if not barred:
        return plain
    now = policy.route(works, barred)
    return tuple(
        was if was.permit in holding_on else one for was, one in zip(plain, now, strict=True)
    )
