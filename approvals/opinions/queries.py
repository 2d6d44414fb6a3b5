"""Reads of opinions: those of a set of permits, and who reads them whole."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Prefetch

from accounts.models import User
from accounts.roles import SUPERVISORS, Role
from approvals.models import Permit
from approvals.opinions.models import Opinion
from approvals.opinions.workflow import OpinionState
from approvals.queries import bureau_role, permit_for
from core.problems import Missing


def of_set(permit: Permit, now: datetime) -> list[Opinion]:
    """Those asked about any permit of its set, the oldest first: one query, and few rows, as a
    limit keeps them."""
    found = Opinion.objects.filter(permit__round=permit.round_id).select_related("permit")
    return [known(opinion, now) for opinion in found]


def known(opinion: Opinion, now: datetime) -> Opinion:
    """Whether its time is over is read once for all of a page."""
    opinion.expired = opinion.expires_at <= now
    return opinion


def one_for(permit_id: int, pk: int, user: User) -> Opinion:
    """Of a permit that the person may see. Raises Missing."""
    permit = permit_for(user, permit_id)
    opinion = Opinion.objects.filter(permit=permit, pk=pk).first()
    if opinion is None:
        raise Missing
    opinion.permit = permit
    return opinion


def reads_whole(permit: Permit, user: User) -> bool:
    """The bureaus of the set, who coordinates them and who supervises; the applicant and the
    company read that somebody was asked and has answered, and no more."""
    if user.role_in(Role.DIGITAL, *SUPERVISORS, district=permit.district) is not None:
        return True
    return bureau_role(user, permit.case_ref) is not None and not permit.concerns(user)


def tallied() -> "Prefetch[Any]":
    """What `tally` reads of the rows of a list, without anything sealed."""
    return Prefetch("opinions", Opinion.objects.only("permit", "state"))


class Tally(NamedTuple):
    """How many were asked, without what was withdrawn, and how many have answered."""

    asked: int = 0
    answered: int = 0


def tally(opinions: Iterable[Opinion]) -> Tally:
    states = [opinion.state for opinion in opinions]
    answered = states.count(OpinionState.ANSWERED)
    return Tally(states.count(OpinionState.ASKED) + answered, answered)
