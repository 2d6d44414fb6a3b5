"""What cities are made of, and the stories that a seed makes of it; no database is asked."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, Final

from rules.calendar import Calendar
from rules.city import city
from rules.names import Kind

FILE: Final = Path(__file__).with_suffix(".toml")
HIGH: Final = frozenset({Kind.HV_SINGLE.value, Kind.HV_DUAL.value})
ONLINE, COUNTER = "online", "counter"
#: Troubles that end a case before its time.
ENDING: Final = frozenset({"withdrawn", "never_answers"})


@dataclass(frozen=True, order=True, slots=True)
class Moment:
    """A half of a day, at whose beginning the clock is moved."""

    day: date
    half: int


@dataclass(frozen=True, slots=True)
class Size:
    """Of a city: what it is made by, and the same again by the same.

    Args:
        first: the first simulated day.
    """

    days: int
    cases: int
    seed: int
    first: date

    @property
    def last(self) -> date:
        return self.first + timedelta(days=self.days - 1)

    def every_day(self) -> list[date]:
        return [self.first + timedelta(days=n) for n in range(self.days)]


@dataclass(frozen=True, slots=True)
class Story:
    """One case to come: who files what when, and what goes wrong with it."""

    number: int
    kind: str
    district: str
    channel: str
    begins: Moment
    troubles: frozenset[str]
    seed: str

    @property
    def voltage(self) -> str:
        return "high" if self.kind in HIGH else "low"


@cache
def mix() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def out_of_range(name: str, value: int) -> str:
    """Why a size cannot be simulated; empty where it can."""
    fewest, most = mix()["limits"][name]
    return "" if fewest <= value <= most else f"--{name} is {fewest} to {most:,}, not {value:,}."


def halves() -> list[time]:
    return [time.fromisoformat(each) for each in mix()["day"]["halves"]]


def moments(size: Size) -> list[Moment]:
    return [Moment(day, half) for day in size.every_day() for half in range(len(halves()))]


def drawn(shares: Mapping[str, int], by: Random) -> str:
    """One of several, each as often as its share."""
    return by.choices(list(shares), list(shares.values()))[0]


def stories(size: Size, calendar: Calendar) -> list[Story]:
    """Those of a city, in the order of their filing.

    Kinds, counters and troubles are dealt by their shares and not drawn one by one, so that a small
    city has some of each.
    """
    by = Random(f"{size.seed}:{size.days}:{size.cases}")
    kinds = _dealt(mix()["kinds"], size.cases, by)
    districts = [district.code for district in city().districts]
    places = [districts[n % len(districts)] for n in range(size.cases)]
    by.shuffle(places)
    days = size.every_day()
    working = [day for day in days if calendar.is_working(day)]
    at_counter = _at_counter(kinds, by) if working else set()
    troubles = _troubles(kinds, at_counter, by)
    found = []
    for n, (kind, district) in enumerate(zip(kinds, places, strict=True)):
        channel = COUNTER if n in at_counter else ONLINE
        # Offices take nothing in on a day off.
        day = by.choice(working if channel == COUNTER else days)
        begins = Moment(day, by.randrange(len(halves())))
        mishaps = frozenset(troubles[n])
        found.append(Story(n, kind, district, channel, begins, mishaps, f"{size.seed}:{n}"))
    return sorted(found, key=lambda story: (story.begins, story.number))


def _dealt(shares: Mapping[str, int], count: int, by: Random) -> list[str]:
    """So many, each by its share, and one of each as far as the count reaches."""
    total = sum(shares.values())
    cards = list(shares)[:count]
    for code, share in shares.items():
        cards += [code] * (count * share // total - 1)
    most = max(shares, key=lambda code: shares[code])
    cards = cards[:count] + [most] * (count - len(cards))
    by.shuffle(cards)
    return cards


def _at_counter(kinds: Sequence[str], by: Random) -> set[int]:
    found: set[int] = set()
    for voltage, share in mix()["counter"].items():
        these = [n for n, kind in enumerate(kinds) if (kind in HIGH) == (voltage == "high")]
        found |= set(by.sample(these, len(these) * share // 100))
    return found


def _troubles(kinds: Sequence[str], at_counter: Iterable[int], by: Random) -> list[set[str]]:
    """By the case. What ends a case before its time leaves no room for anything else."""
    counters = set(at_counter)
    found: list[set[str]] = [set() for _kind in kinds]
    for code, said in mix()["troubles"].items():
        fitting = [
            n
            for n, kind in enumerate(kinds)
            if kind in said.get("kinds", kinds)
            and not (said.get("online") and n in counters)
            and not (found[n] & ENDING)
        ]
        wanted = max(1, len(fitting) * said["share"] // 1000)
        for n in by.sample(fitting, min(wanted, len(fitting))):
            found[n].add(code)
    return found
