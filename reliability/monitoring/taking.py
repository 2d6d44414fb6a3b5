"""What a monitoring system tells, row by row: read, kept as it came, once each, and answered."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.utils.translation import gettext as _

from core.bodies import field_errors
from core.clock import CityNow, city_now
from core.locks import lock_name
from core.problems import FieldError, Invalid, Malformed, Text
from grid.models import Element
from reliability.monitoring.bodies import MEMBERS, EventRow
from reliability.monitoring.kinds import EventType, Outcome, Problem
from reliability.monitoring.models import MonitoringEvent, MonitoringSystem
from reliability.monitoring.placing import place
from rules.limits import limits

FEED: Final = "monitoring"


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one row: `problem` and `reason` where it is to be clarified, and which member
    of it that is about."""

    index: int
    id: str
    outcome: str
    problem: str = ""
    field: str = ""
    reason: str = ""


def take(system: str, body: Any) -> list[Answer]:
    """Keep what a system tells, and let the faults follow from it, in the caller's transaction.

    Args:
        body: `{"events": [row, …]}`; `EventRow` has what a row is.

    Raises:
        Malformed, Invalid: there is no list of rows. Whatever a single one is, it is kept.
    """
    if not isinstance(body, Mapping):
        raise Malformed(_("The body must be a JSON object."))
    rows = body.get("events")
    if not isinstance(rows, list):
        raise Invalid([FieldError("/events", _("This must be a list of events."))])
    # What several systems tell at once is put together once.
    lock_name(FEED)
    read = [_read(row) for row in rows]
    _look_up(read)
    known = _known(system, read)
    new: list[MonitoringEvent] = []
    answers = []
    for index, each in enumerate(read):
        if known.has(each):
            answers.append(Answer(index, each.id, Outcome.REPEATED))
            continue
        known.add(each)
        new.append(each.event(system))
        outcome = Outcome.TO_CLARIFY if each.problem else Outcome.TAKEN
        answers.append(Answer(index, each.id, outcome, each.problem, each.field, each.reason))
    MonitoringEvent.objects.bulk_create(new)
    taken = [event for event in new if not event.problem]
    _heard(system, taken)
    place(taken)
    return answers


@dataclass(slots=True)
class _Row:
    """A row as it came, what was read of it, and what is wrong with it."""

    raw: str
    said: Mapping[str, Any]
    id: str
    problem: str = ""
    field: str = ""
    reason: str = ""
    element: Element | None = None

    @property
    def digest(self) -> bytes:
        return hashlib.sha256(self.raw.encode()).digest()

    def refuse(self, problem: Problem, field: str, reason: Text) -> None:
        self.problem, self.field, self.reason = problem, field, str(reason)

    def event(self, system: str) -> MonitoringEvent:
        read = {} if self.problem else {"type": self.said["type"], "element": self.element}
        return MonitoringEvent(
            system=system,
            event_id=self.id,
            digest=self.digest,
            raw=self.raw,
            problem=self.problem,
            reported_at=self.said.get("at"),
            section=self.said.get("section", ""),
            **read,
        )


def _read(row: Any) -> _Row:
    """By the row alone. In ASCII whatever it holds can be kept."""
    said = {name: row[name] for name in MEMBERS if name in row} if isinstance(row, dict) else {}
    serializer = EventRow(data=said)
    valid = serializer.is_valid()
    raw = json.dumps(row, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    one = _Row(raw, serializer.validated_data if valid else {}, "")
    if not valid:
        if "id" in said and "id" not in serializer.errors:
            one.id = str(said["id"])
        error = field_errors(serializer.errors)[0]
        one.refuse(Problem.UNREADABLE, error.pointer.removeprefix("/"), error.reason)
        return one
    one.id = one.said["id"]
    if one.said["type"] not in EventType.values:
        one.refuse(Problem.WORD, "type", _("This is not one of the values that can be chosen."))
    return one


def _look_up(read: Iterable[_Row]) -> None:
    """Find the elements of what can be read; what stands published alone is known."""
    whole = [each for each in read if not each.problem]
    codes = {each.said["element"] for each in whole}
    known = Element.objects.filter(code__in=codes, row__isnull=False).in_bulk(field_name="code")
    latest = city_now() + timedelta(seconds=limits().webhooks.tolerance)
    for each in whole:
        each.element = known.get(each.said["element"])
        if each.element is None:
            reason = _("No line or transformer of the grid has this code.")
            each.refuse(Problem.ELEMENT, "element", reason)
        elif each.said["at"] > latest:
            reason = _("Is in the future: only what has happened is reported.")
            each.refuse(Problem.AHEAD, "at", reason)


@dataclass
class _Known:
    """What a system has told: rows by id and digest, and the ids whose content was taken."""

    rows: set[tuple[str, bytes]]
    ids: set[str]

    def has(self, row: _Row) -> bool:
        """Whether this very row was told; one of a known id with other content is set aside."""
        if (row.id, row.digest) in self.rows:
            return True
        if row.id in self.ids and row.problem != Problem.UNREADABLE:
            reason = _("This id was told with another content, which stays.")
            row.refuse(Problem.OTHER_CONTENT, "id", reason)
        return False

    def add(self, row: _Row) -> None:
        self.rows.add((row.id, row.digest))
        if not row.problem:
            self.ids.add(row.id)


def _known(system: str, read: Iterable[_Row]) -> _Known:
    ids = {row.id for row in read}
    told = MonitoringEvent.objects.filter(system=system, event_id__in=ids)
    found = list(told.values_list("event_id", "digest", "problem"))
    return _Known(
        {(event_id, bytes(digest)) for event_id, digest, _problem in found},
        {event_id for event_id, _digest, problem in found if not problem},
    )


def _heard(system: str, taken: Iterable[MonitoringEvent]) -> None:
    """The system is alive."""
    one, _new = MonitoringSystem.objects.update_or_create(
        code=system, defaults={"heard_at": CityNow()}
    )
    newest = max((each.reported_at for each in taken if each.reported_at), default=None)
    if newest and (one.reported_at is None or newest > one.reported_at):
        MonitoringSystem.objects.filter(pk=one.pk).update(reported_at=newest)
