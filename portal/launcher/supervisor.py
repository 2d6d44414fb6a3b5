"""Keeps web, worker, beat and the embedded servers running; ends them all together."""

import signal
import threading
import time
from dataclasses import dataclass, field
from types import FrameType

from portal.launcher.children import Child, say
from portal.launcher.places import ROOT

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
SERVERS = {"postgres", "valkey"}
LONGEST_PAUSE = 30.0
# A child that stayed up this long was well; its next crash counts as the first.
SETTLED = 60.0


class Stopped(Exception):
    """We were asked to stop while still starting."""


@dataclass
class Restart:
    """When a crashed child is started again: at once, then after 1, 2, 4 ... 30 seconds."""

    crashes: int = 0
    due: float | None = None

    def plan(self, uptime: float, now: float) -> float:
        """Notes a crash and returns the pause before the next start, in seconds."""
        self.crashes = 1 if uptime > SETTLED else self.crashes + 1
        pause = 0.0 if self.crashes == 1 else min(LONGEST_PAUSE, 2.0 ** (self.crashes - 2))
        self.due = now + pause
        return pause


@dataclass
class Supervisor:
    """The one process that owns all others. `children` in the order of their start."""

    children: list[Child] = field(default_factory=list)
    restarts: dict[str, Restart] = field(default_factory=dict)
    asked: threading.Event = field(default_factory=threading.Event)

    def listen(self) -> None:
        """From now on Ctrl-C, SIGTERM and SIGHUP end everything in good order.

        Under nohup, which ignores SIGHUP, the end of the terminal is no reason to stop.
        """
        for number in STOPPING:
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, self._note)

    def _note(self, number: int, _frame: FrameType | None) -> None:
        self.asked.set()

    def check(self) -> None:
        """Raises Stopped when we were asked to stop; called between the steps of a start."""
        if self.asked.is_set():
            raise Stopped

    def add(self, child: Child) -> None:
        self.children.append(child)
        if not child.alive:
            child.start(ROOT)

    def run_to_end(self, child: Child) -> int:
        """Runs one step of a start (migrations, rules) and returns its exit code."""
        child.start(ROOT)
        process = child.process
        try:
            while child.alive:
                self.check()
                time.sleep(0.05)
        finally:
            child.ask_to_stop()
            child.wait(20)
        return process.returncode if process is not None else 1

    def watch(self) -> None:
        """Restarts what crashes, until we are asked to stop."""
        while not self.asked.wait(0.2):
            self.tend()

    def tend(self) -> None:
        """One look at all children: notes crashes, starts again what is due."""
        now = time.monotonic()
        for child in self.children:
            restart = self.restarts.setdefault(child.name, Restart())
            if restart.due is None and not child.alive:
                self._note_crash(child, restart, now)
            if restart.due is not None and restart.due <= now:
                restart.due = None
                child.start(ROOT)

    @staticmethod
    def _note_crash(child: Child, restart: Restart, now: float) -> None:
        child.sweep_group()
        code = child.process.returncode if child.process is not None else None
        pause = restart.plan(now - child.started, now)
        when = f"in {pause:.0f} s" if pause else "now"
        say("start", f"{child.name} ended unexpectedly ({_why(code)}); it is started again {when}")

    def stop(self) -> None:
        """Ends all: first those who use the servers, all at once; then the servers."""
        users = [child for child in self.children if child.name not in SERVERS]
        for child in users:
            child.ask_to_stop()
        for child in users:
            child.wait(10)
        for child in reversed([child for child in self.children if child not in users]):
            child.ask_to_stop()
            child.wait(20)


def _why(code: int | None) -> str:
    if code is not None and code < 0:
        return signal.Signals(-code).name
    return f"exit code {code}"
