"""A process that tells its share of the stories, moment by moment as the coordinator says."""

import ctypes
import heapq
import logging
import multiprocessing
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from multiprocessing.connection import Connection
from typing import Final

from django.db import connections

from rules.registry import calendar
from tools.scenarios import address
from tools.simulation.mix import Moment, Story
from tools.simulation.people import Cast
from tools.simulation.telling import Done, Telling, Waits
from tools.simulation.ways import tell

log = logging.getLogger("tongdian.simulation")
forked = multiprocessing.get_context("fork")
#: More than the cases of a city.
STREET: Final = 1_000_000
#: Beside the states of cases: a story that did not go as it is told.
BROKEN_OFF: Final = "broken off"


@dataclass
class Told:
    """What came of one moment in one process.

    Args:
        ends: the state at the end of each story that is over, by its number.
        stand: the state of each case that began or moved.
        seconds: that the acts took.
    """

    steps: list[Done] = field(default_factory=list)
    ends: dict[int, str] = field(default_factory=dict)
    stand: dict[int, str] = field(default_factory=dict)
    seconds: float = 0.0


@dataclass(frozen=True)
class Share:
    """The stories of one process, and what it takes to tell them.

    Args:
        first: the first simulated day.
        street: a number of which no case is yet.
    """

    stories: Sequence[Story]
    cast: Cast
    first: date
    street: int

    def begun(self, story: Story) -> tuple[Telling, Waits]:
        line = address(self.street * STREET + story.number)
        one = Telling(story, self.cast, calendar(), self.first, line, story.begins)
        way = tell(one)
        next(way)  # it says when it begins
        return one, way


class Crew:
    """One process and its share, heard until it dies."""

    def __init__(self, share: Share, stopping: ctypes.c_bool) -> None:
        self.share = share
        self._pipe, theirs = forked.Pipe()
        self.process = forked.Process(
            target=_work, args=(share, theirs, self._pipe, stopping), daemon=True
        )
        self.process.start()
        theirs.close()

    def send(self, moment: Moment | None) -> bool:
        """Let it act until nothing is left to do at a moment; None ends it. False: it is dead."""
        try:
            self._pipe.send(moment)
        except OSError:
            return False
        return True

    def heard(self) -> Told | None:
        """What came of the moment; None where the process died."""
        try:
            told: Told = self._pipe.recv()
        except (EOFError, OSError):
            return None
        return told


def _work(
    share: Share, pipe: Connection, coordinators: Connection, stopping: ctypes.c_bool
) -> None:
    # Ctrl-C is the coordinator's: an act that has begun is finished.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    coordinators.close()
    agenda = [(story.begins, story.number) for story in share.stories]
    heapq.heapify(agenda)
    by_number = {story.number: story for story in share.stories}
    open_: dict[int, tuple[Telling, Waits]] = {}
    while (moment := pipe.recv()) is not None:
        told, begun = Told(), time.perf_counter()
        while agenda and agenda[0][0] <= moment and not stopping.value:
            _due, number = heapq.heappop(agenda)
            if number not in open_:
                open_[number] = share.begun(by_number[number])
            waits = further(*open_[number], moment, told)
            if waits is None:
                del open_[number]
            else:
                heapq.heappush(agenda, (waits, number))
        told.seconds = time.perf_counter() - begun
        pipe.send(told)
    connections.close_all()


def further(one: Telling, way: Waits, moment: Moment, told: Told) -> Moment | None:
    """Tell a story on until it waits; None where it is over."""
    one.now, number = moment, one.story.number
    try:
        return next(way)
    except StopIteration:
        told.ends[number] = one.case.state
    except Exception:
        # Whatever it is, the others go on; its case stands where it stood.
        log.exception("a story broke off: %s", one.told())
        told.ends[number] = BROKEN_OFF
    finally:
        told.steps += one.steps
        one.steps.clear()
        if case := one.__dict__.get("case"):
            told.stand[number] = case.state
    return None
