import itertools
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from tools.faults import injections as harm
from tools.faults import paying
from tools.faults.city import poke
from tools.faults.injections import ASK, DELIVER, INTEGRATE, SEND, SPREAD, SWEEP, Scene

#: The steps of a case's way that are interrupted (tools.journey), and one beside it.
DEEDS = (
    "draft", "hand in property", "submit", "accept", "sign_contract", "post line works",
    "accept a permit", "grant the last permit", "start_works", "energise", "withdraw",
    "pay", "hear of a payment",
)  # fmt: skip
#: What leaves rows once a day, or once for what is there: done before anything is counted.
OF_ITSELF = ("desk.tasks.send_digests", "deadlines.tasks.warn")
#: Of a hundred injections.
SHARES = {
    "web": 40, "stalled": 3, "frozen": 3, "lost": 9, "asking": 6, "sweep": 8, "delivery": 5,
    "sending": 5, "broadcast": 3, "orphaned": 3, "sequencer": 9, "broker": 3, "database": 3,
}  # fmt: skip


@dataclass(frozen=True)
class Injection:
    kind: str
    words: str
    run: Callable[[Scene], list[str]]


def planned(scene: Scene, seed: int) -> Iterator[Injection]:
    """Without end: every kind early, then by their shares; the same seed takes the same points."""
    for task in OF_ITSELF:
        poke(scene.city, task)
    measured = {deed: harm.measure(scene, deed) for deed in DEEDS}
    points = [(deed, at + 1) for deed, (most, _) in measured.items() for at in range(most)]
    commits = [(deed, at + 1) for deed, (_, most) in measured.items() for at in range(most)]
    found = [
        *(
            Injection("web", f"web killed at point {at} of “{deed}”",
                      partial(harm.web_killed, deed=deed, at=at))
            for deed, at in points
        ),
        *(
            Injection("lost", f"answer to commit {at} of “{deed}” lost",
                      partial(harm.answer_lost, deed=deed, at=at))
            for deed, at in commits
        ),
        *_of_task(scene, SWEEP, "sweep", harm.sweep_killed),
        *_of_task(scene, DELIVER, "delivery", harm.delivery_killed),
        *_of_task(scene, SEND, "sending", harm.sending_killed),
        *_of_task(scene, SPREAD, "broadcast", harm.broadcast_killed),
        *_of_task(
            scene, SPREAD, "orphaned", harm.broadcast_orphaned, "of its broker, emptied,"
        ),
        *_of_task(scene, ASK, "asking", harm.asking_killed),
        *_of_task(scene, INTEGRATE, "sequencer", harm.sequencer_killed),
        *(
            Injection("broker", f"broker killed and emptied around “{deed}”",
                      partial(harm.broker_emptied, deed=deed))
            for deed in DEEDS
        ),
        *(
            Injection("stalled", f"200 idle and 50 stalled connections around “{deed}”",
                      partial(harm.connections_held, deed=deed))
            for deed in DEEDS
        ),
        *(
            Injection("frozen", f"broker frozen around “{deed}”",
                      partial(harm.broker_frozen, deed=deed))
            for deed in DEEDS
        ),
        *(
            Injection("database", f"PostgreSQL crashed at point {at} of “{deed}”",
                      partial(harm.database_restarted, deed=deed, at=at))
            for deed, at in points
        ),
    ]  # fmt: skip
    chosen = random.Random(seed)
    sources = {
        kind: _endless(chosen, [one for one in found if one.kind == kind]) for kind in SHARES
    }
    # The kinds by their shares, spread evenly; first one of each, so that the rare come early.
    mixed = [kind for kind, share in SHARES.items() for _ in range(share - 1)]
    chosen.shuffle(mixed)
    return (next(sources[kind]) for kind in itertools.cycle([*SHARES, *mixed]))


def _of_task(
    scene: Scene, task: str, kind: str, harmed: Callable[..., list[str]], how: str = "killed"
) -> list[Injection]:
    """One injection for every point that the task passes when it has a little to do."""
    poke(scene.city, task)
    scene.case_before("accept a permit")
    if task == SWEEP:
        harm.make_late(scene)
    if task == ASK:
        paying.unheard(scene)
    if task == SEND:
        poke(scene.city, DELIVER)
    if task == SPREAD:
        harm.tell_many()
    most = poke(scene.city, task).points
    return [
        Injection(kind, f"{kind} {how} at point {at} of {most}", partial(harmed, at=at))
        for at in range(1, most + 1)
    ]


def _endless(chosen: random.Random, found: list[Injection]) -> Iterator[Injection]:
    while True:
        chosen.shuffle(found)
        yield from list(found)
