"""The web server under clients that are slow, silent or cut off."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from portal.places import ROOT
from tools.launcher import free_port

#: Tells what it got; `/slow` takes a second.
PROGRAM = """
import os, sys, time
from portal import server

def application(environ, start):
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    if environ["PATH_INFO"] == "/slow":
        time.sleep(1)
    if environ["PATH_INFO"] == "/end":
        os._exit(1)
    if environ["PATH_INFO"] == "/same":
        start("304 Not Modified", [("ETag", '"a"')])
        return [b""]
    forwarded = environ.get("HTTP_X_FORWARDED_FOR", "-")
    told = f"{os.getpid()} {environ.get('CONTENT_LENGTH')} {body.decode()} {forwarded}".encode()
    start("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(told)))])
    return [told]

server.HEAD = server.BODY = server.SILENT_BODY = server.IDLE = 2
server.LOOK_EVERY = 1
server.serve(sys.argv[1], lambda: application, processes=2, threads=2)
"""


@pytest.fixture
def running() -> Iterator[tuple[int, "subprocess.Popen[bytes]"]]:
    port = free_port()
    process = subprocess.Popen([sys.executable, "-c", PROGRAM, f"127.0.0.1:{port}"], cwd=ROOT)
    try:
        deadline = time.monotonic() + 20
        while True:
            try:
                ask(port)
                break
            except OSError:
                assert time.monotonic() < deadline
                time.sleep(0.05)
        yield port, process
    finally:
        process.terminate()
        process.wait(15)


def ask(port: int, path: str = "/", body: str = "", **headers: str) -> list[str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request("POST", path, body, headers)
    told = connection.getresponse().read().decode()
    connection.close()
    return told.split(" ")


def opened(port: int, sent: bytes = b"") -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), timeout=10)
    connection.sendall(sent)
    return connection


HALF_HEAD = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Le"
HALF_BODY = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf"

Running = tuple[int, "subprocess.Popen[bytes]"]


def test_idle_and_stalled_connections_hold_nobody_up_and_are_ended(running: Running) -> None:
    port, _process = running
    held = [opened(port) for _ in range(200)]
    held += [opened(port, sent) for sent in (HALF_HEAD, HALF_BODY) for _ in range(25)]
    slowest = 0.0
    for _ in range(10):
        begun = time.monotonic()
        ask(port)
        slowest = max(slowest, time.monotonic() - begun)
    assert slowest < 1
    # A head that comes letter by letter is as late as one that stops.
    drip, begun = opened(port, HALF_HEAD), time.monotonic()
    with suppress(OSError):
        while time.monotonic() - begun < 10:
            drip.sendall(b"x")
            time.sleep(0.2)
    assert time.monotonic() - begun < 6
    for connection in [held[0], held[210], held[-1]]:
        assert connection.recv(1000) == b""
    for connection in held:
        connection.close()


def test_a_chunked_body_is_read_whole(running: Running) -> None:
    port, _process = running
    head = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    connection = opened(port, head + b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
    answer = b""
    while part := connection.recv(4096):
        answer += part
    assert answer.split(b"\r\n\r\n", 1)[1].split(b" ")[1:3] == [b"5", b"abcde"]


def test_a_body_that_was_cut_off_reaches_nobody(running: Running) -> None:
    port, _process = running
    connection = opened(port, HALF_BODY)
    connection.shutdown(socket.SHUT_WR)
    assert connection.recv(1000) == b""


def test_what_proxies_said_is_handed_on(running: Running) -> None:
    port, _process = running
    assert ask(port, **{"X-Forwarded-For": "203.0.113.9"})[-1] == "203.0.113.9"


@pytest.mark.parametrize(("said", "kept"), [("keep-alive", True), ("close", False)])
def test_an_answer_without_a_body_leaves_the_connection_open(
    running: Running, said: str, kept: bool
) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", running[0], timeout=5)
    connection.request("GET", "/same", headers={"Connection": said})
    answer = connection.getresponse()
    assert (answer.status, answer.read(), answer.will_close) == (304, b"", not kept)
    connection.close()


def test_a_process_that_ends_is_started_again(running: Running) -> None:
    port, _process = running
    with pytest.raises((OSError, http.client.HTTPException)):
        ask(port, "/end")
    pids: set[str] = set()
    deadline = time.monotonic() + 10
    while len(pids) < 2 and time.monotonic() < deadline:
        pids.add(ask(port)[0])
        time.sleep(0.05)
    assert all(os.path.exists(f"/proc/{pid}") for pid in pids)  # noqa: PTH110 (a process)


def test_a_stop_finishes_what_has_begun(running: Running) -> None:
    port, process = running
    connection = opened(port, b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
    time.sleep(0.3)
    process.send_signal(signal.SIGTERM)
    assert connection.recv(4096).startswith(b"HTTP/1.1 200")
    connection.close()
    assert process.wait(10) == 0
