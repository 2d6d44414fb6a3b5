"""The counterpart of WeChat's messages (notifications/providers/wechat.py): gives tokens, takes
subscription and template messages, each as often as it comes, and shows a phone with them at `/`.

`POST /behaviour` besides `server.BEHAVIOURS` takes `errcode`, which the next requests are answered
with, and `stale`: the tokens that it has given hold no more.
"""

import json
import os
import secrets
import uuid
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from tools.counterparts import gateway, server

ADDRESS: Final = "o-of-a-demonstration-0001"
TEMPLATES: Final = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))
LASTS: Final = 7200
BAD_TOKEN: Final = 40001
#: What WeChat says where others answer with a status of HTTP.
ERRCODES: Final = {"refuse": 43101, "busy": 45009}


class Phone(gateway.Phone):
    """One token at a time, and what it was sent."""

    def __init__(self, file: Path, portal: str) -> None:
        self.token, self.tokens = "", 0
        super().__init__(file, channel="wechat", address=ADDRESS, portal=portal)

    def behave(self, said: dict[str, Any]) -> None:
        super().behave(said)
        self.errcode = int(said.get("errcode", 0))
        if said.get("stale"):
            self.token = ""

    def give_token(self, said: dict[str, Any]) -> str:
        """The same one while it holds, but to whoever forces another."""
        with self.lock:
            if not self.token or said.get("force_refresh"):
                self.token, self.tokens = secrets.token_hex(16), self.tokens + 1
            return self.token


class Handler(gateway.Handler):
    counterpart: Phone
    title = "微信 WeChat"
    other = {"errcode": "0"}
    forms = (
        '<form method="post" action="/grant"><label>允许一次 '
        '<span lang="en">Allow one message</span> <select name="template">'
        + "".join(
            f'<option value="{said["id"]}">{name}</option>' for name, said in TEMPLATES.items()
        )
        + '</select></label> <button>允许 <span lang="en">Allow</span></button></form>'
    )

    def do_GET(self) -> None:
        match self.path:
            case "/":
                self.say(200, self.page(), "text/html")
            case "/messages":
                self.json(200, self.counterpart.newest())
            case "/tokens":
                self.json(200, self.counterpart.tokens)
            case _:
                self.json(404, {})

    def do_POST(self) -> None:
        if self.on_phone():
            return
        if self.path == "/behaviour":
            self.behave(self.counterpart)
            return
        asked = urlsplit(self.path)
        said = json.loads(self.read())
        if asked.path == "/cgi-bin/stable_token":
            token = self.counterpart.give_token(said)
            self.json(200, {"access_token": token, "expires_in": LASTS})
        elif parse_qs(asked.query).get("access_token") != [self.counterpart.token]:
            self.json(200, {"errcode": BAD_TOKEN, "errmsg": "invalid credential"})
        else:
            self._send(asked.path, said)

    def _send(self, path: str, said: dict[str, Any]) -> None:
        phone = self.counterpart
        mode = phone.next_mode()
        code = ERRCODES.get(mode, 0) or (phone.errcode if mode != "well" else 0)
        if code:
            self.json(200, {"errcode": code, "errmsg": "refused"})
            return
        if server.BEHAVIOURS[mode]:
            data = " · ".join(f"{name}: {one['value']}" for name, one in said["data"].items())
            kept = {"to": said["touser"], "title": said["template_id"], "text": data}
            phone.take({"key": str(uuid.uuid4()), "channel": path.split("/")[3], **kept})
        told = {"errcode": 0, "errmsg": "ok", "msgid": len(phone.newest())}
        self.answer(phone, mode, told, {})


def serving(port: int, file: Path) -> ThreadingHTTPServer:
    """It tells the portal at PORTAL_ADDRESS."""
    return server.on_loopback(
        port, Handler, counterpart=Phone(file, os.environ.get("PORTAL_ADDRESS", ""))
    )
