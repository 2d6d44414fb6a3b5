"""Who follows what an outage touches."""

from collections.abc import Collection, Mapping
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, Final

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from accounts.models import User
from accounts.parties import Contact
from core.events import Topic
from grid.points.models import ConnectionPoint
from notifications.bulk.actions import told_before
from notifications.bulk.models import Broadcast
from notifications.models import Preference
from reliability.following.models import Follower, Following, Scope

if TYPE_CHECKING:
    from reliability.outages.models import Outage

#: What broadcasts about outages are about, as messages have it.
SUBJECT: Final = "outage"
#: By scope, the values that an outage touches.
Touched = Mapping[str, list[str]]
BELOW: Final = """
SELECT DISTINCT b.code FROM reliability_outageelement e, grid_below(e.element_id, city_now()) b
WHERE e.outage_id = %s
UNION SELECT element FROM reliability_interruption WHERE outage_id = %s AND element <> ''
"""


def street_value(district: str, street: str) -> str:
    return f"{district} {street}"


def touched_by(outage: "Outage") -> Touched:
    """What an outage touches as the grid's tables stand: all that hangs below what is switched off,
    and the streets and districts of whoever is connected there."""
    with connection.cursor() as cursor:
        cursor.execute(BELOW, [outage.pk, outage.pk])
        elements = sorted(code for (code,) in cursor.fetchall())
    points = ConnectionPoint.objects.standing().filter(element__in=elements)
    places = set(points.values_list("district", "area").distinct())
    districts = {district for district, _street in places} | {outage.district}
    return {
        Scope.CITY.value: [""],
        Scope.DISTRICT.value: sorted(districts),
        Scope.STREET.value: sorted(street_value(*place) for place in places if place[1]),
        Scope.ELEMENT.value: elements,
    }


def of_touched(touched: Touched) -> Q:
    """Followings of what is touched."""
    return reduce(or_, (Q(scope=scope, value__in=values) for scope, values in touched.items()))


def audience(outage: "Outage", touched: Touched) -> "QuerySet[Any, int]":
    """The parties that follow what an outage touches, and those that were told of it before and
    follow anything still: what was told them must not be its last word."""
    live = Following.objects.filter(ended_at=None)
    touching = live.filter(of_touched(touched)).values_list("follower__party", flat=True)
    told = live.filter(follower__party__in=told_before(SUBJECT, outage.pk))
    return touching.union(told.values_list("follower__party", flat=True))


def still_following(broadcast: Broadcast, parties: Collection[int]) -> set[int]:
    """Those that follow what it touched, or were told for what they heard before; and have not
    ended just that."""
    own = Following.objects.filter(follower=OuterRef("pk"))
    touching = own.filter(of_touched(broadcast.scope))
    live, left = Q(ended_at=None), Q(ended_at__isnull=False)
    follows = Exists(touching.filter(live)) | Exists(own.filter(live)) & ~Exists(
        touching.filter(left)
    )
    stopped = Exists(
        Preference.objects.filter(party=OuterRef("former"), topic=Topic.OUTAGES, wanted=False)
    )
    found = Follower.objects.filter(follows, ~stopped, party__in=parties)
    return set(found.values_list("party", flat=True))


def phone_digest_of(user: User) -> bytes | None:
    """Of the phone that has shown itself, or that an account is told by first; None for who has
    none."""
    told_by = Contact.objects.filter(party=user.party_id, channel=Contact.Channel.SMS)
    contact = told_by.reachable().first()
    return bytes(contact.address_digest) if contact else None


def follower_of(user: User) -> Follower | None:
    """By the phone, whoever's party it was when it began to follow; else by the party."""
    digest = phone_digest_of(user)
    found = Follower.objects.filter(Q(phone_digest=digest, phone_digest__isnull=False)
                                    | Q(party=user.party_id))  # fmt: skip
    # Where both are there, what is told goes to the phone's.
    return found.order_by(F("phone_digest").asc(nulls_last=True)).first()


def followed_by(user: User) -> QuerySet[Following]:
    """What somebody follows now, the newest first."""
    found = Following.objects.filter(follower=follower_of(user), ended_at=None)
    return found.order_by("-id")
