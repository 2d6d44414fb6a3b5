"""The web server: processes of waitress on one socket, under a parent that starts them again.

Waitress takes a whole request in, without a thread, before one works on it (docs/decisions/0019):
who sends half a request holds a socket and nothing else. What it has no limit for is added: the
time that a head and a body may take, beside the time without a word.
"""

import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from types import FrameType
from typing import Any, Final

from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer
from waitress.task import WSGITask

#: Seconds.
HEAD: Final = 15
#: 20 MB at a megabit a second take less than three minutes.
BODY: Final = 240
SILENT_BODY: Final = 20
IDLE: Final = 30
LOOK_EVERY: Final = 2
#: A stopping process finishes what it has begun.
GRACE: Final = 8
#: A process that ended sooner than this is started again after a pause.
SETTLED: Final = 2

#: Several documents of 20 MB in one form.
LARGEST_BODY: Final = 128 * 1024 * 1024
CONNECTIONS: Final = 2000

Application = Callable[..., Any]


class Task(WSGITask):  # type: ignore[misc]  # waitress ships no types
    """An answer without a body (304) has an end: waitress would close its connection too."""

    def set_close_on_finish(self) -> None:
        last = self.request.headers.get("CONNECTION", "").lower() == "close"
        if self.has_body or last or self.version != "1.1":
            super().set_close_on_finish()


class Channel(HTTPChannel):  # type: ignore[misc]
    """A connection that knows when the request it is receiving began."""

    task_class = Task
    began = 0.0

    def received(self, data: bytes) -> Any:
        if self.request is None:
            self.began = time.time()
        return super().received(data)

    def overdue(self, now: float) -> bool:
        silent = now - self.last_activity
        if self.requests or self.total_outbufs_len:
            return bool(not self.requests and silent > IDLE)
        if self.request is None:
            return bool(silent > IDLE)
        if not self.request.headers_finished:
            return now - self.began > HEAD
        return now - self.began > BODY or silent > SILENT_BODY


class Server(TcpWSGIServer):  # type: ignore[misc]
    channel_class = Channel

    def maintenance(self, now: float) -> None:
        for channel in self.active_channels.values():
            if channel.overdue(now):
                channel.will_close = True

    @property
    def busy(self) -> bool:
        return any(one.requests or one.total_outbufs_len for one in self.active_channels.values())


def settings_of(threads: int) -> Adjustments:
    return Adjustments(
        threads=threads,
        connection_limit=CONNECTIONS,
        cleanup_interval=LOOK_EVERY,
        max_request_header_size=32 * 1024,
        max_request_body_size=LARGEST_BODY,
        asyncore_use_poll=True,
        # The portal itself counts its proxies (core.place) and reads what they say.
        clear_untrusted_proxy_headers=False,
        ident="tongdian",
        log_socket_errors=False,
    )


def work(listener: socket.socket, load: Callable[[], Application], threads: int) -> None:
    """One process: serves until SIGTERM, then finishes what it has begun."""
    stopping: list[float] = []
    server = Server(
        load(),
        map={},
        _sock=listener,
        adj=settings_of(threads),
        sockinfo=(listener.family, listener.type, listener.proto, listener.getsockname()),
        bind_socket=False,
    )

    def stop(_number: int, _frame: FrameType | None) -> None:
        if not stopping:
            stopping.append(time.monotonic())
            server.pull_trigger()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = os.getppid()
    while os.getppid() == parent:
        wasyncore.loop(timeout=1.0, use_poll=True, map=server._map, count=1)  # noqa: SLF001
        if stopping:
            server.accepting = False
            if not server.busy or time.monotonic() - stopping[0] > GRACE:
                break
    server.task_dispatcher.shutdown(timeout=1)


def listen(bind: str) -> socket.socket:
    host, _, port = bind.rpartition(":")
    host = host.strip("[]") or "127.0.0.1"
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, int(port)))
    listener.listen(1024)
    listener.setblocking(False)
    return listener


def serve(bind: str, load: Callable[[], Application], *, processes: int, threads: int) -> None:
    """Runs until SIGTERM or SIGINT; a process that ends is started again."""
    listener, children = listen(bind), dict[int, float]()
    stopping = False

    def begin() -> None:
        sys.stdout.flush()
        pid = os.fork()
        if pid == 0:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPING)
            try:
                work(listener, load, threads)
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(0)
        children[pid] = time.monotonic()

    def stop(_number: int, _frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True
        for pid in children:
            os.kill(pid, signal.SIGTERM)

    for number in STOPPING:
        signal.signal(number, stop)
    # No signal comes between a child's start and its entry in the list.
    signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)
    for _ in range(processes):
        begin()
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPING)
    while children:
        pid, status = os.wait()
        signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)
        started = children.pop(pid)
        if not stopping:
            print(f"web process ended (status {status}) and is started again", file=sys.stderr)
            if time.monotonic() - started < SETTLED:
                time.sleep(1)
            begin()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPING)


STOPPING = {signal.SIGTERM, signal.SIGINT}
