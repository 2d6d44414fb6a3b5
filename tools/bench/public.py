"""Public pages a second, beside a trivial view of the same server, and beside a static file."""

import os
import re
import signal
import socket
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import Any, Final, Self

from tools.bench.record import machine, save
from tools.bench.unit import say
from tools.city import open_city
from tools.launcher import free_port

ROUNDS: Final = 15
SECONDS: Final = 0.6
AIM: Final = 0.8
TRIVIAL: Final = "/bench/trivial/"
PAGES: Final = (
    "/", "/disclosure/", "/disclosure/standards/", "/disclosure/standards/hv_dual/",
    "/disclosure/fees/", "/disclosure/capacity/", "/disclosure/outages/",
    "/disclosure/reliability/",
)  # fmt: skip
HEAD: Final = "GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\n{more}\r\n"


def main() -> None:
    where = machine()
    # Styles as an image for production has them: collected and packed.
    with TemporaryDirectory() as folder:
        os.environ["PORTAL_STATIC_ROOT"] = folder
        with open_city("bench"):
            from django.core.management import call_command

            call_command("collectstatic", verbosity=0, interactive=False)
            found = measure()
    found["machine"] = where
    save("public", found, table(found))


def measure() -> dict[str, Any]:
    """Each page and the trivial view in turn, so that all meet the same machine."""
    from django.templatetags.static import static

    with served() as port:
        asked = {TRIVIAL: request(TRIVIAL)} | {page: request(page) for page in PAGES}
        sizes, marks = {}, {}
        for path, sent in asked.items():
            with Reader(port) as reader:
                head, sizes[path] = reader.ask(sent)
                marks[path] = re.search(rb"(?i)\r\netag: (\S+)", head)
        asked["a static file"] = request(static("css/tongdian.css"))
        for page in PAGES:
            if mark := marks[page]:
                asked[f"{page} (304)"] = request(page, f"If-None-Match: {mark[1].decode()}\r\n")
        rates: dict[str, list[float]] = {name: [] for name in asked}
        for number in range(ROUNDS):
            say(f"round {number + 1} of {ROUNDS} ...")
            for name, sent in asked.items():
                with Reader(port) as reader:
                    rates[name].append(reader.rate(sent))
    trivial = rates[TRIVIAL]
    return {
        "rounds": ROUNDS,
        "seconds": SECONDS,
        "requests_per_second": {
            name: round(statistics.median(all_), 0) for name, all_ in rates.items()
        },
        "of_trivial": {
            name: round(statistics.median(a / b for a, b in zip(all_, trivial, strict=True)), 2)
            for name, all_ in rates.items()
        },
        "bytes": sizes,
    }


def request(path: str, more: str = "") -> bytes:
    return HEAD.format(path=path, more=more).encode()


class Reader:
    """One connection that is kept."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.socket.close()

    def ask(self, sent: bytes) -> tuple[bytes, int]:
        """Return the head of the answer and the bytes of its body."""
        self.socket.sendall(sent)
        got = b""
        while b"\r\n\r\n" not in got:
            got += self._more()
        head, _, body = got.partition(b"\r\n\r\n")
        status = int(head.split(b" ", 2)[1])
        if status not in (200, 304):
            raise RuntimeError(f"{status} for {sent!r}")
        length = re.search(rb"(?i)\r\ncontent-length: (\d+)", head)
        size = int(length[1]) if length and status == 200 else 0
        left = size - len(body)
        while left > 0:
            left -= len(self._more())
        if left:
            raise RuntimeError(f"more than its length came for {sent!r}: {head!r}")
        return head, size

    def _more(self) -> bytes:
        got = self.socket.recv(65536)
        if not got:
            raise RuntimeError("the server closed the connection")
        return got

    def rate(self, sent: bytes) -> float:
        """Requests per second, for SECONDS."""
        begun, count = time.perf_counter(), 0
        while (spent := time.perf_counter() - begun) < SECONDS:
            self.ask(sent)
            count += 1
        return count / spent


@contextmanager
def served() -> Iterator[int]:
    """The portal's own server, one process, with one address more."""
    port = free_port()
    child = os.fork()
    if child == 0:
        # Its log goes nowhere: what is written there costs every address the same.
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        try:
            serve(port)
        finally:
            os._exit(1)
    try:
        wait_for(port)
        yield port
    finally:
        os.kill(child, signal.SIGTERM)
        os.waitpid(child, 0)


def serve(port: int) -> None:
    from django.conf import settings
    from django.db import connections

    from portal import server

    connections.close_all()
    settings.ROOT_URLCONF = "tools.bench.trivial"

    def load() -> Any:
        from portal.wsgi import application

        return application

    server.serve(f"127.0.0.1:{port}", load, processes=1, threads=4)


def wait_for(port: int) -> None:
    for _try in range(200):
        try:
            with Reader(port) as reader:
                reader.ask(request(TRIVIAL))
        except (OSError, RuntimeError):
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the server did not come up")


def table(found: dict[str, Any]) -> str:
    where = found["machine"]
    what = (
        f"Requests a second over one kept connection, in {found['rounds']} rounds in turn. The"
        " share is the median of the rounds' ratios to a view that answers two letters through the"
        f" same layers of the same server (aim {AIM}). {where['day']}, {where['processors']}"
        f" processors, load {where['load_before']} when it began."
    )
    lines = [
        "# Public pages",
        "",
        what,
        "",
        "| | bytes sent | a second | of the trivial view |",
        "|---|---:|---:|---:|",
    ]
    for name, rate in found["requests_per_second"].items():
        size = found["bytes"].get(name, "")
        lines.append(f"| {name} | {size} | {rate:,.0f} | {found['of_trivial'][name]} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
