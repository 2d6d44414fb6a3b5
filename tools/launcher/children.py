"""Child processes: each started so that it cannot outlive us, its output prefixed with its name;
and the supervisor that starts again what crashes and ends them all together."""

import ctypes
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from portal.places import ROOT
from tools.launcher.identity import Identity

PR_SET_PDEATHSIG = 1
WIDTH = 8
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
SERVERS = {"postgres", "valkey"}
LONGEST_PAUSE = 30.0
# A child that stayed up this long was well; its next crash counts as the first.
SETTLED = 60.0
_printing = threading.Lock()


def say(name: str, line: str) -> None:
    with _printing:
        try:
            print(f"{name:<{WIDTH}} | {line}", flush=True)
        except (BrokenPipeError, OSError):
            # The terminal is gone; the signal that tells us so is on its way.
            return


@dataclass
class Child:
    """`stop_with` ends it in good order; the kernel sends it too when we die."""

    name: str
    command: Sequence[str]
    identity: Identity
    stop_with: signal.Signals = signal.SIGTERM
    environment: Mapping[str, str] = field(default_factory=dict)
    quiet: bool = False
    #: Left out of what it writes: the beginning of each line that we do not show, whole lines.
    prefix: str = ""
    routine: tuple[str, ...] = ()
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    last_lines: deque[str] = field(default_factory=lambda: deque(maxlen=12))
    reader: threading.Thread | None = None

    def start(self, folder: Path) -> None:
        """Only in the main thread: the kernel watches the thread that started a process."""
        self.last_lines.clear()
        self.process = subprocess.Popen(  # noqa: S603 (our own commands)
            self.command,
            cwd=folder,
            env={**os.environ, **self.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=dying_with_us(self.stop_with),  # noqa: PLW1509 (one system call)
            **self.identity.popen_options(),
        )
        self.started = time.monotonic()
        output = self.process.stdout
        assert output is not None
        self.reader = threading.Thread(target=self._read, args=(output,), daemon=True)
        self.reader.start()

    def _read(self, output: IO[bytes]) -> None:
        for raw in output:
            line = re.sub(self.prefix, "", raw.decode("utf-8", "replace").rstrip(), count=1)
            if line and not line.startswith(self.routine):
                self.last_lines.append(line)
                if not self.quiet:
                    say(self.name, line)

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def ask_to_stop(self) -> None:
        if self.process is not None and self.alive:
            self.process.send_signal(self.stop_with)

    def wait(self, seconds: float) -> None:
        """After `seconds` the whole process group is killed."""
        if self.process is None:
            return
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            say(self.name, f"did not stop within {seconds:.0f} s and is killed")
        self.sweep_group()
        self.process.wait()
        if self.reader is not None:
            self.reader.join(1)

    def sweep_group(self) -> None:
        """Ends what a dead child left behind: it was the leader of its own process group."""
        if self.process is None:
            return
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            return


def dying_with_us(stop_with: signal.Signals) -> Callable[[], None] | None:
    """Called in the child after the change of user, which would clear it. Linux only; elsewhere
    children end by their own watch over their parent.
    """
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    parent = os.getpid()

    def ask() -> None:
        prctl(PR_SET_PDEATHSIG, int(stop_with))
        if os.getppid() != parent:
            os._exit(1)

    return ask


class Stopped(Exception):
    """We were asked to stop while still starting."""


@dataclass
class Restart:
    """When a crashed child is started again: at once, then after 1, 2, 4 ... 30 seconds."""

    crashes: int = 0
    due: float | None = None

    def plan(self, uptime: float, now: float) -> float:
        """Seconds until the next start."""
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
    #: Ends after us what the kernel's signal to it did not end (minder.py).
    minder: subprocess.Popen[str] | None = None

    def listen(self) -> None:
        """Under nohup, which ignores SIGHUP, the end of the terminal is no reason to stop."""
        for number in STOPPING:
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, lambda *_: self.asked.set())

    def check(self) -> None:
        """Called between the steps of a start."""
        if self.asked.is_set():
            raise Stopped

    def add(self, child: Child) -> None:
        self.children.append(child)
        self.start(child)

    def start(self, child: Child) -> None:
        child.start(ROOT)
        if self.minder is None:
            self.minder = subprocess.Popen(
                [sys.executable, "-m", "tools.launcher.minder"],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                start_new_session=True,
                text=True,
            )
        running = [str(one.process.pid) for one in self.users if one.process is not None]
        assert self.minder.stdin is not None
        with suppress(BrokenPipeError):  # somebody ended it; it only matters if we are killed too
            self.minder.stdin.write(" ".join(running) + "\n")
            self.minder.stdin.flush()

    @property
    def users(self) -> list[Child]:
        """Of the servers, which end last and by their own order."""
        return [child for child in self.children if child.name not in SERVERS]

    def run_to_end(self, child: Child) -> int:
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
        while not self.asked.wait(0.2):
            self.tend()

    def tend(self) -> None:
        now = time.monotonic()
        for child in self.children:
            restart = self.restarts.setdefault(child.name, Restart())
            if restart.due is None and not child.alive:
                child.sweep_group()
                code = child.process.returncode if child.process is not None else 0
                why = f"exit code {code}" if code >= 0 else signal.Signals(-code).name
                pause = restart.plan(now - child.started, now)
                when = f"in {pause:.0f} s" if pause else "now"
                told = f"{child.name} ended unexpectedly ({why}); it is started again {when}"
                say("start", told)
            if restart.due is not None and restart.due <= now:
                restart.due = None
                self.start(child)

    def stop(self) -> None:
        """First those who use the servers, all at once; then the servers."""
        users = self.users
        for child in users:
            child.ask_to_stop()
        for child in users:
            child.wait(10)
        for child in reversed([child for child in self.children if child not in users]):
            child.ask_to_stop()
            child.wait(20)
        if self.minder is not None:
            with suppress(BrokenPipeError):
                self.minder.communicate()
