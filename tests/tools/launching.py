"""Starts the launcher for real, in folders of its own, and sees what it leaves behind."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from portal.places import ROOT
from tests.servers import environment

LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv", "var", "node_modules", "__pycache__", ".*_cache", ".hypothesis", "tests"
)


@dataclass
class Launch:
    """One `python -m tools.launcher COMMAND`; its output in a file, so that no pipe fills up."""

    folder: Path
    command: str
    output: Path
    variables: dict[str, str] = field(default_factory=dict)
    python: str = sys.executable
    user: int | None = None

    def __post_init__(self) -> None:
        clean = {k: v for k, v in os.environ.items() if k not in {*environment(""), "PORTAL_VAR"}}
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [self.python, "-m", "tools.launcher", self.command],
                cwd=self.folder,
                env=clean | {"PYTHONDONTWRITEBYTECODE": "1"} | self.variables,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                user=self.user,
                group=self.user,
                extra_groups=None if self.user is None else [],
            )

    def text(self) -> str:
        return self.output.read_text(encoding="utf-8", errors="replace")

    def wait_for(self, words: str, seconds: float = 60) -> str:
        """The output once `words` are in it."""
        soon(lambda: words in self.text() or self.process.poll() is not None, seconds)
        assert words in self.text(), self.text()
        return self.text()

    def ended(self, seconds: float = 30) -> tuple[int, str]:
        """The exit code and the last line, of a start that ends by itself."""
        code = self.process.wait(seconds)
        return code, self.text().strip().splitlines()[-1]

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(240)


def soon(holds: Callable[[], bool], seconds: float = 20) -> bool:
    """Whether something comes true within some seconds."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.05)
    return holds()


@contextlib.contextmanager
def services(var: Path, **options: object) -> Iterator[Launch]:
    """The embedded servers of one folder, up; ended afterwards."""
    launch = start(var, "services", **options)
    try:
        launch.wait_for("ready for manage.py")
        yield launch
    finally:
        launch.stop()


def start(var: Path, command: str, **options: object) -> Launch:
    var.parent.mkdir(parents=True, exist_ok=True)
    variables = {"PORTAL_VAR": str(var)}
    output = var.parent / f"{command}-{time.monotonic_ns()}.log"
    return Launch(ROOT, command, output, variables, **options)  # type: ignore[arg-type]


def copy_of_the_site(folder: Path) -> Path:
    """The working copy as a fresh clone would have it, without tests."""
    shutil.copytree(ROOT, folder, ignore=LEFT_OUT)
    return folder


def descendants(pid: int) -> dict[int, str]:
    """All processes below one, with their commands."""
    parents = dict(_processes())
    found: dict[int, str] = {}
    for process in parents:
        above: int | None = process
        while above is not None and above != pid:
            above = parents.get(above)
        if above == pid and process != pid:
            found[process] = command_of(process)
    return found


def _processes() -> Iterator[tuple[int, int]]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError, IndexError):
                stat = (entry / "stat").read_text()
                yield int(entry.name), int(stat.rpartition(")")[2].split()[1])


def command_of(pid: int) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
    return ""


def still_running(processes: dict[int, str]) -> dict[int, str]:
    """Those of them (a number may be given to another program meanwhile)."""
    return {pid: told for pid, told in processes.items() if told and command_of(pid) == told}


def all_gone(processes: dict[int, str]) -> bool:
    return not still_running(processes)
