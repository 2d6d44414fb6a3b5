"""Moves the clock, does between its moves what the worker does, and lets the processes act."""

import ctypes
import hashlib
import os
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from types import FrameType
from typing import Final

from django.db import connections
from django.utils.timezone import now as server_now

from applications.models import Application
from core.clock import CITY, city_now, local_date
from core.models import Meter
from deadlines.models import Clock
from ledger.actions import move_clock
from ledger.models import Entry
from rules.registry import calendar
from tools.simulation.crew import Crew, Share, Told, forked
from tools.simulation.mix import Moment, Size, Story, halves, moments, stories
from tools.simulation.people import Cast, call_together
from tools.simulation.telling import Done, count

#: What the worker does more seldom than this, it does once a simulated day.
SELDOM: Final = 3600.0
#: How often progress is said, of the whole.
SAID: Final = 20
Say = Callable[[str], None]


@dataclass
class Work:
    """What one process did."""

    acts: int = 0
    refused: int = 0
    seconds: float = 0.0
    died: bool = False


@dataclass
class City:
    """What came of a simulation.

    Args:
        stand: the state of each case that was begun, by the number of its story.
        ends: of each story that is over; what has none stood open on the last day.
        stopped: by Ctrl-C.
    """

    told: list[Story]
    works: list[Work]
    steps: list[Done] = field(default_factory=list)
    stand: dict[int, str] = field(default_factory=dict)
    ends: dict[int, str] = field(default_factory=dict)
    lost: set[int] = field(default_factory=set)
    late: Counter[str] = field(default_factory=Counter)
    stopped: bool = False

    def digest(self) -> str:
        """The same whenever the same stories are told in the same steps on the same days."""
        return hashlib.sha256(repr(sorted(self.steps)).encode()).hexdigest()


class ClockTooFar(Exception):
    """The acts of a day took so long that it is over."""


def simulate(size: Size, processes: int, say: Say) -> City:
    """Let a demonstration city work for so many days, from `size.first` on.

    Raises:
        ClockTooFar: a day had more work than the hours that are left of it.
    """
    cast, begun_at = call_together(size), city_now()
    street = Entry.objects.latest("pk").pk
    told = stories(size, calendar())
    city = City(told, [Work() for _ in range(processes)])
    with _stopped_by_ctrl_c() as stopping, _crews(city, cast, size, street, stopping) as crews:
        for moment in moments(size):
            move_to(moment)
            if moment.half == 0:
                end_counts()
            do_as_the_worker(seldom=moment.half == 0)
            _act(city, crews, moment)
            _report(city, size, moment, say)
            if stopping.value:
                city.stopped = True
                break
    do_as_the_worker(seldom=False)
    ours = Application.objects.filter(filed_at__gte=begun_at).values("ref")
    late = Clock.objects.filter(breached_at__isnull=False, case_ref__in=ours)
    city.late = Counter(late.values_list("kind", flat=True))
    return city


def end_counts() -> None:
    """What may be done so often in a day or less is counted by the real clock, of which a simulated
    day takes seconds: its counts end with it."""
    Meter.objects.all().delete()


def first_day() -> date:
    """The day after the city's own: the clock goes forward only."""
    return local_date(city_now()) + timedelta(days=1)


def do_as_the_worker(*, seldom: bool) -> None:
    """Everything that beat has it do, once, in this process."""
    from portal.celery import app  # noqa: PLC0415 (the tasks are found once the apps stand)

    app.loader.import_default_modules()
    for entry in app.conf.beat_schedule.values():
        if seldom or entry["schedule"] < SELDOM:
            app.tasks[entry["task"]]()


@contextmanager
def _stopped_by_ctrl_c() -> Iterator[ctypes.c_bool]:
    """What the processes look at between two acts. It has no lock: a signal may come at any
    instant, in the middle of what would hold it."""
    stopping = forked.RawValue(ctypes.c_bool, False)

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopping.value = True

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield stopping
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _crews(
    city: City, cast: Cast, size: Size, street: int, stopping: ctypes.c_bool
) -> Iterator[list[Crew]]:
    """Forked without a connection of ours; ended when they have done what they began."""
    connections.close_all()
    processes = len(city.works)
    shares = [[one for one in city.told if one.number % processes == n] for n in range(processes)]
    crews = [Crew(Share(share, cast, size.first, street), stopping) for share in shares]
    try:
        yield crews
    finally:
        for crew in crews:
            crew.send(None)
        for crew in crews:
            crew.process.join(60)


def move_to(moment: Moment) -> None:
    """Forward alone: where the time has come already, nothing is moved. Raises ClockTooFar."""
    instant = datetime.combine(moment.day, halves()[moment.half], CITY)
    if local_date(city_now()) > moment.day:
        raise ClockTooFar(f"The acts before {moment.day} took longer than the day had hours.")
    if city_now() < instant:
        move_clock(offset=instant - server_now())


def _act(city: City, crews: list[Crew], moment: Moment) -> None:
    for crew, work in zip(crews, city.works, strict=True):
        work.died = work.died or not crew.send(moment)
    for crew, work in zip(crews, city.works, strict=True):
        told = None if work.died else crew.heard()
        _take_in(city, crew, work, told)


def _take_in(city: City, crew: Crew, work: Work, told: Told | None) -> None:
    if told is None:
        work.died = True
        numbers = {story.number for story in crew.share.stories}
        city.lost |= {number for number in numbers if number not in city.ends}
        return
    counted = count(told.steps)
    work.acts += counted["acts"]
    work.refused += counted["refused"]
    work.seconds += told.seconds
    city.steps += told.steps
    city.stand |= told.stand
    city.ends |= told.ends


def _report(city: City, size: Size, moment: Moment, say: Say) -> None:
    day = (moment.day - size.first).days + 1
    if moment.half == 0 and (day % max(1, size.days // SAID) == 0 or day == size.days):
        acts = sum(work.acts for work in city.works)
        say(f"{moment.day}  {len(city.stand)} begun, {len(city.ends)} over, {acts} acts")


def processors() -> int:
    """As many as this process may use."""
    with suppress(AttributeError):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
