"""A demonstration city of the campaign's own: servers that keep their promises, web and worker."""

import json
import os
import signal
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from portal.places import ROOT
from tools.city import empty_broker, open_city
from tools.counterparts import payments
from tools.counterparts.messages import serving
from tools.faults.paying import settings_of
from tools.launcher.children import Child
from tools.launcher.servers import Servers
from tools.launcher.site import myself

READY_WITHIN = 60.0
DONE_WITHIN = 90.0


@dataclass
class City:
    folder: Path
    servers: Servers
    address: str
    carrier: ThreadingHTTPServer
    #: Where the provider of payments is asked.
    cashier: str

    def sent(self) -> list[str]:
        """The keys of the messages that the carrier has."""
        with urllib.request.urlopen(
            f"http://127.0.0.1:{self.carrier.server_port}/messages", timeout=10
        ) as answer:
            return [each["key"] for each in json.load(answer)]

    @property
    def plan(self) -> Path:
        """Where the worker finds what is armed for its next task."""
        return self.folder / "plan.json"

    @property
    def sign(self) -> Path:
        """The file that stands while a process holds."""
        return self.folder / "held"

    def empty_broker(self) -> None:
        """It is down afterwards."""
        empty_broker(self.servers)

    def start_broker(self) -> None:
        self.servers.start(with_postgres=False, with_valkey=True)

    @contextmanager
    def frozen_broker(self) -> Iterator[None]:
        """It holds its connections and says nothing."""
        process = self._child("valkey").process
        assert process is not None
        process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            process.send_signal(signal.SIGCONT)

    def restart_database(self) -> None:
        """Stops it as a crash does; it recovers from its log."""
        child = self._child("postgres")
        assert child.process is not None
        child.process.send_signal(signal.SIGQUIT)
        child.wait(20)
        self.servers.children.remove(child)
        self.servers.start(with_postgres=True, with_valkey=False)

    def _child(self, name: str) -> Child:
        return next(child for child in self.servers.children if child.name == name)


@contextmanager
def open_city_to_harm(port: int) -> Iterator[City]:
    with open_city("faults", quiet=True) as servers:
        folder = servers.places.var.parent
        os.environ.update(
            FAULTS_PLAN=str(folder / "plan.json"),
            FAULTS_SIGN=str(folder / "held"),
            PORTAL_SMS="counterpart",
            PORTAL_QUIET_HOURS="0",
        )
        carrier = serving(0, folder / "counterpart.sqlite3")
        Thread(target=carrier.serve_forever, daemon=True).start()
        os.environ["PORTAL_COUNTERPART_URL"] = f"http://127.0.0.1:{carrier.server_port}"
        cashier = payments.serving(0, folder / "payments")
        Thread(target=cashier.serve_forever, daemon=True).start()
        cashier_url = f"http://127.0.0.1:{cashier.server_port}"
        os.environ.update(settings_of(cashier_url, folder / "payments"))
        bind = f"127.0.0.1:{port}"
        target = [sys.executable, "-m", "tools.faults.targets"]
        children = [
            Child(name, [*target, name, *rest], myself(), quiet=True,
                  environment={"PYTHONWARNINGS": "ignore"})
            for name, rest in (("web", [bind]), ("worker", []))
        ]  # fmt: skip
        try:
            for child in children:
                child.start(ROOT)
            wait_for_web(f"http://{bind}")
            yield City(folder, servers, f"http://{bind}", carrier, cashier_url)
        finally:
            for child in children:
                child.ask_to_stop()
            for child in children:
                child.wait(5)
            carrier.shutdown()
            cashier.shutdown()


def wait_for_web(address: str) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"{address}/language/", timeout=5).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(f"{address} does not answer")


@dataclass(frozen=True)
class Run:
    """`spared`: it was the armed one, and over before its point."""

    points: int
    spared: bool


def poke(city: City, task: str, mode: str = "", at: int = 0) -> Run:
    """Have the worker run a task until it was done once: a task whose process dies is given to the
    next one (acks late), and that run is not armed.
    """
    from portal.celery import app

    done = Path(f"{city.plan}.done")
    done.unlink(missing_ok=True)
    city.plan.write_text(json.dumps({"task": task, "mode": mode, "at": at}))
    deadline = time.monotonic() + DONE_WITHIN
    sent = 0.0
    while time.monotonic() < deadline:
        if time.monotonic() - sent > 15:
            with suppress(OSError):  # the broker is away; the next try comes
                app.send_task(task, expires=60, retry=False)
            sent = time.monotonic()
        if done.exists():
            told = json.loads(done.read_text())
            done.unlink()
            if told["task"] == task:
                return Run(int(told["points"]), spared=bool(mode) and told["mode"] == mode)
        time.sleep(0.05)
    raise TimeoutError(f"{task} was not done within {DONE_WITHIN:.0f} s")
