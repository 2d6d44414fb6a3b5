"""Which faults are injected where: every point of every deed, spread over as many as are asked."""

import itertools
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from faults import injections as harm
from faults.deeds import DEEDS, Deed
from faults.injections import DELIVER, INTEGRATE, SWEEP, Scene
from faults.worker import poke

#: Of a hundred injections.
SHARES = {
    "web": 56, "lost": 10, "sweep": 10, "delivery": 6, "sequencer": 12, "broker": 3, "database": 3,
}  # fmt: skip


@dataclass(frozen=True)
class Injection:
    """One fault to inject: what it says of itself, and how it is done."""

    kind: str
    words: str
    run: Callable[[Scene], list[str]]


def planned(scene: Scene, seed: int) -> Iterator[Injection]:
    """Yield injections without end: every kind early, then by their shares.

    Args:
        scene: a city in which every deed is done once undisturbed, to know its points.
        seed: of the order; the same seed takes the same points.
    """
    points = {deed: harm.measure(scene, deed) for deed in DEEDS}
    chosen = random.Random(seed)
    sources = {
        "web": _endless(chosen, [_web(deed, at) for deed, at in _points(points)]),
        "lost": _endless(chosen, [_lost(deed, at) for deed, at in _commits(points)]),
        "sweep": _endless(chosen, _of_task(scene, SWEEP, "sweep", harm.sweep_killed)),
        "delivery": _endless(chosen, _of_task(scene, DELIVER, "delivery", harm.delivery_killed)),
        "sequencer": _endless(
            chosen, _of_task(scene, INTEGRATE, "sequencer", harm.sequencer_killed)
        ),
        "broker": _endless(chosen, [_broker(deed) for deed in DEEDS]),
        "database": _endless(chosen, [_database(deed, at) for deed, at in _points(points)]),
    }
    return (next(sources[kind]) for kind in itertools.cycle(_mixed(chosen)))


Points = dict[Deed, tuple[int, int]]


def _points(points: Points) -> Iterator[tuple[Deed, int]]:
    return ((deed, at) for deed, (most, _commits) in points.items() for at in range(1, most + 1))


def _commits(points: Points) -> Iterator[tuple[Deed, int]]:
    return ((deed, at) for deed, (_points, most) in points.items() for at in range(1, most + 1))


def _mixed(chosen: random.Random) -> list[str]:
    """The kinds by their shares, spread evenly: the rare ones come early too."""
    kinds = [kind for kind, share in SHARES.items() for _ in range(share)]
    chosen.shuffle(kinds)
    rare = list(SHARES)
    for kind in rare:
        kinds.remove(kind)
    return [*rare, *kinds]


def _endless(chosen: random.Random, found: list[Injection]) -> Iterator[Injection]:
    """All of them in a random order, then again."""
    while True:
        chosen.shuffle(found)
        yield from list(found)


def _of_task(
    scene: Scene, task: str, kind: str, killed: Callable[[Scene, int], list[str]]
) -> list[Injection]:
    """One injection for every point that the task passes when it has a little to do."""
    poke(scene.city, task)
    scene.journey().to_permits()
    if task == SWEEP:
        harm.make_late(scene)
    most = poke(scene.city, task).points
    return [
        Injection(kind, f"{kind} killed at point {at} of {most}", _at(killed, at))
        for at in range(1, most + 1)
    ]


def _at(killed: Callable[[Scene, int], list[str]], at: int) -> Callable[[Scene], list[str]]:
    return lambda scene: killed(scene, at)


def _web(deed: Deed, at: int) -> Injection:
    words = f"web killed at point {at} of “{deed.name}”"
    return Injection("web", words, lambda scene: harm.web_killed(scene, deed, at))


def _lost(deed: Deed, at: int) -> Injection:
    words = f"answer to commit {at} of “{deed.name}” lost"
    return Injection("lost", words, lambda scene: harm.answer_lost(scene, deed, at))


def _broker(deed: Deed) -> Injection:
    words = f"broker killed and emptied around “{deed.name}”"
    return Injection("broker", words, lambda scene: harm.broker_emptied(scene, deed))


def _database(deed: Deed, at: int) -> Injection:
    words = f"PostgreSQL crashed at point {at} of “{deed.name}”"
    return Injection("database", words, lambda scene: harm.database_restarted(scene, deed, at))
