"""Followers in tests: visitors whose phones have shown themselves, and many laid at once."""

from typing import Any

from django.db import connection

from accounts import visits
from accounts.models import User
from notifications.bulk.models import Broadcast
from reliability.following.actions import follow
from reliability.following.models import Following
from tests.notifications.counterpart import At

DISTRICT = "510302"


def visitor(number: int) -> User:
    """Somebody without an account whose phone has shown a code."""
    return visits.person_of(visits.new_contact(phone(number)))


def phone(number: int) -> str:
    return f"139{number:08}"


def follows(by: User, scope: str = "district", **said: Any) -> Following:
    body = {"scope": scope, **({"district": DISTRICT} if scope == "district" else {}), **said}
    return follow(body=body, by=by, client="192.0.2.1")


def told(at: At) -> list[tuple[str, str]]:
    """Whom the counterpart was given an SMS for, and what kind of words it began with."""
    return [(to, text.split("】")[1].split("。")[0]) for to, text in at.texts()]


def broadcasts() -> list[tuple[str, str, int]]:
    """What was told to many so far, how that stands, and of how many."""
    return list(Broadcast.objects.order_by("id").values_list("kind", "state", "people"))


def states() -> dict[str, int]:
    """How many deliveries of broadcasts stand how."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT concat_ws(' ', state, nullif(reason, '')), count(*) FROM notifications_delivery"
            " WHERE broadcast_id IS NOT NULL GROUP BY 1 ORDER BY 1"
        )
        return dict(cursor.fetchall())
