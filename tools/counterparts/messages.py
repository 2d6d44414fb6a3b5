"""The counterpart of an SMS provider and a mailbox.

What is handed over is kept in a file (SQLite), one key once, and can be read at `/`.
"""

import html
import json
import sqlite3
import time
from http.server import ThreadingHTTPServer
from pathlib import Path
from string import Template
from typing import Any, Final

from notifications.parts import parts
from tools.counterparts import server

TABLE: Final = """
CREATE TABLE IF NOT EXISTS message (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL, channel TEXT NOT NULL, recipient TEXT NOT NULL,
    title TEXT NOT NULL, text TEXT NOT NULL, parts INTEGER NOT NULL, at TEXT NOT NULL)
"""
SHOWN: Final = 200


class Counterpart(server.Behaviour):
    """The messages; whether it deduplicates, and whether it tells of what it sent."""

    def __init__(self, file: Path) -> None:
        self.rows = sqlite3.connect(file, check_same_thread=False)
        # It is killed, not unplugged; and each of very many is looked up by its key.
        self.rows.executescript(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;"
            f"{TABLE}; CREATE INDEX IF NOT EXISTS message_of_key ON message (key);"
        )
        super().__init__()

    def behave(self, said: dict[str, Any]) -> None:
        super().behave(said)
        self.deduplicates = bool(said.get("deduplicates", True))
        self.tells = bool(said.get("tells", True))

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


class Handler(server.Handler):
    #: Connections are kept; its answers are head and body, which must not wait for one another.
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    counterpart: Counterpart

    def do_GET(self) -> None:
        if self.path == "/":
            self.say(200, page(self.counterpart.newest(SHOWN)), "text/html")
        elif self.path == "/messages":
            self.json(200, self.counterpart.newest())
        else:
            key = self.path.rpartition("/")[2]
            found = self.counterpart.find(key)
            self.json(200 if found else 404, found or {"key": key})

    def do_POST(self) -> None:
        if self.path == "/behaviour":
            self.behave(self.counterpart)
            return
        self.take(self.read())

    def take(self, raw: bytes) -> None:
        """A message that is handed over."""
        try:
            said = json.loads(raw)
            self._answer({**said, "key": str(said["key"])})
        except (KeyError, TypeError, ValueError):
            self.json(400, {})

    def _answer(self, said: dict[str, Any]) -> None:
        mode = self.counterpart.next_mode()
        taken = self.counterpart.take(said) if server.BEHAVIOURS[mode] else {}
        self.answer(self.counterpart, mode, taken, {"key": said["key"]})


PAGE: Final = Template((Path(__file__).with_suffix(".html")).read_text(encoding="utf-8"))
ROW: Final = (
    """<article><p class="said">{at} · {channel} · {to} · {parts}</p><p>{text}</p></article>"""
)


def page(messages: list[dict[str, Any]]) -> str:
    return PAGE.substitute(messages=articles(messages))


def articles(messages: list[dict[str, Any]]) -> str:
    return "\n".join(
        ROW.format(**{name: html.escape(str(value)) for name, value in each.items()})
        for each in messages
    )


def serving(port: int, file: Path) -> ThreadingHTTPServer:
    return server.on_loopback(port, Handler, counterpart=Counterpart(file))
