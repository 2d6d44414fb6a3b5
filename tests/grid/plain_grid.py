"""The grid and its promises as plain arithmetic in whole days and whole kVA: nothing of the portal
is imported, and what is promised is added up day by day."""

from dataclasses import dataclass, field

FOR_GOOD = 10_000
#: Without figures of their own they limit nothing.
PASSING = "SB"


@dataclass
class Element:
    """`room`: in kVA; None: unknown. `as_of`: the day of its figures."""

    feeder: str
    room: int | None
    as_of: int = 0
    limited: bool = False


@dataclass
class Promise:
    """Of days from `begins` to before `ends`; from `lapses` on it is none."""

    code: str
    kva: int
    begins: int
    ends: int
    lapses: int
    connected: int | None = None


@dataclass
class Grid:
    elements: dict[str, Element]
    #: By case, one of each source.
    promised: dict[str, list[Promise]] = field(default_factory=dict)
    today: int = 0

    def way(self, code: str) -> list[str]:
        """The element and all that feeds it."""
        found = []
        while code:
            found.append(code)
            code = self.elements[code].feeder
        return found

    def limit(self, code: str) -> str | None:
        """What is limited first on the way up."""
        return next((each for each in self.way(code) if self.elements[each].limited), None)

    def holds(self, promise: Promise) -> bool:
        return promise.connected is not None or promise.lapses > self.today

    def counts(self, promise: Promise, code: str) -> bool:
        """On an element of whose load it is not yet a part."""
        if code not in self.way(promise.code) or not self.holds(promise):
            return False
        return promise.connected is None or promise.connected >= self.elements[code].as_of

    def on_day(self, code: str, day: int) -> int:
        every = [one for promises in self.promised.values() for one in promises]
        return sum(
            one.kva for one in every if one.begins <= day < one.ends and self.counts(one, code)
        )

    def open(self, code: str, since: int, ends: int) -> int | None:
        """What the whole way can still take from a day to before another; None: unknown."""
        least = FOR_GOOD
        last = min(ends, since + 30)
        for each in self.way(code):
            room = self.elements[each].room
            if room is None and each[0] not in PASSING:
                return None
            if room is not None:
                most = max(self.on_day(each, day) for day in range(since, last))
                least = min(least, room - most)
        return None if least == FOR_GOOD else least

    def reserve(self, case: str, promises: list[Promise]) -> bool:
        """In place of what the case had: all of it, or nothing."""
        before = self.promised.pop(case, [])
        self.promised[case] = []
        for one in promises:
            open_ = self.open(one.code, one.begins, one.ends)
            if self.limit(one.code) or open_ is None or open_ < one.kva:
                self.promised[case] = before
                return False
            self.promised[case].append(one)
        return True
