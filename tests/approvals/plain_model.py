"""Permits as plain arithmetic, written from the plan and the contract alone: nothing of the portal
is imported, and days are counted one by one.

A permit here knows its state, its limits and whether it is late; `Permit.take` says what an act
must answer, and carries it out.
"""

from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, timedelta

#: The State Council's notice for 2026: weekdays off, and Saturdays and Sundays worked.
OFF = {date(2026, 4, 6), *(date(2026, 5, day) for day in (1, 4, 5)), date(2026, 6, 19)}
WORKED = {date(2026, 5, 9)}

#: What each kind of works asks for: the permit, its route.
LONG = {
    "planning": "review", "construction": "review", "road_occupation": "review",
    "municipal_occupation": "review", "municipal_excavation": "review", "greening": "review",
}  # fmt: skip
SHORT = {
    code: route if code in ("planning", "construction") else "commitment"
    for code, route in LONG.items()
}
ON_THE_SPOT = {"planning": "instant"}
OUTSIDE = {"planning": "review", "highway_excavation": "special"}

BUREAUS = {
    "planning": "planning", "construction": "housing", "road_occupation": "police",
    "municipal_occupation": "city-management", "municipal_excavation": "city-management",
    "greening": "city-management", "highway_excavation": "transport",
}  # fmt: skip

COMPANY, BUREAU, NOBODY = "supplier", "government", ""
TURN = {
    "received": BUREAU, "accepted": BUREAU, "suspended": BUREAU,
    "awaiting_supplement": COMPANY, "awaiting_commitment": COMPANY,
    "granted": NOBODY, "refused": NOBODY,
}  # fmt: skip
BY_COMPANY = {"supply_supplement", "commit"}

DONE, FORBIDDEN, CONFLICT = "done", "forbidden", "conflict"


def works(day: date) -> bool:
    return day in WORKED or (day.weekday() < 5 and day not in OFF)


def used(after: date, until: date) -> int:
    days, one = 0, after
    while one < until:
        one += timedelta(days=1)
        days += works(one)
    return days


def nth(after: date, number: int) -> date:
    while number > 0:
        after += timedelta(days=1)
        number -= works(after)
    return after


@dataclass
class Limit:
    """So many working days, of which none passes while it stands still."""

    days: int
    spent: int = 0
    since: date | None = None
    late: bool = False
    over: bool = False

    @property
    def last(self) -> date | None:
        return nth(self.since, self.days - self.spent) if self.since else None

    def run(self, day: date) -> None:
        if self.since is None:
            self.since = day

    def rest(self, day: date) -> None:
        if self.since is not None:
            self.spent += used(self.since, day)
            self.since = None

    def notice(self, day: date) -> None:
        self.late = self.is_late(day)

    def is_late(self, day: date) -> bool:
        return self.late or bool(not self.over and self.last and day > self.last)

    def end(self, day: date) -> None:
        self.notice(day)
        self.over = True


@dataclass
class Permit:
    code: str
    route: str
    received: date
    state: str = "received"
    asked: bool = False
    accepted: date | None = None
    extended: bool = False
    intake: Limit = field(default_factory=lambda: Limit(5))
    decision: Limit = field(default_factory=lambda: Limit(4))
    law: Limit = field(default_factory=lambda: Limit(20))
    #: The parties whose chase waits.
    chased: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        if self.route == "commitment":
            self.state = "awaiting_commitment"
        self.begin(self.received)

    @property
    def reviewed(self) -> bool:
        return self.route in ("review", "special")

    @property
    def turn(self) -> str:
        return TURN[self.state]

    @property
    def open(self) -> bool:
        return self.turn != NOBODY

    def begin(self, day: date) -> None:
        """The bureau has it, complete so far as anybody knows."""
        if self.reviewed:
            self.intake = Limit(5, since=day)
        if self.code == "construction":
            self.decision.run(day)
        if self.route == "instant":
            self.decision = Limit(0, since=day if works(day) else nth(day, 1))

    def notice(self, day: date) -> None:
        """What time has done by itself: silence accepts, and a limit passes."""
        if self.intake.is_late(day):
            assert self.intake.since is not None
            self.accept(self.intake.since)
            self.intake.over = True
        self.decision.notice(day)

    def accept(self, day: date) -> None:
        self.state, self.accepted = "accepted", day
        self.intake.over = True
        self.law.run(day)
        if self.route == "review":
            self.decision.run(day)

    def may(self, act: str, day: date) -> bool:  # noqa: PLR0911 (one line for each act)
        state, reviewed, committed = self.state, self.reviewed, self.route == "commitment"
        match act:
            case "accept":
                return state == "received" and reviewed
            case "request_supplement":
                return state == "received" and not committed and not self.asked
            case "supply_supplement":
                return state == "awaiting_supplement"
            case "exclude_time":
                return state == "accepted" and reviewed and not self.decision.late
            case "resume":
                return state == "suspended"
            case "extend":
                in_time = self.law.last is not None and day <= self.law.last
                return state == "accepted" and reviewed and not self.extended and in_time
            case "grant" | "refuse":
                return state == "accepted" or (state == "received" and self.route == "instant")
            case "commit":
                return state == "awaiting_commitment"
            case "chase":
                return self.open and self.turn not in self.chased
            case "answer_chase":
                return self.open and self.turn in self.chased
        raise AssertionError(act)

    def who(self, act: str) -> str:
        """Whose act it is."""
        if act == "extend":
            return f"{BUREAUS[self.code]}-lead"
        if act == "chase":
            return "digital"
        company = self.turn != BUREAU if act == "answer_chase" else act in BY_COMPANY
        return "manager" if company else BUREAUS[self.code]

    def take(self, act: str, day: date) -> str:
        """Carry out an act of the right person, if it may be."""
        if not self.may(act, day):
            return CONFLICT
        match act:
            case "accept":
                self.accept(day)
            case "request_supplement":
                self.state, self.asked, self.intake.over = "awaiting_supplement", True, True
                self.decision.rest(day)
            case "supply_supplement":
                self.state = "received"
                self.begin(day)
            case "exclude_time":
                self.state = "suspended"
                self.decision.rest(day)
                self.law.rest(day)
            case "resume":
                self.state = "accepted"
                self.law.run(day)
                if self.route == "review":
                    self.decision.run(day)
            case "extend":
                self.extended = True
            case "chase":
                self.chased.add(self.turn)
            case "answer_chase":
                self.chased.discard(self.turn)
            case _:
                self.state = "refused" if act == "refuse" else "granted"
                self.decision.end(day)
        return DONE


@dataclass
class Round:
    """The permits of one line, and the four working days of them all."""

    permits: dict[int, Permit]
    limit: Limit
    #: Once all are decided: whether one was refused.
    joined: bool | None = None

    def notice(self, day: date) -> None:
        """What is late anywhere in it."""
        self.limit.notice(day)
        for permit in self.permits.values():
            permit.notice(day)

    def take(self, key: int, act: str, day: date) -> "tuple[str, str, Round]":
        """Whose act it is, the answer, and the round afterwards: a refusal leaves no trace."""
        after = deepcopy(self)
        after.notice(day)
        permit = after.permits[key]
        who, said = permit.who(act), permit.take(act, day)
        if said != DONE:
            return who, said, self
        if not any(one.open for one in after.permits.values()) and after.joined is None:
            after.limit.end(day)
            after.joined = any(one.state == "refused" for one in after.permits.values())
        return who, said, after
