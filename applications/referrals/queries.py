"""Reads of referrals: those of one's own counter, and of the registered offices."""

from django.db.models import QuerySet

from accounts.models import User
from accounts.roles import COUNTER
from applications.referrals.actions import REFERRALS
from applications.referrals.models import Referral, RegisteredOffice
from core.identifiers import plain
from core.problems import Missing

Referrals = QuerySet[Referral]


def own(user: User) -> Referrals:
    """Those that the person's counter took in."""
    places = user.organisations(*COUNTER)
    return Referral.objects.filter(counter__in=places).select_related("office", "counter")


def numbered(number: str) -> Referral | None:
    found = Referral.objects.select_related("office", "counter")
    return found.filter(number=plain(number)).first()


def one_for(number: str, user: User) -> Referral:
    """Raises Missing: there is none, or it is not for this person's eyes."""
    one = numbered(number)
    if one is None or not REFERRALS.may_see(one, user):
        raise Missing
    return one


def open_offices() -> QuerySet[RegisteredOffice]:
    return RegisteredOffice.objects.filter(ended_at=None).order_by("city_zh", "id")
