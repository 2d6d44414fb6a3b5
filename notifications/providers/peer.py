"""Plain HTTP with JSON to a provider, and what it means where there is no answer."""

import http.client
import json
import select
import time
from collections import deque
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from notifications.providers.interface import Answer, Outcome

MOST_BYTES: Final = 65536
#: For so many seconds a connection may have been idle: no server that we know of closes it sooner.
IDLE: Final = 1.0
CLASSES: Final[Mapping[str, type[http.client.HTTPConnection]]] = {
    "http": http.client.HTTPConnection,
    "https": http.client.HTTPSConnection,
}


class Peer:
    """It goes to the operator's address, by no proxy, and is led nowhere else. Any number of
    threads may ask at once.

    Args:
        wait: seconds for an answer.
    """

    def __init__(self, address: str, *, wait: int) -> None:
        self.address, self.wait = urlsplit(address.rstrip("/")), wait
        self._idle: deque[tuple[http.client.HTTPConnection, float]] = deque()

    def ask(
        self,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        *,
        key: str = "",
    ) -> "tuple[int, Any] | Answer":
        """Status and body (None where it is no JSON), or what it means that there are none.

        Args:
            key: by which an answer says of what it is. Without one every question has a
                connection of its own: an answer too many would be taken for the next one's.
        """
        line = self._open()
        if line is None:
            return Answer(Outcome.NOT_NOW, reason="unreachable")
        said = {"Content-Type": "application/json", **(headers or {})}
        if not key:
            said["Connection"] = "close"
        method = "GET" if body is None else "POST"
        try:
            line.request(method, self.address.path + path, body=body, headers=said)
            answer = line.getresponse()
            status, read = answer.status, _read(answer)
            whole = answer.isclosed()
        except (OSError, http.client.HTTPException):
            line.close()
            return Answer(Outcome.UNKNOWN, reason="no_answer")
        if key and whole and isinstance(read, dict) and read.get("key") == key and line.sock:
            self._idle.append((line, time.monotonic()))
        else:
            line.close()
        return status, read

    def _open(self) -> http.client.HTTPConnection | None:
        """A connection that was used just now, or a new one; None where nobody can be reached."""
        while self._idle:
            try:
                line, since = self._idle.pop()
            except IndexError:  # another thread took it
                break
            if time.monotonic() - since < IDLE and _is_silent(line):
                return line
            line.close()
        line = CLASSES[self.address.scheme](
            self.address.hostname or "", self.address.port, timeout=self.wait
        )
        try:
            line.connect()
        except OSError:
            return None
        return line


def _is_silent(line: http.client.HTTPConnection) -> bool:
    """Whether nothing has come since the last answer: neither its end nor another answer."""
    poll = select.poll()
    poll.register(line.sock, select.POLLIN)
    return not poll.poll(0)


def _read(answer: http.client.HTTPResponse) -> Any:
    try:
        return json.loads(answer.read(MOST_BYTES))
    except ValueError:
        return None
