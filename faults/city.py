"""A demonstration city of the campaign's own: servers that keep their promises, web and worker."""

import os
import shutil
import signal
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.city import thrown_away
from portal.launcher.children import Child
from portal.launcher.places import ROOT
from portal.launcher.servers import Servers
from portal.launcher.site import myself

READY_WITHIN = 60.0


@dataclass
class City:
    """The servers and the two processes that the campaign harms."""

    folder: Path
    servers: Servers
    address: str
    web: Child
    worker: Child
    children: list[Child] = field(default_factory=list)

    @property
    def plan(self) -> Path:
        """Where the worker finds what is armed for its next task."""
        return self.folder / "plan.json"

    @property
    def sign(self) -> Path:
        """The file that stands while a process holds."""
        return self.folder / "held"

    def empty_broker(self) -> None:
        """Kill the broker and throw away what it had; it is down afterwards."""
        child = self._child("valkey")
        self._kill(child)
        self.servers.children.remove(child)
        assert self.servers.valkey is not None
        for file in self.servers.valkey.data.iterdir():
            shutil.rmtree(file) if file.is_dir() else file.unlink()

    def start_broker(self) -> None:
        """Start an empty broker."""
        self.servers.start(with_postgres=False, with_valkey=True)

    def restart_database(self) -> None:
        """Stop PostgreSQL as a crash does, and start it: it recovers from its log."""
        child = self._child("postgres")
        assert child.process is not None
        child.process.send_signal(signal.SIGQUIT)
        child.wait(20)
        self.servers.children.remove(child)
        self.servers.start(with_postgres=True, with_valkey=False)

    def _child(self, name: str) -> Child:
        return next(child for child in self.servers.children if child.name == name)

    @staticmethod
    def _kill(child: Child) -> None:
        assert child.process is not None
        os.killpg(child.process.pid, signal.SIGKILL)
        child.process.wait()


@contextmanager
def open_city(port: int) -> Iterator[City]:
    """Open a demonstration on servers of its own, and start web and worker with traps."""
    with thrown_away("faults", quiet=True) as servers:
        folder = servers.places.var.parent
        os.environ.update(FAULTS_PLAN=str(folder / "plan.json"), FAULTS_SIGN=str(folder / "held"))
        yield from _with_processes(folder, servers, port)


def _with_processes(folder: Path, servers: Servers, port: int) -> Iterator[City]:
    bind = f"127.0.0.1:{port}"
    target = [sys.executable, "-m", "faults.targets"]
    quiet = {"PYTHONWARNINGS": "ignore"}
    web = Child("web", [*target, "web", bind], myself(), environment=quiet, quiet=True)
    worker = Child("worker", [*target, "worker"], myself(), environment=quiet, quiet=True)
    try:
        for child in (web, worker):
            child.start(ROOT)
        wait_for_web(f"http://{bind}")
        yield City(folder, servers, f"http://{bind}", web, worker)
    finally:
        for child in (web, worker):
            child.ask_to_stop()
        for child in (web, worker):
            child.wait(5)


def wait_for_web(address: str) -> None:
    """Wait until a page is answered.

    Raises:
        TimeoutError: none was.
    """
    deadline = time.monotonic() + READY_WITHIN
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"{address}/language/", timeout=5).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(f"{address} does not answer")
