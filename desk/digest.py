"""The digest of the morning: once on each working day, to everybody who has a desk, what waits and
what is late; to those who run the portal, what is broken. It names numbers of things and nobody.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import RoleGrant, User
from accounts.roles import Role
from core.clock import CITY, CityNowOnce, city_now
from core.counting import MOST, Count, counted
from core.problems import Text
from desk.events import DIGEST
from desk.feed import Todo
from desk.models import Digest
from desk.queries import FEEDS, ROLES, Stream, TodoPages, feeds_of, rows_of
from notifications import outbox
from notifications.texts import both
from rules.registry import calendar
from rules.warnings import warning_rules

log = logging.getLogger("tongdian.desk")

SUBJECT: Final = "digest"
WAITING, LATE = "waiting", "late"
#: Who has one: whoever has a list, and who runs the portal.
READERS: Final = (*ROLES, Role.ADMINISTRATOR)


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that is broken, in words that the reader's language fills in."""

    words: Text
    values: Mapping[str, Any]

    def __str__(self) -> str:
        return str(self.words) % self.values


_watches: list[Callable[[], list[Trouble]]] = []


def watch(find: Callable[[], list[Trouble]]) -> None:
    """Let an app above say what is broken."""
    _watches.append(find)


@dataclass(frozen=True, slots=True)
class Morning:
    """What the digest of one person has to say, now."""

    user: User
    waiting: Count
    late: Count
    broken: list[Trouble]

    def first(self) -> str:
        """The first of the list, in the active language."""
        number = warning_rules().digest.rows
        places = TodoPages().read(streams_of(self.user), None, number)
        rows = [
            f"{row.asked} {row.number}{left_of(row)}" for _feed, row in rows_of(places, self.user)
        ]
        return _("First: %(rows)s.") % {"rows": _("; ").join(rows)}

    def message(self) -> dict[str, Any]:
        """What the message has; nothing where there is nothing to say."""
        if not self.waiting and not self.broken:
            return {}
        return {
            "variant": ("both" if self.waiting else "broken") if self.broken else "waiting",
            "waiting": both(lambda: str(self.waiting)),
            "late": both(lambda: str(self.late)),
            "first": both(self.first) if self.waiting else "",
            "broken": both(lambda: _("; ").join(map(str, self.broken))),
        }


def left_of(row: Todo) -> str:
    word = row.left.word
    return _(" ({left})").format(left=word) if word else ""


def morning_of(user: User) -> Morning:
    """In one statement for all that waits; what is broken is looked at for operators alone."""
    lists = {}
    for feed in feeds_of(user):
        streams = list(feed.streams(user))
        lists[WAITING, feed.code] = _together(streams, "runs_out")
        if feed.late:
            passed = {f"{feed.late}__lte": CityNowOnce()}
            lists[LATE, feed.code] = _together([one.filter(**passed) for one in streams], feed.late)
    counts = counted({name: found for name, found in lists.items() if found is not None})
    total = {
        name: Count(sum(count for (sort, _feed), count in counts.items() if sort == name))
        for name in (WAITING, LATE)
    }
    operator = user.role_in(Role.ADMINISTRATOR) is not None
    broken = [trouble for find in _watches for trouble in find()] if operator else []
    return Morning(user, total[WAITING], total[LATE], broken)


def _together(streams: list[QuerySet[Any]], by: str) -> QuerySet[Any, Any] | None:
    """What stands in several streams of a feed waits once; of each at most as many are read as are
    counted, in the order of its index."""
    keys = [found.order_by(by, "id").values("pk")[: MOST + 1] for found in streams]
    return keys[0].union(*keys[1:]) if keys else None


def streams_of(user: User) -> list[Stream]:
    return [
        Stream(FEEDS.index(feed), found) for feed in feeds_of(user) for found in feed.streams(user)
    ]


def send_due() -> int:
    """Leave the digests of this morning, each once, and return how many had something to say.

    It does nothing on days off, and before the hour of the rules. Whoever could not be told is
    logged and tried again by the next run; a day that is over is made up for by no other.
    """
    now = city_now().astimezone(CITY)
    today = now.date()
    if now.hour < warning_rules().digest.hour or not calendar().is_working(today):
        return 0
    done = 0
    for user in readers(today):
        try:
            done += _leave(user, today)
        except Exception:
            log.exception("the digest of account %s could not be made", user.pk)
    return done


def readers(today: date) -> Iterator[User]:
    """Those who want it and do not have today's."""
    held = RoleGrant.objects.held_at(timezone.now()).filter(role__in=READERS)
    settled = Digest.objects.filter(Q(wanted=False) | Q(made_on__gte=today))
    found = User.objects.filter(pk__in=held.values("user"), is_active=True)
    yield from found.exclude(pk__in=settled.values("user")).order_by("pk")


def _leave(user: User, today: date) -> bool:
    """Of several runs at once one leaves it; nothing is said where there is nothing to say. What
    there is is looked at before, for that asks more than the database."""
    said = morning_of(user).message()
    with transaction.atomic():
        Digest.objects.bulk_create([Digest(user=user)], ignore_conflicts=True)
        mine = Digest.objects.filter(user=user, wanted=True)
        if not mine.filter(Q(made_on=None) | Q(made_on__lt=today)).update(made_on=today):
            return False
        if said:
            outbox.put(
                kind=DIGEST,
                subject_kind=SUBJECT,
                subject_id=user.pk,
                case_ref=None,
                version=today.toordinal(),
                recipients=[user.party_id],
                context=said,
            )
    return bool(said)


def wanted_by(user: User) -> bool:
    return not Digest.objects.filter(user=user, wanted=False).exists()


def choose(user: User, *, wanted: bool) -> None:
    """Have it from now on, or no longer."""
    Digest.objects.update_or_create(user=user, defaults={"wanted": wanted})
