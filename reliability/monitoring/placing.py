"""Where events belong: to an outage that is known already, to a suggestion that waits, or to a new
one. What follows of a suggestion is worked out anew from all of its events, whenever they came."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection
from django.db.models import Q

from accounts.actor import SYSTEM
from core.clock import city_now, local_date
from core.locks import MOST, each_held
from grid.models import Element
from reliability.monitoring.actions import SUGGESTIONS
from reliability.monitoring.bodies import WORDS_MAX
from reliability.monitoring.faults import Fault, Ways, Word, lowest_above
from reliability.monitoring.kinds import DARK
from reliability.monitoring.models import MonitoringEvent, Suggestion
from reliability.monitoring.workflow import SuggestionState
from reliability.outages import audience
from reliability.outages.models import Outage
from reliability.outages.workflow import IS_OFF, OutageState
from reliability.rules import joining, monitoring_margin

WAYS: Final = """
SELECT e.id, w.id FROM unnest(%s::bigint[]) AS e (id), grid_way(e.id) w ORDER BY e.id, w.depth
"""
BELOW: Final = """
WITH RECURSIVE below AS (
    SELECT id FROM grid_element WHERE id = ANY(%s)
    UNION SELECT e.id FROM below JOIN grid_element e ON e.parent_id = below.id
) SELECT id FROM below
"""


def place(events: Sequence[MonitoringEvent]) -> None:
    """Put events where they belong; the feed's lock is held.

    Args:
        events: of known elements, kept already.
    """
    if events:
        _Placing(events).run()


def ways_of(elements: Iterable[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(WAYS, [sorted(set(elements))])
        for element, above in cursor.fetchall():
            found[element].append(above)
    return found


def word_of(event: MonitoringEvent) -> Word:
    assert event.element_id is not None
    assert event.reported_at is not None
    return Word(event.element_id, event.type in DARK, event.reported_at)


@dataclass(frozen=True, slots=True)
class Covering:
    """An outage as events meet it: what it takes the power from, and when.

    From so long before its first entry on that an event may have come first; None: until now.
    `back`: where it was back before it was for all."""

    outage: Outage
    elements: frozenset[int]
    since: datetime
    until: datetime | None
    back: Mapping[int, datetime]

    def takes(self, word: Word, ways: Ways) -> bool:
        """Whether a loss is where it takes the power from; what is lost anew where it was back is
        another fault."""
        back = self.back.get(word.element)
        return bool(set(ways[word.element]) & self.elements) and not (back and word.at > back)

    def has(self, word: Word, ways: Ways, margin: timedelta) -> bool:
        """Whether a loss, or voltage that came back, is of this outage."""
        if word.at < self.since - margin:
            return False
        if self.until and word.at > self.until + (timedelta() if word.dark else margin):
            return False
        if word.dark:
            return self.takes(word, ways)
        below = set(ways[word.element]) & self.elements
        return bool(below) or any(word.element in ways[one] for one in self.elements)


def coverings(elements: Iterable[int], begins: datetime, ends: datetime) -> list[Covering]:
    """The outages that take the power from some of these, or took it in that time; a plan that was
    not begun as long as it was to be."""
    margin = monitoring_margin(local_date(city_now()))
    announced = Q(
        state=OutageState.ANNOUNCED,
        planned_from__lte=ends + margin,
        planned_until__gte=begins - margin,
    )
    over = Q(
        state=OutageState.RESTORED,
        started_at__lte=ends + margin,
        restored_at__gte=begins - margin,
    )
    ids = sorted(set(elements))
    mine = Q(elements__element__in=ids) | Q(told__element__in=ids)
    found = Outage.objects.filter(Q(state__in=IS_OFF) | announced | over).filter(mine).distinct()
    return [_covering(outage, margin) for outage in found.order_by("-begins_at", "-id")]


def _covering(outage: Outage, margin: timedelta) -> Covering:
    own = set(outage.elements.values_list("element", flat=True))
    told = outage.told.filter(type__in=DARK).values_list("element", flat=True)
    ahead = outage.started_at is None
    until = outage.planned_until + margin if outage.planned_until and ahead else outage.on_at
    since = outage.off_at or outage.planned_from
    assert since is not None
    parts = dict(outage.parts().values_list("element", "recorded_on_at"))
    ids = Element.objects.filter(code__in=parts).values_list("id", "code")
    back = {pk: at for pk, code in ids if (at := parts[code])}
    return Covering(outage, frozenset(own | {one for one in told if one}), since, until, back)


class _Placing:
    """One run over some events in the order of their reported times."""

    def __init__(self, events: Sequence[MonitoringEvent]) -> None:
        today = local_date(city_now())
        self.gap, self.margin = joining(today).gap, monitoring_margin(today)
        times = [word_of(event).at for event in events]
        self.begins, self.ends = min(times), max(times)
        ids = {word_of(event).element for event in events}
        self.ways = ways_of(ids)
        self.events = [*events, *self._loose({one for way in self.ways.values() for one in way})]
        self.new: list[_Group] = []
        self.waiting = self._waiting()
        self.covering = self._covering()

    def _loose(self, above: set[int]) -> list[MonitoringEvent]:
        """Voltage that came back to what nobody had missed yet."""
        found = MonitoringEvent.objects.filter(
            problem="", suggestion=None, outage=None, element__in=above,
            reported_at__gte=self.begins,
        ).exclude(type__in=DARK)  # fmt: skip
        known = set(self.ways)
        loose = list(found.order_by("reported_at", "id")[:1000])
        self.ways |= ways_of({word_of(event).element for event in loose} - known)
        return loose

    def _waiting(self) -> list["_Group"]:
        """What these events can be of, oldest first, each under its lock: whoever decides one of
        them just now has done so before, or does so after."""
        roots = {way[-1] for way in self.ways.values()}
        found = Suggestion.objects.filter(root__in=roots, first_lost_at__lte=self.ends + self.gap)
        near = Q(back_at=None) | Q(back_at__gte=self.begins - self.gap)
        held = [
            SUGGESTIONS.hold(one)
            for one in found.filter(near, state=SuggestionState.WAITING).order_by("id")
        ]
        groups = [_Group(one) for one in held if one.state == SuggestionState.WAITING]
        told = MonitoringEvent.objects.filter(suggestion__in=[group.one for group in groups])
        by_key = {group.one.pk: group.events for group in groups if group.one}
        for event in told.order_by("id"):
            if event.suggestion_id:
                by_key[event.suggestion_id].append(event)
        self.ways |= ways_of({word_of(event).element for event in told} - set(self.ways))
        for group in groups:
            group.know(self.ways)
        return groups

    def _covering(self) -> list[Covering]:
        back = [word.element for word in map(word_of, self.events) if not word.dark]
        with connection.cursor() as cursor:
            cursor.execute(BELOW, [back])
            below = {one for (one,) in cursor.fetchall()}
        above = {one for way in self.ways.values() for one in way}
        found = coverings(above | below, self.begins, self.ends)
        self.ways |= ways_of({one for each in found for one in each.elements} - set(self.ways))
        return found

    def run(self) -> None:
        in_order = sorted(self.events, key=lambda one: (one.reported_at, not word_of(one).dark))
        for event in in_order:
            self._place(event, word_of(event))
        for group in [*self.waiting, *self.new]:
            if group.touched and group.into is None:
                group.settle(self.ways)

    def _place(self, event: MonitoringEvent, word: Word) -> None:
        known = next((c for c in self.covering if c.has(word, self.ways, self.margin)), None)
        if known is not None:
            event.outage = known.outage
            event.save(update_fields=["outage"])
            return
        mine = [
            group
            for group in [*self.waiting, *self.new]
            if group.into is None and group.fault.has(word, self.gap)
        ]
        if not mine and word.dark and not self._was_set_aside(event, word):
            self.new.append(_Group(None))
            self.new[-1].know(self.ways)
            mine = self.new[-1:]
        if mine:
            first, *others = mine
            first.add(event)
            for other in others if word.dark else ():
                first.absorb(other)

    def _was_set_aside(self, event: MonitoringEvent, word: Word) -> bool:
        """Whether another system tells what was decided to be no outage; then it belongs there."""
        near = MonitoringEvent.objects.filter(
            suggestion__state=SuggestionState.ASIDE,
            type__in=DARK,
            element=word.element,
            reported_at__range=(word.at - self.gap, word.at + self.gap),
        )
        own = near.filter(system=event.system).values("suggestion")
        told = near.exclude(suggestion__in=own).order_by("id").first()
        if told is not None:
            event.suggestion_id = told.suggestion_id
            event.save(update_fields=["suggestion"])
        return told is not None


class _Group:
    """A suggestion with its events; without a row it is new."""

    def __init__(self, one: Suggestion | None) -> None:
        self.one = one
        self.events: list[MonitoringEvent] = []
        self.added: list[MonitoringEvent] = []
        self.merged: list[_Group] = []
        self.into: _Group | None = None
        self.fault = Fault({})

    @property
    def touched(self) -> bool:
        return bool(self.added or self.merged)

    def know(self, ways: Ways) -> None:
        self.fault = Fault(ways, [word_of(event) for event in self.events])

    def add(self, event: MonitoringEvent) -> None:
        self.events.append(event)
        self.added.append(event)
        self.fault.words.append(word_of(event))

    def absorb(self, other: "_Group") -> None:
        other.into = self
        self.merged.append(other)
        self.events += other.events
        self.fault.words += other.fault.words

    def settle(self, ways: Ways) -> None:
        """Write down what follows from all of its events."""
        said = _follows(self.fault, self.events, ways)
        if self.one is None:
            new = Suggestion(district=said.pop("district"))
            self.one = SUGGESTIONS.move(new, "suggest", SYSTEM, **said).thing
        else:
            Suggestion.objects.filter(pk=self.one.pk).update(**said)
        for other in self.merged:
            if other.one is not None:
                SUGGESTIONS.move(other.one, "merge", SYSTEM, into=self.one)
        moved = [event.pk for event in self.events if event.suggestion_id != self.one.pk]
        MonitoringEvent.objects.filter(pk__in=moved).update(suggestion=self.one)


def _follows(fault: Fault, events: Iterable[MonitoringEvent], ways: Ways) -> dict[str, Any]:
    """What a suggestion says, from its events."""
    off = fault.elements
    located = lowest_above(off, ways)
    found = Element.objects.select_related("row").in_bulk([*off, *([located] if located else [])])
    elements = sorted((found[one] for one in off), key=lambda one: one.code)
    numbers = audience.by_level(audience.counted(elements))
    rows = [one.row for one in elements if one.row]
    return {
        # What was withdrawn since lies nowhere.
        **({"district": rows[0].district} if rows else {}),
        "root_id": ways[off[0]][-1],
        "located_id": located,
        "elements": [one.code for one in elements],
        "section": _sections(events),
        "first_lost_at": fault.losses[0],
        "back_at": fault.back_at,
        "medium": numbers["medium"],
        "low": numbers["low"],
    }


def _sections(events: Iterable[MonitoringEvent]) -> str:
    """Between which switches, as it was told with losses."""
    said = dict.fromkeys(each.section for each in events if each.section and each.type in DARK)
    return "；".join(said)[:WORDS_MAX]


def covering_all(one: Suggestion) -> Outage | None:
    """The outage, on or announced for now, that takes the power from all of a suggestion."""
    elements = Element.objects.filter(code__in=one.elements).values_list("pk", flat=True)
    ways = ways_of(elements)
    above = {key for way in ways.values() for key in way}
    ends = one.back_at or city_now()
    margin = monitoring_margin(local_date(city_now()))
    words: Mapping[int, Word] = {key: Word(key, dark=True, at=one.first_lost_at) for key in ways}
    for each in coverings(above, one.first_lost_at, ends):
        lasting = one.back_at is None and each.outage.state in IS_OFF
        if all(
            each.takes(word, ways) if lasting else each.has(word, ways, margin)
            for word in words.values()
        ):
            return each.outage
    return None


def link_known() -> int:
    """Close what waits and lies in an outage by now, so that nobody is asked for it again."""
    now = city_now()
    recent = Q(first_lost_at__gte=now - monitoring_margin(local_date(now)))
    waiting = Suggestion.objects.filter(state=SuggestionState.WAITING).order_by("-id")
    found = {one.pk for one in waiting.filter(recent | Q(back_at=None))[:MOST] if covering_all(one)}

    def link(one: Suggestion) -> None:
        if outage := covering_all(one):
            SUGGESTIONS.move(one, "link", SYSTEM, outage=outage)

    return each_held(waiting.filter(pk__in=found), link)
