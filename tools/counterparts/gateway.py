"""What the counterparts of WeChat and of the company's app have in common: somebody's phone, whose
messages can be read at `/`, with forms that show the portal's code there, take the phone away
again, and grant messages.

What the phone does is told to the portal, signed, at `/api/v1/channels/<channel>/events/`.
"""

import html
import json
import uuid
from pathlib import Path
from string import Template
from typing import Any, ClassVar, Final
from urllib.parse import parse_qs

from tools.counterparts import messages
from tools.counterparts.telling import tell

#: Of a demonstration (portal/outside.py): with which it signs what it tells the portal.
EVENTS: Final = "whsec_cGhvbmVzLW9mLWEtZGVtb25zdHJhdGlvbi5fX19f"
PAGE: Final = Template(Path(__file__).with_suffix(".html").read_text(encoding="utf-8"))
#: By the answers of the portal, what the phone shows.
ANSWERS: Final = {
    "bound": "已绑定 Connected",
    "no_such_code": "没有这个绑定码，或者已过期 No such code, or it has expired",
    "too_many": "试错太多，请一小时后再试 Too many wrong codes: try again in an hour",
    "taken": "已记录 Noted",
}
UNHEARD: Final = "系统没有应答 The portal did not answer"


class Phone(messages.Counterpart):
    """Messages to a phone, and its way back to the portal.

    Args:
        address: how the provider calls this phone.
    """

    def __init__(self, file: Path, *, channel: str, address: str, portal: str) -> None:
        super().__init__(file)
        self.channel, self.address, self.portal = channel, address, portal
        self.said = ""

    def does(self, type_: str, **data: Any) -> None:
        """Tell the portal what was done on the phone, and keep what it answers."""
        body = json.dumps({"type": type_, "data": {"address": self.address, **data}})
        address = f"{self.portal}/api/v1/channels/{self.channel}/events/"
        answer = tell(address, EVENTS, str(uuid.uuid4()), body) or {}
        self.said = ANSWERS.get(answer.get("outcome", ""), UNHEARD)


class Handler(messages.Handler):
    counterpart: Phone
    title: ClassVar[str] = ""
    #: Further forms of its page.
    forms: ClassVar[str] = ""

    def on_phone(self) -> bool:
        """What is done on the page of the phone; False for what comes from the portal."""
        if self.path not in {"/bind", "/leave", "/grant"}:
            return False
        typed = {name: values[0] for name, values in parse_qs(self.read().decode()).items()}
        match self.path:
            case "/bind":
                self.counterpart.does("binding.asked", code=typed.get("code", ""))
            case "/leave":
                self.counterpart.does("binding.ended")
            case _:
                template = typed.get("template", "")
                self.counterpart.does("grant.given", template=template, count=1)
        self.send_response(303)
        self.send_header("Location", "/")
        self.send_header("Content-Length", "0")
        self.end_headers()
        return True

    def page(self) -> str:
        return PAGE.substitute(
            title=html.escape(self.title),
            address=html.escape(self.counterpart.address),
            said=html.escape(self.counterpart.said),
            forms=self.forms,
            messages=messages.articles(self.counterpart.newest(messages.SHOWN)),
        )
