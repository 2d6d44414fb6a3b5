"""A counterpart server for a test, asked as a stranger would ask it."""

import json
import re
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.servers import answering
from tools.counterparts.messages import serving

STOP = re.compile(r"(?: Stop these:|退订：) ?http://\S+/stop/\S+/$")


class At:
    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"

    def behave(self, mode: str = "well", times: int = 1, **how: Any) -> None:
        self._ask("/behaviour", {"mode": mode, "times": times, **how})

    def messages(self) -> list[dict[str, Any]]:
        """The oldest first."""
        found: list[dict[str, Any]] = json.loads(self._ask("/messages"))
        return found[::-1]

    def texts(self) -> list[tuple[str, str]]:
        """To whom and what, but for the stop link, which has tests of its own."""
        return [(each["to"], STOP.sub("", each["text"])) for each in self.messages()]

    def page(self) -> str:
        return self._ask("/")

    def _ask(self, path: str, body: object = None) -> str:
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(self.url + path, data=data, timeout=10) as answer:
            return str(answer.read().decode())


@contextmanager
def counterpart(folder: Path) -> Iterator[At]:
    server = serving(0, folder / "counterpart.sqlite3")
    with answering(server):
        yield At(server.server_port)
