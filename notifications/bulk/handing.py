"""Handing letters over to one provider, many at a time, each by a thread."""

import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Lock

from notifications import circuits, delivery
from notifications.models import Delivery
from notifications.providers.interface import Answer, Letter, Outcome
from rules.delivery import Channel, delivery_rules

Reason = Delivery.Reason


class Hands(ThreadPoolExecutor):
    """The threads of one process, and how many letters are to be claimed at once: as many as went
    out lately in `claim_seconds`, and at least one for each thread."""

    def __init__(self, threads: int) -> None:
        super().__init__(threads)
        self.room = self.least = threads

    def took(self, letters: int, seconds: float) -> None:
        rules = delivery_rules().bulk
        pace = int(letters / max(seconds, 0.001) * rules.claim_seconds)
        self.room = max(min(pace, rules.claim), self.least)


class Handing:
    """Of one claim. Where the provider takes no more, or does not answer so often that its circuit
    opens, or the time is over, no other letter is begun with.

    Args:
        last: of the monotonic clock, after which nothing is begun.
    """

    def __init__(self, rows: Sequence[Delivery], last: float) -> None:
        row = rows[0]
        self._carrier = delivery_rules().carriers.get((Channel(row.channel), row.provider))
        # One system that takes no more is left to its own pauses.
        self._of_people = row.channel != Channel.SUBSCRIBER
        self._channel, self._provider, self._last = row.channel, row.provider, last
        self._lock = Lock()
        self._well = False
        self._unanswered: list[Answer] = []
        self.busy = False

    def all_of(
        self, pairs: Iterable[tuple[Delivery, Letter | Answer]], hands: Hands
    ) -> list[Answer | None]:
        """What came of each; None: it was not begun with."""
        found = list(hands.map(lambda pair: self._one(*pair), pairs))
        if self._well:
            circuits.note(self._channel, self._provider, Answer(Outcome.TAKEN))
        for answer in self._unanswered:
            circuits.note(self._channel, self._provider, answer)
        return found

    def _one(self, row: Delivery, letter: Letter | Answer) -> Answer | None:
        if isinstance(letter, Answer):
            return letter
        if self._is_over():
            return None
        answer = delivery.carry(row, letter)
        with self._lock:
            self._note(answer)
        return answer

    def _is_over(self) -> bool:
        silent = self._carrier and len(self._unanswered) >= self._carrier.failures
        return bool(self.busy or silent or time.monotonic() >= self._last)

    def _note(self, answer: Answer) -> None:
        if answer.outcome in circuits.WELL and answer.reason not in circuits.NOT_ASKED:
            self._well = True
            self._unanswered.clear()
        elif answer.reason in circuits.NO_ANSWERS:
            self._unanswered.append(answer)
        self.busy = self.busy or (self._of_people and answer.reason == Reason.BUSY)
