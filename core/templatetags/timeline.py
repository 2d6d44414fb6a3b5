"""Where each thing of a case's timeline stands on the bar, in per cent of its width.

The text keeps its size, so the same picture serves a phone, a desk and a sheet of paper.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from math import ceil
from typing import Any

from django import template

from core.clock import CITY, local_date
from core.templatetags.city import holder_name, in_english

register = template.Library()

DAY = timedelta(days=1)
LABELS = 5
# A word is drawn where it fits on a phone's 350 px, at so many px a letter.
PHONE = 350
LETTER = {True: 7.5, False: 13.0}
# Beyond this many days a mark for each day off would be a blur: the table lists them instead.
MARKED_DAYS = 120
# The permits stand beneath the axis, each a name above a thin bar.
LANES_FROM = 122
LANE_HEIGHT = 38


@dataclass(frozen=True)
class Block:
    holder: str
    word: str
    start: datetime
    end: datetime | None
    label: str
    working_days: int | None
    x: float
    width: float
    worded: bool
    row: Any = None

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 3)


@dataclass(frozen=True)
class Mark:
    """A day off, a make-up working day, an axis label, today, or the last day."""

    day: date
    x: float
    width: float = 0.0
    anchor: str = "middle"
    why: str = ""


@dataclass(frozen=True)
class Phase:
    phase: str
    word: str
    x: float
    width: float
    row: Any


@dataclass(frozen=True)
class Lane:
    """One permit beneath the bar; `top` is its upper edge in px, the others follow from it."""

    name: str
    top: int
    phases: list[Phase]
    late: Mark | None

    @property
    def label_y(self) -> int:
        return self.top + 12

    @property
    def bar_y(self) -> int:
        return self.top + 17

    @property
    def late_y(self) -> int:
        return self.top + 30


@dataclass(frozen=True)
class Bar:
    blocks: list[Block]
    holders: list[str]
    days_off: list[Mark]
    make_up: list[Mark]
    axis: list[Mark]
    today: Mark | None
    due: Mark | None
    first: date
    last: date
    drawn_days_off: bool = field(default=True)
    late: Mark | None = None
    lanes: list[Lane] = field(default_factory=list)

    @property
    def height(self) -> int:
        return LANES_FROM + LANE_HEIGHT * len(self.lanes) if self.lanes else LANES_FROM - 10

    @property
    def phases(self) -> list[Phase]:
        """One phase of each sort, for the legend."""
        found = {one.phase: one for lane in self.lanes for one in lane.phases}
        return list(found.values())

    @property
    def is_late(self) -> bool:
        return bool(self.late or any(lane.late for lane in self.lanes))


@register.simple_tag
def timeline_geometry(timeline: Any) -> Bar | None:
    """Lay a timeline out; None where nothing has begun.

    Args:
        timeline: object or mapping with `spans` (each `holder`, `start`, `end` or None), `now`, and
            perhaps `due_on`, `days_off` and `make_up` (each `date`, `why`), `late` (last day, day
            of the end), and `lanes` (each `name`, `phases`, perhaps `late`).
    """
    spans = list(_read(timeline, "spans") or []) if timeline else []
    if not spans:
        return None
    scale = _Scale.of(timeline, spans)
    due_on, now = _read(timeline, "due_on"), _read(timeline, "now")
    blocks = [scale.block(span) for span in spans]
    drawn = scale.days <= MARKED_DAYS
    return Bar(
        blocks=blocks,
        holders=list(dict.fromkeys(block.holder for block in blocks)),
        days_off=scale.whole_days(_read(timeline, "days_off")),
        make_up=scale.whole_days(_read(timeline, "make_up")),
        axis=scale.axis(),
        today=scale.point(local_date(now), scale.x(now)) if now else None,
        due=scale.point(due_on, scale.x(_midnight(due_on + DAY))) if due_on else None,
        first=scale.first,
        last=scale.last,
        drawn_days_off=drawn,
        late=scale.beyond(_read(timeline, "late"), spans),
        lanes=[scale.lane(row, at) for at, row in enumerate(_read(timeline, "lanes") or [])],
    )


@dataclass(frozen=True)
class _Scale:
    first: date
    last: date
    now: datetime | None

    @classmethod
    def of(cls, timeline: Any, spans: Sequence[Any]) -> "_Scale":
        now = _read(timeline, "now")
        ends = [_read(span, "end") or now or _read(span, "start") for span in spans]
        days = [local_date(end) for end in ends]
        days += [_read(timeline, "due_on")] if _read(timeline, "due_on") else []
        days += [local_date(now)] if now else []
        return cls(local_date(_read(spans[0], "start")), max(days), now)

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def x(self, instant: datetime) -> float:
        share = (instant - _midnight(self.first)) / (DAY * self.days)
        return round(min(max(share, 0.0), 1.0) * 100, 3)

    def extent(self, span: Any) -> tuple[float, float]:
        start, end = _read(span, "start"), _read(span, "end")
        x = self.x(start)
        # A stretch of minutes still shows as a line.
        return x, round(max(self.x(end or self.now or start) - x, 0.4), 3)

    def block(self, span: Any) -> Block:
        x, width = self.extent(span)
        holder = str(_read(span, "holder") or "none")
        word = holder_name(holder)
        return Block(
            holder=holder,
            word=word,
            start=_read(span, "start"),
            end=_read(span, "end"),
            label=str(_read(span, "label") or ""),
            working_days=_read(span, "working_days"),
            x=x,
            width=width,
            worded=width * PHONE / 100 > len(word) * LETTER[in_english()] + 12,
            row=span,
        )

    def lane(self, row: Any, index: int) -> Lane:
        spans = list(_read(row, "phases") or [])
        phases = [
            Phase(str(_read(span, "phase")), str(_read(span, "word")), *self.extent(span), span)
            for span in spans
        ]
        top = LANES_FROM + index * LANE_HEIGHT
        return Lane(str(_read(row, "name")), top, phases, self.beyond(_read(row, "late"), spans))

    def beyond(self, late: tuple[date, date] | None, spans: Sequence[Any]) -> Mark | None:
        """The part past a last day, up to the end or to now."""
        if not late or not spans:
            return None
        x, end = self.x(_midnight(late[0] + DAY)), self.x(_midnight(late[1] + DAY))
        stop = _read(spans[-1], "end") or self.now
        end = min(end, self.x(stop)) if stop else end
        return Mark(late[0], x, width=round(max(end - x, 0.4), 3))

    def whole_days(self, rows: Any) -> list[Mark]:
        found = [(_read(row, "date"), str(_read(row, "why") or "")) for row in rows or []]
        return [
            Mark(day, self.x(_midnight(day)), width=round(100 / self.days, 3), why=why)
            for day, why in found
            if self.first <= day <= self.last
        ]

    def axis(self) -> list[Mark]:
        step = max(1, ceil(self.days / LABELS))
        days = [self.first + DAY * index for index in range(0, self.days, step)]
        return [self.point(day, self.x(_midnight(day))) for day in days]

    @staticmethod
    def point(day: date, x: float) -> Mark:
        anchor = "start" if x < 20 else "end" if x > 80 else "middle"
        return Mark(day, x, anchor=anchor)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), CITY)


def _read(thing: Any, name: str) -> Any:
    if isinstance(thing, Mapping):
        return thing.get(name)
    return getattr(thing, name, None)
