"""What happens to the city as a whole, each with an entry of the record: it opens, its rules and
calendars come into force, roles are given and taken, a demonstration's clock is moved."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, connections, transaction
from django.utils.translation import gettext_lazy as _

from accounts.actor import SYSTEM, Actor
from accounts.models import User
from accounts.roles import RULES_APPROVERS
from core.demonstration import is_demonstration
from core.problems import Forbidden
from ledger.models import Entry
from ledger.record import CITY_REF, NewEntry, append
from rules.files import SHOWN
from rules.registry import Loaded, News, Noted, load, owner_alias

REASON_MAX = 500

WANTED = (
    "this is a real city, and {label} is new: name the administrator or regulator who approves it "
    "(--approved-by USERNAME)"
)
NOBODY = "there is no account {username}, or it may not sign in any more"
NOT_THEIRS = "{username} is neither administrator nor regulator of the whole city"
TOO_LONG = f"the reason may have {REASON_MAX} characters"


def open_city(*, demonstration: bool) -> bool:
    """The first entry says for good whether this is a demonstration; False where there is one."""
    with transaction.atomic():
        if Entry.objects.exists():
            return False
        opened = "city.demonstration_opened" if demonstration else "city.opened"
        append(NewEntry(case_ref=CITY_REF, type=opened, actor=SYSTEM))
    return True


def move_clock(*, offset: timedelta, by: Actor = SYSTEM) -> datetime:
    """Set the city's clock to the server's plus an offset; returns the city's instant. Raises
    `Forbidden` in a real city."""
    if not is_demonstration():
        raise Forbidden(_("The clock of a real city cannot be moved."))
    with transaction.atomic(), connection.cursor() as cursor:
        data = {"offset": offset.total_seconds()}
        append(NewEntry(case_ref=CITY_REF, type="city.clock_moved", actor=by, data=data))
        moved: list[Any] = [offset]
        cursor.execute("SELECT city_clock_move(%s)", moved)
        now: datetime = cursor.fetchone()[0]
    return now


class NotApproved(Exception):
    """A load that nobody with the right to has approved; reaches operators, in English."""


@dataclass(frozen=True, slots=True)
class Approval:
    """Whose word a load is on; what a release has `shipped` is the system's own act at start-up."""

    by: Actor | None = None
    reason: str = ""
    shipped: bool = False


def approval(username: str = "", reason: str = "", *, shipped: bool = False) -> Approval:
    """Raises `NotApproved`: a reason that is too long, no such account, one without the right."""
    if len(reason) > REASON_MAX:
        raise NotApproved(TOO_LONG)
    by = None
    if username:
        user = User.objects.filter(username=User.normalise(username), is_active=True).first()
        if user is None:
            raise NotApproved(NOBODY.format(username=username))
        whole_city = (r for r in RULES_APPROVERS if user.role_in(r) and user.districts(r) is None)
        role = next(whole_city, None)
        if role is None:
            raise NotApproved(NOT_THEIRS.format(username=username))
        by = user.acting_as(role)
    return Approval(by, " ".join(reason.split()), shipped)


def load_city(city: str, approved: Approval) -> tuple[Loaded, Loaded]:
    """Load the rules and the calendar of a city; each new version is an entry of the record. The
    first come with the portal: before the first entry there is nothing to write to.

    Raises:
        RuleError: files that are refused.
        NotApproved: a new version for a real city, and nobody's word for it.
    """
    alias = owner_alias()
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT city_is_demonstration()")
        demonstration: bool | None = cursor.fetchone()[0]
    if demonstration is None:
        return load(city, using=alias)

    def note(news: News) -> Noted:
        free = demonstration or approved.shipped or not news.before
        if not (free or approved.by):
            raise NotApproved(WANTED.format(label=news.label))
        actor = approved.by or SYSTEM
        data = {
            "version": news.label,
            "changes": news.changes,
            "reason": approved.reason,
            "approved_by": actor.user_id,
        }
        entry = NewEntry(
            case_ref=CITY_REF,
            type=f"{news.kind}.loaded",
            actor=actor,
            from_state=news.before[:SHOWN],
            to_state=news.hash[:SHOWN],
            data=data,
        )
        [written] = append(entry, using=alias)
        role = approved.by.role if approved.by else ""
        return Noted(reason=approved.reason, role=role, entry=written.id)

    return load(city, using=alias, note=note)


def record_role(*, grant: Any, granted: bool, by: Actor, **_kwargs: Any) -> None:
    """Whose role it was is in the record only as a commitment."""
    append(
        NewEntry(
            case_ref=CITY_REF,
            type="role.granted" if granted else "role.revoked",
            actor=by,
            data={"grant": grant.pk, "user": grant.user_id, "role": grant.role},
        )
    )
