"""What a message says, put together when it is shown or sent, in the language of who reads it.

A message is stored as what happened (`kind`, `context`). Apps add the kinds of their own with
`register`, and where a message leads with `register_link`.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import mod
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from core import events
from core.events import event_of
from core.problems import Text
from notifications.models import Delivery, Message, Outbox
from notifications.providers.interface import Letter
from notifications.stopping import link_for
from notifications.webhooks.letters import addressed
from rules.delivery import Channel, delivery_rules
from rules.files import Words

Context = Mapping[str, Any]
LinkOf = Callable[[int, Context], str]


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as a person reads it; `url` is empty where it leads nowhere."""

    title: str
    body: str
    url: str


ANYTHING = events.Message(
    _("Case %(number)s has moved on"),
    _("Something has been recorded in your case. The case page shows what, when and by whom."),
)
#: The place of the stop link in a text, and what stands in it until a letter is addressed.
STOP: Final = "stop"
BLANK: Final = "\0"
_links: dict[str, LinkOf] = {}


def both(say: Callable[[], str]) -> dict[str, str]:
    """Return what is said in each language, for a context: a message shows its reader's."""
    found = {}
    for key, language in (("zh", "zh-hans"), ("en", "en")):
        with override(language):
            found[key] = say()
    return found


def register_link(subject_kind: str, link_of: LinkOf) -> None:
    """Says where messages lead, by the subject's id and the message's context."""
    _links[subject_kind] = link_of


@dataclass(frozen=True, slots=True)
class Wording:
    """Title and text with places to fill in, and by what name the catalogue has them."""

    name: str
    title: Text
    body: Text


def wording_of(kind: str, context: Context) -> Wording:
    event = event_of(kind)
    said = event.message if event and event.message else ANYTHING
    state, variant = str(context.get("state", "")), str(context.get("variant", ""))
    if outcome := said.outcomes.get(state):
        return Wording(f"{kind}.{state}", *outcome)
    if of_variant := said.variants.get(variant):
        return Wording(f"{kind}.{variant}", *of_variant)
    return Wording(kind, said.title, said.body)


def shown(message: Message) -> Shown:
    wording = wording_of(message.kind, message.context)
    link = _links.get(message.subject_kind)
    values = _values(message.context)
    return Shown(
        title=_filled(wording.title, values),
        body=_filled(wording.body, values),
        url=link(message.subject_id, message.context) if link else "",
    )


@dataclass(frozen=True, slots=True)
class Form:
    """What a letter says to whoever reads its language, with a blank where each has his own link
    to stop such letters."""

    title: str
    text: str
    language: str
    template: str
    values: Mapping[str, str]

    def to(self, row: Delivery, stop: str) -> Letter:
        return Letter(
            key=str(row.key),
            address=row.address,
            title=self.title,
            text=self.text.replace(BLANK, stop),
            language=self.language,
            template=self.template,
            values={name: value.replace(BLANK, stop) for name, value in self.values.items()},
            stop=stop,
        )


#: Of one event: by language, and whether such letters can be stopped.
Forms = dict[tuple[str, bool], Form]


def letter(row: Delivery, forms: Forms | None = None) -> Letter | None:
    """What goes out over a channel, in the person's language; None where it comes too late.

    Args:
        forms: of the same event, where it goes to many: each is made once and kept there.
    """
    intent = row.outbox
    if intent.expires_at is not None and intent.expires_at <= timezone.now():
        return None
    if row.channel == Channel.WEBHOOK:
        return webhook(row)
    if row.channel == Channel.SUBSCRIBER:
        return addressed(row, webhook(row))
    stop = link_for(row)
    forms = {} if forms is None else forms
    known = row.language, bool(stop)
    if known not in forms:
        forms[known] = _form(intent, row.language, with_stop=bool(stop))
    return forms[known].to(row, stop)


def _form(intent: Outbox, language: str, *, with_stop: bool) -> Form:
    context = intent.context | json.loads(intent.secret or "{}") | {STOP: BLANK}
    with override(language):
        wording, values = wording_of(intent.kind, context), _values(context)
        whole = as_one(wording, with_stop=with_stop)
        signature = f"【{delivery_rules().signature}】"
        return Form(
            title=signature + _filled(wording.title, values),
            text=signature + whole % values,
            language=language,
            template=wording.name,
            values={name: str(values[name]) for name in places_in(whole)},
        )


def webhook(row: Delivery) -> Letter:
    """What the system of somebody else is told: what happened, when, and what belongs to it."""
    intent = row.outbox
    body = {
        "type": intent.kind,
        "timestamp": intent.created_at.isoformat(),
        "data": intent.context,
    }
    return Letter(
        key=str(row.key),
        address=row.address,
        title="",
        text=json.dumps(body, ensure_ascii=False),
        language=row.language,
        template=intent.kind,
        values={},
    )


def as_one(wording: Wording, *, with_stop: bool) -> str:
    """Title and text in one, with the places to fill in: what an SMS says after its signature, and
    where such messages are stopped."""
    whole = _("%(title)s. %(body)s") % {"title": wording.title, "body": wording.body}
    if not with_stop:
        return whole
    return _("%(text)s Stop these: %(link)s") % {"text": whole, "link": f"%({STOP})s"}


def places_in(text: str) -> list[str]:
    """The names of the places to fill in, in their order, each once."""
    return list(dict.fromkeys(re.findall(r"%\((\w+)\)s", text)))


def _values(context: Context) -> "_Values":
    """Those kept in both languages in the reader's; a missing one is a dash."""
    values = _Values(context)
    for name, value in context.items():
        if isinstance(value, dict) and {*value} == {"zh", "en"}:
            values[name] = str(Words(**value))
    return values


def _filled(text: Text, values: "_Values") -> str:
    """A plural chooses its form while it is filled."""
    return str(mod(text, values))


class _Values(dict[str, Any]):
    def __missing__(self, key: str) -> "_Dash":
        return _Dash(2)


class _Dash(int):
    """What is not known, where a plural asks how many."""

    def __str__(self) -> str:
        return "–"
