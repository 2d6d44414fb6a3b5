"""What those who follow are told of an outage, step by step."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from core.templatetags.city import instant
from notifications.bulk import actions
from notifications.bulk.audience import register
from notifications.texts import both
from notifications.webhooks import actions as webhooks
from reliability.following.queries import SUBJECT, audience, still_following, touched_by
from reliability.outages.kinds import OutageKind
from rules.city import city

if TYPE_CHECKING:
    from reliability.outages.models import Outage

Times = Mapping[str, datetime | None]


def _plan(outage: "Outage") -> Times:
    return {"since": outage.planned_from, "until": outage.planned_until}


#: The times that each step tells.
TOLD: Final[Mapping[str, Callable[["Outage"], Times]]] = {
    "outage.announced": _plan,
    "outage.changed": _plan,
    "outage.cancelled": _plan,
    "outage.reported": lambda outage: {"at": outage.started_at},
    "outage.started": lambda outage: {"at": outage.started_at, "until": outage.planned_until},
    "outage.estimated": lambda outage: {"expected": outage.expected_at},
    "outage.part_restored": lambda outage: {"at": outage.part_restored_at},
    "outage.restored": lambda outage: {"at": outage.restored_at},
    "outage.corrected": lambda outage: {"since": outage.off_at, "until": outage.on_at},
}
#: Steps that tell nothing where they change nothing of what was told last.
SAME: Final = frozenset({"outage.changed", "outage.estimated"})


def tell(outage: "Outage", event: str) -> None:
    """Leave word of a step, in its transaction, with whoever follows what the outage touches now or
    was told of it before. Steps of the repair are on the page alone.

    Args:
        event: the type of the entry.
    """
    if event not in TOLD:
        return
    said = _context(outage, TOLD[event](outage))
    last = actions.newest(SUBJECT, outage.pk)
    if event in SAME and last is not None and last.context == said:
        return
    touched = touched_by(outage)
    told = actions.broadcast(
        kind=event,
        subject_kind=SUBJECT,
        subject_id=outage.pk,
        version=outage.version,
        context=said,
        audience=audience(outage, touched),
        scope=touched,
        urgent=outage.kind == OutageKind.SAFETY,
    )
    webhooks.leave(told)


def _context(outage: "Outage", times: Times) -> dict[str, Any]:
    place = city().district(outage.district)
    return {
        "number": outage.number,
        "area": outage.area,
        "place": both(partial(str, place.name)),
        **{name: both(partial(instant, at)) for name, at in times.items() if at},
    }


def wire() -> None:
    register(SUBJECT, still_following)
