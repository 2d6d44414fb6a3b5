"""What a simulation came to, as a table of text."""

from collections import Counter
from collections.abc import Iterator

from tools.simulation.coordinator import City
from tools.simulation.crew import BROKEN_OFF
from tools.simulation.mix import mix

OPEN, NOT_BEGUN, LEFT = "open", "not begun", "left standing"
ENDS = ("energised", "withdrawn", "closed", OPEN, NOT_BEGUN, LEFT, BROKEN_OFF)


def is_whole(city: City) -> bool:
    """Whether every story was told as far as the days reach."""
    broken = BROKEN_OFF in city.ends.values()
    return not (broken or city.lost or city.stopped)


def by_end(city: City) -> Counter[tuple[str, str]]:
    """Cases by kind and end."""
    return Counter((story.kind, _end_of(story.number, city)) for story in city.told)


def _end_of(number: int, city: City) -> str:
    state = city.ends.get(number) or city.stand.get(number, NOT_BEGUN)
    if state in ENDS:  # it may still wait for its rating
        return state
    return LEFT if number in city.lost else OPEN


def lines(city: City) -> Iterator[str]:
    counted = by_end(city)
    ends = [end for end in ENDS if any(counted[kind, end] for kind in mix()["kinds"])]
    yield _row("", *ends, "cases")
    for kind in mix()["kinds"]:
        row = [counted[kind, end] for end in ends]
        yield _row(kind, *row, sum(row))
    totals = [sum(counted[kind, end] for kind in mix()["kinds"]) for end in ends]
    yield _row("cases", *totals, sum(totals))
    yield ""
    late = ", ".join(f"{kind} {times}" for kind, times in sorted(city.late.items()))
    yield f"late steps: {city.late.total()}{f' ({late})' if late else ''}"
    yield _row("process", "acts", "refused", "acts/s")
    for number, work in enumerate(city.works, start=1):
        rate = f"{work.acts / work.seconds:.1f}" if work.seconds else "-"
        yield _row(f"{number}{' died' if work.died else ''}", work.acts, work.refused, rate)
    yield f"stories: {city.digest()[:16]}"
    if city.stopped:
        yield "Stopped before its last day: the city is whole, its stories are not."
    if city.lost:
        left = sum(counted[kind, LEFT] for kind in mix()["kinds"])
        yield f"A process died: {left} cases stand where they stood."


def _row(head: str, *cells: object) -> str:
    return f"{head:<12}" + "".join(f"{cell!s:>14}" for cell in cells)
