"""Connections to a provider that are kept: never one on which an answer could be another's."""

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from notifications import providers
from notifications.providers.interface import Answer, Letter, Outcome
from notifications.providers.peer import IDLE, Peer
from tests.notifications.counterpart import At
from tests.servers import answering
from tools.counterparts.messages import serving
from tools.launcher import free_port


class Counted:
    """A counterpart, and how many connections it has taken from `peer`."""

    def __init__(self, server: Any) -> None:
        self.server, self.taken, self._take = server, 0, server.get_request
        server.get_request = self._counted
        self.at = At(server.server_port)
        self.peer = Peer(self.at.url, wait=5)

    def _counted(self) -> Any:
        self.taken += 1
        return self._take()

    def ask(self, key: str = "") -> Any:
        said = {"key": key or str(uuid4()), "channel": "sms", "to": "1", "text": "x"}
        return self.peer.ask("/messages", json.dumps(said).encode(), key=key)


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Counted]:
    server = serving(0, tmp_path / "kept.sqlite3")
    there = Counted(server)
    with answering(server):
        yield there


def well(found: Any, key: str) -> bool:
    return not isinstance(found, Answer) and found[0] == 200 and found[1]["key"] == key


def test_one_connection_serves_many_whose_answers_name_them(there: Counted) -> None:
    for number in range(20):
        assert well(there.ask(f"k{number}"), f"k{number}")
    assert there.taken == 1


def test_what_no_answer_names_has_a_connection_of_its_own(there: Counted) -> None:
    for _time in range(3):
        assert there.ask()[0] == 200
    assert there.taken == 3


@pytest.mark.parametrize("mode", ["other", "garbled"])
def test_a_strange_answer_is_never_the_next_ones(there: Counted, mode: str) -> None:
    there.at.behave(mode)
    there.ask("first")
    begun = there.taken
    for number in range(3):
        assert well(there.ask(f"k{number}"), f"k{number}")
    assert there.taken == begun + 1


def test_an_answer_too_many_is_never_the_next_ones(there: Counted) -> None:
    """Where it came together with the first it was read with it, and the connection is good."""
    there.at.behave("twice")
    there.ask("first")
    time.sleep(0.2)  # until all that was said has come
    begun = there.taken
    for number in range(3):
        assert well(there.ask(f"k{number}"), f"k{number}")
    assert there.taken <= begun + 1


def test_no_answer_is_unknown_and_its_connection_is_not_used_again(there: Counted) -> None:
    assert well(there.ask("k1"), "k1")
    there.at.behave("silent")
    begun = there.taken
    assert there.ask("k2") == Answer(Outcome.UNKNOWN, reason="no_answer")
    assert well(there.ask("k3"), "k3")
    assert there.taken == begun + 1
    assert [each["key"] for each in there.at.messages()] == ["k1", "k2", "k3"]


def test_one_that_was_idle_is_not_used_again(there: Counted) -> None:
    there.ask("k1")
    time.sleep(IDLE + 0.2)
    assert well(there.ask("k2"), "k2")
    assert there.taken == 2


def test_one_that_the_other_side_has_closed_is_not_used_again(there: Counted) -> None:
    """A gateway that closes between two messages costs neither of them its answer."""
    there.server.RequestHandlerClass.timeout = 0.2
    assert well(there.ask("k1"), "k1")
    time.sleep(0.5)
    assert well(there.ask("k2"), "k2")
    assert there.taken == 2


def test_nobody_there_is_surely_not_taken() -> None:
    nobody = Peer(f"http://127.0.0.1:{free_port()}", wait=5)
    assert nobody.ask("/messages", b"{}", key="k1") == Answer(Outcome.NOT_NOW, reason="unreachable")


def test_a_child_process_has_connections_of_its_own(outside: At) -> None:
    parent = providers.of("sms")
    assert parent.send(letter()).outcome is Outcome.TAKEN
    pid = os.fork()
    if not pid:
        os._exit(0 if providers.of("sms") is not parent else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert providers.of("sms") is parent


def letter() -> Letter:
    return Letter(
        key=str(uuid4()), address="1", title="", text="x", language="en", template="t", values={}
    )
