"""Reads of follow-ups, and who may read how a case was rated: never those who were rated."""

from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.mandates import Right
from accounts.models import User
from accounts.queries import holders
from accounts.roles import RATING_READERS, Role
from applications.follow_ups.models import FollowUp
from applications.follow_ups.workflow import FollowUpState
from applications.models import Application
from applications.who import as_reader, of_parties
from core.counting import Count, counted
from core.problems import Missing
from core.ways import EVERYTHING, any_of
from deadlines.models import Clock
from ledger.models import Entry, Salt
from ledger.queries import took_any
from workflow.clocked.queries import Clocked

KIND: Final = Clock.Kind.FOLLOW_UP
CLOCKED: Final = Clocked(KIND, (FollowUpState.CLOSED,))
#: Of the columns of the case.
PREFIX: Final = "application__"
FollowUps = QuerySet[FollowUp]


# Who reads


def steps_of(case: Application) -> QuerySet[Entry]:
    """What moved a case or one of its permits: to look at it moves nothing."""
    return Entry.objects.filter(case_ref=case.ref).exclude(to_state="")


def reads_ratings(case: Application, user: User) -> bool:
    """Whether somebody of the staff may read how a case was rated, and in which words: the supply
    company's lead, the regulator and the lead agency, but nobody whose own case it is and nobody
    who took a step in it. The raters are not shown to those rated."""
    return (
        user.role_in(*RATING_READERS, district=case.district) is not None
        and not case.concerns(user)
        and not took_any(user.pk, steps_of(case))
    )


def watched(user: User) -> FollowUps:
    """Those that somebody reads as one of the staff; as `reads_ratings`, for a list."""
    districts = user.districts(*RATING_READERS)
    place = EVERYTHING if districts is None else Q(district__in=sorted(districts))
    taken = Salt.objects.filter(ref=OuterRef("salt_ref"), actor_id=user.pk)
    steps = Entry.objects.filter(case_ref=OuterRef("application__ref")).exclude(to_state="")
    mine = any_of(of_parties(user, Right.READ, PREFIX, ever=True))
    if user.phone_index is not None:
        mine |= Q(application__phone_digest=user.phone_index)
    found = FollowUp.objects.filter(place).exclude(mine)
    return found.exclude(Exists(steps.filter(Exists(taken)))).select_related("application")


def own(user: User) -> FollowUps:
    """Of the person's own ratings."""
    mine = any_of(of_parties(user, Right.READ, PREFIX))
    return FollowUp.objects.filter(mine).select_related("application")


def may_see(follow_up: FollowUp, user: User) -> bool:
    case = follow_up.application
    return as_reader(case, user) is not None or reads_ratings(case, user)


def one_for(pk: int, user: User) -> FollowUp:
    """Raises Missing: there is none, or it is not for this person's eyes."""
    one = FollowUp.objects.select_related("application").filter(pk=pk).first()
    if one is None or not may_see(one, user):
        raise Missing
    return one


def told(follow_up: FollowUp, *roles: Role) -> list[int]:
    """The parties of a role that may read a follow-up, to be told of it."""
    case = follow_up.application
    parties = holders(*roles, district=follow_up.district)
    people = User.objects.filter(party__in=parties)
    return [each.party_id for each in people if reads_ratings(case, each)]


# Lists


def counts(found: FollowUps) -> list[tuple[str, str, Count]]:
    """How many are open, how many of those late, and how many closed."""
    opened = CLOCKED.opened(found)
    number = counted({"open": opened, "late": CLOCKED.late(opened), "closed": CLOCKED.ended(found)})
    words = [("open", _("Open")), ("late", _("Open and late")), ("closed", _("Closed"))]
    return [(code, label, number[code]) for code, label in words]
