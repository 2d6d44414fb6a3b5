"""What every counterpart has: how it behaves next, and its answers; on this machine alone."""

import contextlib
import json
import socket
import time
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock
from typing import Any, ClassVar, Final

#: How it answers: whether it does what it is asked, then what it says.
BEHAVIOURS: Final = {
    "well": True, "slow": True, "twice": True, "garbled": True, "error": True, "other": True,
    "silent": True, "mute": False, "broken": False, "refuse": False, "busy": False,
    "redirect": False,
}  # fmt: skip


class Behaviour:
    """How it behaves: after so many requests as it was told, for the next `times`, and well before
    and after them."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.behave({})

    def behave(self, said: dict[str, Any]) -> None:
        """Raises KeyError at a behaviour that it has not."""
        mode = str(said.get("mode", "well"))
        BEHAVIOURS[mode]
        self.mode, self.times = mode, int(said.get("times", 0))
        self.after = int(said.get("after", 0))
        self.seconds = float(said.get("seconds", 0))

    def next_mode(self) -> str:
        with self.lock:
            if self.after > 0 or self.times < 1:
                self.after -= 1
                return "well"
            self.times -= 1
            return self.mode


class Handler(BaseHTTPRequestHandler):
    timeout = 30
    #: Of an answer that is to name something else.
    other: ClassVar[dict[str, Any]] = {"key": "another"}

    def answer(
        self, behaviour: Behaviour, mode: str, answer: dict[str, Any], asked: dict[str, Any]
    ) -> None:
        """Answers as it behaves: `answer` when well, `asked` where it says of what that was."""
        if behaviour.seconds and mode == "slow":
            time.sleep(behaviour.seconds)
        if mode in {"silent", "mute"}:
            self.connection.shutdown(socket.SHUT_RDWR)
        elif mode == "garbled":
            self.say(200, "<html>well?</html>", "text/html")
        elif mode in {"error", "broken"}:
            self.json(500, {"error": "internal"})
        elif mode == "other":
            self.json(200, {**answer, **self.other})
        elif mode in {"refuse", "busy", "redirect"}:
            self.json({"refuse": 422, "busy": 429, "redirect": 307}[mode], asked)
        else:
            for _time in range(2 if mode == "twice" else 1):
                self.json(200, answer)

    def behave(self, behaviour: Behaviour) -> None:
        """`POST /behaviour`, 400 at one that it has not."""
        try:
            behaviour.behave(json.loads(self.read()))
        except (KeyError, TypeError, ValueError):
            self.json(400, {})
        else:
            self.json(200, {})

    def read(self) -> bytes:
        return self.rfile.read(int(self.headers["Content-Length"]))

    def json(self, status: int, body: object) -> None:
        self.say(status, json.dumps(body, ensure_ascii=False), "application/json")

    def say(self, status: int, text: str, kind: str) -> None:
        body = text.encode()
        # Whoever does not wait for the answer any more misses nothing.
        with contextlib.suppress(OSError):
            self.send_response(status)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            if status == HTTPStatus.TEMPORARY_REDIRECT:
                self.send_header("Location", "/elsewhere")
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (its name)
        """Quiet: what it is asked names people."""


class Server(ThreadingHTTPServer):
    #: The library's own 5 resets whoever comes with several at once.
    request_queue_size = 128


def on_loopback(port: int, handler: type[Handler], **known: Any) -> ThreadingHTTPServer:
    """Port 0 takes a free one; `known` are the handler's attributes."""
    return Server(("127.0.0.1", port), type("Serving", (handler,), known))
