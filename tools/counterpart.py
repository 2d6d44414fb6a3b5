"""The counterpart of an SMS provider and a mailbox, on loopback: for demonstrations and tests.

`python -m tools.counterpart PORT FILE`: what is handed over is kept in FILE (SQLite), one key once,
and can be read at `/`. `POST /behaviour` says how the next ones are answered.
"""

import contextlib
import html
import json
import socket
import sqlite3
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from string import Template
from threading import Lock
from typing import Any, Final

from notifications.parts import parts

TABLE: Final = """
CREATE TABLE IF NOT EXISTS message (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL, channel TEXT NOT NULL, recipient TEXT NOT NULL,
    title TEXT NOT NULL, text TEXT NOT NULL, parts INTEGER NOT NULL, at TEXT NOT NULL)
"""
SHOWN: Final = 200
#: How it answers: whether it takes the message, then what it says.
BEHAVIOURS: Final = {
    "well": True, "slow": True, "twice": True, "garbled": True, "error": True, "other": True,
    "silent": True, "mute": False, "broken": False, "refuse": False, "busy": False,
}  # fmt: skip


class Counterpart:
    """The messages, and how it behaves: for the next `times` messages, then well again."""

    def __init__(self, file: Path) -> None:
        self.lock = Lock()
        self.rows = sqlite3.connect(file, check_same_thread=False)
        self.rows.execute(TABLE)
        self.behave({})

    def behave(self, said: dict[str, Any]) -> None:
        """Raises KeyError at a behaviour that it has not."""
        mode = str(said.get("mode", "well"))
        BEHAVIOURS[mode]
        self.mode, self.times = mode, int(said.get("times", 0))
        self.seconds = float(said.get("seconds", 0))
        self.deduplicates = bool(said.get("deduplicates", True))
        self.tells = bool(said.get("tells", True))

    def next_mode(self) -> str:
        with self.lock:
            if self.times < 1:
                return "well"
            self.times -= 1
            return self.mode

    def take(self, said: dict[str, Any]) -> dict[str, Any]:
        """What it keeps of a message; one key once, where it is one that does so."""
        with self.lock, self.rows:
            if not (self.deduplicates and self._row(said["key"])):
                kept = [str(said.get(name, "")) for name in ("channel", "to", "title", "text")]
                self.rows.execute(
                    "INSERT INTO message (key, channel, recipient, title, text, parts, at)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?)",
                    [said["key"], *kept, parts(kept[-1]), time.strftime("%Y-%m-%d %H:%M:%S")],
                )
            return self._told(self._row(said["key"]), "accepted")

    def find(self, key: str) -> dict[str, Any] | None:
        with self.lock:
            row = self._row(key) if self.tells else None
        return self._told(row, "delivered") if row else None

    def newest(self, most: int = -1) -> list[dict[str, Any]]:
        """The newest first; all of them where nothing is said."""
        names = ("key", "channel", "to", "title", "text", "parts", "at")
        with self.lock:
            found = self.rows.execute(
                "SELECT key, channel, recipient, title, text, parts, at FROM message"
                " ORDER BY id DESC LIMIT ?",
                [most],
            ).fetchall()
        return [dict(zip(names, row, strict=True)) for row in found]

    def _row(self, key: str) -> Any:
        found = self.rows.execute("SELECT id, key, parts FROM message WHERE key = ?", [key])
        return found.fetchone()

    def _told(self, row: Any, state: str) -> dict[str, Any]:
        return {"key": row[1], "id": f"c{row[0]}", "state": state, "parts": row[2]}


class Handler(BaseHTTPRequestHandler):
    counterpart: Counterpart
    timeout = 30

    def do_GET(self) -> None:
        if self.path == "/":
            self._say(200, page(self.counterpart.newest(SHOWN)), "text/html")
        elif self.path == "/messages":
            self._json(200, self.counterpart.newest())
        else:
            key = self.path.rpartition("/")[2]
            found = self.counterpart.find(key)
            self._json(200 if found else 404, found or {"key": key})

    def do_POST(self) -> None:
        try:
            said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if self.path == "/behaviour":
                self.counterpart.behave(said)
                self._json(200, {})
            else:
                self._answer({**said, "key": str(said["key"])})
        except (KeyError, TypeError, ValueError):
            self._json(400, {})

    def _answer(self, said: dict[str, Any]) -> None:
        mode = self.counterpart.next_mode()
        taken = self.counterpart.take(said) if BEHAVIOURS[mode] else {}
        if self.counterpart.seconds and mode == "slow":
            time.sleep(self.counterpart.seconds)
        if mode in {"silent", "mute"}:
            self.connection.shutdown(socket.SHUT_RDWR)
        elif mode == "garbled":
            self._say(200, "<html>well?</html>", "text/html")
        elif mode in {"error", "broken"}:
            self._json(500, {"error": "internal"})
        elif mode == "other":
            self._json(200, {**taken, "key": "another"})
        elif mode in {"refuse", "busy"}:
            self._json({"refuse": 422, "busy": 429}[mode], {"key": said["key"]})
        else:
            for _time in range(2 if mode == "twice" else 1):
                self._json(200, taken)

    def _json(self, status: int, body: object) -> None:
        self._say(status, json.dumps(body, ensure_ascii=False), "application/json")

    def _say(self, status: int, text: str, kind: str) -> None:
        body = text.encode()
        # Whoever does not wait for the answer any more misses nothing.
        with contextlib.suppress(OSError):
            self.send_response(status)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (its name)
        """Quiet: what it is asked names people."""


PAGE: Final = Template((Path(__file__).with_suffix(".html")).read_text(encoding="utf-8"))
ROW: Final = (
    """<article><p class="said">{at} · {channel} · {to} · {parts}</p><p>{text}</p></article>"""
)


def page(messages: list[dict[str, Any]]) -> str:
    rows = [
        ROW.format(**{name: html.escape(str(value)) for name, value in each.items()})
        for each in messages
    ]
    return PAGE.substitute(messages="\n".join(rows))


def serving(port: int, file: Path) -> ThreadingHTTPServer:
    """On this machine alone; port 0 takes a free one."""
    handler = type("Serving", (Handler,), {"counterpart": Counterpart(file)})
    return ThreadingHTTPServer(("127.0.0.1", port), handler)


def main() -> int:
    serving(int(sys.argv[1]), Path(sys.argv[2])).serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main())
