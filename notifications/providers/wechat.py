"""Messages of WeChat: subscription messages of a mini program, template messages of an official
account. It sends approved texts, takes nothing once, and cannot be asked: what may have been taken
stays unknown and is never sent again by itself.

A one-time subscription is one message for each tap: the person's grants are used up by sending.
"""

import json
import time
from collections.abc import Mapping
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from notifications.bindings import grants
from notifications.providers import templates
from notifications.providers.interface import Answer, Letter, Outcome, Provider, Sent
from notifications.providers.peer import Peer
from notifications.providers.templates import Template
from rules.delivery import Channel, delivery_rules

SUBSCRIPTION: Final = "subscription"
PATHS: Final = {
    SUBSCRIPTION: "/cgi-bin/message/subscribe/send",
    "template": "/cgi-bin/message/template/send",
}
#: Its token is not good any more: another one is fetched, once.
STALE_TOKEN: Final = frozenset({"wechat 40001", "wechat 40014", "wechat 42001"})
#: The service is busy, or takes no more just now.
PASSING: Final = frozenset({-1, 45009, 45047, 43108})
NOT_GRANTED: Final = 43101
#: The template, or what fills it in, is not as WeChat has it.
TEMPLATE: Final = frozenset({40037, 41028, 47003})
#: Before its end a token is fetched anew so many seconds early.
EARLY: Final = 300
#: How long a value may be, by what WeChat calls it (thing1 is a `thing`).
LONGEST: Final = {"thing": 20, "character_string": 32, "phrase": 5, "short_thing": 5}


class WeChat:
    deduplicates = False
    can_be_asked = False

    def __init__(self, name: str, peer: Peer, app: str, secret: str) -> None:
        self.name, self.peer, self.app, self.secret = name, peer, app, secret
        self.templates = templates.load(Channel.WECHAT, name)
        self.token, self.token_ends = "", 0.0

    def send(self, letter: Letter) -> Answer:
        template = self.templates.get(f"{letter.template}.{letter.language}")
        if template is None:
            return Answer(Outcome.REFUSED, reason="template")
        counted = self.name == SUBSCRIPTION and template.once
        if counted and not grants.take(Channel.WECHAT, letter.address, template.id):
            return Answer(Outcome.REFUSED, reason="grant")
        answer = self._sent(self._body(letter, template))
        if counted and answer.outcome is Outcome.NOT_NOW:
            grants.give(Channel.WECHAT, letter.address, template.id, 1)
        if answer.reason == "grant":
            grants.clear(Channel.WECHAT, letter.address, template.id)
        return answer

    def find(self, sent: Sent) -> Answer:
        return Answer(Outcome.UNKNOWN, reason="no_answer")

    def _body(self, letter: Letter, template: Template) -> dict[str, Any]:
        values = template.filled({"title": letter.title, "stop": letter.stop, **letter.values})
        body = {
            "touser": letter.address,
            "template_id": template.id,
            "data": {name: {"value": _cut(name, value)} for name, value in values.items()},
        }
        if self.name == SUBSCRIPTION:
            body["lang"] = "zh_CN" if letter.language.startswith("zh") else "en_US"
            return body | ({"page": template.page} if template.page else {})
        # It takes one such id once within ten minutes: too short a while to send anything again.
        body["client_msg_id"] = letter.key.replace("-", "")
        return body | ({"url": template.page} if template.page else {})

    def _sent(self, body: Mapping[str, Any]) -> Answer:
        said = json.dumps(body, ensure_ascii=False).encode()
        answer = self._tried(said, fresh=False)
        # The token had ended before its time: another one may help, once.
        return self._tried(said, fresh=True) if answer.said in STALE_TOKEN else answer

    def _tried(self, body: bytes, *, fresh: bool) -> Answer:
        token = self._token(fresh=fresh)
        if isinstance(token, Answer):
            return token
        found = self.peer.ask(f"{PATHS[self.name]}?access_token={token}", body)
        if isinstance(found, Answer):
            return found
        status, said = found
        code = said.get("errcode") if isinstance(said, dict) else None
        if status >= 300 or type(code) is not int:  # (True is no code)
            return Answer(Outcome.UNKNOWN, reason="strange_answer", said=f"http {status}")
        if code == 0:
            return Answer(Outcome.TAKEN, provider_id=str(said.get("msgid", ""))[:80])
        return refused(code)

    def _token(self, *, fresh: bool) -> str | Answer:
        """The token by which it knows us, kept until shortly before it ends. The address for it
        gives all of our processes the same one."""
        if not fresh and time.monotonic() < self.token_ends:
            return self.token
        wanted = {
            "grant_type": "client_credential",
            "appid": self.app,
            "secret": self.secret,
            "force_refresh": fresh,
        }
        found = self.peer.ask("/cgi-bin/stable_token", json.dumps(wanted).encode())
        if isinstance(found, Answer):
            # Whatever became of the question, no message was sent.
            return Answer(Outcome.NOT_NOW, reason=found.reason)
        status, said = found
        said = said if isinstance(said, dict) else {}
        token, lasts = said.get("access_token"), said.get("expires_in")
        if not isinstance(token, str) or type(lasts) is not int:
            code = said.get("errcode")
            reason = "refused" if type(code) is int and code not in PASSING else "strange_answer"
            word = f"token {code}" if type(code) is int else f"http {status}"
            return Answer(Outcome.NOT_NOW, reason=reason, said=word)
        self.token, self.token_ends = token, time.monotonic() + lasts - EARLY
        return token


def refused(code: int) -> Answer:
    """What an errcode other than 0 means."""
    said = f"wechat {code}"
    if code in PASSING or said in STALE_TOKEN:
        return Answer(Outcome.NOT_NOW, reason="busy", said=said)
    if code == NOT_GRANTED:
        return Answer(Outcome.REFUSED, reason="grant", said=said)
    if code in TEMPLATE:
        return Answer(Outcome.REFUSED, reason="template", said=said)
    return Answer(Outcome.REFUSED, reason="refused", said=said)


def _cut(name: str, value: str) -> str:
    """WeChat refuses a whole message for one value that is too long."""
    most = LONGEST.get(name.rstrip("0123456789"), len(value))
    return value if len(value) <= most else f"{value[: most - 1]}…"


def provider(channel: str) -> Provider:
    said = settings.WECHAT_MESSAGES
    if not (said["app"] and said["secret"]):
        raise ImproperlyConfigured(
            "PORTAL_WECHAT_MESSAGES needs PORTAL_WECHAT_MESSAGES_APP and _SECRET."
        )
    wait = delivery_rules().ways[Channel(channel)].wait
    # A token comes first: both within the lease.
    peer = Peer(said["url"], wait=wait // 2)
    return WeChat(settings.WECHAT_PROVIDER, peer, said["app"], said["secret"])
