"""What is done to one case: acts by the portal's actions, and the waits between them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any, Final, NamedTuple

from django.db import models

from accounts.models import User
from applications.actions import CASES
from applications.models import Application
from approvals.actions import PERMITS
from approvals.models import Permit
from core.problems import Problem
from deadlines.sweep import settle
from rules.calendar import Calendar
from tools.acts import hand_in
from tools.scenarios import BODIES, KINDS, Body
from tools.simulation.mix import COUNTER, Moment, Story, halves, mix
from tools.simulation.people import Cast
from workflow.run import Workflow

#: A story says until when it waits next.
Waits = Iterator[Moment]
REFUSED: Final = "refused"


class Done(NamedTuple):
    """One step of a story, as it is the same whenever the same city is made again."""

    story: int
    day: int
    half: int
    by: str
    act: str
    outcome: str


class BrokenOff(Exception):
    """A story that did not go as it is told: a person came on a day off, or nobody was refused."""


@dataclass
class Telling:
    """A story that is being told.

    Args:
        now: when; whoever tells it keeps this.
        address: a line where no case is yet.
    """

    story: Story
    cast: Cast
    calendar: Calendar
    first: date
    address: str
    now: Moment
    steps: list[Done] = field(default_factory=list)
    happened: set[str] = field(default_factory=set)
    case: Application = field(init=False)

    def __post_init__(self) -> None:
        self.random = Random(self.story.seed)
        self.filer = self._filer()

    def has(self, trouble: str) -> bool:
        return trouble in self.story.troubles

    def happens(self, trouble: str) -> bool:
        """Whether it is time for a trouble that comes once."""
        if not self.has(trouble) or trouble in self.happened:
            return False
        self.happened.add(trouble)
        return True

    # --- When ---------------------------------------------------------------------------------

    def office(self, wait: str) -> Moment:
        """When an office gets to it: on a working day, or on any where somebody is on duty."""
        days = self._days(wait)
        if self.has("on_duty"):
            return self._later(self.now.day + timedelta(days=days))
        day = self.calendar.due(self.now.day, days).date
        return self._later(self.calendar.next_working(day))

    def applicant(self, wait: str) -> Moment:
        """When the applicant comes: on any day, at a counter on one on which it is open."""
        day = self.now.day + timedelta(days=self._days(wait))
        return self._later(self.calendar.next_working(day) if self.at_counter else day)

    @property
    def at_counter(self) -> bool:
        return self.story.channel == COUNTER

    def _days(self, wait: str) -> int:
        fewest, most = mix()["days"][wait]
        return self.random.randint(fewest, most)

    def _later(self, day: date) -> Moment:
        """A half of that day, of today one that is not over."""
        found = Moment(day, self.random.randrange(len(halves())))
        return max(found, self.now)

    # --- Acts ---------------------------------------------------------------------------------

    def apply(self, action: str, body: Body | None = None) -> None:
        """An act of the applicant, with the documents that it asks for."""
        for _paper in range(hand_in(self.case, action, self.filer)):
            self.note(self.filer, "hand_in", self.case.state)
        self._take(CASES, self.case, action, self.filer, body)

    def work(self, action: str, body: Body | None = None) -> None:
        """An act of the supply company."""
        by = self.cast.manager(self.story.kind, action, self.now.day)
        self._at_work()
        self._take(CASES, self.case, action, by, body)

    def decide(self, permit: Permit, action: str, by: User, body: Body | None = None) -> None:
        """An act on a permit; `read_anew` where the sweep may have moved it."""
        self._at_work()
        self._take(PERMITS, permit, action, by, body)

    def refused(self, action: str, by: User, body: Body | None = None) -> None:
        """Somebody tries what must be refused."""
        settle(self.case.ref)
        try:
            self._perform(CASES, self.case, action, by, body)
        except Problem as problem:
            self.note(by, action, f"{REFUSED}: {problem.type}")
        else:
            raise BrokenOff(f"{action} by {by.username} was not refused")

    def permits(self, *states: str) -> list[Permit]:
        """Those of the newest round in these states, in their order."""
        rows = Permit.objects.select_related("line_works").order_by("id")
        return list(rows.filter(case_ref=self.case.ref, state__in=states))

    def read_anew(self) -> None:
        self.case = CASES.read_anew(self.case)

    def note(self, by: User, act: str, outcome: str) -> None:
        day = (self.now.day - self.first).days
        self.steps.append(Done(self.story.number, day, self.now.half, by.username, act, outcome))

    def told(self) -> str:
        """Which story it is, and how far it is told."""
        troubles = ", ".join(sorted(self.story.troubles)) or "no trouble"
        state = self.case.state if "case" in self.__dict__ else "not begun"
        return f"{self.story.number}, {self.story.kind}, {troubles}, {state} on {self.now.day}"

    def _at_work(self) -> None:
        if not self.calendar.is_working(self.now.day) and not self.has("on_duty"):
            raise BrokenOff(f"somebody works on {self.now.day}, a day off")

    def _take(
        self, workflow: Workflow[Any], thing: models.Model, action: str, by: User, body: Body | None
    ) -> None:
        moved = self._perform(workflow, thing, action, by, body)
        if workflow is CASES:
            self.case = moved
        self.note(by, action, moved.state)

    @staticmethod
    def _perform(
        workflow: Workflow[Any], thing: models.Model, action: str, by: User, body: Body | None
    ) -> Any:
        """As `workflow.api.take` does, whose `settle` only an act that is refused needs."""
        workflow.make_ready(thing, action)
        said = BODIES.get(action) if body is None else body
        return workflow.perform(thing, action, by=by, body=said)

    def _filer(self) -> User:
        if self.at_counter:
            return self.cast.people[self.random.choice(("clerk", "hall"))]
        return self.cast.people[KINDS[self.story.kind][0]]


def count(steps: Sequence[Done]) -> Counter[str]:
    """Acts that were taken, and those that were refused."""
    return Counter("refused" if step.outcome.startswith(REFUSED) else "acts" for step in steps)
