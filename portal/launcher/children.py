"""One child process: started so that it cannot outlive us, its output prefixed with its name."""

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from portal.launcher.identity import Identity

PR_SET_PDEATHSIG = 1
WIDTH = 8
_printing = threading.Lock()


def say(name: str, line: str) -> None:
    """One line on the terminal, marked with who says it."""
    with _printing:
        try:
            print(f"{name:<{WIDTH}} | {line}", flush=True)
        except (BrokenPipeError, OSError):
            # The terminal is gone; the signal that tells us so is on its way.
            return


@dataclass
class Child:
    """What to run and how to end it.

    Args:
        name: shown before each line of its output.
        command: the program and its arguments.
        stop_with: the signal that ends it in good order, also sent by the kernel when we die.
        identity: whose rights it has.
    """

    name: str
    command: Sequence[str]
    identity: Identity
    stop_with: signal.Signals = signal.SIGTERM
    environment: Mapping[str, str] = field(default_factory=dict)
    quiet: bool = False
    rewrite: Callable[[str], str | None] | None = None
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    last_lines: deque[str] = field(default_factory=lambda: deque(maxlen=12))
    reader: threading.Thread | None = None

    def start(self, folder: Path) -> None:
        """Starts the process in its own session, and a thread that prints what it writes.

        Must be called in the main thread: the kernel watches the thread that started a process.
        """
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
            line: str | None = raw.decode("utf-8", "replace").rstrip()
            if self.rewrite is not None and line is not None:
                line = self.rewrite(line)
            if line:
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
        """Waits for the end; after `seconds` the whole process group is killed."""
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
    """Run in the child before its program: the kernel sends it `stop_with` when we die, however.

    Called after the change of user, which would clear it. Linux only; elsewhere children end by
    their own watch over their parent.
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
