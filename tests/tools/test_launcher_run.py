"""The whole portal as `make run` starts it, in a folder with a long Chinese name."""

import json
import os
import re
import signal
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tools.launching import (
    Launch,
    all_gone,
    copy_of_the_site,
    descendants,
    soon,
    still_running,
)
from tools.launcher import free_port

pytestmark = [pytest.mark.slow, pytest.mark.faults]


@pytest.fixture(scope="module")
def folder(folder_of_module: Path) -> Path:
    return copy_of_the_site(folder_of_module / ("自贡市 供电 门户 (test's copy) " + "长" * 30))


@pytest.fixture(scope="module")
def port() -> int:
    return free_port()


def run(folder: Path, port: int) -> Launch:
    output = folder.parent / f"run-{os.urandom(4).hex()}.log"
    return Launch(folder, "run", output, {"PORT": str(port)})


@pytest.fixture(scope="module")
def portal(folder: Path, port: int) -> Iterator[Launch]:
    """The portal, up for the first time in this folder."""
    launch = run(folder, port)
    launch.wait_for("Ctrl-C stops everything", 240)
    yield launch
    launch.stop()


def health(port: int) -> dict[str, object]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            found: dict[str, object] = json.load(answer)
    except urllib.error.HTTPError as error:
        found = json.load(error)
    except OSError:  # refused, or cut off by the server that was just killed
        found = {"status": "no answer"}
    return found


def test_it_is_healthy_and_says_where_and_who(portal: Launch, port: int) -> None:
    found = health(port)
    age = found.pop("sweep_age_seconds")
    assert found == {
        "status": "ok",
        "database": True,
        "broker": True,
        "worker": True,
        "sweep": True,
        "record": True,
        "scans": True,
    }
    assert isinstance(age, float)
    assert age < 30
    assert f"The portal is up: http://127.0.0.1:{port}" in portal.text()
    assert "Demonstration sign-ins (password tongdian-demo)" in portal.text()


def test_the_page_of_sent_messages_is_up_at_the_printed_address(portal: Launch) -> None:
    found = re.search(r"SMS and e-mail that were sent: (http://127\.0\.0\.1:\d+/)", portal.text())
    assert found is not None
    with urllib.request.urlopen(found[1], timeout=5) as page:
        assert "<h1>" in page.read().decode()


def test_every_line_says_who_wrote_it(portal: Launch) -> None:
    speakers = {line.split("|")[0].strip() for line in portal.text().splitlines()}
    assert speakers <= {
        "start",
        "prepare",
        "postgres",
        "valkey",
        "web",
        "worker",
        "beat",
        "messages",
        "clamd",
    }


def test_a_second_start_in_the_same_folder_is_refused(
    portal: Launch, folder: Path, port: int
) -> None:
    code, line = run(folder, free_port()).ended()
    assert code == 1
    assert line.startswith(
        f"The portal already runs from this folder (process {portal.process.pid}, "
        f"http://127.0.0.1:{port})."
    )


@pytest.mark.parametrize(
    ("name", "mark"), [("web", "manage.py serve"), ("worker", "portal worker"), ("beat", "beat")]
)
def test_a_crashed_process_is_started_again(
    portal: Launch, port: int, name: str, mark: str
) -> None:
    def masters() -> dict[int, str]:
        below = descendants(portal.process.pid)
        return {pid: text for pid, text in below.items() if mark in text}

    before = masters()
    os.kill(min(before), signal.SIGKILL)
    portal.wait_for(f"{name} ended unexpectedly (SIGKILL)")
    assert soon(lambda: bool(masters()) and not before.keys() & masters().keys())
    assert soon(lambda: health(port)["status"] == "ok")


def test_a_taken_port_is_named_with_the_way_out(folder: Path, port: int) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        alone = folder.parent / "alone"
        launch = Launch(
            folder,
            "run",
            folder.parent / "taken.log",
            {"PORT": str(taken), "PORTAL_VAR": str(alone)},
        )
        assert launch.ended() == (
            1,
            (
                f"Port {taken} cannot be used (Address already in use). "
                f"Stop the program that has it, or choose another port: "
                f"PORT={taken % 65535 + 1} make run"
            ),
        )


@pytest.mark.parametrize("port_", ["eighty", "0", "70000"])
def test_a_port_that_is_none_is_named(folder: Path, port_: str) -> None:
    launch = Launch(folder, "run", folder.parent / "port.log", {"PORT": port_})
    assert launch.ended() == (1, f"PORT is '{port_}'; it must be a number from 1 to 65535.")


def test_it_stops_without_a_trace_and_comes_back_in_seconds(
    portal: Launch, folder: Path, port: int
) -> None:
    running = descendants(portal.process.pid)
    assert portal.stop(signal.SIGINT) == 0
    assert all_gone(running)
    assert "everything is stopped" in portal.text()

    again = run(folder, port)
    try:
        text = again.wait_for("Ctrl-C stops everything", 30)
        assert "making the database" not in text
        assert "making the demonstration city" not in text
        assert health(port)["status"] == "ok"
        running = descendants(again.process.pid)
    finally:
        again.stop(signal.SIGKILL)
    soon(lambda: all_gone(running), 30)
    assert still_running(running) == {}, again.text()[-2000:]
