"""Several processes at the same instant, each with a connection of its own.

The processes are forked, so they know what the test knows; they need `committed_db`.
"""

import multiprocessing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from typing import Any

from django.db import connection, connections

from core.problems import Problem

#: Whoever has not answered by then hangs: two hundred cases take a busy machine a minute.
SECONDS = 180
forked = multiprocessing.get_context("fork")


@dataclass(frozen=True)
class Outcome:
    """What one process came to.

    Args:
        value: what its call returned.
        refused: the type of the problem that it met; the name of any other exception.
        extra: further members of the problem document, such as the winner.
        detail: the problem's or the exception's text.
    """

    value: Any = None
    refused: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)
    detail: str = ""


def barrier(parties: int) -> Barrier:
    """Where `parties` processes wait for each other; make it before they start."""
    return forked.Barrier(parties, timeout=SECONDS / 2)


def at_once(*calls: Callable[[], Any]) -> list[Outcome]:
    """Make each call in a process of its own, all at the same instant."""
    connections.close_all()  # else the children would speak over our connections
    start = barrier(len(calls))
    pipes = [forked.Pipe(duplex=False) for _call in calls]
    children = [
        forked.Process(target=_child, args=(call, start, writer), daemon=True)
        for call, (_reader, writer) in zip(calls, pipes, strict=True)
    ]
    for child in children:
        child.start()
    for _reader, writer in pipes:
        writer.close()
    outcomes = [_answer(reader) for reader, _writer in pipes]
    for child in children:
        child.join(SECONDS)
    return outcomes


def refusals(outcomes: Sequence[Outcome]) -> list[str]:
    """The types of what was refused, in order."""
    return [f"{outcome.refused}: {outcome.detail}" for outcome in outcomes if outcome.refused]


def _answer(reader: Connection) -> Outcome:
    if not reader.poll(SECONDS):
        return Outcome(refused="no answer")
    try:
        answer: Outcome = reader.recv()
    except EOFError:
        return Outcome(refused="process died")
    return answer


def _child(call: Callable[[], Any], start: Barrier, writer: Connection) -> None:
    connection.ensure_connection()
    start.wait()
    writer.send(outcome_of(call))
    connections.close_all()


def outcome_of(call: Callable[[], Any]) -> Outcome:
    """What a call came to."""
    try:
        return Outcome(value=call())
    except Problem as problem:
        return Outcome(refused=problem.type, extra=problem.extra, detail=str(problem.detail))
    except Exception as error:  # noqa: BLE001 (the test says what it thinks of it)
        return Outcome(refused=type(error).__name__, detail=str(error))
