"""The counterpart of a licence library (docs/licence-library.md): made-up licences, listed at `/`.

How often it was asked for each key can be read at `/asked`. It keeps nothing else.
"""

import base64
import html
import json
import tomllib
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from http.server import ThreadingHTTPServer
from pathlib import Path
from string import Template
from typing import Any, ClassVar, Final

from ledger.paper import typeset
from tools.counterparts import server

HERE: Final = Path(__file__)
PAPER: Final = HERE.with_name("licence.typ")
PAGE: Final = Template(HERE.with_suffix(".html").read_text(encoding="utf-8"))
ROW: Final = """<article><p>{title} · {name} · {number}</p><p class="said">{more}</p></article>"""
#: When its files say that they were made: one licence is one file, however often it is asked for.
MADE: Final = datetime(2026, 1, 1, tzinfo=UTC)

Licence = Mapping[str, Any]


class Counterpart(server.Behaviour):
    """Its licences, and how often it was asked by which key."""

    def __init__(self) -> None:
        self.licences = tomllib.loads(HERE.with_suffix(".toml").read_text("utf-8"))["licence"]
        self.asked: Counter[str] = Counter()
        super().__init__()

    def behave(self, said: dict[str, Any]) -> None:
        """`changes` are members of its answers that are to be others, until it is told anew."""
        super().behave(said)
        self.changes = dict(said.get("changes", {}))

    def find(self, asked: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
        """Status and answer of a register that says no more than it has to."""
        said = {"key": asked["key"]}
        found = next((one for one in self.licences if _is(one, asked)), None)
        if found is None:
            return 404, said
        if found["name"] != asked["name"]:
            return 409, said
        acts = "holder"
        if asked["actor"]["number"] != asked["number"]:
            acts = found.get("may_act", {}).get(asked["actor"]["number"], "")
        if not acts:
            return 403, said
        until = found.get("valid_until")
        content = base64.b64encode(_paper(found, asked["address"], until))
        return 200, {
            **said,
            "kind": found["kind"],
            "number": found["number"],
            "name": found["name"],
            "state": found.get("state", "valid"),
            "valid_until": until and until.isoformat(),
            "actor": acts,
            "file": {"name": f"{found['title']}.pdf", "content": content.decode()},
        }


def _is(licence: Licence, asked: Mapping[str, Any]) -> bool:
    """Whether it is of the kind, number and place that are asked for."""
    same = (licence["kind"], licence["number"]) == (asked["kind"], asked["number"])
    roads = licence.get("roads")
    return same and (roads is None or any(road in asked["address"] for road in roads))


def _paper(licence: Licence, address: str, until: date | None) -> bytes:
    said = [licence[name] for name in ("title", "name", "number")]
    return paper(*said, address, until.isoformat() if until else "")


@cache
def paper(title: str, name: str, number: str, address: str, until: str) -> bytes:
    """A licence as PDF."""
    said = {"title": title, "name": name, "number": number, "address": address, "until": until}
    return typeset(PAPER, said, MADE)


class Handler(server.Handler):
    counterpart: Counterpart
    other: ClassVar[dict[str, Any]] = {"number": "510302199202020027"}

    def do_GET(self) -> None:
        if self.path == "/asked":
            self.json(200, dict(self.counterpart.asked))
        else:
            self.say(200, page(self.counterpart.licences), "text/html")

    def do_POST(self) -> None:
        if self.path == "/behaviour":
            self.behave(self.counterpart)
            return
        try:
            asked = json.loads(self.read())
            self.counterpart.asked[str(asked["key"])] += 1
            status, found = self.counterpart.find(asked)
        except (KeyError, TypeError, ValueError):
            self.json(400, {})
            return
        mode = self.counterpart.next_mode()
        if status == 200:
            changed = found | self.counterpart.changes
            self.answer(self.counterpart, mode, changed, {"key": asked["key"]})
        else:
            self.json(status, found)


def page(licences: list[Licence]) -> str:
    rows = []
    for one in licences:
        acts = [f"{person} {role}" for person, role in one.get("may_act", {}).items()]
        more = [str(one.get("valid_until", "")), *one.get("roads", []), *acts]
        shown = {name: html.escape(one[name]) for name in ("title", "name", "number")}
        rows.append(ROW.format(**shown, more=html.escape(" · ".join(filter(None, more)))))
    return PAGE.substitute(licences="\n".join(rows))


def serving(port: int, _file: Path) -> ThreadingHTTPServer:
    return server.on_loopback(port, Handler, counterpart=Counterpart())
