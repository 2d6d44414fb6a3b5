"""Beginning and ending to follow."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import limits
from accounts.models import User
from accounts.parties import Party
from core.bodies import read
from core.clock import CityNow, city_now
from core.events import Topic
from core.locks import lock_name
from core.problems import Missing, QuotaReached
from notifications.choices import choose
from notifications.models import Preference
from reliability.following.bodies import NewFollowing
from reliability.following.models import Follower, Following
from reliability.following.queries import follower_of, phone_digest_of
from rules.delivery import Channel
from rules.limits import Keeping, Meter, Quota
from rules.limits import limits as rules_of_limits


def follow(*, body: Mapping[str, Any], by: User, client: str) -> Following:
    """Begin to follow something; what is followed already stays as it is.

    Args:
        by: with an account, or a visitor whose phone has shown itself by a code.
        client: whoever asks.

    Raises:
        Invalid: refused values: no such district, street or customer number.
        QuotaReached: so much is followed already.
        TooMany: so many customer numbers were tried from there.
    """
    if body.get("customer_number"):
        limits.spend(Meter.OUTAGE_ADDRESS, client)
    said = read(NewFollowing, body)
    most = rules_of_limits().quotas[Quota.FOLLOWINGS]
    with transaction.atomic():
        follower = _held(by)
        if not by.has_account:
            # Whoever had stopped these by a link begins anew.
            choose(follower.party_id, {"topics": {Topic.OUTAGES: {Channel.SMS: True}}})
        known = follower.followings.filter(ended_at=None)
        if standing := known.filter(**said).first():
            return standing
        if known.count() >= most:
            reason = _("You follow %(count)d already: stop one of them first.")
            raise QuotaReached(reason % {"count": most})
        return follower.followings.create(**said)


def _held(user: User) -> Follower:
    """Whoever is told: one for each phone, and an account rather than whoever came without one."""
    digest = phone_digest_of(user)
    name = f"phone {digest.hex()}" if digest else f"party {user.party_id}"
    lock_name(f"follower {name}")
    found = follower_of(user)
    if found is None:
        return Follower.objects.create(party_id=user.party_id, phone_digest=digest)
    if not user.has_account:
        return found
    return _taken_over(found, user.party, digest)


def _taken_over(found: Follower, party: Party, digest: bytes | None) -> Follower:
    """What was followed by the phone without an account goes to the account that has it."""
    own = Follower.objects.filter(party=party).exclude(pk=found.pk).first()
    if own is not None:
        live = found.followings.filter(ended_at=None)
        for one in own.followings.filter(ended_at=None):
            if not live.filter(scope=one.scope, value=one.value).exists():
                found.followings.create(scope=one.scope, value=one.value)
        own.delete()
    if (found.party_id, found.phone_digest) != (party.pk, digest):
        Preference.objects.filter(party=found.party_id, topic=Topic.OUTAGES).delete()
        found.former = found.party if found.party_id != party.pk else found.former
        found.party, found.phone_digest = party, digest
        found.save(update_fields=["party", "former", "phone_digest"])
    return found


def stop(pk: int, by: User) -> None:
    """End to follow one thing: nothing more of it is told, whatever is on its way; twice is once.

    Raises:
        Missing: this person does not follow it.
    """
    follower = follower_of(by)
    mine = Following.objects.filter(pk=pk, follower=follower)
    if follower is None or not mine.exists():
        raise Missing
    mine.filter(ended_at=None).update(ended_at=CityNow())


def forget_ended() -> int:
    """Delete what nobody follows any more, and whoever follows nothing; returns how many rows of
    the first."""
    oldest = city_now() - timedelta(days=rules_of_limits().days[Keeping.FOLLOWINGS])
    with transaction.atomic():
        ended = Following.objects.filter(ended_at__lt=oldest)
        followers = list(ended.values_list("follower", flat=True).distinct())
        count, _by_table = ended.delete()
        Follower.objects.filter(pk__in=followers, followings=None).delete()
    return count


def forget(by: User) -> None:
    """End all that somebody follows, for the account closes: whoever has the phone later begins
    anew."""
    if follower := follower_of(by):
        follower.followings.filter(ended_at=None).update(ended_at=CityNow())
        follower.phone_digest = None
        follower.save(update_fields=["phone_digest"])
